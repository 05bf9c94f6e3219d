import type { Category } from './template/compiled.ts';

/**
 * Pacing by theoretical arrival time (GCRA): one number, shared by all senders, says when the next free slot begins.
 * Whoever takes n slots moves it on by n / rate and sends when its own slots come. Slots are recipients, as SES counts.
 */

/** What all senders share, as kept in one item of the send-rate table. */
export interface SendRateState {
  /** When the next free slot begins, epoch milliseconds. */
  readonly tatMs: number;
  /** This item's share of SES's `MaxSendRate`, recipients per second. */
  readonly perSecond: number;
  /** How many items share the rate. */
  readonly shards: number;
  /** Share of `perSecond` that was left to us when SES last said "too fast"; from then on it climbs back to 1. */
  readonly pace: number;
  /** Epoch milliseconds of that. */
  readonly cutAtMs: number;
  /** What is left of this item's share of the rolling 24-hour quota, less the reserve for transactional mail; absent when unlimited. */
  readonly campaignQuota?: number;
  /** Epoch milliseconds when SES was last asked. */
  readonly refreshedAtMs: number;
}

/** How fast and how much SES lets this account send: `SendQuota` of sesv2:GetAccount. */
export interface SendQuota {
  /** Recipients per second. */
  readonly maxSendRate: number;
  /** Recipients per rolling 24 hours; -1 means unlimited. */
  readonly max24HourSend: number;
  readonly sentLast24Hours: number;
}

/**
 * How far ahead of now the next free slot may lie for a sender of that category to take slots, in milliseconds.
 * Transactional mail takes slots ahead of time and waits for them; marketing takes only what is due, and so gives way.
 * Marketing's is short so that a one-time password never queues behind more than a quantum and a twentieth of a second of campaign.
 */
export const horizonMs = { marketing: 50, transactional: 5_000 } as const satisfies Record<Category, number>;

/** A quarter of a slot: nobody could take the long slots of a sandbox in time else, since none of the past are given out there. */
function leastAheadMs({ perSecond }: Pick<SendRateState, 'perSecond'>): number {
  return 250 / perSecond;
}

/**
 * How far in the past free slots may lie and still be taken, in milliseconds. SES forgives short bursts, so what senders could not
 * take in time, since DynamoDB answers late and clocks differ, is not lost; only after a longer pause the slots begin again from now.
 * At one recipient per second there is nothing that SES could forgive.
 */
function mostLagMs({ perSecond }: Pick<SendRateState, 'perSecond'>): number {
  return perSecond > 1 ? 200 : 0;
}

/** Requests are not all as long on their way, and at one recipient per second SES takes none that is a moment too early. */
function jitterMs({ perSecond }: Pick<SendRateState, 'perSecond'>): number {
  return perSecond > 1 ? 0 : 40;
}

/** Most recipients that are taken in one go, and so the most SES calls that one worker has in flight. */
const maxQuantum = 200;

/** Recipients taken in one go: a quarter of a second of mail, so that a slow rate never blocks others for seconds. */
export function quantumOf(perSecond: number): number {
  return Math.min(maxQuantum, Math.max(1, Math.floor(perSecond / 4)));
}

/**
 * DynamoDB writes an item at most 1,000 times a second, and failed conditions count. A quarter of that is planned for quanta: senders
 * who come too late take as much at worst, and transactional mail, which takes slots one by one, has the rest.
 */
const quantaPerItemPerSecond = 250;

/** How many items it takes to share out a rate. */
export function shardsOf(maxSendRate: number): number {
  return Math.ceil(maxSendRate / quantumOf(maxSendRate) / quantaPerItemPerSecond) || 1;
}

/** Share of the daily quota that campaigns leave to transactional mail. */
const reserveShare = 0.05;

/** What campaigns may still send today. */
export function campaignQuotaOf({ max24HourSend, sentLast24Hours }: SendQuota): number | undefined {
  return max24HourSend < 0
    ? undefined
    : Math.max(0, Math.floor(max24HourSend * (1 - reserveShare)) - sentLast24Hours);
}

/** The pace climbs back by so much of the full rate each second, so that a rate shared with others is tried again and again. */
const climbPerSecond = 0.003;
/** After so long without "too fast" whoever caused it has gone, and the pace climbs this much faster. */
const calmSeconds = 60;
const climbFactorWhenCalm = 4;
/** A cut takes off at least and at most so much. */
const leastCut = 0.09;
const mostCut = 0.2;
/** Never slower than this share: somebody has to find out that the others are gone. */
const leastPace = 0.05;
/** Of fewer recipients it cannot be said what share of them was too fast: one in three may be chance. */
const leastTelling = 25;
/** Answers of the same moment are one piece of news. */
export const cutIntervalMs = 1_000;

