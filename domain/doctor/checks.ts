import type { Check } from './check.ts';
import { pricingCheck, suppressionCheck } from './checks/account-settings.ts';
import { alignmentCheck } from './checks/alignment.ts';
import { consentCheck, listCheck } from './checks/audience.ts';
import { bimiCheck } from './checks/bimi.ts';
import { dkimCheck } from './checks/dkim.ts';
import { dmarcCheck } from './checks/dmarc.ts';
import { eventsCheck } from './checks/events.ts';
import { feedbackIdCheck } from './checks/feedback-id.ts';
import { fromDomainCheck } from './checks/from-domain.ts';
import { fromSpfCheck } from './checks/from-spf.ts';
import { identityCheck } from './checks/identity.ts';
import { linksCheck } from './checks/links.ts';
import { formCheck, senderCheck } from './checks/mail-form.ts';
import { mailFromCheck } from './checks/mail-from.ts';
import { fieldsCheck } from './checks/mail-text.ts';
import { monitoringCheck } from './checks/monitoring.ts';
import { quotaCheck } from './checks/quota.ts';
import { ratesCheck } from './checks/rates.ts';
import { seedCheck, spamScoreCheck } from './checks/seed.ts';
import { spfRecordCheck } from './checks/spf-record.ts';
import { streamsCheck } from './checks/streams.ts';
import { dedicatedIpCheck, tlsCheck } from './checks/transport.ts';
import { transportPolicyCheck } from './checks/transport-policy.ts';
import { unsubscribeCheck } from './checks/unsubscribe.ts';
import { gmailCheck, growthCheck, warmUpCheck } from './checks/volume.ts';

/** All checks in the order of their numbers. A number is never used for another check. */
export const checks: readonly Check[] = [
  identityCheck,
  quotaCheck,
  dkimCheck,
  mailFromCheck,
  fromSpfCheck,
  fromDomainCheck,
  spfRecordCheck,
  dmarcCheck,
  alignmentCheck,
  dedicatedIpCheck,
  tlsCheck,
  unsubscribeCheck,
  senderCheck,
  feedbackIdCheck,
  formCheck,
  fieldsCheck,
  linksCheck,
  spamScoreCheck,
  ratesCheck,
  eventsCheck,
  listCheck,
  growthCheck,
  warmUpCheck,
  gmailCheck,
  bimiCheck,
  transportPolicyCheck,
  monitoringCheck,
  streamsCheck,
  consentCheck,
  seedCheck,
  pricingCheck,
  suppressionCheck,
];
