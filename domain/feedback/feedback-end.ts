import type { ReasonCode } from '../bounce/catalogue.ts';
import { type BounceReason, explainBounce } from '../bounce/explain.ts';
import type { DeliveryState } from '../delivery.ts';
import { type Feedback, type FeedbackKind, mailboxOf, stateOf } from './feedback.ts';

/** What is kept of a feedback with the delivery that it is about. */
export type Evidence = Omit<Feedback, 'kind' | 'tags'>;

/** All that was reported of one mail, by kind; see {@link prevails}. */
export type EvidenceByKind = Readonly<Partial<Record<FeedbackKind, Evidence>>>;

/** The state that a mail reaches by feedback. */
export interface Reached {
  readonly state: DeliveryState;
  readonly rank: number;
  /** Why it did not arrive: one of `domain/bounce`, or `complaint`, `render_failure`. */
  readonly reason?: string | undefined;
  /** The rule that found the reason, where it was one of `domain/bounce`. */
  readonly ruleId?: string | undefined;
}

/**
 * Whether one of two feedbacks of the same kind is the one that is kept, whatever came first: of delays the last, which is nearest to
 * the end, of everything else the earliest.
 */
export function prevails(kind: FeedbackKind, atMs: number, overMs: number): boolean {
  return kind === 'deliveryDelay' ? atMs > overMs : atMs < overMs;
}

/** Where a mail has come to, from all that was reported of it; the order in which that came does not matter. */
export function reachedBy(evidence: EvidenceByKind): Reached {
  const kinds = (Object.keys(evidence) as FeedbackKind[]).toSorted();
  const last = kinds.reduce<FeedbackKind>(
    (highest, kind) => (stateOf(kind).rank > stateOf(highest).rank ? kind : highest),
    'send',
  );
  return { ...stateOf(last), ...reasonOf(last, evidence) };
}

function reasonOf(kind: FeedbackKind, evidence: EvidenceByKind): Pick<Reached, 'reason' | 'ruleId'> {
  const { bounce, deliveryDelay } = evidence;
  switch (kind) {
    case 'bounce': {
      const explained = bounce && bounceReason(bounce, deliveryDelay);
      return { reason: explained?.code, ruleId: explained?.ruleId };
    }
    case 'complaint':
      return { reason: 'complaint' };
    case 'reject':
      // The one reason for which SES rejects what it has accepted.
      return { reason: 'malware' satisfies ReasonCode };
    case 'renderingFailure':
      return { reason: 'render_failure' };
    default:
      return {};
  }
}

/** Reasons behind which there is another one: only that time has run out. */
const saysNothing: ReadonlySet<ReasonCode> = new Set(['expired', 'unknown']);

/** Why it bounced; where the bounce says only that it was tried for too long, why it was delayed. */
export function bounceReason(bounce: Evidence, delay?: Evidence): BounceReason {
  const reason = explain(bounce);
  if (delay === undefined || !saysNothing.has(reason.code)) {
    return reason;
  }
  const delayed = explain({ ...delay, bounceSubType: subTypeOfDelay[delay.delayType ?? ''] ?? '' });
  return saysNothing.has(delayed.code) ? reason : delayed;
}

/** What SES says of a delay, where the word for a bounce is another. */
const subTypeOfDelay: Readonly<Record<string, string>> = {
  MailboxFull: 'MailboxFull',
  SpamDetected: 'ContentRejected',
};

function explain({
  recipient,
  atMs,
  enhancedStatusCode,
  diagnosticCode,
  bounceType,
  bounceSubType,
}: Evidence) {
  return explainBounce({
    destination: mailboxOf(recipient).wire,
    atMs,
    ...(enhancedStatusCode === undefined ? {} : { status: enhancedStatusCode }),
    ...(diagnosticCode === undefined ? {} : { diagnosticCode }),
    ...(bounceType === undefined ? {} : { bounceType }),
    ...(bounceSubType === undefined ? {} : { bounceSubType }),
  });
}
