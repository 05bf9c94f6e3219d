import { campaign, inMemoryCampaigns, inMemoryGuard, planTotals } from './in-memory-campaigns.ts';
import { startMs } from './in-memory-ports.ts';

const plan = planTotals({ rows: 1_000, recipients: 1_000, chunks: 6, canaryChunks: [1, 2, 3] });
const stage = { kind: 'canary', number: 1, chunks: 1, recipients: 200, sinceMs: startMs } as const;

function bench(changes: Parameters<typeof campaign>[0] = {}) {
  const campaigns = inMemoryCampaigns(
    campaign({ plan, stage, chunksDone: 1, lastChunkAtMs: startMs, ...changes }),
  );
  const { guard, started } = inMemoryGuard(campaigns, () => startMs);
  return { campaigns, started, guard, campaign: () => campaigns.of('news') };
}

it('releases the rest when the canary is clear, and says so in the history', async () => {
  const b = bench({ providers: { other: { accepted: 200, delivered: 200 } } });
  await b.guard('news');
  expect(b.campaign()).toMatchObject({
    state: 'sending',
    stage: { kind: 'rest', chunks: 6 },
    dueAtMs: startMs + 60_000,
    history: [{ to: 'sending', by: 'test', why: 'canary 1 is clear' }],
  });
  expect(b.started).toEqual(['news']);
});

it('leaves what is due to the watch when the planner cannot be started', async () => {
  const b = bench({ providers: { other: { accepted: 200, delivered: 200 } } });
  const { guard } = inMemoryGuard(
    {
      get: b.campaigns.get,
      change: async (...args) => {
        await b.campaigns.change(...args);
        throw new Error('died');
      },
    },
    () => startMs,
  );
  await expect(guard('news')).rejects.toThrow('died');
  expect([b.campaign()?.stage?.kind, b.campaign()?.dueAtMs]).toEqual(['rest', startMs + 60_000]);
});

it('halts, keeps what is left, and says why', async () => {
  const b = bench({ providers: { other: { accepted: 200, hard: 12 } } });
  await b.guard('news');
  expect(b.campaign()).toMatchObject({
    state: 'halted',
    halt: { code: 'hard_bounces', count: 12, of: 200, atMs: startMs },
    history: [{ to: 'halted', why: expect.stringContaining('12 of 200, 6.0 %') }],
  });
  expect(b.started).toEqual([]);
});

it('stops every provider that has to be, and then judges what is left', async () => {
  const refused = { auth: 5, authRun: 5 };
  const b = bench({ providers: { google: refused, yahoo: refused, other: { accepted: 200 } } });
  await b.guard('news');
  expect(b.campaign()).toMatchObject({ state: 'sending', moves: 2, stops: { google: {}, yahoo: {} } });
});

it('judges anew when somebody else moved the campaign meanwhile', async () => {
  const b = bench({ providers: { other: { accepted: 200, hard: 12 } } });
  const { guard } = inMemoryGuard(
    {
      get: b.campaigns.get,
      change: async (read, change) => {
        b.campaigns.alter('news', { state: 'paused', moves: 1 });
        return await b.campaigns.change(read, change);
      },
    },
    () => startMs,
  );
  await guard('news');
  expect(b.campaign()).toMatchObject({ state: 'paused', moves: 1 });
});

it('says nothing of a campaign that is not there', async () => {
  await expect(bench().guard('no-such')).resolves.toBeUndefined();
});
