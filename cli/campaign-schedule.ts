import { scheduled } from '../domain/campaign-life.ts';
import { campaignToSend, consentOption, draftOptions } from './campaign-draft.ts';
import { moveCampaign, moverOf, moverOptions, tellEnd } from './campaign-move.ts';
import { type Command, pipelineOptions, UsageError } from './command.ts';
import { parseLocalTime } from './local-time.ts';

export const campaignSchedule: Command = {
  name: 'campaign schedule',
  summary:
    'Has a campaign start at a time, to the minute: a draft by its NAME, or a new one; again to change the time.',
  positionals: ['[NAME]'],
  options: {
    at: {
      type: 'string',
      value: 'TIME',
      help: '2026-12-01T09:00, or with an offset: 2026-12-01T09:00+09:00',
    },
    zone: {
      type: 'string',
      value: 'ZONE',
      help: 'of a time without an offset: Asia/Tokyo; that of this machine by default',
    },
    ...draftOptions,
    ...moverOptions,
    ...consentOption,
    ...pipelineOptions,
  },
  async run(call, terminal) {
    const at = call.text('at');
    if (at === undefined) {
      throw new UsageError('--at is missing');
    }
    const startAtMs = parseLocalTime(at, call.text('zone'));
    const { connection, campaign } = await campaignToSend(call, terminal);
    await moveCampaign(connection, campaign, (current) => scheduled(current, startAtMs, moverOf(call)));
    return await tellEnd(call, connection, campaign.campaignId, terminal);
  },
};
