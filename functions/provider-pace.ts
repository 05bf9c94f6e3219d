import type { Provider } from '../domain/bounce/provider.ts';
import type { ProviderName } from '../domain/campaign/provider-counts.ts';
import type { ProviderTurn, ProviderTurns } from '../domain/provider-turn.ts';
import { reservationStep, type SendRateState } from '../domain/rate.ts';
import type { SendRateStore } from './send-rate.ts';

/** Recipients per second that a mailbox provider gets of campaigns, while it gets used to us; providers without one are free. */
export type ProviderPaces = Readonly<Partial<Record<Provider, number>>>;

export interface ProviderPacePorts {
  readonly paces: ProviderPaces;
  readonly store: Pick<SendRateStore, 'read' | 'write' | 'refresh'>;
  readonly nowMs: () => number;
  /** At least 0, less than 1: how chunks that find no turn spread out. */
  readonly random: () => number;
}

/** The next recipients of a chunk. */
export interface Admission {
  readonly quantum: readonly number[];
  /** Milliseconds until there is a turn for one of the others; infinite when nobody waits for one. */
  readonly waitMs: number;
}

/**
 * A pace is kept on the average of so long: turns of that time go at once when the first of them has come, so that a worker has others
 * to send to meanwhile, or nothing.
 */
const blockSeconds = 5;
/** Turns that nobody used in time are lost: their time has been sold to others after them. */
const lateMs = 5_000;
/** Turns are given out so far ahead: a chunk that waits for its own comes back when they begin, and SQS delays by 900 s at most. */
const aheadMs = 900_000;
/** Of so much time a chunk takes turns at once, so that little is lost when its campaign is paused. */
const mostReservedSeconds = 300;
/** When all turns are given out, a chunk looks again after a share of `aheadMs` between this and all of it. */
const leastShareOfWait = 2 / 3;
/** Between looks at an item that several chunks begin to use at the same time. */
const crowdedMs = 1_000;
const maxTries = 3;

export type ProviderPace = ReturnType<typeof providerPace>;

/** Turns of one chunk at mailbox providers. */
export interface ChunkTurns {
  /**
   * Who is mailed next: those at providers whose turns are yet to come let the others go first.
   *
   * @param untried - Positions, in the order in which they should be mailed.
   * @param providers - By position.
   */
  next(untried: readonly number[], providers: readonly ProviderName[], most: number): Promise<Admission>;
  /** What goes along with the chunk when it is given back; undefined when nothing is reserved. */
  kept(): ProviderTurns | undefined;
}

