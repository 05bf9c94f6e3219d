import { catalogue, type ReasonCode } from '../bounce/catalogue.ts';
import { explainBounce } from '../bounce/explain.ts';
import type { Reason } from '../bounce/reason.ts';
import { providerNameOf } from '../campaign/provider-counts.ts';
import { bounceReason, type Evidence } from '../feedback/feedback-end.ts';
import { providerLabel } from '../guardrail/text.ts';
import { acceptedAtMs, acceptedFinding, reportMs, retryMs } from './accepted.ts';
import { unseenAfterAcceptance } from './carriers.ts';
import { type Finding, reportedEvidence, type VerdictCode } from './finding.ts';
import type { KnownMail, MailRecord } from './known-mail.ts';
import { nothingToDo, type Text, timeText } from './verdict-text.ts';

/** Mail that SES did certainly accept. */
export function afterAcceptance(mail: KnownMail, record: MailRecord, state: string, nowMs: number): Finding {
  const evidence = reportedEvidence(record.evidence);
  const { complaint, bounce, delivery, deliveryDelay } = record.evidence;
  switch (state) {
    case 'complained':
      return { code: 'complained', facts: { at: at(complaint) }, reason: 'complaint', evidence };
    case 'bounced':
      return { ...bounced(record, bounce, deliveryDelay), evidence };
    case 'rejected':
      return { ...refusedBySes(record), evidence };
    case 'delivered':
      return { ...arrived(mail, delivery?.atMs ?? record.updatedAtMs ?? nowMs), evidence };
    case 'delayed':
      return { ...delayed(mail, record, deliveryDelay, nowMs), evidence };
    default:
      return { ...accepted(mail, record, nowMs), evidence };
  }
}

function at(event: Evidence | undefined): Text | undefined {
  return event && timeText(event.atMs);
}

type Part = Omit<Finding, 'evidence'>;

/** The receiver took it. */
function arrived({ address }: KnownMail, atMs: number): Part {
  const provider = address === undefined ? 'other' : providerNameOf(address);
  const steps = unseenAfterAcceptance(provider, atMs);
  const label = { ja: providerLabel(provider, 'ja'), en: providerLabel(provider, 'en') };
  const facts = { at: timeText(atMs), provider: label };
  return steps === undefined ? { code: 'delivered', facts } : { code: 'accepted_unseen', facts, ask: steps };
}

function accepted(mail: KnownMail, record: MailRecord, nowMs: number): Part {
  const atMs = acceptedAtMs(record) ?? 0;
  return acceptedFinding(mail, timeText(atMs), atMs, nowMs);
}

function delayed(mail: KnownMail, record: MailRecord, delay: Evidence | undefined, nowMs: number): Part {
  const since = delay?.atMs ?? acceptedAtMs(record) ?? 0;
  const untilMs = delay?.retriedUntilMs ?? since + retryMs;
  if (nowMs > untilMs + reportMs) {
    return accepted(mail, record, nowMs);
  }
  const reason = delay && bounceReason(delay);
  const { textJa: ja, textEn: en } = reason ?? catalogue.unknown;
  return {
    code: 'delayed',
    facts: { until: timeText(untilMs), why: { ja, en } },
    ...(reason === undefined ? {} : { reason: reason.code }),
  };
}

function bounced(record: MailRecord, bounce: Evidence | undefined, delay: Evidence | undefined): Part {
  const reason = bounce === undefined ? recordedReason(record.reason) : bounceReason(bounce, delay);
  const atMs = bounce?.atMs ?? record.updatedAtMs;
  const since = atMs === undefined ? undefined : timeText(atMs);
  return {
    code: refusalOf(reason),
    facts: {
      at: since,
      since,
      why: { ja: reason.textJa, en: reason.textEn },
      fix: { ja: reason.fixJa, en: reason.fixEn },
    },
    reason: 'code' in reason ? String(reason.code) : (record.reason ?? 'unknown'),
    fault: reason.fault,
    // A mailbox that gets mail too fast is not full: nothing its owner could mend.
    ...(reason.layer === 'mailbox' && reason.fault === 'receiver' ? { ask: nothingToDo } : {}),
  };
}

function recordedReason(code: string | undefined): Reason {
  return code !== undefined && Object.hasOwn(catalogue, code)
    ? catalogue[code as ReasonCode]
    : explainBounce({ destination: '' });
}

/** Which kind of verdict a reason of a bounce belongs to. */
function refusalOf({ layer, fault }: Reason): VerdictCode {
  switch (layer) {
    case 'ses':
      return fault === 'recipient' ? 'never_sent_unsubscribed' : 'held_by_ses';
    case 'address':
      return 'rejected_address';
    case 'policy':
      return 'rejected_policy';
    case 'receiver':
      return 'rejected_receiver';
    case 'unknown':
      return 'rejected_unknown';
    case 'content':
      return 'rejected_content';
    case 'mailbox':
      return fault === 'content' ? 'rejected_content' : 'rejected_mailbox';
    case 'filter':
      return fault === 'recipient' ? 'rejected_recipient_filter' : 'rejected_our_fault';
    case 'authentication':
    case 'reputation':
    case 'rate':
      return otherwiseOurs(fault);
  }
}

function otherwiseOurs(fault: Reason['fault']): VerdictCode {
  switch (fault) {
    case 'content':
      return 'rejected_content';
    case 'receiver':
      return 'rejected_receiver';
    default:
      return 'rejected_our_fault';
  }
}

const notRendered: Text = {
  ja: 'テンプレートを差し込みできませんでした。',
  en: 'The template could not be rendered.',
};

/** SES took it, looked at it, and did not send it. */
function refusedBySes({ evidence: { reject, renderingFailure } }: MailRecord): Part {
  const { textJa: ja, textEn: en } = catalogue.malware;
  return reject === undefined
    ? {
        code: 'refused_by_ses',
        reason: 'render_failure',
        facts: { at: at(renderingFailure), why: notRendered },
      }
    : { code: 'refused_by_ses', reason: 'malware', facts: { at: at(reject), why: { ja, en } } };
}
