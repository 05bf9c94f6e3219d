import type { Campaigns } from '../../aws/campaigns.ts';
import type { ChunkLedgers } from '../../aws/chunk-ledgers.ts';
import {
  cancelled,
  planned,
  providerStopped,
  scheduled,
  started,
} from '../../domain/campaign/campaign-life.ts';
import { aCampaign } from './a-campaign.ts';
import { type QuietStack, startQuietStack } from './quiet-stack.ts';

const nowMs = Date.UTC(2026, 10, 24);
const totals = { accepted: 97, suppressed: 1, rejected: 1, unknown: 1, stopped: 0 };
const plan = {
  ...{ planId: 'p1', plannedAtMs: 0, rows: 210, recipients: 200, invalid: 5, duplicates: 4, rejected: 1 },
  ...{ suppressed: 0, capped: 0, filtered: 0, chunks: 2, canaryChunks: [] },
};
const open = { outcomes: '.'.repeat(3), leaseUntilMs: nowMs, done: false, resends: 0, resumes: 0 };
const ended = (atMs: number) => ({ to: 'completed', by: 'test', atMs }) as const;

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

it('counts by variant beside everything else', async () => {
  await campaigns.create(aCampaign({ campaignId: 'variants' }));
  await campaigns.add('variants', { 'variant:A:clicked': 2, 'variant:B:unsubscribed': 1, 'google:hard': 1 });
  await campaigns.add('variants', { 'variant:A:clicked': 1 });
  expect(await campaigns.get('variants')).toEqual(
    aCampaign({
      campaignId: 'variants',
      providers: { google: { hard: 1 } },
      variantCounts: { A: { clicked: 3 }, B: { unsubscribed: 1 } },
    }),
  );
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

describe('change', () => {
  const mover = { by: 'somebody', atMs: nowMs };

  it('moves a campaign once of ten who move it at the same time', async () => {
    await campaigns.create(aCampaign({ campaignId: 'change' }));
    const read = await campaigns.get('change');
    const moved = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        campaigns.change(read ?? never(), started(read ?? never(), { by: `by ${i}`, atMs: nowMs })),
      ),
    );
    expect(moved.filter(Boolean)).toHaveLength(1);
    expect(await campaigns.get('change')).toMatchObject({
      state: 'planning',
      moves: 1,
      history: [{ to: 'planning', by: `by ${moved.indexOf(true)}`, atMs: nowMs }],
    });
  });

  it('takes a lost answer that is asked for again for its own', async () => {
    await campaigns.create(aCampaign({ campaignId: 'again' }));
    const read = (await campaigns.get('again')) ?? never();
    const change = started(read, mover);
    expect(await campaigns.change(read, change)).toBe(true);
    expect(await campaigns.change(read, change)).toBe(true);
    expect(await campaigns.get('again')).toMatchObject({ moves: 1 });
  });

  it('takes away what is undefined, and ends runs', async () => {
    const providers = { google: { auth: 3, authRun: 3 } };
    await campaigns.create(aCampaign({ campaignId: 'gone', providers, dueAtMs: 5 }));
    const read = (await campaigns.get('gone')) ?? never();
    expect(await campaigns.change(read, { dueAtMs: undefined, endRunsOf: ['google'] })).toBe(true);
    const after = await campaigns.get('gone');
    expect(after).not.toHaveProperty('dueAtMs');
    expect(after?.providers).toEqual({ google: { auth: 3, authRun: 0 } });
  });

  it('makes nothing of a campaign that does not exist', async () => {
    const read = aCampaign({ campaignId: 'never' });
    expect(await campaigns.change(read, started(read, mover))).toBe(false);
    expect(await campaigns.get('never')).toBeUndefined();
  });
});

