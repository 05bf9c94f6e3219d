import type { SesAccount } from '../../aws/ses-account.ts';
import type { PlanTotals } from '../../domain/campaign/campaign.ts';
import type { CostLine } from '../../domain/campaign/campaign-cost.ts';
import type { CampaignState } from '../../domain/campaign/campaign-state.ts';
import type { Forecast } from '../../domain/rehearsal/forecast.ts';
import type { ExclusionReason } from '../../domain/rehearsal/rehearsal.ts';
import type { SampleMail } from '../../domain/rehearsal/sample-mail.ts';
import { renderFindings } from '../doctor/report.ts';
import { renderTable } from '../table.ts';
import type { FindingsBefore } from './findings-before.ts';
import type { SentSample } from './samples.ts';

/** All that a rehearsal found. */
export interface RehearsalResult {
  readonly name: string;
  readonly state: CampaignState;
  readonly template: string;
  readonly totals: PlanTotals;
  readonly reasons: readonly ExclusionReason[];
  readonly samples: readonly Pick<SampleMail, 'variant' | 'row' | 'locale' | 'subject'>[];
  readonly folder?: string;
  readonly account: SesAccount;
  readonly forecast: Forecast;
  readonly cost: { readonly usd: number; readonly lines: readonly CostLine[] };
  readonly findings: FindingsBefore;
  /** The doctor would not let it start. */
  readonly isBlocked: boolean;
  readonly tests: readonly SentSample[];
}

export function renderRehearsal(result: RehearsalResult): string {
  const { name, totals, reasons, tests } = result;
  return [
    `${name}: ${totals.recipients} of ${totals.rows} rows would get ${result.template}. Nothing was sent to them.`,
    countsTable(totals),
    ...(reasons.length === 0 ? [] : [reasonsTable(reasons)]),
    ...samplesText(result),
    timeText(result),
    costText(result),
    ...findingsText(result.findings),
    ...(tests.length === 0 ? [] : [testsTable(tests)]),
    ...startText(result),
  ].join('\n\n');
}

function startText({ state, name, totals, isBlocked }: RehearsalResult): string[] {
  if (state !== 'draft') {
    return [];
  }
  if (isBlocked) {
    return ['It cannot be started until what blocks it is mended.'];
  }
  return totals.recipients === 0
    ? ['Nobody would get it, so there is nothing to start.']
    : [`Start it with: npx todoke campaign start ${/^[\w-]+$/.test(name) ? name : JSON.stringify(name)}`];
}

const counted = [
  'rows',
  'recipients',
  'invalid',
  'duplicates',
  'rejected',
  'suppressed',
  'capped',
  'filtered',
] as const satisfies readonly (keyof PlanTotals)[];

function countsTable(totals: PlanTotals): string {
  return renderTable(counted, [counted.map((name) => totals[name])]);
}

function reasonsTable(reasons: readonly ExclusionReason[]): string {
  return renderTable(
    ['left out', 'reason', 'rows', 'the first of them'],
    reasons.flatMap(({ why, code, count, first }) =>
      first.map(({ file, message }, i) => [
        ...(i === 0 ? [why, code, count] : ['', '', '']),
        file === undefined ? message : `file ${file}, ${message}`,
      ]),
    ),
  );
}

function samplesText({ samples, folder }: RehearsalResult): string[] {
  return samples.length === 0
    ? []
    : [
        `${renderTable(
          ['variant', 'language', 'row', 'subject'],
          samples.map(({ variant, locale, row, subject }) => [variant, locale, row, subject]),
        )}\nThe mails are in ${folder}`,
      ];
}

function timeText({ totals, forecast, account }: RehearsalResult): string {
  const { seconds, today, daysOfWaiting } = forecast;
  const { maxSendRate, max24HourSend, sentLast24Hours } = account;
  const quota =
    max24HourSend < 0
      ? 'without a daily quota'
      : `with ${max24HourSend - sentLast24Hours} left of a daily quota of ${max24HourSend}`;
  const rate = `at ${maxSendRate} a second, ${quota}`;
  if (daysOfWaiting === Number.POSITIVE_INFINITY) {
    return `Time: never: SES allows nothing, ${rate}`;
  }
  const canary =
    totals.canaryChunks.length > 0 ? '\nA canary goes first, which takes up to 15 minutes more' : '';
  return daysOfWaiting === 0
    ? `Time: about ${duration(seconds)} ${rate}${canary}`
    : `Time: about ${duration(seconds)} ${rate}: ${today} today, and ${totals.recipients - today} wait for the quota${canary}`;
}

function duration(seconds: number): string {
  const minutes = seconds / 60;
  return seconds < 90
    ? `${Math.ceil(seconds)} s`
    : minutes < 90
      ? `${Math.ceil(minutes)} min`
      : `${(minutes / 60).toFixed(1)} h`;
}

function costText({ cost, account }: RehearsalResult): string {
  const ses = cost.lines.find(({ what }) => what === 'ses')?.usd ?? 0;
  const plan = account.plan ?? 'NONE';
  return `Cost: about $${cost.usd.toFixed(2)}: $${ses.toFixed(2)} to SES (plan ${plan}) and $${(cost.usd - ses).toFixed(2)} for the rest`;
}

function findingsText({ doctor, template }: FindingsBefore): string[] {
  const serious = doctor.filter(({ severity }) => severity !== 'info');
  const templates = (template ?? []).filter(({ severity }) => severity !== 'info');
  return [
    serious.length === 0 ? 'Doctor: nothing serious was found' : renderFindings(serious, 'en'),
    template === undefined
      ? 'Template: its sources are not here, or have changed since it was published (--templates DIRECTORY)'
      : templates.length === 0
        ? 'Template: nothing was found'
        : renderTable(
            ['template', 'language', 'rule', 'what'],
            templates.map(({ severity, locale, rule, message }) => [severity, locale, rule, message]),
          ),
  ];
}

function testsTable(tests: readonly SentSample[]): string {
  return renderTable(
    ['sample sent to', 'variant', 'language', 'outcome'],
    tests.map(({ to, variant, locale, state, reason }) => [
      ...[to, variant, locale],
      [state, reason].filter(Boolean).join(': '),
    ]),
  );
}
