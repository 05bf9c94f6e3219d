import type { CampaignCounts, Campaigns, CountOptions } from '../../aws/campaigns.ts';
import type { ChunkLedger, ChunkLedgers } from '../../aws/chunk-ledgers.ts';
import { type Campaign, draftCampaign, type PlanTotals } from '../../domain/campaign/campaign.ts';
import { isActive } from '../../domain/campaign/campaign-life.ts';
import {
  type Counts,
  countName,
  type ProviderName,
  readCountName,
} from '../../domain/campaign/provider-counts.ts';
import type { VariantName } from '../../domain/experiment/variant.ts';
import { type CountsOfVariant, readVariantCountName } from '../../domain/experiment/variant-counts.ts';
import { campaignGuard } from '../../functions/guard-campaign.ts';
import { guardrails, startMs } from './in-memory-ports.ts';
import { transactable } from './in-memory-transactions.ts';

export function campaign(overrides: Partial<Campaign> = {}): Campaign {
  return {
    ...draftCampaign({
      campaignId: 'news',
      name: 'news',
      template: 'announcement',
      templateHash: '0123456789abcdef0123456789abcdef',
      audienceKey: 'audiences/news.csv',
      audienceFormat: 'csv',
      tracing: 'failures',
      data: {},
      createdAtMs: 0,
    }),
    state: 'sending',
    ...overrides,
  };
}

export function planTotals(overrides: Partial<PlanTotals> = {}): PlanTotals {
  return {
    planId: 'p1',
    plannedAtMs: startMs,
    ...{ rows: 0, recipients: 0, invalid: 0, duplicates: 0, rejected: 0, suppressed: 0, capped: 0 },
    ...{ filtered: 0, chunks: 0, canaryChunks: [] },
    ...overrides,
  };
}

/** As `aws/campaigns.ts`, with the same conditions. */
export function inMemoryCampaigns(...initial: readonly Campaign[]) {
  const items = new Map(initial.map((each) => [each.campaignId, each]));

  /** Makes it so, whatever it was. */
  function alter(campaignId: string, values: Partial<Campaign>): void {
    const old = items.get(campaignId);
    if (old !== undefined) {
      items.set(campaignId, { ...old, ...values });
    }
  }

  const table: Campaigns = {
    async list() {
      return [...items.values()].sort((a, b) => b.createdAtMs - a.createdAtMs);
    },
    async create(created) {
      const isNew = !items.has(created.campaignId);
      if (isNew) {
        items.set(created.campaignId, created);
      }
      return isNew;
    },
    async get(campaignId) {
      return items.get(campaignId);
    },
    async activeIds() {
      return [...items.values()].filter(isActive).map(({ campaignId }) => campaignId);
    },
    async change({ campaignId, moves }, { endRunsOf = [], ...facts }) {
      const old = items.get(campaignId);
      if (old?.moves !== moves) {
        return false;
      }
      const merged = Object.entries({ ...old, ...facts }).filter(([, value]) => value !== undefined);
      items.set(campaignId, Object.fromEntries(merged) as unknown as Campaign);
      for (const provider of endRunsOf) {
        alter(campaignId, { providers: withCounts(campaignId, { [countName(provider, 'authRun')]: 0 }, {}) });
      }
      return true;
    },
    async completeIfDone(campaignId, move) {
      const old = items.get(campaignId);
      const isDone =
        old?.state === 'sending' &&
        old.plan?.chunks === old.chunksDone &&
        old.outcomes.stopped === 0 &&
        (old.chunksToResend ?? 0) <= 0;
      if (old === undefined || !isDone) {
        return old;
      }
      alter(campaignId, {
        ...{ state: 'completed', completedAtMs: move.atMs, moves: old.moves + 1 },
        history: [...old.history, move],
      });
      return undefined;
    },
    async addTogether(campaignId, counts, update, { set = {}, unlessRun, ofResend } = {}) {
      const apply = transactable.check(update);
      const old = items.get(campaignId);
      const isOfAnother = ofResend !== undefined && ofResend !== old?.resend?.round;
      if (apply === undefined || old === undefined || isGuarded(old, unlessRun) || isOfAnother) {
        return false;
      }
      apply();
      count(campaignId, counts, set);
      return true;
    },
    async add(campaignId, counts) {
      count(campaignId, counts, {});
    },
  };

  function isGuarded({ providers, stops }: Campaign, unlessRun: CountOptions['unlessRun']): boolean {
    return (
      unlessRun !== undefined &&
      (providers[unlessRun.provider]?.authRun ?? 0) >= unlessRun.of &&
      stops?.[unlessRun.provider] === undefined
    );
  }

  function count(campaignId: string, counts: CampaignCounts, set: Record<string, number>): void {
    const old = items.get(campaignId);
    if (old === undefined) {
      return;
    }
    const add = (name: string, value: number) => value + (counts[name] ?? 0);
    const { accepted, suppressed, rejected, unknown, stopped } = old.outcomes;
    alter(campaignId, {
      chunksDone: add('chunksDone', old.chunksDone),
      ...(counts.chunksToResend === undefined
        ? {}
        : { chunksToResend: add('chunksToResend', old.chunksToResend ?? 0) }),
      bounced: add('bounced', old.bounced),
      complained: add('complained', old.complained),
      outcomes: {
        accepted: add('accepted', accepted),
        suppressed: add('suppressed', suppressed),
        rejected: add('rejected', rejected),
        unknown: add('unknown', unknown),
        stopped: add('stopped', stopped),
      },
      ...(set.lastChunkAtMs === undefined ? {} : { lastChunkAtMs: set.lastChunkAtMs }),
      providers: withCounts(campaignId, set, counts),
      variantCounts: withVariantCounts(old, counts),
    });
  }

  function withCounts(campaignId: string, set: Record<string, number>, added: CampaignCounts) {
    const providers: Partial<Record<ProviderName, Counts>> = { ...items.get(campaignId)?.providers };
    const put = (name: string, next: (old: number) => number) => {
      const [provider, measure] = readCountName(name) ?? [];
      if (provider !== undefined && measure !== undefined) {
        const old = providers[provider];
        providers[provider] = { ...old, [measure]: next(old?.[measure] ?? 0) };
      }
    };
    for (const [name, value] of Object.entries(set)) {
      put(name, () => value);
    }
    for (const [name, value] of Object.entries(added)) {
      put(name, (old) => old + value);
    }
    return providers;
  }

  function withVariantCounts({ variantCounts }: Campaign, added: CampaignCounts): Campaign['variantCounts'] {
    const counts: Partial<Record<VariantName, CountsOfVariant>> = { ...variantCounts };
    for (const [name, value] of Object.entries(added)) {
      const [variant, measure] = readVariantCountName(name) ?? [];
      if (variant !== undefined && measure !== undefined) {
        counts[variant] = { ...counts[variant], [measure]: (counts[variant]?.[measure] ?? 0) + value };
      }
    }
    return counts;
  }

  return { ...table, items, alter, of: (campaignId: string) => items.get(campaignId) };
}

