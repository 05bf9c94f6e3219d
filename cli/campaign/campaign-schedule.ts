import { scheduled } from '../../domain/campaign/campaign-life.ts';
import type { LocalTime } from '../../domain/campaign/local-release.ts';
import { parseWallTime, zoneClock } from '../../domain/wall-clock.ts';
import { localStart } from '../audience/time-zones.ts';
import { type Command, pipelineOptions, UsageError } from '../command.ts';
import { ownZone, parseLocalTime } from '../local-time.ts';
import { campaignToSend, consentOption, draftOptions } from './campaign-draft.ts';
import { moveCampaign, moverOf, moverOptions, tellEnd } from './campaign-move.ts';

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
    local: {
      type: 'boolean',
      help: 'everybody gets it when it is that time where they are: column timeZone, and --zone for those without',
    },
    late: {
      type: 'boolean',
      help: 'with --local: where the time is over, as soon as it starts; without it that is refused',
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
    const when = call.flag('local')
      ? localOption(at, call.text('zone'))
      : { startAtMs: parseLocalTime(at, call.text('zone')) };
    if ('startAtMs' in when && call.flag('late')) {
      throw new UsageError('--late is for --local');
    }
    const { connection, campaign } = await campaignToSend(call, terminal);
    if ('startAtMs' in when) {
      await moveCampaign(connection, campaign, (current) =>
        scheduled(current, when.startAtMs, moverOf(call)),
      );
    } else {
      const startAtMs = await localStart(connection, campaign, when, call.flag('late'), terminal);
      await moveCampaign(connection, campaign, (current) =>
        scheduled(current, startAtMs, moverOf(call), when),
      );
    }
    return await tellEnd(call, connection, campaign.campaignId, terminal);
  },
};

function localOption(at: string, zone = ownZone()): LocalTime {
  if (parseWallTime(at) === undefined) {
    throw new UsageError(`--at "${at}" is no local time such as 2026-12-01T09:00`);
  }
  if (zoneClock(zone) === undefined) {
    throw new UsageError(`--zone "${zone}" is no time zone such as Asia/Tokyo`);
  }
  return { at, zone };
}
