import { type Campaign, chunkSize } from '../campaign/campaign.ts';
import {
  add,
  type Counts,
  type ProviderCounts,
  type ProviderName,
  sumOf,
} from '../campaign/provider-counts.ts';

/** What guardrails look at: the counts since they began to look, and how many mails those are of. */
export interface Window {
  readonly total: Sample;
  readonly providers: readonly (Sample & { readonly provider: ProviderName })[];
  /** Rejected before SES accepted them, and refused by it afterwards. */
  readonly refusals: number;
}

export interface Sample {
  readonly counts: Counts;
  /** Mails of which the end is known. */
  readonly results: number;
  /** Mails that the counts are of, as far as can be told. */
  readonly of: number;
}

/**
 * The counts of a campaign's present stage. Acceptances are counted when a chunk is done, bounces when they come: so of a canary it is
 * known how many mails it has, and of the rest it is estimated how many are out already.
 *
 * @param chunksInFlight - Chunks that may be worked on at present.
 */
export function windowOf(campaign: Campaign, chunksInFlight: number): Window {
  const { stage, outcomes } = campaign;
  const before = stage?.before;
  const since = Object.entries(campaign.providers).map(
    ([provider, counts]) =>
      [provider as ProviderName, sinceThen(counts, before?.providers[provider as ProviderName])] as const,
  );
  const counts = sumOf(Object.fromEntries(since) as ProviderCounts);
  const { accepted = 0 } = counts;
  const results = resultsOf(counts);
  const expected = Math.max(0, stage?.recipients ?? campaign.plan?.recipients ?? 0);
  const out = stage?.kind === 'canary' ? expected : Math.min(expected, accepted + chunksInFlight * chunkSize);
  const of = Math.max(accepted, results, out);
  const scale = accepted > 0 ? of / accepted : 0;
  return {
    total: { counts, results, of },
    providers: since.map(([provider, its]) => ({
      provider,
      counts: its,
      results: resultsOf(its),
      of: Math.max(resultsOf(its), (its.accepted ?? 0) * scale),
    })),
    refusals: outcomes.rejected - (before?.rejected ?? 0) + (counts.refused ?? 0),
  };
}

function sinceThen(counts: Counts, before: Counts = {}): Counts {
  const since = add(counts, before, -1);
  // Of a chunk that is opened again, what was counted is taken back for a while.
  const positive = Object.entries(since).filter(([, count]) => count > 0);
  return { ...Object.fromEntries(positive), authRun: counts.authRun ?? 0 };
}

function resultsOf({
  delivered = 0,
  hard = 0,
  soft = 0,
  auth = 0,
  blocked = 0,
  refused = 0,
}: Counts): number {
  return delivered + hard + soft + auth + blocked + refused;
}