describe('active campaigns', () => {
  it('are those that are not over, and scheduled ones', async () => {
    const read = aCampaign({ campaignId: 'act-scheduled' });
    await campaigns.create(read);
    await campaigns.change(read, scheduled(read, nowMs + 60_000, { by: 'somebody', atMs: nowMs }));
    for (const state of ['draft', 'sending', 'halted', 'completed', 'cancelled'] as const) {
      await campaigns.create(aCampaign({ campaignId: `act-${state}`, state }));
    }
    const ids = (await campaigns.activeIds()).filter((id) => id.startsWith('act-'));
    expect(ids.sort()).toEqual(['act-halted', 'act-scheduled', 'act-sending']);
    const sending = (await campaigns.get('act-sending')) ?? never();
    await campaigns.change(sending, cancelled(sending, { by: 'somebody', atMs: nowMs }));
    expect(await campaigns.activeIds()).not.toContain('act-sending');
  });
});

describe('counting', () => {
  const evidence = (id: string) => ledgers.update(`c#${id}#0`, 1, { ...open, done: true });

  it('adds at providers, and is refused while a run of refusals has not stopped the provider', async () => {
    await campaigns.create(aCampaign({ campaignId: 'run', state: 'sending' }));
    const auth = { 'google:auth': 1, 'google:authRun': 1 };
    const unlessRun = { provider: 'google', of: 2 } as const;
    const counted: boolean[] = [];
    for (const id of ['run-1', 'run-2', 'run-3']) {
      await ledgers.create(`c#${id}#0`, { ...open, version: 1 }, nowMs);
      counted.push(await campaigns.addTogether('run', auth, evidence(id), { unlessRun }));
    }
    expect(counted).toEqual([true, true, false]);
    expect((await campaigns.get('run'))?.providers).toEqual({ google: { auth: 2, authRun: 2 } });
    const read = (await campaigns.get('run')) ?? never();
    const halt = { code: 'authentication', provider: 'google', atMs: nowMs } as const;
    await campaigns.change(read, providerStopped(read, halt, 'test', 'why'));
    expect(await campaigns.addTogether('run', auth, evidence('run-3'), { unlessRun })).toBe(true);
    expect((await campaigns.get('run'))?.providers).toEqual({ google: { auth: 3, authRun: 3 } });
  });

  it('of what may be lost makes no campaign', async () => {
    await campaigns.add('no-such-campaign', { 'google:delivered': 3 });
    expect(await campaigns.get('no-such-campaign')).toBeUndefined();
  });
});

function never(): never {
  throw new Error('it is there');
}

