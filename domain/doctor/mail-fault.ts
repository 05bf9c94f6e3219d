import { outcome } from './check.ts';
import { need } from './fact.ts';
import type { Facts, MailSample } from './facts.ts';
import type { FindingDraft, Outcome } from './finding.ts';
import type { Text } from './text.ts';

/** What is wrong with one mail, and the mail that would not be. */
export interface Fault {
  readonly code: string;
  readonly severity: FindingDraft['severity'];
  readonly title: Text;
  readonly evidence: string;
  readonly consequence: FindingDraft['consequence'];
  readonly text: Text;
  readonly better: Partial<MailSample>;
}

function findingOf(mail: MailSample, fault: Fault): FindingDraft {
  const { code, severity, title, evidence, consequence, text, better } = fault;
  const where = `${mail.template} (${mail.locale})`;
  return {
    code,
    severity,
    title: { ja: `${where}: ${title.ja}`, en: `${where}: ${title.en}` },
    evidence: [evidence],
    consequence,
    fix: {
      text,
      changes: Object.entries(better).map(([field, value]) => ({
        kind: 'goal',
        fact: `mails.${mail.template}.${mail.locale}.${field}`,
        value,
      })),
    },
  };
}

/** The faults of every sample. */
export function perMail(facts: Facts, faults: (mail: MailSample) => (Fault | undefined)[]): Outcome {
  return outcome(
    need(facts.mails).flatMap((mail) =>
      faults(mail).flatMap((fault) => (fault === undefined ? [] : [findingOf(mail, fault)])),
    ),
  );
}
