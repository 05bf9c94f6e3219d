import type { Campaigns } from '../../aws/campaigns.ts';
import type { ChunkLedger, ChunkLedgers } from '../../aws/chunk-ledgers.ts';
import type { Campaign } from '../../domain/campaign.ts';
import { transactable } from './in-memory-transactions.ts';

export function campaign(overrides: Partial<Campaign> = {}): Campaign {
  return {
    campaignId: 'news',
    name: 'news',
    state: 'sending',
    template: 'announcement',
    templateHash: '0123456789abcdef0123456789abcdef',
    audienceKey: 'audiences/news.csv',
    audienceFormat: 'csv',
    tracing: 'failures',
    data: {},
    createdAtMs: 0,
    chunksDone: 0,
    outcomes: { accepted: 0, suppressed: 0, rejected: 0, unknown: 0 },
    bounced: 0,
    complained: 0,
    ...overrides,
  };
}

/** As `aws/campaigns.ts`, with the same conditions. */
export function inMemoryCampaigns(...initial: readonly Campaign[]) {
  const items = new Map(initial.map((each) => [each.campaignId, each]));

  function change(campaignId: string, values: Partial<Campaign>): void {
    const old = items.get(campaignId);
    if (old !== undefined) {
      items.set(campaignId, { ...old, ...values });
    }
  }

  const table: Pick<Campaigns, 'get' | 'move' | 'planned' | 'completeIfDone' | 'addChunk' | 'addTogether'> = {
    async get(campaignId) {
      return items.get(campaignId);
    },
    async move(campaignId, from, to, facts = {}) {
      const old = items.get(campaignId);
      if (old === undefined || !from.includes(old.state)) {
        return false;
      }
      change(campaignId, { state: to, ...facts });
      return true;
    },
    async planned(campaignId, plan) {
      return await table.move(campaignId, ['planning', 'sending'], 'sending', { plan });
    },
    async completeIfDone(campaignId, nowMs) {
      const old = items.get(campaignId);
      if (old?.state !== 'sending' || old.plan?.chunks !== old.chunksDone) {
        return false;
      }
      change(campaignId, { state: 'completed', completedAtMs: nowMs });
      return true;
    },
    async addChunk(campaignId, totals, update) {
      return await table.addTogether(campaignId, { chunksDone: 1, ...totals }, update);
    },
    async addTogether(campaignId, counts, update) {
      const apply = transactable.check(update);
      apply?.();
      const old = items.get(campaignId);
      if (apply === undefined || old === undefined) {
        return false;
      }
      const add = (name: string, value: number) => value + (counts[name] ?? 0);
      change(campaignId, {
        chunksDone: add('chunksDone', old.chunksDone),
        bounced: add('bounced', old.bounced),
        complained: add('complained', old.complained),
        outcomes: {
          accepted: add('accepted', old.outcomes.accepted),
          suppressed: add('suppressed', old.outcomes.suppressed),
          rejected: add('rejected', old.outcomes.rejected),
          unknown: add('unknown', old.outcomes.unknown),
        },
      });
      return true;
    },
  };
  return { ...table, items, change, of: (campaignId: string) => items.get(campaignId) };
}

/** As `aws/chunk-ledgers.ts`, with the same conditions. */
export function inMemoryLedgers() {
  const items = new Map<string, ChunkLedger>();
  const update: ChunkLedgers['update'] = (ledgerId, version, next) =>
    transactable(() => {
      const old = items.get(ledgerId);
      return old === undefined || old.version !== version || old.done
        ? undefined
        : () => void items.set(ledgerId, { ...next, version: version + 1 });
    });
  const settlement: ChunkLedgers['settlement'] = (ledgerId, version, outcomes, done, nowMs) =>
    transactable(() => {
      const old = items.get(ledgerId);
      return old?.version !== version || old.done !== done || old.leaseUntilMs > nowMs
        ? undefined
        : () => void items.set(ledgerId, { ...old, outcomes, version: version + 1 });
    });
  const table: ChunkLedgers = {
    async get(ledgerId) {
      return items.get(ledgerId);
    },
    async create(ledgerId, ledger) {
      if (items.has(ledgerId)) {
        return false;
      }
      items.set(ledgerId, ledger);
      return true;
    },
    update,
    async write(ledgerId, version, next) {
      const apply = transactable.check(update(ledgerId, version, next));
      apply?.();
      return apply !== undefined;
    },
    settlement,
    async settle(ledgerId, version, outcomes, nowMs) {
      const apply = transactable.check(settlement(ledgerId, version, outcomes, false, nowMs));
      apply?.();
      return apply !== undefined;
    },
  };
  return { ...table, items };
}
