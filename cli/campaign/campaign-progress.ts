import { setTimeout } from 'node:timers/promises';
import type { Campaigns } from '../../aws/campaigns.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { isClosed, isOver } from '../../domain/campaign/campaign-life.ts';
import { nextReleaseMs } from '../../domain/campaign/campaign-release.ts';
import type { Halt } from '../../domain/campaign/campaign-state.ts';
import type { ProviderName } from '../../domain/campaign/provider-counts.ts';
import { winnerText } from '../../domain/experiment/winner-text.ts';
import { haltText, providerLabel } from '../../domain/guardrail/text.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import type { Call, Terminal } from '../command.ts';
import { renderTable } from '../table.ts';
import { renderVariants } from './variant-table.ts';

const lookMs = 500;

/** Whether nothing more happens to a campaign without a person's doing. */
export function isAtEnd(campaign: Campaign): boolean {
  return (isOver(campaign) && isClosed(campaign)) || campaign.state === 'halted';
}

/** What a command says of a campaign that it waited for. */
export function exitCodeOf({ state }: Campaign): number {
  return state === 'failed' || state === 'halted' ? 1 : 0;
}

/** Follows a campaign to its end, telling each change on `err`. */
export async function awaitCampaign(
  campaigns: Pick<Campaigns, 'get'>,
  campaignId: string,
  { err }: Terminal,
): Promise<Campaign | undefined> {
  let told = '';
  for (;;) {
    const campaign = await campaigns.get(campaignId);
    if (campaign === undefined || isAtEnd(campaign)) {
      return campaign;
    }
    const line = renderProgress(campaign);
    if (line !== told) {
      err(line);
      told = line;
    }
    await setTimeout(lookMs);
  }
}

/** What part of a campaign is being sent, where it is not all of it. */
export function partOf(stage: Campaign['stage']): string {
  return stage?.kind === 'canary'
    ? `, canary ${stage.number}`
    : stage?.kind === 'trial'
      ? ', trial of variants'
      : '';
}

function renderProgress({ state, plan, stage, chunksDone, outcomes }: Campaign): string {
  if (plan === undefined) {
    return `${state} …`;
  }
  const part = partOf(stage);
  return `${state}${part}: ${chunksDone} of ${plan.chunks} chunks done, ${outcomes.accepted} accepted …`;
}

/** Every row of the audience in exactly one of these once the campaign is over, and what SES reported of the accepted ones since. */
export function totalsOf({ plan, outcomes, bounced, complained }: Campaign) {
  return {
    recipients: plan?.rows ?? 0,
    accepted: outcomes.accepted,
    suppressed: (plan?.suppressed ?? 0) + outcomes.suppressed,
    invalid: plan?.invalid ?? 0,
    duplicates: plan?.duplicates ?? 0,
    capped: plan?.capped ?? 0,
    filtered: plan?.filtered ?? 0,
    rejected: (plan?.rejected ?? 0) + outcomes.rejected,
    unknown: outcomes.unknown,
    stopped: outcomes.stopped,
    bounced,
    complained,
  };
}

/** What people read above those: `recipients` are all rows of the audience. */
export const totalColumns = [
  'rows',
  'accepted',
  'suppressed',
  'invalid',
  'duplicates',
  'capped',
  'filtered',
  'rejected',
  'unknown',
  'stopped',
  'bounced',
  'complained',
] as const;

/** A campaign for other programs: with its totals, and why it was stopped in words. */
export function statusOf(campaign: Campaign) {
  const { halt, stops = {}, winner } = campaign;
  const explained = (each: Halt) => ({ ...each, ...haltText(each) });
  return {
    ...campaign,
    ...totalsOf(campaign),
    ...(halt === undefined ? {} : { halt: explained(halt) }),
    ...(winner === undefined ? {} : { winner: { ...winner, ...winnerText(winner) } }),
    stops: Object.values(stops).map(explained),
  };
}

export function tellCampaign(campaign: Campaign, call: Call, { out }: Terminal): void {
  out(
    call.flag('json')
      ? JSON.stringify(statusOf(campaign))
      : [
          renderCampaigns([campaign]),
          ...renderVariants(campaign),
          ...renderProviders(campaign),
          ...renderHistory(campaign),
        ].join('\n\n'),
  );
}

export function renderCampaigns(campaigns: readonly Campaign[]): string {
  const table = renderTable(
    ['campaign', 'state', ...totalColumns],
    campaigns.map((campaign) => [campaign.name, campaign.state, ...Object.values(totalsOf(campaign))]),
  );
  return [table, ...campaigns.flatMap(renderReasons)].join('\n');
}

/** Why it does not go on, or not to everybody. */
export function renderReasons(campaign: Campaign): string[] {
  const { name, failure, halt, stops = {} } = campaign;
  const halts = halt === undefined ? Object.values(stops) : [halt];
  return [
    ...(failure === undefined ? [] : [`${name} failed: ${failure}`]),
    ...renderTimes(campaign),
    ...halts.map(haltText).flatMap(({ ja, en }) => [`${name}: ${ja}`, `${name}: ${en}`]),
  ];
}

/** When it goes on by itself. */
function renderTimes(campaign: Campaign): string[] {
  const { name, state, startAtMs, local } = campaign;
  const nextMs = nextReleaseMs(campaign, Date.now());
  const where = local === undefined ? '' : `, where it is ${local.at} first`;
  return [
    ...(state === 'scheduled' && startAtMs !== undefined
      ? [`${name} starts at ${formatTimestamp(startAtMs)}${where}`]
      : []),
    ...(nextMs === undefined
      ? []
      : [`${name} goes on at ${formatTimestamp(nextMs)}, where it is ${local?.at} then`]),
  ];
}

const columns = ['accepted', 'stopped', 'delayed', 'hard', 'soft', 'auth', 'blocked', 'complained'] as const;

/** Outcomes by mailbox provider. */
export function renderProviders({ providers }: Campaign): string[] {
  const rows = Object.entries(providers).map(([provider, counts]) => [
    providerLabel(provider as ProviderName, 'en'),
    ...columns.map((measure) => counts[measure] ?? 0),
  ]);
  return rows.length === 0 ? [] : [renderTable(['provider', ...columns], rows)];
}

function renderHistory({ history }: Campaign): string[] {
  const rows = history.map(({ atMs, to, by, why }) => [formatTimestamp(atMs), to, by, why]);
  return rows.length === 0 ? [] : [renderTable(['when', 'became', 'by', 'why'], rows)];
}
