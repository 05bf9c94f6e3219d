import type { CostLine } from '../../domain/campaign/campaign-cost.ts';
import { providerLabel } from '../../domain/guardrail/text.ts';
import type { Receipt } from '../../domain/receipt/receipt.ts';
import { reports, rowOutcomes } from '../../domain/receipt/row-outcome.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import { renderTable } from '../table.ts';

const costWords: Readonly<Record<CostLine['what'], string>> = {
  ses: 'SES, for each mail',
  planning: 'planning',
  sending: 'sending, less SES',
  feedback: 'what SES reported',
};

const reportWords = {
  delivered: 'delivered',
  delayed: 'still delayed',
  bounced: 'bounced',
  complained: 'complained of',
  refused: 'refused by SES afterwards',
  none: 'nothing reported',
} as const;

/** A receipt for people. */
export function renderReceipt(receipt: Receipt): string {
  return [
    heading(receipt),
    outcomesTable(receipt),
    ...reasonsTable(receipt),
    ...providersTable(receipt),
    timesText(receipt),
    costTable(receipt),
    ...receipt.halts.map(({ ja, en }) => `${ja}\n${en}`),
    ...movesTable(receipt),
  ].join('\n\n');
}

function heading({ name, state, template, templateHash, tracing }: Receipt): string {
  const silence =
    tracing === 'failures'
      ? '\nSES reports failures only of this campaign: mail of which nothing is reported has most likely arrived.'
      : '';
  return `${name}: ${state}, template ${template} ${templateHash}${silence}`;
}

function outcomesTable({ rows, outcomes, reports: counts, addsUp }: Receipt): string {
  const lines = rowOutcomes.flatMap((outcome) => [
    ...(outcomes[outcome] === 0 && outcome !== 'accepted' ? [] : [[outcome, outcomes[outcome]] as const]),
    ...(outcome === 'accepted'
      ? reports
          .filter((report) => counts[report] > 0)
          .map((report) => [`  ${reportWords[report]}`, counts[report]] as const)
      : []),
  ]);
  const total = ['all rows of the audience', rows] as const;
  const table = renderTable(['outcome', 'rows'], [...lines, total]);
  return addsUp
    ? table
    : `${table}\nThis does not add up: rows are missing from the bucket or the table of deliveries.`;
}

function reasonsTable({ reasons }: Receipt): string[] {
  return reasons.length === 0
    ? []
    : [
        renderTable(
          ['outcome', 'reason', 'rows', 'for example row'],
          reasons.map(({ outcome, code, count, firstRows }) => [outcome, code, count, firstRows.join(', ')]),
        ),
      ];
}

function providersTable({ providers }: Receipt): string[] {
  return providers.length === 0
    ? []
    : [
        renderTable(
          ['provider', 'accepted', 'bounced', 'complained'],
          providers.map(({ provider, accepted = 0, bounceRate, complaintRate }) => [
            providerLabel(provider, 'en'),
            accepted,
            percent(bounceRate),
            percent(complaintRate),
          ]),
        ),
      ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function timesText({ times, outcomes }: Receipt): string {
  const { startedAt, plannedAt, lastChunkAt, completedAt, sendingSeconds, acceptedPerSecond } = times;
  const named = { started: startedAt, planned: plannedAt, 'last chunk': lastChunkAt, completed: completedAt };
  const lines = Object.entries(named).filter(([, at]) => at !== undefined);
  const rate = `${outcomes.accepted} accepted in ${sendingSeconds.toFixed(1)} s of sending, ${acceptedPerSecond.toFixed(1)} a second`;
  return [...lines.map(([name, at]) => `${name.padEnd(10)}  ${at}`), rate].join('\n');
}

function costTable({ cost }: Receipt): string {
  return renderTable(
    ['cost', 'US dollars', ''],
    [
      ...cost.lines.map(({ what, usd, basis }) => [costWords[what], usd.toFixed(4), basis]),
      ['all together', cost.usd.toFixed(4)],
    ],
  );
}

function movesTable({ moves }: Receipt): string[] {
  return moves.length === 0
    ? []
    : [
        renderTable(
          ['when', 'became', 'by', 'why'],
          moves.map(({ atMs, to, by, why }) => [formatTimestamp(atMs), to, by, why]),
        ),
      ];
}
