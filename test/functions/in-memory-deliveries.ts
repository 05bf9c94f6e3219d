import type { Deliveries } from '../../aws/deliveries.ts';
import type { Claim } from '../../aws/delivery-claims.ts';
import { type DeliveryState, isFailure, stateRank } from '../../domain/delivery.ts';
import { type Evidence, prevails, type Reached, reachedBy } from '../../domain/feedback/feedback-end.ts';
import { isEntered } from '../../domain/findable.ts';
import { transactable } from './in-memory-transactions.ts';

interface Item {
  readonly [name: string]: unknown;
  readonly stateRank: number;
  readonly state?: DeliveryState;
  readonly attempt?: number;
  readonly leaseUntilMs?: number | undefined;
  readonly duplicates?: number;
}

/** Only what has a value. */
function whyOf({ reason, ruleId }: Pick<Reached, 'reason' | 'ruleId'>) {
  return { ...(reason === undefined ? {} : { reason }), ...(ruleId === undefined ? {} : { ruleId }) };
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
    { state, rank, reason, ruleId },
    facts,
    nowMs,
  ) =>
    transactable(() => {
      if (items.get(id)?.[`event:${kind}`] !== undefined) {
        return undefined;
      }
      const { sesMessageId: _id, ...others } = facts;
      const first = {
        ...(isEntered(kind, facts.campaignId) ? { ...facts, knownSinceMs: nowMs } : others),
        state,
        stateRank: rank,
        ...(isFailure(state) ? whyOf({ reason, ruleId }) : {}),
      };
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
          knownSinceMs: nowMs,
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
    async release(id, attempt, { reason, untilMs }, nowMs) {
      if (attempting(id) && attempt === 1) {
        change(id, {
          reason,
          state: 'waiting',
          stateRank: stateRank.waiting,
          waitingUntilMs: untilMs,
          leaseUntilMs: undefined,
          updatedAtMs: nowMs,
        });
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
    async recordWaiting(id, { reason, untilMs }, facts, nowMs) {
      if (neverSent(id) && items.get(id)?.state !== 'waiting') {
        items.set(id, {
          ...facts,
          reason,
          state: 'waiting',
          stateRank: stateRank.waiting,
          waitingUntilMs: untilMs,
          knownSinceMs: nowMs,
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
        knownSinceMs: nowMs,
        updatedAtMs: nowMs,
      });
      return true;
    },
    async waitAgain(id, beforeMs) {
      const old = items.get(id);
      if (old?.state === 'rejected' && old.stateRank === 0 && Number(old.knownSinceMs ?? 0) < beforeMs) {
        change(id, { state: 'waiting', stateRank: stateRank.waiting, reason: 'resend' });
      }
    },
    async raise(id, state, rank, nowMs, why = {}) {
      const old = items.get(id);
      if (old === undefined || old.stateRank >= rank) {
        return false;
      }
      const none = { reason: undefined, ruleId: undefined, field: undefined, detail: undefined };
      change(id, {
        state,
        stateRank: rank,
        updatedAtMs: nowMs,
        ...(isFailure(state)
          ? { ...(why.reason === undefined ? {} : { ruleId: undefined }), ...whyOf(why) }
          : none),
      });
      return true;
    },
    evidenceUpdate,
    async recordEvidence(id, feedback, reached, facts, nowMs) {
      const apply = transactable.check(evidenceUpdate(id, feedback, reached, facts, nowMs));
      apply?.();
      const { kind, tags: _, ...evidence } = feedback;
      const kept = items.get(id)?.[`event:${kind}`] as Evidence;
      if (prevails(kind, evidence.atMs, kept.atMs)) {
        change(id, { [`event:${kind}`]: evidence });
      }
      const events = Object.entries(items.get(id) ?? {}).filter(([name]) => name.startsWith('event:'));
      const all = reachedBy(Object.fromEntries(events.map(([name, value]) => [name.slice(6), value])));
      const end = all.rank < reached.rank ? reached : all;
      await table.raise(id, end.state, end.rank, nowMs, end);
      if (items.get(id)?.stateRank === end.rank && isFailure(end.state)) {
        change(id, { reason: end.reason, ruleId: end.ruleId });
      }
      return apply !== undefined;
    },
    async proved(ids) {
      return new Set(ids.filter((id) => (items.get(id)?.stateRank ?? 0) >= stateRank.accepted));
    },
  };
  return { ...table, items, stateOf: (id: string) => items.get(id)?.state };
}
