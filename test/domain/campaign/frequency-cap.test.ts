import { draftCampaign } from '../../../domain/campaign/campaign.ts';
import { frequencyCapOf, plannedWithin } from '../../../domain/campaign/frequency-cap.ts';
import { campaign, planTotals } from '../../functions/in-memory-campaigns.ts';

const own = { mails: 1, days: 1 };
const ofStage = { mails: 3, days: 7 };

describe('frequencyCapOf', () => {
  it.each([
    ['its own', { frequencyCap: own }, 'marketing', own],
    ['its own', { frequencyCap: own }, 'transactional', own],
    ["the stage's", {}, 'marketing', ofStage],
    ['none', {}, 'transactional', undefined],
  ] as const)('is %s for a campaign with %j that is %s', (_, facts, category, cap) => {
    expect(frequencyCapOf(facts, category, ofStage)).toEqual(cap);
  });
});

describe('plannedWithin', () => {
  const nowMs = Date.UTC(2026, 10, 24);
  const hoursAgo = (hours: number) => ({ plan: planTotals({ plannedAtMs: nowMs - hours * 3_600_000 }) });
  const accepted = { outcomes: { ...draftCampaign(campaign()).outcomes, accepted: 1 } };

  it.each([
    ['was planned an hour ago', campaign(hoursAgo(1)), true],
    ['was planned just within the days', campaign(hoursAgo(47.9)), true],
    ['was planned before', campaign(hoursAgo(48)), false],
    ['was not planned', campaign({ state: 'draft' }), false],
    ['was cancelled before anything was sent', campaign({ ...hoursAgo(1), state: 'cancelled' }), false],
    [
      'was cancelled when something was sent',
      campaign({ ...hoursAgo(1), ...accepted, state: 'cancelled' }),
      true,
    ],
    ['is halted', campaign({ ...hoursAgo(1), state: 'halted' }), true],
  ])('looks at two days: one that %s', (_, earlier, counts) => {
    expect(plannedWithin(earlier, 2, nowMs)).toBe(counts);
  });
});
