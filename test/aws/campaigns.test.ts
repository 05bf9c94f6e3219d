import type { Campaigns } from '../../aws/campaigns.ts';
import type { ChunkLedgers } from '../../aws/chunk-ledgers.ts';
import { aCampaign } from './a-campaign.ts';
import { type QuietStack, startQuietStack } from './quiet-stack.ts';

const nowMs = Date.UTC(2026, 10, 24);
const totals = { accepted: 97, suppressed: 1, rejected: 1, unknown: 1 };
const plan = { rows: 210, invalid: 5, duplicates: 4, rejected: 1, chunks: 2 };
const open = { outcomes: '.'.repeat(3), leaseUntilMs: nowMs, done: false, resends: 0 };

let stack: QuietStack;
let campaigns: Campaigns;
let ledgers: ChunkLedgers;

beforeAll(async () => {
  stack = await startQuietStack();
  const { campaignsTable } = await import('../../aws/campaigns.ts');
  const { chunkLedgersTable } = await import('../../aws/chunk-ledgers.ts');
  campaigns = campaignsTable(stack.output('CampaignsTableName'));
  ledgers = chunkLedgersTable(stack.output('DeliveriesTableName'));
});
afterAll(() => stack.close());

describe('create', () => {
  it('starts a campaign once, of ten who start it at the same time', async () => {
    const created = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        campaigns.create(aCampaign({ campaignId: 'once', name: `by ${i}` })),
      ),
    );
    expect(created.filter(Boolean)).toHaveLength(1);
    expect(await campaigns.get('once')).toEqual(
      aCampaign({ campaignId: 'once', name: `by ${created.indexOf(true)}` }),
    );
  });

  it('knows nothing of a campaign that was never started', async () => {
    expect(await campaigns.get('never')).toBeUndefined();
  });
});

describe('list', () => {
  it('gives the newest first', async () => {
    for (const [campaignId, createdAtMs] of [
      ['middle', nowMs + 2_000],
      ['newest', nowMs + 3_000],
      ['oldest', nowMs + 1_000],
    ] as const) {
      await campaigns.create(aCampaign({ campaignId, createdAtMs }));
    }
    const names = (await campaigns.list()).map(({ campaignId }) => campaignId);
    expect(names.slice(0, 3)).toEqual(['newest', 'middle', 'oldest']);
  });
});

describe('move', () => {
  it.each([
    { state: 'draft', from: ['draft', 'planning'], moved: true },
    { state: 'planning', from: ['draft', 'planning'], moved: true },
    { state: 'sending', from: ['draft', 'planning'], moved: false },
    { state: 'cancelled', from: ['draft'], moved: false },
  ] as const)('from $from when it is $state: $moved', async ({ state, from, moved }) => {
    const campaignId = `move-${state}`;
    await campaigns.create(aCampaign({ campaignId, state }));
    expect(await campaigns.move(campaignId, from, 'failed', { failure: 'broken', completedAtMs: 7 })).toBe(
      moved,
    );
    expect(await campaigns.get(campaignId)).toMatchObject(
      moved ? { state: 'failed', failure: 'broken', completedAtMs: 7 } : { state },
    );
  });

  it('makes nothing of a campaign that does not exist', async () => {
    expect(await campaigns.move('never', ['draft'], 'planning')).toBe(false);
    expect(await campaigns.get('never')).toBeUndefined();
  });
});

describe('a chunk', () => {
  async function sending(campaignId: string, chunks: number): Promise<void> {
    await campaigns.create(aCampaign({ campaignId, state: 'planning' }));
    await campaigns.planned(campaignId, { ...plan, chunks });
  }

  it('counts once although it is finished twice at the same time', async () => {
    await sending('twice', 1);
    await ledgers.create('c#twice#0', { ...open, version: 1 }, nowMs);
    const update = () => ledgers.update('c#twice#0', 1, { ...open, outcomes: 'AAA', done: true });
    const counted = await Promise.all(
      Array.from({ length: 5 }, () => campaigns.addChunk('twice', totals, update())),
    );
    expect(counted.filter(Boolean)).toHaveLength(1);
    expect(await campaigns.get('twice')).toMatchObject({ chunksDone: 1, outcomes: totals });
    expect(await ledgers.get('c#twice#0')).toMatchObject({ outcomes: 'AAA', version: 2, done: true });
  });

  it('completes the campaign when it was the last, and once', async () => {
    await sending('ends', 2);
    for (const chunk of [0, 1]) {
      expect(await campaigns.completeIfDone('ends', nowMs)).toBe(false);
      const id = `c#ends#${chunk}`;
      await ledgers.create(id, { ...open, version: 1 }, nowMs);
      await campaigns.addChunk('ends', totals, ledgers.update(id, 1, { ...open, done: true }));
    }
    const completed = await Promise.all([1, 2, 3].map((ms) => campaigns.completeIfDone('ends', nowMs + ms)));
    expect(completed.filter(Boolean)).toHaveLength(1);
    expect(await campaigns.get('ends')).toMatchObject({
      state: 'completed',
      outcomes: { accepted: 194, suppressed: 2, rejected: 2, unknown: 2 },
      completedAtMs: nowMs + completed.indexOf(true) + 1,
    });
  });

  it('does not complete a campaign whose planner is still at it', async () => {
    await campaigns.create(aCampaign({ campaignId: 'planning', state: 'planning' }));
    await ledgers.create('c#planning#0', { ...open, version: 1 }, nowMs);
    await campaigns.addChunk('planning', totals, ledgers.update('c#planning#0', 1, { ...open, done: true }));
    expect(await campaigns.completeIfDone('planning', nowMs)).toBe(false);
    expect(await campaigns.planned('planning', { ...plan, chunks: 1 })).toBe(true);
    expect(await campaigns.completeIfDone('planning', nowMs)).toBe(true);
  });

  it('completes an audience of nobody', async () => {
    await sending('nobody', 0);
    expect(await campaigns.completeIfDone('nobody', nowMs)).toBe(true);
  });
});

