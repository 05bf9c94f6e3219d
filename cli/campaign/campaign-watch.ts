import { setTimeout } from 'node:timers/promises';
import { campaignsTable } from '../../aws/campaigns.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { nextReleaseMs } from '../../domain/campaign/campaign-release.ts';
import { type Command, pipelineOptions } from '../command.ts';
import { connect } from '../connection.ts';
import { pace } from '../pace.ts';
import { linesOn, renderTable } from '../table.ts';
import { campaignNamed } from './campaign-draft.ts';
import {
  exitCodeOf,
  isAtEnd,
  partOf,
  renderProviders,
  renderReasons,
  statusOf,
  tellCampaign,
  totalColumns,
  totalsOf,
} from './campaign-progress.ts';
import { renderVariants } from './variant-table.ts';

const lookMs = 1_000;

export const campaignWatch: Command = {
  name: 'campaign watch',
  summary: 'Follows a campaign to its end: how far, how fast, what becomes of it at each mailbox provider.',
  positionals: ['NAME'],
  options: {
    ...pipelineOptions,
    json: { type: 'boolean', help: 'a line of JSON for each change' },
  },
  async run(call, terminal) {
    const { outputs } = await connect(call);
    const campaigns = campaignsTable(outputs.CampaignsTableName);
    const { campaignId } = await campaignNamed(campaigns, call.positionals[0] ?? '');
    const speed = pace();
    const isJson = call.flag('json');
    // A terminal shows one picture that changes; anything else gets a line for each change.
    const redraw = !isJson && process.stdout.isTTY ? redrawing(terminal.out) : terminal.out;
    let told = '';
    for (;;) {
      const campaign = await campaignNamed(campaigns, campaignId);
      const nowMs = Date.now();
      // What waits for a local time is not in the way of the speed that there is.
      const left = nextReleaseMs(campaign, nowMs) === undefined ? leftOf(campaign) : 0;
      const { perSecond, etaSeconds } = speed.at(nowMs, doneOf(campaign), left);
      const seen = JSON.stringify(campaign);
      if (seen !== told || process.stdout.isTTY) {
        redraw(
          isJson
            ? JSON.stringify({ atMs: nowMs, ...statusOf(campaign), perSecond, etaSeconds })
            : render(campaign, perSecond, etaSeconds),
        );
        told = seen;
      }
      if (isAtEnd(campaign)) {
        if (!isJson) {
          tellCampaign(campaign, call, terminal);
        }
        return exitCodeOf(campaign);
      }
      await setTimeout(lookMs);
    }
  },
};

function doneOf({ outcomes }: Campaign): number {
  return Object.values(outcomes).reduce((sum, count) => sum + count, 0);
}

function leftOf(campaign: Campaign): number {
  return (campaign.plan?.recipients ?? 0) - doneOf(campaign);
}

function render(campaign: Campaign, perSecond: number, etaSeconds: number | undefined): string {
  const { state, stage, plan } = campaign;
  const part = state === 'sending' ? partOf(stage) : '';
  const share = plan === undefined || plan.recipients === 0 ? 0 : doneOf(campaign) / plan.recipients;
  const speed = `${perSecond.toFixed(1)} a second`;
  const eta = etaSeconds === undefined ? '' : `, about ${duration(etaSeconds)} to go`;
  return [
    `${campaign.name}: ${state}${part}, ${(100 * share).toFixed(1)} % done, ${speed}${eta}`,
    renderTable(totalColumns, [Object.values(totalsOf(campaign))]),
    ...renderVariants(campaign),
    ...renderProviders(campaign),
    ...renderReasons(campaign),
  ].join('\n');
}

function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return seconds < 90
    ? `${Math.round(seconds)} s`
    : minutes < 90
      ? `${minutes} min`
      : `${(minutes / 60).toFixed(1)} h`;
}

/** Each text takes the place of the one before, also where the terminal is narrow. */
function redrawing(out: (text: string) => void): (text: string) => void {
  let lines = 0;
  return (text) => {
    out(`${lines > 0 ? `\u001b[${lines}A\u001b[J` : ''}${text}`);
    lines = linesOn(text, process.stdout.columns || Number.POSITIVE_INFINITY);
  };
}
