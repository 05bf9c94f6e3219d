import type { Campaign } from '../domain/campaign.ts';
import type { VariantMeasure } from '../domain/experiment/variant-counts.ts';
import { renderTable } from './table.ts';

const always = ['accepted', 'bounced', 'complained', 'unsubscribed'] as const satisfies VariantMeasure[];
const whereTracked = {
  opens: ['opened', 'machineOpened'],
  clicks: ['clicked', 'machineClicked'],
} as const satisfies Record<string, VariantMeasure[]>;

/** What became of each variant of a campaign, or of its one mail where opens or clicks are counted. */
export function renderVariants({
  variants,
  track,
  template,
  templateHash,
  variantCounts,
}: Campaign): string[] {
  const only = track === undefined ? [] : [{ name: 'A' as const, template, templateHash }];
  const columns = [...always, ...(track ?? []).flatMap((what) => whereTracked[what])];
  const rows = (variants ?? only).map((each) => [
    variants === undefined ? 'all' : each.name,
    `${each.template} ${each.templateHash.slice(0, 8)}`,
    ...columns.map((measure) => variantCounts[each.name]?.[measure] ?? 0),
  ]);
  return rows.length === 0 ? [] : [renderTable(['variant', 'mail', ...columns], rows)];
}