describe('a ledger', () => {
  it('belongs to one of ten workers that create it', async () => {
    const created = await Promise.all(
      Array.from({ length: 10 }, () => ledgers.create('c#race#0', { ...open, version: 1 }, nowMs)),
    );
    expect(created.filter(Boolean)).toHaveLength(1);
    expect(await ledgers.get('c#race#0')).toMatchObject({ ...open, version: 1 });
  });

  it('moves on for one of ten workers that build on the same version', async () => {
    await ledgers.create('c#race#1', { ...open, version: 1 }, nowMs);
    const written = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        ledgers.write('c#race#1', 1, { ...open, outcomes: `a${i}.`, leaseUntilMs: nowMs + i }),
      ),
    );
    expect(written.filter(Boolean)).toHaveLength(1);
    const winner = written.indexOf(true);
    expect(await ledgers.get('c#race#1')).toMatchObject({
      outcomes: `a${winner}.`,
      version: 2,
      leaseUntilMs: nowMs + winner,
    });
  });

  it('is not written again when it is done', async () => {
    await ledgers.create('c#race#2', { ...open, version: 1 }, nowMs);
    expect(await ledgers.write('c#race#2', 1, { ...open, done: true })).toBe(true);
    expect(await ledgers.write('c#race#2', 2, open)).toBe(false);
  });

  it('is unknown before it is created', async () => {
    expect(await ledgers.get('c#race#9')).toBeUndefined();
    expect(await ledgers.write('c#race#9', 1, open)).toBe(false);
  });
});

describe('a doubt', () => {
  const doubtful = { outcomes: 'AUU', version: 3, leaseUntilMs: nowMs, done: false, resends: 1 };

  it.each([
    { when: 'its chunk is free', changes: {}, settled: true },
    { when: 'the lease of its worker ends just then', changes: { leaseUntilMs: nowMs }, settled: true },
    { when: 'a worker has its chunk in hand', changes: { leaseUntilMs: nowMs + 1 }, settled: false },
    { when: 'its chunk moved on since', changes: { version: 4 }, settled: false },
    { when: 'its chunk was closed since', changes: { done: true }, settled: false },
  ])('is settled from outside when $when: $settled', async ({ when, changes, settled }) => {
    const id = `c#settle#${when}`;
    await ledgers.create(id, { ...doubtful, ...changes }, nowMs);
    expect(await ledgers.settle(id, 3, 'AAU', nowMs)).toBe(settled);
    expect(await ledgers.get(id)).toMatchObject(
      settled ? { ...doubtful, outcomes: 'AAU', version: 4 } : { ...doubtful, ...changes },
    );
  });

  it('of a chunk that is done moves the counters with it, once of ten times', async () => {
    await campaigns.create(aCampaign({ campaignId: 'doubt', outcomes: totals }));
    await ledgers.create('c#doubt#0', { ...doubtful, done: true }, nowMs);
    const settled = await Promise.all(
      Array.from({ length: 10 }, () =>
        campaigns.addTogether(
          'doubt',
          { unknown: -1, accepted: 1 },
          ledgers.settlement('c#doubt#0', 3, 'AAU', true, nowMs),
        ),
      ),
    );
    expect(settled.filter(Boolean)).toHaveLength(1);
    expect(await ledgers.get('c#doubt#0')).toMatchObject({ outcomes: 'AAU', version: 4, done: true });
    expect(await campaigns.get('doubt')).toMatchObject({ outcomes: { accepted: 98, unknown: 0 } });
  });

  it('makes no ledger', async () => {
    expect(await ledgers.settle('c#never#0', 0, 'A', nowMs)).toBe(false);
    expect(await ledgers.get('c#never#0')).toBeUndefined();
  });
});
