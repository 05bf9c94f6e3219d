import { type Provider, providerOf } from '../domain/bounce/provider.ts';
import { nextTakeStep, quantumOf, type SendRateState } from '../domain/rate.ts';
import type { SendRateStore } from './send-rate.ts';

/** Recipients per second that a mailbox provider gets of campaigns, while it gets used to us; providers without one are free. */
export type ProviderPaces = Readonly<Partial<Record<Provider, number>>>;

export interface ProviderPacePorts {
  readonly paces: ProviderPaces;
  readonly store: Pick<SendRateStore, 'read' | 'write' | 'refresh'>;
  readonly nowMs: () => number;
}

/** Which of some recipients may be mailed now. */
export interface Admission {
  /** Positions in what was asked for. */
  readonly admitted: readonly number[];
  /** Milliseconds until there is a turn for the next of the others; absent when all were admitted. */
  readonly waitMs?: number;
}

export type ProviderPace = ReturnType<typeof providerPace>;

/** A send rate of its own for each provider that has a pace, within that of the account. */
export function providerPace({ paces, store, nowMs }: ProviderPacePorts) {
  /** Epoch milliseconds until which nothing more goes to a provider. */
  const restsUntilMs = new Map<Provider, number>();

  async function stateOf(provider: Provider, perSecond: number): Promise<SendRateState> {
    const state = await store.read(bucketId(provider));
    return state?.perSecond === perSecond
      ? state
      : await store.refresh(bucketId(provider), { perSecond, shards: 1, refreshedAtMs: nowMs() });
  }

  /** How many of `count` recipients have a turn. */
  async function take(provider: Provider, perSecond: number, count: number): Promise<number> {
    if ((restsUntilMs.get(provider) ?? 0) > nowMs()) {
      return 0;
    }
    const slots = Math.min(count, quantumOf(perSecond));
    const step = nextTakeStep(await stateOf(provider, perSecond), slots, 'marketing', nowMs());
    if (step.kind === 'append' || step.kind === 'restart') {
      return (await store.write(bucketId(provider), step, 0)).held ? slots : 0;
    }
    restsUntilMs.set(provider, nowMs() + (step.kind === 'wait' ? step.waitMs : 0));
    return 0;
  }

  /** @param domains - Of the recipients, in the order in which they should be mailed. */
  async function admit(domains: readonly string[]): Promise<Admission> {
    const positions = new Map<Provider, number[]>();
    const admitted: number[] = [];
    for (const [position, domain] of domains.entries()) {
      const provider = providerOf(domain, '', '');
      if (provider === undefined || paces[provider] === undefined) {
        admitted.push(position);
      } else {
        positions.set(provider, [...(positions.get(provider) ?? []), position]);
      }
    }
    let waitMs: number | undefined;
    for (const [provider, asking] of positions) {
      const taken = await take(provider, paces[provider] ?? 0, asking.length);
      admitted.push(...asking.slice(0, taken));
      if (taken < asking.length) {
        const rests = Math.max(1, (restsUntilMs.get(provider) ?? 0) - nowMs());
        waitMs = Math.min(waitMs ?? rests, rests);
      }
    }
    return { admitted: admitted.sort((a, b) => a - b), ...(waitMs === undefined ? {} : { waitMs }) };
  }

  return { admit };
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
