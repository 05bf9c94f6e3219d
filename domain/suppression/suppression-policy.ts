import { type Feedback, mailboxOf } from '../feedback/feedback.ts';
import { bounceReason } from '../feedback/feedback-end.ts';
import { mirrorSource } from './suppression.ts';
import type { RepeatRule, SuppressionChange } from './suppression-record.ts';

/** How feedback suppresses, where that is a matter of policy. */
export interface SuppressionPolicy {
  /** What is stopped for somebody who complained. */
  readonly complaints: 'marketing' | 'all';
  /** When an address is given a rest that exists and takes no mail: full, or behind a server that does not answer. */
  readonly softBounces: RepeatRule;
}

/** Bounces that say the address is out of use, without saying for good. */
const refusals: RepeatRule = { count: 2, withinDays: 180, scope: 'all' };

/** SES keeps an address on its global list for 14 days at most. */
const globalListMs = 14 * 86_400_000;

/**
 * Reads the policy as the stack hands it to a function: JSON.
 *
 * @throws Error for anything else: a fault of the stack
 */
export function parseSuppressionPolicy(text: string): SuppressionPolicy {
  const { complaints, softBounces } = JSON.parse(text) as SuppressionPolicy;
  const { count, withinDays, scope, forDays = 0 } = softBounces;
  const stops = (each: unknown) => each === 'marketing' || each === 'all';
  const whole = [count, withinDays, forDays].every((value) => Number.isInteger(value) && value > 0);
  if (!stops(complaints) || !stops(scope) || !whole) {
    throw new Error('the suppression policy has no complaints and softBounces that can be read');
  }
  return { complaints, softBounces: { count, withinDays, scope, forDays } };
}

/** Whom a feedback is about, and what changes for that recipient. */
export interface Consequence {
  readonly recipientId: string;
  /** Wire form. */
  readonly address: string;
  readonly change: SuppressionChange;
}

/**
 * What follows from a feedback for its recipient. Only what is said of the address counts: authentication, reputation, rate and
 * content are matters of the sender, and suppress nobody. Only the feedback itself is judged, never what else is known of the mail,
 * so that the order of events does not matter; a mail that merely ran out of time does not count against its recipient.
 */
export function consequenceOf(feedback: Feedback, policy: SuppressionPolicy): Consequence | undefined {
  const change = changeBy(feedback, policy);
  if (change === undefined) {
    return undefined;
  }
  const { wire, recipientId } = mailboxOf(feedback.recipient);
  return { recipientId, address: wire, change };
}

function changeBy(feedback: Feedback, policy: SuppressionPolicy): SuppressionChange | undefined {
  switch (feedback.kind) {
    case 'bounce':
      return changeByBounce(feedback, policy);
    case 'complaint': {
      const { complaintFeedbackType = 'complaint', complaintSubType, sesMessageId, atMs } = feedback;
      const mirrored = complaintSubType === 'OnAccountSuppressionList';
      return {
        kind: 'suppressed',
        scope: policy.complaints,
        reason: 'complaint',
        source: mirrored ? mirrorSource.account : 'ses',
        atMs,
        evidence: `${mirrored ? complaintSubType : complaintFeedbackType} ${sesMessageId}`,
      };
    }
    default:
      return undefined;
  }
}

function changeByBounce(feedback: Feedback, policy: SuppressionPolicy): SuppressionChange | undefined {
  const { bounceType, bounceSubType = '', enhancedStatusCode, sesMessageId, atMs } = feedback;
  const { code, ruleId, action, layer } = bounceReason(feedback);
  const evidence = [code, ruleId, enhancedStatusCode, sesMessageId].filter(Boolean).join(' ');
  const suppressed = { kind: 'suppressed', scope: 'all', reason: 'bounce', atMs, evidence } as const;
  if (code === 'suppressed_account') {
    // The list of a tenant is not the one that is reconciled with.
    return bounceSubType === 'OnTenantSuppressionList'
      ? undefined
      : { ...suppressed, source: mirrorSource.account };
  }
  if (code === 'suppressed_global') {
    return { ...suppressed, source: mirrorSource.global, expiresAtMs: atMs + globalListMs };
  }
  if (action === 'suppress') {
    return { ...suppressed, source: 'ses' };
  }
  const bounced = { kind: 'bounced', source: 'ses', code, sesMessageId, atMs, evidence } as const;
  const refused = code === 'account_disabled' || (code === 'unknown' && bounceType === 'Permanent');
  if (refused && bounceType !== 'Transient') {
    return { ...bounced, counts: 'refusal', rule: refusals };
  }
  const ofTheAddress = ['address', 'mailbox', 'receiver', 'unknown'].includes(layer);
  const soft = refused || action === 'retry' || code === 'unknown';
  return ofTheAddress && soft && code !== 'expired'
    ? { ...bounced, counts: 'soft', rule: policy.softBounces }
    : undefined;
}
