import { started } from '../../domain/campaign/campaign-life.ts';
import { type Command, pipelineOptions } from '../command.ts';
import { campaignToSend, consentOption, draftOptions } from './campaign-draft.ts';
import { moveCampaign, moverOf, moverOptions, tellEnd } from './campaign-move.ts';

export const campaignStart: Command = {
  name: 'campaign start',
  summary:
    'Sends a template to everyone in an audience file (CSV with a header, or JSON Lines), or a draft by its NAME.',
  positionals: ['[NAME]'],
  options: {
    ...draftOptions,
    wait: { type: 'boolean', help: 'stay until it is over, and show how far it is' },
    ...moverOptions,
    ...consentOption,
    ...pipelineOptions,
  },
  async run(call, terminal) {
    const { connection, campaign } = await campaignToSend(call, terminal);
    await moveCampaign(connection, campaign, (current) => started(current, moverOf(call)));
    return await tellEnd(call, connection, campaign.campaignId, terminal);
  },
};
