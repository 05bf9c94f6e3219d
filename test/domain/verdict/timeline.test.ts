import { recipientIdOf } from '../../../domain/address.ts';
import { drawnVariant } from '../../../domain/experiment/variant.ts';
import { timelineOf } from '../../../domain/verdict/timeline.ts';
import { planTotals } from '../../functions/in-memory-campaigns.ts';
import {
  bounce,
  campaign,
  event,
  minuteMs,
  notification,
  nowMs,
  planned,
  record,
  reported,
} from './some-mails.ts';

const told = (mail: Parameters<typeof timelineOf>[0]) =>
  timelineOf(mail).map(({ atMs, what, source, detail }) => [
    atMs === undefined ? '' : (atMs - nowMs) / minuteMs,
    what.en,
    source,
    detail,
  ]);

it('tells what happened to a mail that bounced after a delay and was opened by a machine, in order', () => {
  const mail = reported({
    ...bounce('550 5.1.1 user unknown', {
      enhancedStatusCode: '5.1.1',
      remoteMtaIp: '192.0.2.50',
      reportingMta: 'dns; mx',
    }),
    machineOpen: event(1),
    deliveryDelay: event(30, { diagnosticCode: '421 4.4.1 no', delayType: 'General' }),
  });
  expect(told(mail)).toEqual([
    [-30, 'deferred, to be tried again', 'ses', '421 4.4.1 no General'],
    [-6, 'put on the queue', 'todoke', 'order-1'],
    [-6, 'taken in hand', 'todoke', 'order-confirmation, transactional, waited 0 ms'],
    [-6, 'accepted by SES', 'ses', 'ses-1'],
    [
      -5,
      'bounced',
      'dns; mx',
      'Permanent/General 550 5.1.1 user unknown [5.1.1] → user_unknown ip 192.0.2.50',
    ],
    [-1, 'opened by a machine (a hint)', 'ses', ''],
  ]);
});

it('marks opens and clicks as hints, and nothing else', () => {
  const seen = timelineOf(reported({ open: event(1), click: event(1), delivery: event(2) }));
  expect(seen.filter(({ isHint }) => isHint).map(({ what }) => what.en)).toEqual([
    'a link was followed (a hint)',
    'opened (a hint)',
  ]);
});

it('says why a mail was not sent, and how often it was published again', () => {
  const mail = notification(
    record('suppressed', { reason: 'bounce', detail: 'suppressed for all', duplicates: 2 }),
  );
  expect(told(mail).slice(-2)).toEqual([
    [-5, 'not sent: suppressed', 'todoke', 'bounce: suppressed for all'],
    ['', 'published again with the same id (not sent again)', 'todoke', '2'],
  ]);
});

it('tells of a campaign what its history, its plan and the ledger say', () => {
  const history = [
    { to: 'planning', atMs: nowMs - 60 * minuteMs, by: 'hanako' },
    { to: 'sending', atMs: nowMs - 59 * minuteMs, by: 'plan-campaign' },
    { to: 'paused', atMs: nowMs - 40 * minuteMs, by: 'hanako', why: 'a wrong price' },
  ] as const;
  expect(told(planned({ outcome: 'A', campaign: campaign({ history }) }))).toEqual([
    [-60, 'planned as a recipient', 'todoke', 'news: chunk 1, index 7, product-announcement'],
    [-59, 'campaign: sending', 'todoke', 'plan-campaign'],
    [-40, 'campaign: paused', 'todoke', 'hanako: a wrong price'],
    [-30, 'ledger of the chunk', 'todoke', 'A (accepted by SES)'],
  ]);
});

describe('of a campaign with variants', () => {
  const recipientId = recipientIdOf('taro@example.com');
  const drawn = drawnVariant('news', recipientId, 2);
  const waiting = drawn === 'A' ? 'B' : 'A';
  const variants = (['A', 'B'] as const).map((name) => ({
    name,
    template: `mail-${name}`,
    templateHash: name,
  }));
  const plan = planTotals({ plannedAtMs: nowMs, chunks: 2, trialChunks: 1 });
  const trial = { by: 'clicks', afterMs: 1, share: 0.5 } as const;
  const winner = { variant: waiting, by: 'clicks', because: 'better', samples: [], atMs: 1 } as const;
  const detail = (chunk: number, facts: object) => {
    const place = {
      campaign: campaign({ campaignId: 'news', variants, plan, ...facts }),
      planned: { kind: 'planned', chunk, index: 7 } as const,
    };
    return told({ ...planned(place), recipientId }).find(
      ([, what]) => what === 'planned as a recipient',
    )?.[3];
  };

  it.each([
    ['what was drawn', 1, {}, `, mail-${drawn}, variant ${drawn}`],
    ['what was drawn, in the trial', 1, { trial, winner }, `, mail-${drawn}, variant ${drawn}`],
    ['the winner, to those who waited for it', 0, { trial, winner }, `, mail-${waiting}, variant ${waiting}`],
    ['nothing of it, to those who wait', 0, { trial }, `, ${campaign().template}`],
  ])('says %s', (_, chunk, facts, end) => {
    expect(detail(chunk, facts)).toMatch(new RegExp(`${end}$`));
  });
});
