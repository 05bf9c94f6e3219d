import type { Campaign, Tracing } from '../campaign/campaign.ts';
import { type CostLine, campaignCost, totalUsd } from '../campaign/campaign-cost.ts';
import type { CampaignMove, CampaignState, Halt } from '../campaign/campaign-state.ts';
import type { Counts, ProviderName } from '../campaign/provider-counts.ts';
import type { VariantCounts } from '../experiment/variant-counts.ts';
import { haltText } from '../guardrail/text.ts';
import { formatTimestamp } from '../timestamp.ts';
import type { Tally } from './tally.ts';

/** What became of a campaign: every row of the audience once, and what it took. */
export interface Receipt extends Omit<Tally, 'rows'> {
  readonly campaignId: string;
  readonly name: string;
  readonly state: CampaignState;
  readonly template: string;
  readonly templateHash: string;
  readonly tracing: Tracing;
  /** Rows that the planner read. */
  readonly rows: number;
  /** Whether the outcomes add up to the rows. */
  readonly addsUp: boolean;
  readonly providers: readonly ProviderRates[];
  readonly variants: VariantCounts;
  readonly times: ReceiptTimes;
  /** US dollars. */
  readonly cost: { readonly usd: number; readonly lines: readonly CostLine[] };
  readonly halts: readonly (Halt & { readonly ja: string; readonly en: string })[];
  readonly moves: readonly CampaignMove[];
}

/** Counts at a mailbox provider, and their shares of what SES accepted. */
export interface ProviderRates extends Counts {
  readonly provider: ProviderName;
  readonly bounceRate: number;
  readonly complaintRate: number;
}

/** RFC 3339, and seconds. */
export interface ReceiptTimes {
  readonly startedAt?: string;
  readonly plannedAt?: string;
  readonly lastChunkAt?: string;
  readonly completedAt?: string;
  /** From the plan to the last chunk, less the time for which it was paused or halted. */
  readonly sendingSeconds: number;
  readonly acceptedPerSecond: number;
}

export function receiptOf(
  campaign: Campaign,
  tally: Tally,
  { ledgerWrites, plan }: { readonly ledgerWrites: number; readonly plan?: string | undefined },
): Receipt {
  const { campaignId, name, state, template, templateHash, tracing, halt, stops = {}, history } = campaign;
  const { rows: found, outcomes, reports, reasons } = tally;
  const rows = campaign.plan?.rows ?? 0;
  const times = timesOf(campaign, outcomes.accepted);
  const failures = reports.bounced + reports.complained + reports.refused;
  const lines = campaignCost({
    rows,
    ledgerWrites,
    failures,
    plan,
    mails: outcomes.accepted + outcomes.unknown,
    chunks: campaign.plan?.chunks ?? 0,
    events: failures + reports.delivered + reports.delayed,
    sendingSeconds: times.sendingSeconds,
  });
  return {
    campaignId,
    name,
    state,
    template,
    templateHash,
    tracing,
    rows,
    outcomes,
    reports,
    reasons,
    times,
    addsUp: found === rows,
    variants: campaign.variantCounts,
    providers: Object.entries(campaign.providers).map(([provider, counts]) => ratesOf(provider, counts)),
    cost: { usd: totalUsd(lines), lines },
    halts: (halt === undefined ? Object.values(stops) : [halt]).map((each) => ({
      ...each,
      ...haltText(each),
    })),
    moves: history,
  };
}

function ratesOf(provider: string, counts: Counts): ProviderRates {
  const { accepted = 0, hard = 0, soft = 0, auth = 0, blocked = 0, complained = 0 } = counts;
  const share = (count: number) => (accepted === 0 ? 0 : count / accepted);
  return {
    ...counts,
    provider: provider as ProviderName,
    bounceRate: share(hard + soft + auth + blocked),
    complaintRate: share(complained),
  };
}

function timesOf(campaign: Campaign, accepted: number): ReceiptTimes {
  const { plan, lastChunkAtMs, completedAtMs, history } = campaign;
  const startedAtMs = history.find(({ to }) => to === 'planning')?.atMs;
  const sendingSeconds = secondsOfSending(campaign);
  const named = { startedAt: startedAtMs, plannedAt: plan?.plannedAtMs, lastChunkAt: lastChunkAtMs };
  return {
    ...Object.fromEntries(
      Object.entries({ ...named, completedAt: completedAtMs }).flatMap(([each, ms]) =>
        ms === undefined ? [] : [[each, formatTimestamp(ms)]],
      ),
    ),
    sendingSeconds,
    acceptedPerSecond: sendingSeconds === 0 ? 0 : accepted / sendingSeconds,
  };
}

/** Of the spans in which it was being sent, as far as its history goes back. */
function secondsOfSending({ history, lastChunkAtMs }: Campaign): number {
  let sinceMs: number | undefined;
  let ms = 0;
  for (const { to, atMs } of history) {
    if (sinceMs !== undefined && to !== 'sending') {
      ms += Math.max(0, Math.min(atMs, lastChunkAtMs ?? atMs) - sinceMs);
      sinceMs = undefined;
    } else if (to === 'sending') {
      sinceMs ??= atMs;
    }
  }
  if (sinceMs !== undefined && lastChunkAtMs !== undefined) {
    ms += Math.max(0, lastChunkAtMs - sinceMs);
  }
  return ms / 1000;
}