/** Guards campaigns as stages do by default; `started` are those whose planner was started for what follows. */
export function inMemoryGuard(campaigns: Pick<Campaigns, 'get' | 'change'>, nowMs: () => number) {
  const started: string[] = [];
  const guard = campaignGuard({
    ...{ campaigns, settings: guardrails, nowMs, by: 'test' },
    startPlanner: async (campaignId) => void started.push(campaignId),
  });
  return { guard, started, authenticationRun: guardrails.authentication.inARow };
}

/** As `aws/chunk-ledgers.ts`, with the same conditions. */
export function inMemoryLedgers() {
  const items = new Map<string, ChunkLedger>();
  const update: ChunkLedgers['update'] = (ledgerId, version, next) =>
    transactable(() => {
      const old = items.get(ledgerId);
      return old === undefined || old.version !== version || old.done
        ? undefined
        : () => void items.set(ledgerId, { ...old, ...next, version: version + 1 });
    });
  const settlement: ChunkLedgers['settlement'] = (ledgerId, version, outcomes, done, nowMs) =>
    transactable(() => {
      const old = items.get(ledgerId);
      return old?.version !== version || old.done !== done || old.leaseUntilMs > nowMs
        ? undefined
        : () => void items.set(ledgerId, { ...old, outcomes, version: version + 1 });
    });
  const reopening: ChunkLedgers['reopening'] = (ledgerId, version, next) =>
    transactable(() => {
      const old = items.get(ledgerId);
      return old?.version !== version || !old.done
        ? undefined
        : () => void items.set(ledgerId, { ...old, ...next, done: false, version: version + 1 });
    });
  const lookedAt: ChunkLedgers['lookedAt'] = (ledgerId, version, resendRound) =>
    transactable(() => {
      const old = items.get(ledgerId);
      return old?.version !== version || !old.done
        ? undefined
        : () => void items.set(ledgerId, { ...old, resendRound, version: version + 1 });
    });
  const table: ChunkLedgers = {
    async get(ledgerId) {
      return items.get(ledgerId);
    },
    async create(ledgerId, ledger) {
      const there = items.get(ledgerId) ?? ledger;
      items.set(ledgerId, there);
      return there;
    },
    update,
    reopening,
    lookedAt,
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