describe('a chunk', () => {
  async function sending(campaignId: string, chunks: number): Promise<void> {
    await campaigns.create(aCampaign({ campaignId, state: 'planning' }));
    const read = (await campaigns.get(campaignId)) ?? never();
    await campaigns.change(read, planned(read, { ...plan, chunks }, { by: 'test', atMs: nowMs }));
  }

  const closed = (campaignId: string, update: ReturnType<typeof ledgers.update>) =>
    campaigns.addTogether(campaignId, { chunksDone: 1, ...totals }, update, {
      set: { lastChunkAtMs: nowMs },
    });

  it('counts once although it is finished twice at the same time', async () => {
    await sending('twice', 1);
    await ledgers.create('c#twice#0', { ...open, version: 1 }, nowMs);
    const update = () => ledgers.update('c#twice#0', 1, { ...open, outcomes: 'AAA', done: true });
    const counted = await Promise.all(Array.from({ length: 5 }, () => closed('twice', update())));
    expect(counted.filter(Boolean)).toHaveLength(1);
    expect(await campaigns.get('twice')).toMatchObject({
      ...{ chunksDone: 1, outcomes: totals, lastChunkAtMs: nowMs },
    });
    expect(await ledgers.get('c#twice#0')).toMatchObject({ outcomes: 'AAA', version: 2, done: true });
  });

  it('completes the campaign when it was the last, and once', async () => {
    await sending('ends', 2);
    for (const chunk of [0, 1]) {
      expect(await campaigns.completeIfDone('ends', ended(nowMs))).toMatchObject({ chunksDone: chunk });
      const id = `c#ends#${chunk}`;
      await ledgers.create(id, { ...open, version: 1 }, nowMs);
      await closed('ends', ledgers.update(id, 1, { ...open, done: true }));
    }
    const completed = await Promise.all(
      [1, 2, 3].map((ms) => campaigns.completeIfDone('ends', ended(nowMs + ms))),
    );
    expect(completed.map((campaign) => campaign?.state ?? 'by us').sort()).toEqual([
      'by us',
      'completed',
      'completed',
    ]);
    expect(await campaigns.get('ends')).toMatchObject({
      state: 'completed',
      outcomes: { accepted: 194, suppressed: 2, rejected: 2, unknown: 2, stopped: 0 },
      completedAtMs: nowMs + completed.indexOf(undefined) + 1,
    });
  });

  it('does not complete a campaign whose planner is still at it', async () => {
    await campaigns.create(aCampaign({ campaignId: 'planning', state: 'planning' }));
    await ledgers.create('c#planning#0', { ...open, version: 1 }, nowMs);
    await closed('planning', ledgers.update('c#planning#0', 1, { ...open, done: true }));
    expect(await campaigns.completeIfDone('planning', ended(nowMs))).toMatchObject({ state: 'planning' });
    const read = (await campaigns.get('planning')) ?? never();
    await campaigns.change(read, planned(read, { ...plan, chunks: 1 }, { by: 'test', atMs: nowMs }));
    expect(await campaigns.completeIfDone('planning', ended(nowMs))).toBeUndefined();
    expect(await campaigns.get('planning')).toMatchObject({ state: 'completed' });
  });

  it('does not complete a campaign of which a guardrail left somebody out', async () => {
    await sending('left-out', 0);
    await campaigns.add('left-out', { stopped: 1 });
    expect(await campaigns.completeIfDone('left-out', ended(nowMs))).toMatchObject({ state: 'sending' });
  });

  it('completes an audience of nobody', async () => {
    await sending('nobody', 0);
    expect(await campaigns.completeIfDone('nobody', ended(nowMs))).toBeUndefined();
    expect(await campaigns.get('nobody')).toMatchObject({ state: 'completed' });
  });
});

describe('a ledger', () => {
  it('belongs to one of ten workers that create it', async () => {
    const created = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        ledgers.create('c#race#0', { ...open, version: 1, leaseUntilMs: nowMs + i }, nowMs),
      ),
    );
    const there = await ledgers.get('c#race#0');
    expect(new Set(created.map(({ leaseUntilMs }) => leaseUntilMs))).toEqual(new Set([there?.leaseUntilMs]));
    expect(there).toMatchObject({ outcomes: open.outcomes, version: 1 });
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

  it('is opened again once, of ten who open it', async () => {
    await ledgers.create('c#race#3', { ...open, version: 1, outcomes: 'AHH', done: true }, nowMs);
    await campaigns.create(aCampaign({ campaignId: 'open' }));
    const opened = await Promise.all(
      Array.from({ length: 10 }, () =>
        campaigns.addTogether(
          'open',
          { stopped: -2 },
          ledgers.reopening('c#race#3', 1, {
            outcomes: 'A..',
            resumes: 1,
            resendRound: 0,
            counted: { accepted: 1, suppressed: 0, rejected: 0, unknown: 0, stopped: 2 },
          }),
        ),
      ),
    );
    expect(opened.filter(Boolean)).toHaveLength(1);
    expect(await ledgers.get('c#race#3')).toMatchObject({
      ...{ outcomes: 'A..', version: 2, done: false, resumes: 1 },
    });
  });

  it('is unknown before it is created', async () => {
    expect(await ledgers.get('c#race#9')).toBeUndefined();
    expect(await ledgers.write('c#race#9', 1, open)).toBe(false);
  });
});

describe('a doubt', () => {
  const doubtful = { outcomes: 'AUU', version: 3, leaseUntilMs: nowMs, done: false, resends: 1, resumes: 0 };

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