/** A send rate of its own for each provider that has a pace, within that of the account. */
export function providerPace({ paces, store, nowMs, random }: ProviderPacePorts) {
  /** Epoch milliseconds until which no turns of a provider are to be had. */
  const fullUntilMs = new Map<Provider, number>();

  async function stateOf(provider: Provider, perSecond: number): Promise<SendRateState> {
    const state = await store.read(bucketId(provider));
    return state?.perSecond === perSecond
      ? state
      : await store.refresh(bucketId(provider), { perSecond, shards: 1, refreshedAtMs: nowMs() });
  }

  /** Takes turns for as many of `count` recipients as may be taken at once; undefined when none are to be had. */
  async function reserve(
    provider: Provider,
    perSecond: number,
    count: number,
  ): Promise<ProviderTurn | undefined> {
    if ((fullUntilMs.get(provider) ?? 0) > nowMs()) {
      return undefined;
    }
    const slots = Math.min(count, Math.max(1, Math.floor(perSecond * mostReservedSeconds)));
    let state: SendRateState | undefined = await stateOf(provider, perSecond);
    for (let tries = 0; tries < maxTries && state !== undefined; tries++) {
      const step = reservationStep(state, slots, nowMs(), aheadMs);
      if (step.kind === 'wait') {
        const share = leastShareOfWait + random() * (1 - leastShareOfWait);
        fullUntilMs.set(provider, nowMs() + share * aheadMs);
        return undefined;
      }
      const written = await store.write(bucketId(provider), step, 0);
      if (written.held) {
        return { fromMs: written.state.tatMs - step.addMs, slots };
      }
      state = written.state;
    }
    fullUntilMs.set(provider, nowMs() + (1 + random()) * crowdedMs);
    return undefined;
  }

  function turnsOf(reserved: ProviderTurns = {}): ChunkTurns {
    const turns = new Map(Object.entries(reserved) as [Provider, ProviderTurn][]);
    /** Turns that have begun and go at once. */
    const open = new Map<Provider, number>();

    /** How many of `count` recipients may be mailed now, and when there is a turn for the next of the others. */
    async function due(
      provider: Provider,
      perSecond: number,
      count: number,
    ): Promise<{ readonly now: number; readonly waitMs: number }> {
      let turn = turns.get(provider);
      if (turn === undefined || turn.slots === 0 || turn.fromMs < nowMs() - lateMs) {
        open.delete(provider);
        turn = await reserve(provider, perSecond, count);
      }
      if (turn === undefined) {
        turns.delete(provider);
        return { now: 0, waitMs: Math.max(1, (fullUntilMs.get(provider) ?? 0) - nowMs()) };
      }
      turns.set(provider, turn);
      if (!open.get(provider) && turn.fromMs <= nowMs()) {
        open.set(provider, Math.min(turn.slots, Math.max(1, Math.floor(perSecond * blockSeconds))));
      }
      const now = Math.min(count, open.get(provider) ?? 0);
      return { now, waitMs: Math.max(1, turn.fromMs + (now * 1000) / perSecond - nowMs()) };
    }

    function use(provider: Provider, perSecond: number, count: number): void {
      const turn = turns.get(provider);
      if (turn !== undefined && count > 0) {
        const fromMs = turn.fromMs + (count * 1000) / perSecond;
        turns.set(provider, { fromMs, slots: turn.slots - count });
        open.set(provider, (open.get(provider) ?? 0) - count);
      }
    }

    const paceAt = (provider: ProviderName): number | undefined =>
      provider === 'other' ? undefined : paces[provider];

    return {
      async next(untried, providers, most) {
        if (Object.keys(paces).length === 0) {
          return { quantum: untried.slice(0, most), waitMs: Number.POSITIVE_INFINITY };
        }
        const waiting = Map.groupBy(untried, (position) => providers[position] ?? 'other');
        const left = new Map<ProviderName, number>();
        let waitMs = Number.POSITIVE_INFINITY;
        for (const [provider, positions] of waiting) {
          const perSecond = paceAt(provider);
          if (provider !== 'other' && perSecond !== undefined) {
            const turn = await due(provider, perSecond, positions.length);
            left.set(provider, turn.now);
            waitMs = turn.now < positions.length ? Math.min(waitMs, turn.waitMs) : waitMs;
          }
        }
        const quantum: number[] = [];
        for (const position of untried) {
          const provider = providers[position] ?? 'other';
          const turnsLeft = left.get(provider) ?? Number.POSITIVE_INFINITY;
          if (quantum.length < most && turnsLeft > 0) {
            quantum.push(position);
            left.set(provider, turnsLeft - 1);
          }
        }
        for (const [provider, positions] of Map.groupBy(
          quantum,
          (position) => providers[position] ?? 'other',
        )) {
          const perSecond = paceAt(provider);
          if (provider !== 'other' && perSecond !== undefined) {
            use(provider, perSecond, positions.length);
          }
        }
        return { quantum, waitMs };
      },
      kept() {
        const kept = [...turns].filter(([, { slots }]) => slots > 0);
        return kept.length === 0 ? undefined : (Object.fromEntries(kept) as ProviderTurns);
      },
    };
  }

  return { turnsOf };
}

function bucketId(provider: Provider): string {
  return `provider#${provider}`;
}

/**
 * Reads `{"docomo":5}`.
 *
 * @throws Error when it is no object of positive numbers: a fault of the stack
 */
export function parseProviderPaces(text: string): ProviderPaces {
  const paces: unknown = JSON.parse(text);
  const fits =
    typeof paces === 'object' &&
    paces !== null &&
    Object.values(paces).every((pace) => typeof pace === 'number' && pace > 0);
  if (!fits) {
    throw new Error('the paces of mailbox providers are not an object of recipients per second');
  }
  return paces;
}
