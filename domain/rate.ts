import type { Category } from './template/compiled.ts';

/**
 * Pacing by theoretical arrival time (GCRA): one number, shared by all senders, says when the next free slot begins.
 * Whoever takes n slots moves it on by n / rate and sends when its own slots come. Slots are recipients, as SES counts.
 */

/**
 * How far ahead of now the next free slot may lie for a sender of that category to take slots, in milliseconds.
 * Transactional mail takes slots ahead of time and waits for them; marketing takes only what is due, and so gives way.
 * Marketing's is short so that a one-time password never queues behind more than a tenth of a second of campaign.
 */
export const horizonMs = { marketing: 100, transactional: 10_000 } as const satisfies Record<
  Category,
  number
>;

/** Recipients taken in one go: a quarter of a second of mail, so that a slow rate never blocks others for seconds. */
export function quantumOf(perSecond: number): number {
  return Math.min(100, Math.max(1, Math.floor(perSecond / 4)));
}

/**
 * What to do about the next free slot. The two writes are conditional on ranges, never on the arrival time being what was read:
 * DynamoDB adds in decimal, and a number that went through JavaScript is not always the one that is stored.
 */
export type TakeStep =
  /** Slots lie in the near future: move the arrival time on from where it is, whatever it is within the range. */
  | {
      readonly kind: 'append';
      readonly addMs: number;
      readonly notBeforeMs: number;
      readonly notAfterMs: number;
    }
  /** Nothing was sent for a while: start again from now. */
  | { readonly kind: 'restart'; readonly tatMs: number; readonly beforeMs: number }
  /** Too far ahead for this category. */
  | { readonly kind: 'wait'; readonly waitMs: number };

/**
 * The next step towards `slots` slots, given the arrival time as last seen.
 *
 * @param tatMs - Epoch milliseconds; undefined where nothing is known yet.
 */
export function nextTakeStep(
  tatMs: number | undefined,
  slots: number,
  perSecond: number,
  category: Category,
  nowMs: number,
): TakeStep {
  const addMs = (slots * 1000) / perSecond;
  if (tatMs !== undefined && tatMs < nowMs) {
    return { kind: 'restart', tatMs: nowMs + addMs, beforeMs: nowMs };
  }
  const notAfterMs = nowMs + horizonMs[category];
  if (tatMs !== undefined && tatMs > notAfterMs) {
    return { kind: 'wait', waitMs: Math.ceil(tatMs - notAfterMs) };
  }
  return { kind: 'append', addMs, notBeforeMs: nowMs, notAfterMs };
}

/** When the slots begin that moved the arrival time to `tatMs`. */
export function slotStartMs(tatMs: number, slots: number, perSecond: number): number {
  return tatMs - (slots * 1000) / perSecond;
}