/** Share of the rate that is ours now. */
export function paceOf({ pace, cutAtMs }: Pick<SendRateState, 'pace' | 'cutAtMs'>, nowMs: number): number {
  const seconds = Math.max(0, nowMs - cutAtMs) / 1000;
  const calm = Math.max(0, seconds - calmSeconds) * (climbFactorWhenCalm - 1);
  return Math.min(1, pace + climbPerSecond * (seconds + calm));
}

/**
 * The pace after SES said "too fast" to a share of a quantum: others use the account's rate as well, and about that share was too
 * much.
 *
 * @param throttledShare - 0 to 1; 0 when it is not known how much.
 */
export function cutPace(
  state: Pick<SendRateState, 'pace' | 'cutAtMs' | 'perSecond'>,
  throttledShare: number,
  nowMs: number,
): number {
  const pace = paceOf(state, nowMs);
  const told = quantumOf(state.perSecond * pace) < leastTelling ? 0 : throttledShare;
  const cut = Math.min(mostCut, Math.max(leastCut, told));
  return Math.max(leastPace, pace * (1 - cut));
}

/**
 * What to do about the next free slot. The two writes are conditional on ranges, never on the arrival time being what was read:
 * DynamoDB adds in decimal, and a number that went through JavaScript is not always the one that is stored.
 */
export type TakeStep =
  /** Slots lie in the near future, or were free until a moment ago: move the arrival time on from where it is, whatever it is within the range. */
  | {
      readonly kind: 'append';
      readonly addMs: number;
      readonly notBeforeMs: number;
      readonly notAfterMs: number;
    }
  /** Nothing was sent for a while: start again from now. */
  | { readonly kind: 'restart'; readonly addMs: number; readonly tatMs: number; readonly beforeMs: number }
  /** Too far ahead for this category. */
  | { readonly kind: 'wait'; readonly waitMs: number }
  /** Today's quota is used up for campaigns. */
  | { readonly kind: 'quota' };

/** The next step towards `slots` slots, given the state as last seen. */
export function nextTakeStep(
  state: SendRateState,
  slots: number,
  category: Category,
  nowMs: number,
): TakeStep {
  if (category === 'marketing' && state.campaignQuota !== undefined && state.campaignQuota < slots) {
    return { kind: 'quota' };
  }
  const aheadMs = Math.max(horizonMs[category], leastAheadMs(state));
  return stepWithin(state, slots, nowMs, { lagMs: mostLagMs(state), aheadMs, reserveMs: jitterMs(state) });
}

/** The next step towards slots that may begin up to `aheadMs` from now; none of the past are given out. */
export function reservationStep(
  state: SendRateState,
  slots: number,
  nowMs: number,
  aheadMs: number,
): Exclude<TakeStep, { kind: 'quota' }> {
  return stepWithin(state, slots, nowMs, { lagMs: 0, aheadMs, reserveMs: 0 });
}

function stepWithin(
  state: SendRateState,
  slots: number,
  nowMs: number,
  {
    lagMs,
    aheadMs,
    reserveMs,
  }: { readonly lagMs: number; readonly aheadMs: number; readonly reserveMs: number },
): Exclude<TakeStep, { kind: 'quota' }> {
  const addMs = (slots * 1000) / (state.perSecond * paceOf(state, nowMs)) + reserveMs;
  const notBeforeMs = nowMs - lagMs;
  if (state.tatMs < notBeforeMs) {
    return { kind: 'restart', addMs, tatMs: nowMs + addMs, beforeMs: notBeforeMs };
  }
  const notAfterMs = nowMs + aheadMs;
  if (state.tatMs > notAfterMs) {
    return { kind: 'wait', waitMs: Math.ceil(state.tatMs - notAfterMs) };
  }
  return { kind: 'append', addMs, notBeforeMs, notAfterMs };
}

const leastSpreadMs = 50;
const mostSpreadMs = 2_000;

/**
 * Senders that wait for the same slot would awake together, and all but one in vain. So each waits up to this much longer, in
 * milliseconds, and the more so the oftener it came too late: that is how it finds out how many they are.
 */
export function spreadMs(timesTooLate: number): number {
  return Math.min(mostSpreadMs, leastSpreadMs * 2 ** timesTooLate);
}
