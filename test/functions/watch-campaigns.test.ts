import type { Campaign } from '../../domain/campaign/campaign.ts';
import { watchCampaigns } from '../../functions/watch-campaigns.ts';
import { campaign, inMemoryCampaigns, inMemoryGuard, planTotals } from './in-memory-campaigns.ts';
import { inMemoryCounts, startMs } from './in-memory-ports.ts';

const plan = planTotals({ rows: 1_000, recipients: 1_000, chunks: 6, canaryChunks: [1, 2, 3] });
const stage = { kind: 'canary', number: 1, chunks: 1, recipients: 200, sinceMs: startMs - 600_000 } as const;
const stop = { code: 'authentication', provider: 'google', atMs: startMs } as const;

async function watch(changes: Partial<Campaign>, reachable = true) {
  const campaigns = inMemoryCampaigns(campaign(changes));
  const { guard, started } = inMemoryGuard(campaigns, () => startMs);
  const { counts, count } = inMemoryCounts();
  let probes = 0;
  await watchCampaigns({
    ...{ campaigns, guard, count, nowMs: () => startMs },
    startPlanner: async (campaignId) => void started.push(campaignId),
    canUnsubscribe: async () => {
      probes++;
      return reachable;
    },
  })();
  return { campaign: campaigns.of('news'), started, counts, probes };
}

it.each<[string, Partial<Campaign>, number]>([
  [
    'a scheduled campaign whose time has come',
    { state: 'scheduled', startAtMs: startMs, dueAtMs: startMs },
    1,
  ],
  ['none before its time', { state: 'scheduled', startAtMs: startMs + 1, dueAtMs: startMs + 1 }, 0],
  ['what a planner left that died', { state: 'planning', dueAtMs: startMs - 1 }, 1],
  ['what is to be closed of a cancelled campaign', { state: 'cancelled', plan, dueAtMs: startMs }, 1],
  ['nothing of a campaign whose planner is at it', { state: 'planning', dueAtMs: startMs + 1 }, 0],
])('has the planner look at %s', async (_, changes, times) => {
  expect((await watch(changes)).started).toHaveLength(times);
});

it('halts a canary of which nothing is heard', async () => {
  const providers = { other: { accepted: 200 } };
  const changes = { plan, stage, chunksDone: 1, lastChunkAtMs: startMs - 300_000, providers };
  expect((await watch(changes)).campaign).toMatchObject({ state: 'halted', halt: { code: 'no_events' } });
});

it('completes a campaign whose last worker died before it came to that', async () => {
  const changes = { plan: { ...plan, canaryChunks: [] }, chunksDone: 6 };
  expect((await watch(changes)).campaign).toMatchObject({ state: 'completed', completedAtMs: startMs });
});

describe('while nobody can unsubscribe', () => {
  it.each<[string, Partial<Campaign>, string]>([
    ['halts marketing', { plan, category: 'marketing' }, 'halted'],
    ['takes a campaign of unknown category for marketing', { plan }, 'halted'],
    ['leaves transactional mail alone', { plan, category: 'transactional' }, 'sending'],
    ['leaves a paused campaign as it is', { plan, state: 'paused' }, 'paused'],
  ])('%s', async (_, changes, state) => {
    const { campaign: left } = await watch(changes, false);
    expect(left?.state).toBe(state);
    expect(left?.halt?.code).toBe(state === 'halted' ? 'unsubscribe_down' : undefined);
  });
});

it.each<[Partial<Campaign>, number]>([
  [{ plan, state: 'halted' }, 1],
  [{ plan, stops: { google: stop } }, 1],
  [{ plan }, 0],
  [{ plan, state: 'paused' }, 0],
])('tells the operator of %o: %i', async (changes, times) => {
  expect((await watch(changes)).counts.CampaignHalted ?? 0).toBe(times);
});

it('asks nothing when nothing is active', async () => {
  expect(await watch({ state: 'completed', plan })).toMatchObject({ started: [], counts: {}, probes: 0 });
});
