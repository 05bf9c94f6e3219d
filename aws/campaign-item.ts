import type { Campaign } from '../domain/campaign/campaign.ts';
import { isActive } from '../domain/campaign/campaign-life.ts';
import {
  type Counts,
  countName,
  type ProviderName,
  readCountName,
} from '../domain/campaign/provider-counts.ts';
import type { VariantName } from '../domain/experiment/variant.ts';
import { type CountsOfVariant, readVariantCountName } from '../domain/experiment/variant-counts.ts';
import type { Item } from './table.ts';

/** Sparse: whatever is over is not in it. Must match `infra/tables.ts`. */
export const activeIndex = { name: 'active', attribute: 'active', value: 'yes' };

export function activeAttribute(campaign: Campaign): Record<string, string> {
  return isActive(campaign) ? { [activeIndex.attribute]: activeIndex.value } : {};
}

/** Counters stand in the item by themselves, so that each can be added to. */
export function attributesOf(providers: Campaign['providers']): Record<string, number> {
  return Object.fromEntries(
    Object.entries(providers).flatMap(([provider, counts]) =>
      Object.entries(counts).map(([measure, count]) => [
        countName(provider as ProviderName, measure as keyof Counts),
        count,
      ]),
    ),
  );
}

export function campaignOf(item: Item): Campaign {
  const { accepted, suppressed, rejected, unknown, stopped, [activeIndex.attribute]: _, ...rest } = item;
  const providers: Partial<Record<ProviderName, Counts>> = {};
  const variantCounts: Partial<Record<VariantName, CountsOfVariant>> = {};
  const facts: Item = {};
  for (const [name, value] of Object.entries(rest)) {
    const counted = readCountName(name);
    const ofVariant = readVariantCountName(name);
    if (ofVariant !== undefined) {
      const [variant, measure] = ofVariant;
      variantCounts[variant] = { ...variantCounts[variant], [measure]: value };
    } else if (counted === undefined) {
      facts[name] = value;
    } else {
      const [provider, measure] = counted;
      providers[provider] = { ...providers[provider], [measure]: value };
    }
  }
  return {
    ...facts,
    outcomes: { accepted, suppressed, rejected, unknown, stopped },
    providers,
    variantCounts,
  } as unknown as Campaign;
}
