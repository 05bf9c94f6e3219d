import {
  campaignQuotaOf,
  cutIntervalMs,
  cutPace,
  nextTakeStep,
  paceOf,
  quantumOf,
  type SendQuota,
  type SendRateState,
  shardsOf,
  spreadMs,
  type TakeStep,
} from '../domain/rate.ts';
import type { Category } from '../domain/template/compiled.ts';

/** Slots that were granted, or why not. */
export type Grant =
  /** The sender waits until they begin; epoch milliseconds, may be past. */
  | { readonly kind: 'granted'; readonly startMs: number }
  /** There was no turn in the time that the sender had patience for. */
  | { readonly kind: 'busy' }
  /** Campaigns have used up today's quota, and the rest is kept for transactional mail. */
  | { readonly kind: 'quota' };

/** The steps that are written. */
export type WriteStep = Extract<TakeStep, { kind: 'append' | 'restart' }>;

/** Mail that takes its slots together. */
interface Group {
  slots: number;
  readonly grant: Promise<Grant>;
}

/** The items that all senders share. */
export interface SendRateStore {
  read(bucketId: string): Promise<SendRateState | undefined>;
  /**
   * Takes slots if the step's condition holds.
   *
   * @param quota - Recipients that the step takes from the quota of campaigns; 0 takes nothing and asks nothing of it.
   * @returns the state after it, or the one that stood in its way
   */
  write(bucketId: string, step: WriteStep, quota: number): Promise<Written>;
  /** True for the one who may ask SES now. */
  lease(bucketId: string, nowMs: number, untilMs: number, staleMs: number): Promise<boolean>;
  /** Writes what SES said; pace and arrival time stay. */
  refresh(bucketId: string, facts: RefreshedFacts): Promise<SendRateState>;
  /** Slows down, unless somebody did after `notSinceMs`. */
  cut(bucketId: string, pace: number, nowMs: number, notSinceMs: number): Promise<void>;
}

export type Written =
  | { readonly held: true; readonly state: SendRateState }
  | { readonly held: false; readonly state: SendRateState | undefined };

export type RefreshedFacts = Pick<SendRateState, 'perSecond' | 'shards' | 'campaignQuota' | 'refreshedAtMs'>;

export interface SendRatePorts {
  readonly store: SendRateStore;
  /** Asks SES; allowed once a second for the whole account. */
  readonly getSendQuota: () => Promise<SendQuota>;
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** At least 0, less than 1: which of several items is tried first, and how senders that wait spread out. */
  readonly random: () => number;
}

/** Key of an item that shares the account's rate. */
function bucketId(shard: number): string {
  return shard === 0 ? 'account' : `account#${shard}`;
}

/** SES is asked this often, by one worker of all: quotas grow and shrink while campaigns run. */
const refreshMs = 60_000;
const leaseMs = 10_000;
/** For so long the last answer serves while SES gives none: no mail fails for want of a newer one. Longer is a fault. */
const outlivedMs = 15 * 60_000;

export type SendRate = ReturnType<typeof sendRate>;

