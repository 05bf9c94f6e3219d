import { campaignsTable } from '../aws/campaigns.ts';
import { campaignIdOf } from '../domain/campaign.ts';
import { renderCampaigns, totalsOf } from './campaign-progress.ts';
import { type Command, CommandError, pipelineOptions } from './command.ts';
import { connect } from './connection.ts';

export const campaignStatus: Command = {
  name: 'campaign status',
  summary: 'Shows one campaign, or all of them, newest first.',
  positionals: ['[NAME]'],
  options: pipelineOptions,
  async run(call, { out }) {
    const { outputs } = await connect(call);
    const campaigns = campaignsTable(outputs.CampaignsTableName);
    const [name] = call.positionals;
    if (name === undefined) {
      const all = await campaigns.list();
      out(
        call.flag('json')
          ? JSON.stringify(all.map((each) => ({ ...each, ...totalsOf(each) })))
          : renderCampaigns(all),
      );
      return 0;
    }
    const campaign = await campaigns.get(campaignIdOf(name));
    if (campaign === undefined) {
      throw new CommandError(`there is no campaign "${name}"`);
    }
    out(
      call.flag('json')
        ? JSON.stringify({ ...campaign, ...totalsOf(campaign) })
        : renderCampaigns([campaign]),
    );
    return 0;
  },
};
