import type { SendRateState } from '../../domain/rate.ts';
import type { SendRateStore } from '../../functions/send-rate.ts';
import { busiest } from './busiest.ts';
import type { Network } from './network.ts';

interface Item extends Partial<SendRateState> {
  readonly leaseUntilMs?: number | undefined;
}

export type SendRateItems = ReturnType<typeof sendRateItems>;

/** As `aws/send-rate.ts`, with the same conditions. */
export function sendRateItems({ slow, latencies }: Network, nowMs: () => number) {
  const items = new Map<string, Item>();
  // DynamoDB allows an item so many requests a second; those whose condition fails count like the others.
  const writes = busiest(nowMs, 1000);
  const reads = busiest(nowMs, 1000);

  const stateOf = (bucketId: string): SendRateState | undefined => {
    const { leaseUntilMs: _, ...item } = items.get(bucketId) ?? {};
    return isState(item) ? item : undefined;
  };
  const change = (bucketId: string, values: Item): void => {
    items.set(bucketId, { ...items.get(bucketId), ...values });
  };
  const written = (bucketId: string): SendRateState => {
    const state = stateOf(bucketId);
    if (state === undefined) {
      throw new Error(`the send-rate items have no ${bucketId}`);
    }
    return state;
  };

  const store: SendRateStore = {
    read: slow(latencies.dynamodb, (bucketId) => {
      reads.add(bucketId);
      return stateOf(bucketId);
    }),
    write: slow(latencies.dynamodb, (bucketId, step, quota) => {
      writes.add(bucketId);
      const state = stateOf(bucketId);
      const { tatMs = Number.NaN, campaignQuota = Number.NaN } = state ?? {};
      const held =
        (step.kind === 'append'
          ? tatMs >= step.notBeforeMs && tatMs <= step.notAfterMs
          : tatMs < step.beforeMs) &&
        (quota === 0 || campaignQuota >= quota);
      if (!held) {
        return { held, state };
      }
      change(bucketId, {
        tatMs: step.kind === 'append' ? tatMs + step.addMs : step.tatMs,
        ...(quota === 0 ? {} : { campaignQuota: campaignQuota - quota }),
      });
      return { held, state: written(bucketId) };
    }),
    lease: slow(latencies.dynamodb, (bucketId, now, untilMs, staleMs) => {
      writes.add(bucketId);
      const { leaseUntilMs = 0, refreshedAtMs = 0 } = items.get(bucketId) ?? {};
      const held = leaseUntilMs < now && refreshedAtMs <= staleMs;
      if (held) {
        change(bucketId, { leaseUntilMs: untilMs });
      }
      return held;
    }),
    refresh: slow(latencies.dynamodb, (bucketId, facts) => {
      writes.add(bucketId);
      const { tatMs = 0, pace = 1, cutAtMs = 0 } = items.get(bucketId) ?? {};
      items.set(bucketId, { tatMs, pace, cutAtMs, ...facts });
      return written(bucketId);
    }),
    cut: slow(latencies.dynamodb, (bucketId, pace, now, notSinceMs) => {
      writes.add(bucketId);
      if ((items.get(bucketId)?.cutAtMs ?? Number.POSITIVE_INFINITY) <= notSinceMs) {
        change(bucketId, { pace, cutAtMs: now });
      }
    }),
  };
  return { store, mostWritesInASecond: writes.most, mostReadsInASecond: reads.most };
}

/** A lease alone is not a state yet. */
function isState(item: Partial<SendRateState>): item is SendRateState {
  return item.perSecond !== undefined;
}
