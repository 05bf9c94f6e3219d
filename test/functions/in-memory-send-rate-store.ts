import type { SendRateState } from '../../domain/rate.ts';
import type { SendRateStore } from '../../functions/send-rate.ts';

/** As `aws/send-rate.ts`, with the same conditions. */
export function inMemorySendRateStore() {
  const items = new Map<string, SendRateState>();
  const leases = new Map<string, number>();
  /** How many requests each operation had. */
  const calls: Record<keyof SendRateStore, number> = { read: 0, write: 0, lease: 0, refresh: 0, cut: 0 };

  function change(bucketId: string, values: Partial<SendRateState>): SendRateState {
    const old = items.get(bucketId);
    if (old === undefined) {
      throw new Error(`there is no item ${bucketId}`);
    }
    const state = { ...old, ...values };
    items.set(bucketId, state);
    return state;
  }

  const store: SendRateStore = {
    async read(bucketId) {
      calls.read++;
      return items.get(bucketId);
    },
    async write(bucketId, step, quota) {
      calls.write++;
      const state = items.get(bucketId);
      const due =
        state !== undefined &&
        (step.kind === 'append'
          ? state.tatMs >= step.notBeforeMs && state.tatMs <= step.notAfterMs
          : state.tatMs < step.beforeMs);
      const left = state?.campaignQuota;
      if (!due || (quota > 0 && (left === undefined || left < quota))) {
        return { held: false, state };
      }
      const tatMs = step.kind === 'append' ? state.tatMs + step.addMs : step.tatMs;
      const used = quota > 0 && left !== undefined ? { campaignQuota: left - quota } : {};
      return { held: true, state: change(bucketId, { tatMs, ...used }) };
    },
    async lease(bucketId, nowMs, untilMs, staleMs) {
      calls.lease++;
      const free =
        (leases.get(bucketId) ?? Number.NEGATIVE_INFINITY) < nowMs &&
        (items.get(bucketId)?.refreshedAtMs ?? Number.NEGATIVE_INFINITY) <= staleMs;
      if (free) {
        leases.set(bucketId, untilMs);
      }
      return free;
    },
    async refresh(bucketId, facts) {
      calls.refresh++;
      const { tatMs = 0, pace = 1, cutAtMs = 0 } = items.get(bucketId) ?? {};
      const state = { tatMs, pace, cutAtMs, ...facts };
      items.set(bucketId, state);
      leases.delete(bucketId);
      return state;
    },
    async cut(bucketId, pace, nowMs, notSinceMs) {
      calls.cut++;
      const state = items.get(bucketId);
      if (state !== undefined && state.cutAtMs <= notSinceMs) {
        change(bucketId, { pace, cutAtMs: nowMs });
      }
    },
  };
  return { ...store, items, calls };
}
