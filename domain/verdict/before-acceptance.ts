import type { WaitingReason } from '../delivery.ts';
import { parseScope } from '../suppression/suppression.ts';
import type { Finding } from './finding.ts';
import type { Circumstances, MailRecord } from './known-mail.ts';
import { suppressedFinding } from './suppressed.ts';
import { type Facts, type Text, timeText } from './verdict-text.ts';

/** Mail that SES did not accept, as far as is known, and that has a row of its own. */
export function beforeAcceptance(record: MailRecord, { suppressions, nowMs }: Circumstances): Finding {
  const { state, reason = '', field, detail, updatedAtMs } = record;
  const facts = updatedAtMs === undefined ? {} : { at: timeText(updatedAtMs) };
  const raw = [reason, field, detail].filter(Boolean).join(': ');
  const evidence = [{ what: 'record', ...(updatedAtMs === undefined ? {} : { atMs: updatedAtMs }), raw }];
  switch (state) {
    case 'waiting':
      return { ...waiting(record, nowMs), reason, evidence };
    case 'attempting':
      // The worker that claimed it died, if its time is over: from outside it cannot be told whether SES was asked.
      return (record.leaseUntilMs ?? 0) > nowMs
        ? { code: 'waiting', evidence }
        : { code: 'in_doubt', evidence };
    case 'suppressed':
      return reason === 'collapsed'
        ? { code: 'never_sent_collapsed', facts, reason, evidence }
        : suppressedRecord(record, suppressions, evidence, nowMs);
    case 'expired':
      return { code: 'never_sent_expired', facts, reason, evidence };
    case 'rejected':
      return { ...rejected(record, facts), reason, evidence };
    default:
      return { code: 'in_doubt', reason, evidence };
  }
}

/** For its message to come again: SQS keeps no time to the minute, and a fault may use up all of its receives. */
const lateMs = 30 * 60_000;

const waitsFor: Readonly<Record<WaitingReason, Text>> = {
  'not-before': { ja: '指定された送信日時(notBefore)', en: 'its notBefore' },
  'send-rate': { ja: '送信速度の順番', en: 'its turn at the send rate' },
  throttled: { ja: 'SES の送信速度の上限', en: 'SES, which was sent too much at once' },
  quota: { ja: 'SES の 24 時間の送信上限', en: 'the 24-hour quota of SES' },
  'sending-paused': { ja: 'SES による送信の停止の解除', en: 'SES, which has paused our sending' },
  fault: { ja: '障害からの再試行', en: 'another try after a fault' },
  resend: { ja: '再送の順番', en: 'its turn to be sent again' },
};

/** Given back to the queue. Whose time is long over has a message no more: it was given up, or the queue is behind. */
function waiting(
  { reason = '', waitingUntilMs, updatedAtMs }: MailRecord,
  nowMs: number,
): Omit<Finding, 'evidence'> {
  const untilMs = waitingUntilMs ?? updatedAtMs ?? nowMs;
  const facts = {
    until: timeText(untilMs),
    why: waitsFor[reason as WaitingReason] ?? { ja: reason, en: reason },
  };
  return { code: nowMs > untilMs + lateMs ? 'overdue' : 'waiting_for', facts };
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
function rejected({ reason = '', field, detail }: MailRecord, facts: Facts): Omit<Finding, 'evidence'> {
  const said = detail === undefined ? reason : `${detail}${field === undefined ? '' : ` [${field}]`}`;
  if (reason.startsWith('address-')) {
    return { code: 'never_sent_address', facts: { ...facts, why: said } };
  }
  return /^[A-Z]/.test(reason)
    ? { code: 'never_sent_refused', facts: { ...facts, why: reason } }
    : { code: 'never_sent_input', facts: { ...facts, why: said } };
}
