import { sentAtMs } from '../../../domain/verdict/accepted.ts';
import type { KnownMail } from '../../../domain/verdict/known-mail.ts';
import {
  bounce,
  campaign,
  event,
  hourMs,
  minuteMs,
  notification,
  nowMs,
  planned,
  record,
} from './some-mails.ts';

const accepted = nowMs - hourMs;
const ofCampaign = (rest: Partial<KnownMail>, lastChunkAtMs?: number): KnownMail => ({
  ...planned({ outcome: 'A', campaign: campaign(lastChunkAtMs === undefined ? {} : { lastChunkAtMs }) }),
  ...rest,
});

describe('sentAtMs', () => {
  it.each<[string, KnownMail, number]>([
    ['SES said so', notification(record('accepted', { acceptedAtMs: accepted })), accepted],
    [
      'only its bounce has a row, which came a moment later',
      ofCampaign({ record: record('bounced', { evidence: bounce('550 5.7.26 no') }) }, nowMs),
      nowMs - 5 * minuteMs,
    ],
    [
      'SES also told when it began',
      ofCampaign({ record: record('bounced', { evidence: { ...bounce('550 no'), send: event(6) } }) }),
      nowMs - 6 * minuteMs,
    ],
    ['the last chunk was worked off at the latest', ofCampaign({}, accepted), accepted],
    ['it is not sent yet', { deliveryId: 'n#nothing' }, nowMs],
  ])('is when %s', (_, mail, atMs) => {
    expect(sentAtMs(mail, nowMs)).toBe(atMs);
  });
});
