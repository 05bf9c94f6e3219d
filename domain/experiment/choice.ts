import type { Campaign } from '../campaign.ts';
import { drawnVariant, type VariantName } from './variant.ts';

/** Which variant a recipient gets; undefined where nothing is counted by variant. */
export function variantFor(
  { campaignId, variants }: Pick<Campaign, 'campaignId' | 'variants'>,
  recipientId: string,
): VariantName | undefined {
  return variants === undefined ? undefined : drawnVariant(campaignId, recipientId, variants.length);
}
