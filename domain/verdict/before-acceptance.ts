import { parseScope } from '../suppression.ts';
import type { Finding } from './finding.ts';
import type { Circumstances, KnownMail, MailRecord } from './known-mail.ts';
import { suppressedFinding } from './suppressed.ts';

/** Mail that SES did not accept, as far as is known, and that has a row of its own. */
export function beforeAcceptance(
  { deliveryId: id }: KnownMail,
  record: MailRecord,
  { suppressions, nowMs }: Circumstances,
): Finding {
  const { state, reason = '', field, detail, updatedAtMs } = record;
  const raw = [reason, field, detail].filter(Boolean).join(': ');
  const evidence = [{ what: 'record', ...(updatedAtMs === undefined ? {} : { atMs: updatedAtMs }), raw }];
  switch (state) {
    case 'attempting':
      // The worker that claimed it died, if its time is over: from outside it cannot be told whether SES was asked.
      return (record.leaseUntilMs ?? 0) > nowMs
        ? { code: 'waiting', evidence }
        : { code: 'in_doubt', facts: { id }, evidence };
    case 'suppressed':
      return reason === 'collapsed'
        ? { code: 'never_sent_collapsed', reason, evidence }
        : suppressedRecord(record, suppressions, evidence, nowMs);
    case 'expired':
      return { code: 'never_sent_expired', reason, evidence };
    case 'rejected':
      return { ...rejected(record), reason, evidence };
    default:
      return { code: 'in_doubt', facts: { id }, reason, evidence };
  }
}

function suppressedRecord(
  { reason, detail = '', updatedAtMs }: MailRecord,
  suppressions: Circumstances['suppressions'],
  evidence: Finding['evidence'],
  nowMs: number,
): Finding {
  const scope = parseScope(detail.replace(/^suppressed for /, ''));
  const found = suppressedFinding(suppressions, {
    reason,
    scopes: scope && [scope],
    atMs: updatedAtMs ?? nowMs,
  });
  return { ...found, evidence: [...evidence, ...found.evidence] };
}

/** SES's own names of errors, and ours for addresses, tell where the mistake is; all others are of the input. */
function rejected({ reason = '', field, detail }: MailRecord): Omit<Finding, 'evidence'> {
  const said = detail === undefined ? reason : `${detail}${field === undefined ? '' : ` [${field}]`}`;
  if (reason.startsWith('address-')) {
    return { code: 'never_sent_address', facts: { why: said } };
  }
  return /^[A-Z]/.test(reason)
    ? { code: 'never_sent_refused', facts: { why: reason } }
    : { code: 'never_sent_input', facts: { why: said } };
}
