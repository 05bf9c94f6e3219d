import { type DeliveryState, deliveryRetentionMs } from '../domain/delivery.ts';
import type { EvidenceByKind } from '../domain/feedback/feedback-end.ts';
import { formatTimestamp } from '../domain/timestamp.ts';
import { type Item, toAttributes } from './table.ts';

/** What is known about one mail to one recipient; one item of the deliveries table. */
export interface Delivery {
  readonly deliveryId: string;
  readonly state: DeliveryState;
  readonly stateRank: number;
  readonly notificationId?: string;
  readonly campaignId?: string;
  readonly template?: string;
  readonly recipientId?: string;
  readonly address?: string;
  readonly sesMessageId?: string;
  /** Why it did not arrive: a code of ours or of SES, where in the input, and a sentence. */
  readonly reason?: string;
  /** The rule of `domain/bounce` that found the reason. */
  readonly ruleId?: string;
  readonly field?: string;
  readonly detail?: string;
  /** How often this id was published again after it had been sent. */
  readonly duplicates?: number;
  /** Of a mail that waits: when it is looked at again. Epoch milliseconds. */
  readonly waitingUntilMs?: number;
  /** Epoch milliseconds. */
  readonly updatedAtMs: number;
}

/** Why a mail was not sent. */
export interface Reason {
  readonly reason: string;
  readonly field?: string | undefined;
  readonly detail?: string | undefined;
}

/** Evidence stands in an item under the kind of its event. */
const eventPrefix = 'event:';

export function eventAttribute(kind: string): string {
  return eventPrefix + kind;
}

export function evidenceOf(item: Item): EvidenceByKind {
  const events = Object.entries(item).filter(([name]) => name.startsWith(eventPrefix));
  return Object.fromEntries(events.map(([name, value]) => [name.slice(eventPrefix.length), value]));
}

export function deliveryKey(tableName: string) {
  return (deliveryId: string) => ({ TableName: tableName, Key: toAttributes({ deliveryId }) });
}

/** Epoch seconds, as time to live wants them. */
export function retentionEnd(nowMs: number): number {
  return Math.floor((nowMs + deliveryRetentionMs) / 1000);
}

/** Values of the keys of the index of failures. */
export function failureTimes(nowMs: number) {
  const time = formatTimestamp(nowMs);
  return { ':day': time.slice(0, 10), ':time': time };
}
