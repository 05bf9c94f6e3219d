import { campaignCost, totalUsd } from '../../../domain/campaign/campaign-cost.ts';

const million = {
  ...{ rows: 1_000_000, mails: 1_000_000, chunks: 5_000, ledgerWrites: 20_000 },
  ...{ failures: 10_500, sendingSeconds: 2_000 },
};

describe('the cost of a campaign', () => {
  it.each([
    { plan: undefined, ses: 100 },
    { plan: 'NONE', ses: 100 },
    { plan: 'ESSENTIALS', ses: 160 },
    { plan: 'ONE_OF_THE_FUTURE', ses: 100 },
  ])('asks $ses dollars of SES for a million under the plan $plan', ({ plan, ses }) => {
    const [line] = campaignCost({ ...million, plan, events: million.failures });
    expect(line).toEqual({ what: 'ses', usd: expect.closeTo(ses, 6), basis: 'counted' });
  });

  // Counted by `npm run bench -- send` at 500 recipients a second.
  it.each([
    { tracing: 'failures', events: million.failures, usd: 0.24 },
    { tracing: 'full', events: 1_000_000, usd: 1.98 },
  ])('is what the bench counts, with tracing of $tracing', ({ events, usd }) => {
    const [, ...own] = campaignCost({ ...million, events });
    expect(totalUsd(own)).toBeGreaterThan(0.9 * usd);
    expect(totalUsd(own)).toBeLessThan(1.1 * usd);
  });

  it('is nothing where nothing was sent, but for the planning', () => {
    const nothing = { mails: 0, chunks: 0, ledgerWrites: 0, events: 0, failures: 0, sendingSeconds: 0 };
    const lines = campaignCost({ ...nothing, rows: 10 });
    expect(lines.filter(({ usd }) => usd > 0).map(({ what }) => what)).toEqual(['planning']);
  });
});
