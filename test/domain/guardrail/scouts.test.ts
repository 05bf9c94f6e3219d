import type { Counts } from '../../../domain/campaign/provider-counts.ts';
import { behindScouts } from '../../../domain/guardrail/scouts.ts';
import { campaign, planTotals } from '../../functions/in-memory-campaigns.ts';

const plan = planTotals({ rows: 1_000, recipients: 1_000, chunks: 6, canaryChunks: [1, 2, 3] });
const stage = { kind: 'canary', number: 1, chunks: 1, recipients: 200, sinceMs: 0 } as const;
const providers = Array<'google'>(12).fill('google');
const indices = providers.map((_, index) => index);
const due = (outcomes: string, google: Counts = {}, kind: 'canary' | 'rest' = 'canary') =>
  behindScouts(
    campaign({ plan, stage: { ...stage, kind }, providers: { google } }),
    outcomes,
    indices.filter((index) => outcomes[index] === '.'),
    providers,
  ).length;

it.each([
  { when: 'nobody has gone', outcomes: '............', counts: {}, may: 5 },
  { when: 'two are out', outcomes: 'AA..........', counts: {}, may: 3 },
  { when: 'one of them may be', outcomes: 'AU..........', counts: {}, may: 3 },
  { when: 'one was suppressed', outcomes: 'AS..........', counts: {}, may: 4 },
  { when: 'five are out', outcomes: 'AAAAA.......', counts: {}, may: 0 },
  { when: 'one of them was refused', outcomes: 'AAAAA.......', counts: { auth: 1 }, may: 0 },
  { when: 'one of them was delivered', outcomes: 'AAAAA.......', counts: { delivered: 1 }, may: 7 },
  { when: 'all five have come to an end', outcomes: 'AAAAA.......', counts: { hard: 5 }, may: 7 },
])('lets $may more go to a provider when $when', ({ outcomes, counts, may }) => {
  expect(due(outcomes, counts)).toBe(may);
});

it('lets everybody go after the canary', () => {
  expect(due('AAAAA.......', {}, 'rest')).toBe(7);
});

it('holds one provider back, and not another', () => {
  const found = behindScouts(
    campaign({ plan, stage, providers: { docomo: { delivered: 1 } } }),
    'AAAAA..',
    [5, 6],
    ['google', 'google', 'google', 'google', 'google', 'google', 'docomo'],
  );
  expect(found).toEqual([6]);
});
