import { audienceMisconfigurations } from './misconfigurations/audience.ts';
import { dnsMisconfigurations } from './misconfigurations/dns.ts';
import { feedbackMisconfigurations } from './misconfigurations/feedback.ts';
import { linksMisconfigurations } from './misconfigurations/links.ts';
import { mailMisconfigurations } from './misconfigurations/mail.ts';
import type { Misconfiguration } from './misconfigurations/seed.ts';
import { senderMisconfigurations } from './misconfigurations/sender.ts';
import { standingMisconfigurations } from './misconfigurations/standing.ts';

/** Every finding that there is, seeded one at a time. */
export const misconfigurations: readonly Misconfiguration[] = [
  ...senderMisconfigurations,
  ...dnsMisconfigurations,
  ...mailMisconfigurations,
  ...linksMisconfigurations,
  ...feedbackMisconfigurations,
  ...audienceMisconfigurations,
  ...standingMisconfigurations,
];
