import type { Campaign } from '../campaign.ts';
import { drawnVariant, type VariantName } from './variant.ts';

/** Which variant a recipient gets; undefined where nothing is counted by variant. */
export function variantFor(
  { campaignId, variants, track }: Pick<Campaign, 'campaignId' | 'variants' | 'track'>,
  recipientId: string,
): VariantName | undefined {
  if (variants === undefined) {
    // What is tracked is counted as of one variant.
    return track === undefined ? undefined : 'A';
  }
  return drawnVariant(campaignId, recipientId, variants.length);
}
