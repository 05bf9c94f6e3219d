import type { CampaignMove, CampaignState } from '../../../domain/campaign/campaign-state.ts';
import { receiptOf } from '../../../domain/receipt/receipt.ts';
import { rowTally } from '../../../domain/receipt/tally.ts';
import { campaign, planTotals } from '../../functions/in-memory-campaigns.ts';

const move = (to: CampaignState, seconds: number): CampaignMove => ({ to, atMs: seconds * 1000, by: 'test' });

function receipt(overrides: Parameters<typeof campaign>[0], accepted = 0) {
  const { see, finish } = rowTally();
  for (let i = 0; i < accepted; i++) {
    see({ outcome: 'accepted' });
  }
  return receiptOf(campaign(overrides), finish(), { ledgerWrites: 0 });
}

describe('the time of sending', () => {
  it.each([
    { moves: [], lastChunk: undefined, seconds: 0 },
    { moves: [move('planning', 0), move('sending', 10)], lastChunk: undefined, seconds: 0 },
    { moves: [move('planning', 0), move('sending', 10)], lastChunk: 40, seconds: 30 },
    {
      moves: [move('sending', 10), move('sending', 20), move('completed', 41)],
      ...{ lastChunk: 40, seconds: 30 },
    },
    {
      moves: [move('sending', 10), move('paused', 20), move('sending', 100), move('completed', 110)],
      ...{ lastChunk: 110, seconds: 20 },
    },
    { moves: [move('sending', 10), move('halted', 5_000)], lastChunk: 12, seconds: 2 },
  ])('is $seconds s of $moves, with the last chunk at $lastChunk', ({ moves, lastChunk, seconds }) => {
    const { times } = receipt(
      { history: moves, ...(lastChunk === undefined ? {} : { lastChunkAtMs: lastChunk * 1000 }) },
      30,
    );
    expect(times.sendingSeconds).toBe(seconds);
    expect(times.acceptedPerSecond).toBe(seconds === 0 ? 0 : 30 / seconds);
  });
});

describe('a receipt', () => {
  it('owns up to rows that are missing', () => {
    const plan = planTotals({ rows: 3, recipients: 3 });
    expect([receipt({ plan }, 3).addsUp, receipt({ plan }, 2).addsUp]).toEqual([true, false]);
  });

  it('says why a campaign, or its mail to a provider, was stopped', () => {
    const halt = { code: 'hard_bounces', count: 6, of: 100, atMs: 0 } as const;
    const stop = { code: 'authentication', provider: 'google', atMs: 0 } as const;
    expect(receipt({ halt }).halts).toMatchObject([{ code: 'hard_bounces', en: expect.any(String) }]);
    expect(receipt({ stops: { google: stop } }).halts).toMatchObject([{ provider: 'google' }]);
  });
});

describe('a tally', () => {
  it('keeps ten rows of each reason, and counts the others', () => {
    const { see, wantsRow, finish } = rowTally();
    for (let row = 30; row > 0; row--) {
      see({ outcome: 'duplicate', code: 'duplicate', row });
    }
    expect(wantsRow({ outcome: 'duplicate', code: 'duplicate' })).toBe(false);
    expect(wantsRow({ outcome: 'unknown' })).toBe(true);
    expect(finish().reasons).toEqual([
      { outcome: 'duplicate', code: 'duplicate', count: 30, firstRows: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
    ]);
  });
});
