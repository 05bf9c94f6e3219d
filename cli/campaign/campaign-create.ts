import { type Command, pipelineOptions } from '../command.ts';
import { createDraft, draftOptions } from './campaign-draft.ts';
import { tellCampaign } from './campaign-progress.ts';

export const campaignCreate: Command = {
  name: 'campaign create',
  summary: 'Makes a draft of a campaign; nothing is sent until it is started or its time comes.',
  positionals: [],
  options: { ...draftOptions, ...pipelineOptions },
  async run(call, terminal) {
    const { campaign } = await createDraft(call, terminal, async () => {});
    tellCampaign(campaign, call, terminal);
    return 0;
  },
};
