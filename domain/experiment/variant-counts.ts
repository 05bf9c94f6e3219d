import { type VariantName, variantNames } from './variant.ts';

/** What is counted of a variant, each recipient once. */
export const variantMeasures = [
  'accepted',
  'bounced',
  'complained',
  'unsubscribed',
  'opened',
  'clicked',
  /** By mail programs that load pictures ahead, and by scanners. */
  'machineOpened',
  'machineClicked',
] as const;

export type VariantMeasure = (typeof variantMeasures)[number];

/** What is absent is 0. */
export type CountsOfVariant = Readonly<Partial<Record<VariantMeasure, number>>>;

export type VariantCounts = Readonly<Partial<Record<VariantName, CountsOfVariant>>>;

/** Name under which a count stands beside others: `variant:A:clicked`. */
export function variantCountName(variant: VariantName, measure: VariantMeasure): string {
  return `variant:${variant}:${measure}`;
}

/** The reverse of {@link variantCountName}; undefined for any other name. */
export function readVariantCountName(name: string): readonly [VariantName, VariantMeasure] | undefined {
  const [word, variant, measure, ...more] = name.split(':');
  const found = variantNames.find((known) => known === variant);
  const counted = variantMeasures.find((known) => known === measure);
  return word === 'variant' && more.length === 0 && found !== undefined && counted !== undefined
    ? [found, counted]
    : undefined;
}
