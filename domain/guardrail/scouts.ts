import type { Campaign } from '../campaign/campaign.ts';
import type { Outcomes } from '../campaign/chunk-ledger.ts';
import type { ProviderName } from '../campaign/provider-counts.ts';
import { windowOf } from './window.ts';

/** So many mails of a canary go to a provider before it is known how it takes them. */
const scouts = 5;

/**
 * Those of a chunk who may be sent to now. In a canary a provider gets a few mails first: where it refuses all of ours, for our DNS say,
 * it need not see more than those. It gets the others when one was delivered, or as many have come to an end.
 *
 * @param untried - Indices in the chunk.
 * @param providers - Of its recipients, in their order.
 */
export function behindScouts(
  campaign: Campaign,
  outcomes: Outcomes,
  untried: readonly number[],
  providers: readonly ProviderName[],
): number[] {
  if (campaign.stage?.kind !== 'canary') {
    return [...untried];
  }
  const known = new Set(
    windowOf(campaign, 0)
      .providers.filter(({ counts, results }) => (counts.delivered ?? 0) > 0 || results >= scouts)
      .map(({ provider }) => provider),
  );
  const out = new Map<ProviderName, number>();
  const countOut = (index: number): number => {
    const provider = providers[index] ?? 'other';
    const count = (out.get(provider) ?? 0) + 1;
    out.set(provider, count);
    return count;
  };
  for (const [index, outcome] of Array.from(outcomes).entries()) {
    if ('AaUu'.includes(outcome)) {
      countOut(index);
    }
  }
  return untried.filter((index) => known.has(providers[index] ?? 'other') || countOut(index) <= scouts);
}