/** The shared pace of all senders; the rules are in `domain/rate.ts`. */
export function sendRate({ store, getSendQuota, nowMs, sleep, random }: SendRatePorts) {
  /** The items as last seen: hints that save reads, checked by every conditional write. */
  const seen = new Map<number, SendRateState>();
  /** When this worker last said that it is too fast. */
  let slowedMs = 0;
  /** Transactional mail that takes slots with the next write. */
  let gathering: Group | undefined;
  /** Settled when the last group has its slots. */
  let writing: Promise<unknown> = Promise.resolve();

  /** Sees to it that the rate is known and not older than a minute. */
  async function refreshed(): Promise<SendRateState> {
    for (;;) {
      const state = fresh(seen.get(0)) ?? (await look(0));
      if (fresh(state) !== undefined) {
        return state as SendRateState;
      }
      const now = nowMs();
      if (await store.lease(bucketId(0), now, now + leaseMs, now - refreshMs)) {
        try {
          await refresh(await getSendQuota());
        } catch (fault) {
          if (state === undefined || state.refreshedAtMs < now - outlivedMs) {
            throw fault;
          }
          return state;
        }
      } else if (state !== undefined) {
        return state;
      } else {
        await sleep(100);
      }
    }
  }

  function fresh(state: SendRateState | undefined): SendRateState | undefined {
    return state !== undefined && state.refreshedAtMs > nowMs() - refreshMs ? state : undefined;
  }

  async function look(shard: number): Promise<SendRateState | undefined> {
    const state = await store.read(bucketId(shard));
    if (state !== undefined) {
      seen.set(shard, state);
    }
    return state;
  }

  async function refresh(quota: SendQuota): Promise<void> {
    const shards = shardsOf(quota.maxSendRate);
    const campaignQuota = campaignQuotaOf(quota);
    // The first item last: it is what tells others that there are more.
    for (let shard = shards - 1; shard >= 0; shard--) {
      const state = await store.refresh(bucketId(shard), {
        perSecond: quota.maxSendRate / shards,
        shards,
        ...(campaignQuota === undefined ? {} : { campaignQuota: Math.floor(campaignQuota / shards) }),
        refreshedAtMs: nowMs(),
      });
      seen.set(shard, state);
    }
  }

  /**
   * Takes slots for `count` recipients.
   *
   * @param patienceMs - How long to wait for a turn at most.
   */
  async function take(count: number, category: Category, patienceMs: number): Promise<Grant> {
    const giveUpMs = nowMs() + patienceMs;
    return category === 'transactional'
      ? await takeTogether(count, giveUpMs)
      : await takeUntil(count, category, giveUpMs);
  }

  /**
   * Notifications that one worker has in hand take their slots in one write, those that come while it writes in the next: else each of
   * them would cost a write of its own, of which an item has few. They begin together, so a group is no larger than a quantum.
   */
  async function takeTogether(count: number, giveUpMs: number): Promise<Grant> {
    const most = quantumOf(await perSecond());
    if (gathering === undefined || gathering.slots + count > most) {
      const group: Group = {
        slots: 0,
        grant: writing.then(async () => {
          gathering = gathering === group ? undefined : gathering;
          return await takeUntil(group.slots, 'transactional', giveUpMs);
        }),
      };
      gathering = group;
      writing = group.grant.catch(() => undefined);
    }
    gathering.slots += count;
    return await gathering.grant;
  }

  async function takeUntil(count: number, category: Category, giveUpMs: number): Promise<Grant> {
    const givesWay = category === 'marketing';
    let { shards } = await refreshed();
    let shard = Math.floor(random() * shards);
    let state = givesWay ? undefined : flowing(seen.get(shard));
    let timesTooLate = 0;
    let withoutQuota = 0;
    for (;;) {
      state ??= await look(shard);
      if (state === undefined) {
        throw new Error(`the send-rate table has no item for shard ${shard}`);
      }
      const step = nextTakeStep(state, count, category, nowMs());
      if (step.kind === 'quota') {
        // Each item has a share of its own, and the next one may have some of it left.
        if (++withoutQuota >= shards) {
          return { kind: 'quota' };
        }
        shard = (shard + 1) % shards;
        state = undefined;
        continue;
      }
      withoutQuota = 0;
      let waitMs = 0;
      if (step.kind === 'wait') {
        waitMs = step.waitMs;
      } else {
        const written = await write(shard, step, givesWay && state.campaignQuota !== undefined ? count : 0);
        if (written.held) {
          return { kind: 'granted', startMs: written.state.tatMs - step.addMs };
        }
        state = written.state;
      }
      if (nowMs() + waitMs > giveUpMs) {
        return { kind: 'busy' };
      }
      if (step.kind === 'wait' || (givesWay && step.kind === 'append')) {
        // Others were faster, and would be again if everybody came back at once.
        const spread = givesWay ? random() * spreadMs(timesTooLate++) : 0;
        await sleep(Math.min(waitMs + spread, giveUpMs - nowMs()));
        ({ shards } = await refreshed());
        shard = (shard + 1) % shards;
        state = undefined;
      }
    }
  }

  async function write(shard: number, step: WriteStep, quota: number): Promise<Written> {
    const written = await store.write(bucketId(shard), step, quota);
    if (written.state !== undefined) {
      seen.set(shard, written.state);
    }
    return written;
  }

  /** What was seen last is old, but mail most likely flows: that saves transactional mail to look first. */
  function flowing(state: SendRateState | undefined): SendRateState | undefined {
    return state && { ...state, tatMs: Math.max(state.tatMs, nowMs()) };
  }

  /** SES said "too fast" to a share of what was sent at once: somebody else uses the account's rate as well. */
  async function slowDown(throttledShare: number): Promise<void> {
    const now = nowMs();
    if (now - slowedMs < cutIntervalMs) {
      return;
    }
    slowedMs = now;
    const { shards } = await refreshed();
    for (let shard = 0; shard < shards; shard++) {
      // Not what was seen last: somebody may have slowed down since, and a cut of an old pace would be an acceleration.
      const state = await look(shard);
      if (state !== undefined) {
        await store.cut(bucketId(shard), cutPace(state, throttledShare, now), now, now - cutIntervalMs);
      }
    }
  }

  /** Recipients per second of one item that are ours, as last seen: what a quantum is measured by. */
  async function perSecond(): Promise<number> {
    const state = await refreshed();
    return state.perSecond * paceOf(state, nowMs());
  }

  return { take, slowDown, perSecond };
}
