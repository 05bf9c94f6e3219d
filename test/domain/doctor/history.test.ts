import { historyOf } from '../../../domain/doctor/history.ts';
import { warmUpDays } from '../../../domain/doctor/warm-up.ts';

const nowMs = Date.UTC(2026, 10, 24, 12);
const day = 86_400_000;
const campaign = (
  daysAgo: number,
  google: number,
  more: { hard?: number; complained?: number; track?: readonly 'opens'[] } = {},
) => ({
  createdAtMs: nowMs - daysAgo * day,
  outcomes: { accepted: google, suppressed: 0, rejected: 0, unknown: 0, stopped: 0 },
  providers: { google: { accepted: google, hard: more.hard ?? 0 } },
  complained: more.complained ?? 0,
  ...(more.track && { track: more.track }),
});

it('adds up the campaigns of a day, takes the busiest of 30, and forgets what is older', () => {
  const campaigns = [
    campaign(0, 100),
    campaign(1, 200, { hard: 3 }),
    campaign(1, 250, { complained: 2, track: ['opens'] }),
    campaign(40, 9_000),
  ];
  expect(historyOf(campaigns, nowMs)).toMatchObject({
    busiestDay: { google: 450, docomo: 0 },
    googleToday: 100,
    accepted: 550,
    bounced: 3,
    complained: 2,
    tracked: 1,
  });
});

it.each([
  { total: 0, firstDay: 500, days: 0 },
  { total: 500, firstDay: 500, days: 1 },
  { total: 1_501, firstDay: 500, days: 3 },
])('reaches $total from $firstDay in $days days', ({ total, firstDay, days }) => {
  expect(warmUpDays(total, firstDay)).toBe(days);
});
