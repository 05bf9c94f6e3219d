import type { Claim, Deliveries } from '../../aws/deliveries.ts';
import { type DeliveryState, isFailure, stateRank } from '../../domain/delivery.ts';
import { transactable } from './in-memory-transactions.ts';

interface Item {
  readonly [name: string]: unknown;
  readonly stateRank: number;
  readonly state?: DeliveryState;
  readonly attempt?: number;
  readonly leaseUntilMs?: number | undefined;
  readonly duplicates?: number;
}

/** As `aws/deliveries.ts`, with the same conditions. */
export function inMemoryDeliveries() {
  const items = new Map<string, Item>();
  const neverSent = (id: string) => (items.get(id)?.stateRank ?? 0) === 0;
  const attempting = (id: string) => items.get(id)?.stateRank === stateRank.attempting;
  const leaseMs = 75_000;

  function change(id: string, values: Partial<Item>): void {
    items.set(id, { stateRank: 0, ...items.get(id), ...values });
  }

  const evidenceUpdate: Deliveries['evidenceUpdate'] = (
    id,
    { kind, tags: _, ...evidence },
    { state, rank, reason },
    facts,
    nowMs,
  ) =>
    transactable(() => {
      if (items.get(id)?.[`event:${kind}`] !== undefined) {
        return undefined;
      }
      const first = { ...facts, state, stateRank: rank, ...(isFailure(state) ? { reason } : {}) };
      return () =>
        change(id, { ...first, ...items.get(id), [`event:${kind}`]: evidence, updatedAtMs: nowMs });
    });

  const table: Omit<Deliveries, 'get' | 'failuresOn'> = {
    async claim(id, facts, nowMs): Promise<Claim> {
      const old = items.get(id);
      if (old === undefined || neverSent(id)) {
        const leaseUntilMs = nowMs + leaseMs;
        items.set(id, {
          ...facts,
          state: 'attempting',
          stateRank: stateRank.attempting,
          attempt: 1,
          leaseUntilMs,
        });
        return { kind: 'claimed', attempt: 1 };
      }
      if (old.state === 'attempting' && (old.leaseUntilMs ?? 0) > nowMs) {
        return { kind: 'busy', retryAfterMs: (old.leaseUntilMs ?? 0) - nowMs };
      }
      if (old.state === 'attempting' || old.state === 'unknown') {
        return { kind: 'inDoubt', attempt: old.attempt ?? 1 };
      }
      change(id, { duplicates: (old.duplicates ?? 0) + 1 });
      return { kind: 'duplicate', state: old.state ?? 'accepted' };
    },
    async reclaim(id, attempt, nowMs) {
      const old = items.get(id);
      if (old === undefined || old.attempt !== attempt || old.stateRank > stateRank.unknown) {
        return false;
      }
      const leaseUntilMs = nowMs + leaseMs;
      change(id, {
        state: 'attempting',
        stateRank: stateRank.attempting,
        attempt: attempt + 1,
        leaseUntilMs,
      });
      return true;
    },
    async release(id, attempt, nowMs) {
      if (attempting(id) && attempt === 1) {
        items.delete(id);
      } else if (attempting(id)) {
        change(id, {
          state: 'unknown',
          stateRank: stateRank.unknown,
          attempt: attempt - 1,
          leaseUntilMs: undefined,
          updatedAtMs: nowMs,
        });
      }
    },
    async recordAccepted(id, sesMessageId, nowMs) {
      change(id, { sesMessageId, acceptedAtMs: nowMs, leaseUntilMs: undefined });
      await table.raise(id, 'accepted', stateRank.accepted, nowMs);
    },
    async settle(id, state, reason, nowMs) {
      const held = state === 'unknown' && items.get(id)?.stateRank === stateRank.unknown;
      if (attempting(id) || held) {
        change(id, {
          ...reason,
          state,
          stateRank: stateRank[state],
          leaseUntilMs: undefined,
          updatedAtMs: nowMs,
        });
      }
    },
    async recordRejected(id, reason, facts, nowMs) {
      if (!neverSent(id)) {
        return false;
      }
      items.set(id, {
        ...facts,
        ...reason,
        state: 'rejected',
        stateRank: stateRank.rejected,
        updatedAtMs: nowMs,
      });
      return true;
    },
    async raise(id, state, rank, nowMs, reason) {
      const old = items.get(id);
      if (old !== undefined && old.stateRank < rank) {
        const noReason = { reason: undefined, field: undefined, detail: undefined };
        const why = reason === undefined ? {} : { reason };
        change(id, { state, stateRank: rank, updatedAtMs: nowMs, ...(isFailure(state) ? why : noReason) });
      }
    },
    evidenceUpdate,
    async recordEvidence(id, feedback, reached, facts, nowMs) {
      const apply = transactable.check(evidenceUpdate(id, feedback, reached, facts, nowMs));
      apply?.();
      await table.raise(id, reached.state, reached.rank, nowMs, reached.reason);
      return apply !== undefined;
    },
    async proved(ids) {
      return new Set(ids.filter((id) => (items.get(id)?.stateRank ?? 0) >= stateRank.accepted));
    },
  };
  return { ...table, items, stateOf: (id: string) => items.get(id)?.state };
}
