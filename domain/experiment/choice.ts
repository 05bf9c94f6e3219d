import type { Campaign } from '../campaign/campaign.ts';
import { isInTrial } from './trial.ts';
import { drawnVariant, type VariantName } from './variant.ts';

/**
 * Which variant a recipient of a chunk gets, whenever that is sent: the winner where the others of the chunk waited for it, else the one
 * that is drawn.
 *
 * @returns undefined where nothing is counted by variant
 */
export function variantFor(
  { campaignId, variants, track, winner, plan }: Campaign,
  chunk: number,
  recipientId: string,
): VariantName | undefined {
  if (variants === undefined) {
    // What is tracked is counted as of one variant.
    return track === undefined ? undefined : 'A';
  }
  return winner !== undefined && plan !== undefined && !isInTrial(plan, chunk)
    ? winner.variant
    : drawnVariant(campaignId, recipientId, variants.length);
}
