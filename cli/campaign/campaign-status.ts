import { campaignsTable } from '../../aws/campaigns.ts';
import { type Call, type Command, pipelineOptions, type Terminal } from '../command.ts';
import { connect } from '../connection.ts';
import { campaignNamed } from './campaign-draft.ts';
import { renderCampaigns, statusOf, tellCampaign } from './campaign-progress.ts';

export const campaignStatus: Command = {
  name: 'campaign status',
  summary: 'Shows one campaign, or all of them, newest first.',
  positionals: ['[NAME]'],
  options: pipelineOptions,
  async run(call, terminal) {
    const [name] = call.positionals;
    if (name === undefined) {
      return await listAll(call, terminal);
    }
    const { outputs } = await connect(call);
    tellCampaign(await campaignNamed(campaignsTable(outputs.CampaignsTableName), name), call, terminal);
    return 0;
  },
};

export const campaignList: Command = {
  name: 'campaign list',
  summary: 'Shows all campaigns, newest first.',
  positionals: [],
  options: pipelineOptions,
  run: listAll,
};

async function listAll(call: Call, { out }: Terminal): Promise<number> {
  const { outputs } = await connect(call);
  const all = await campaignsTable(outputs.CampaignsTableName).list();
  out(call.flag('json') ? JSON.stringify(all.map(statusOf)) : renderCampaigns(all));
  return 0;
}
