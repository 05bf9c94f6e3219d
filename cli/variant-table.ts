import type { Campaign } from '../domain/campaign.ts';
import type { VariantMeasure } from '../domain/experiment/variant-counts.ts';
import { renderTable } from './table.ts';

const columns = ['accepted', 'bounced', 'complained', 'unsubscribed'] as const satisfies VariantMeasure[];

/** What became of each variant of a campaign. */
export function renderVariants({ variants = [], variantCounts }: Campaign): string[] {
  const rows = variants.map(({ name, template, templateHash }) => [
    name,
    `${template} ${templateHash.slice(0, 8)}`,
    ...columns.map((measure) => variantCounts[name]?.[measure] ?? 0),
  ]);
  return rows.length === 0 ? [] : [renderTable(['variant', 'mail', ...columns], rows)];
}
