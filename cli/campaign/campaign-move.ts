import { type Campaigns, campaignsTable } from '../../aws/campaigns.ts';
import { startPlanning } from '../../aws/planner.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import type { CampaignChange, Mover } from '../../domain/campaign/campaign-life.ts';
import { type Call, type Command, CommandError, pipelineOptions, type Terminal } from '../command.ts';
import { type Connection, connect } from '../connection.ts';
import { operatorOf, operatorOption } from '../operator.ts';
import { campaignNamed } from './campaign-draft.ts';
import { awaitCampaign, exitCodeOf, tellCampaign } from './campaign-progress.ts';

/** Of commands that move a campaign: all of it stands in its history. */
export const moverOptions = {
  ...operatorOption,
  why: { type: 'string', value: 'TEXT', help: 'why, for the history' },
} as const;

export function moverOf(call: Call): Mover {
  const why = call.text('why');
  return { by: operatorOf(call), atMs: Date.now(), ...(why === undefined ? {} : { why }) };
}

/** Others move it as well: guardrails, the planner. */
const maxTries = 10;

/**
 * Moves a campaign on from wherever it is by then, and has the planner do what follows.
 *
 * @throws InputError `campaign-state`: there is no way from there
 */
export async function moveCampaign(
  { outputs }: Connection,
  read: Campaign,
  changeOf: (campaign: Campaign) => CampaignChange,
): Promise<void> {
  const campaigns: Pick<Campaigns, 'get' | 'change'> = campaignsTable(outputs.CampaignsTableName);
  for (let tries = 0; tries < maxTries; tries++) {
    const campaign = tries === 0 ? read : await campaignNamed(campaigns, read.name);
    const change = changeOf(campaign);
    if (await campaigns.change(campaign, change)) {
      if (change.dueAtMs !== undefined && change.startAtMs === undefined) {
        await startPlanning(outputs.PlanCampaignFunctionName, campaign.campaignId);
      }
      return;
    }
  }
  throw new CommandError(`campaign "${read.name}" was moved by others ${maxTries} times meanwhile`);
}

/** Tells what became of a campaign: at once, or at its end. @returns the exit code */
export async function tellEnd(
  call: Call,
  { outputs }: Connection,
  campaignId: string,
  terminal: Terminal,
): Promise<number> {
  const campaigns = campaignsTable(outputs.CampaignsTableName);
  const campaign = call.flag('wait')
    ? await awaitCampaign(campaigns, campaignId, terminal)
    : await campaigns.get(campaignId);
  if (campaign === undefined) {
    throw new CommandError(`campaign ${campaignId} is gone`);
  }
  tellCampaign(campaign, call, terminal);
  return exitCodeOf(campaign);
}

/** A command that moves the campaign it names. */
export function moveCommand(
  { name, summary, options = {} }: Pick<Command, 'name' | 'summary'> & Partial<Pick<Command, 'options'>>,
  changeOf: (campaign: Campaign, mover: Mover) => CampaignChange,
): Command {
  return {
    name,
    summary,
    positionals: ['NAME'],
    options: { ...options, ...moverOptions, ...pipelineOptions },
    async run(call, terminal) {
      const connection = await connect(call);
      const campaigns = campaignsTable(connection.outputs.CampaignsTableName);
      const read = await campaignNamed(campaigns, call.positionals[0] ?? '');
      await moveCampaign(connection, read, (campaign) => changeOf(campaign, moverOf(call)));
      const code = await tellEnd(call, connection, read.campaignId, terminal);
      // Whoever does not wait asked for the move only, which is made.
      return call.flag('wait') ? code : 0;
    },
  };
}
