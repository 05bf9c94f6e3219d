import type { Campaign } from '../../domain/campaign/campaign.ts';
import type { VariantMeasure } from '../../domain/experiment/variant-counts.ts';
import { judgedAtMs } from '../../domain/experiment/winner.ts';
import { winnerText } from '../../domain/experiment/winner-text.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import { renderTable } from '../table.ts';

const always = ['accepted', 'bounced', 'complained', 'unsubscribed'] as const satisfies VariantMeasure[];
const whereTracked = {
  opens: ['opened', 'machineOpened'],
  clicks: ['clicked', 'machineClicked'],
} as const satisfies Record<string, VariantMeasure[]>;

/** What became of each variant of a campaign, or of its one mail where opens or clicks are counted, and which is the better one. */
export function renderVariants(campaign: Campaign): string[] {
  const { variants, track, template, templateHash, variantCounts } = campaign;
  const only = track === undefined ? [] : [{ name: 'A' as const, template, templateHash }];
  const columns = [...always, ...(track ?? []).flatMap((what) => whereTracked[what])];
  const rows = (variants ?? only).map((each) => [
    variants === undefined ? 'all' : each.name,
    `${each.template} ${each.templateHash.slice(0, 8)}`,
    ...columns.map((measure) => variantCounts[each.name]?.[measure] ?? 0),
  ]);
  const table = renderTable(['variant', 'mail', ...columns], rows);
  return rows.length === 0 ? [] : [[table, ...renderTrial(campaign)].join('\n')];
}

/** How the trial of its variants ended, or when it will. */
function renderTrial(campaign: Campaign): string[] {
  const { name, state, plan, stage, trial, winner, chunksDone } = campaign;
  if (winner !== undefined) {
    const { ja, en } = winnerText(winner);
    return [`${name}: ${ja}`, `${name}: ${en}`];
  }
  if (trial === undefined || plan === undefined) {
    return [];
  }
  if (plan.trialChunks === plan.chunks) {
    return [`${name} is too small for a trial: everybody gets one of the variants`];
  }
  const isOut = state === 'sending' && stage?.kind === 'trial' && chunksDone >= stage.chunks;
  return isOut ? [`${name} chooses a variant at ${formatTimestamp(judgedAtMs(campaign))}`] : [];
}
