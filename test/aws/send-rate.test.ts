import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SendRateStore } from '../../functions/send-rate.ts';
import { bench } from '../functions/send-rate-bench.ts';
import { type QuietStack, startQuietStack } from './quiet-stack.ts';

const nowMs = Date.UTC(2026, 10, 24, 4);
const facts = { perSecond: 50, shards: 1, refreshedAtMs: nowMs };

let stack: QuietStack;
let store: SendRateStore;
let client: DynamoDBClient;
let items = 0;

beforeAll(async () => {
  stack = await startQuietStack();
  client = new DynamoDBClient({});
  const { sendRateTable } = await import('../../aws/send-rate.ts');
  store = sendRateTable(stack.output('SendRateTableName'));
});
afterAll(async () => {
  client.destroy();
  await stack.close();
});

/** An item of its own for each test. */
async function refreshed(changes: Partial<typeof facts & { campaignQuota: number }> = {}): Promise<string> {
  items++;
  await store.refresh(`test#${items}`, { ...facts, ...changes });
  return `test#${items}`;
}

describe('refresh', () => {
  it('makes the item, at full pace and with its first slot long due', async () => {
    const id = await refreshed({ campaignQuota: 7 });
    expect(await store.read(id)).toMatchObject({
      ...facts,
      campaignQuota: 7,
      tatMs: 0,
      pace: 1,
      cutAtMs: 0,
    });
  });

  it('keeps what is not from SES, and forgets the quota of an account that became unlimited', async () => {
    const id = await refreshed({ campaignQuota: 7 });
    await store.write(id, { kind: 'restart', addMs: 20, tatMs: nowMs, beforeMs: nowMs }, 0);
    await store.cut(id, 0.7, nowMs, nowMs - 1_000);
    const state = await store.refresh(id, { perSecond: 80, shards: 2, refreshedAtMs: nowMs + 60_000 });
    expect(state).toMatchObject({
      perSecond: 80,
      shards: 2,
      refreshedAtMs: nowMs + 60_000,
      tatMs: nowMs,
      pace: 0.7,
      cutAtMs: nowMs,
    });
    expect(state).not.toHaveProperty('campaignQuota');
    expect(await store.read(id)).toEqual(state);
  });
});

describe('read', () => {
  it('knows nothing of an item that was never made, nor of one that is being made', async () => {
    expect(await store.read('test#never')).toBeUndefined();
    expect(await store.lease('test#leased', nowMs, nowMs + 10_000, nowMs - 60_000)).toBe(true);
    expect(await store.read('test#leased')).toBeUndefined();
  });
});

describe('write', () => {
  it.each([
    { tatMs: 99, held: false },
    { tatMs: 100, held: true },
    { tatMs: 200, held: true },
    { tatMs: 201, held: false },
  ])('appends to slots from 100 to 200 when the next one is at $tatMs: $held', async ({ tatMs, held }) => {
    const id = await refreshed();
    await store.write(id, { kind: 'restart', addMs: 0, tatMs, beforeMs: 1 }, 0);
    const step = { kind: 'append', addMs: 20.5, notBeforeMs: 100, notAfterMs: 200 } as const;
    expect(await store.write(id, step, 0)).toMatchObject({
      held,
      state: { tatMs: held ? tatMs + 20.5 : tatMs, perSecond: 50 },
    });
  });

  it.each([
    { tatMs: 99, held: true },
    { tatMs: 100, held: false },
  ])('restarts before 100 when the next slot is at $tatMs: $held', async ({ tatMs, held }) => {
    const id = await refreshed();
    await store.write(id, { kind: 'restart', addMs: 0, tatMs, beforeMs: 1 }, 0);
    const step = { kind: 'restart', addMs: 20, tatMs: 120, beforeMs: 100 } as const;
    expect(await store.write(id, step, 0)).toMatchObject({ held, state: { tatMs: held ? 120 : tatMs } });
  });

  const due = { kind: 'restart', addMs: 20, tatMs: nowMs + 20, beforeMs: nowMs } as const;

  it.each([
    { campaignQuota: 10, quota: 10, held: true, left: 0 },
    { campaignQuota: 9, quota: 10, held: false, left: 9 },
    { campaignQuota: 9, quota: 0, held: true, left: 9 },
  ])('takes $quota of a quota of $campaignQuota: $held', async ({ campaignQuota, quota, held, left }) => {
    const id = await refreshed({ campaignQuota });
    expect(await store.write(id, due, quota)).toMatchObject({ held, state: { campaignQuota: left } });
    expect(await store.read(id)).toMatchObject({ campaignQuota: left, tatMs: held ? nowMs + 20 : 0 });
  });

  it('takes nothing of a quota that is not limited any more: the sender looks again', async () => {
    const id = await refreshed();
    const written = await store.write(id, due, 10);
    expect(written).toMatchObject({ held: false, state: { tatMs: 0 } });
    expect(written.state).not.toHaveProperty('campaignQuota');
  });

  it('makes no item', async () => {
    expect(await store.write('test#never', due, 0)).toEqual({ held: false, state: undefined });
    expect(await store.read('test#never')).toBeUndefined();
  });

  it('sells each of a hundred slots once to a hundred senders', async () => {
    const id = await refreshed();
    await store.write(id, { kind: 'restart', addMs: 0, tatMs: nowMs, beforeMs: nowMs }, 0);
    const step = { kind: 'append', addMs: 20, notBeforeMs: nowMs, notAfterMs: nowMs + 10_000 } as const;
    const written = await Promise.all(Array.from({ length: 100 }, () => store.write(id, step, 0)));
    const ends = written.map(({ state }) => state?.tatMs ?? Number.NaN).sort((one, other) => one - other);
    expect(ends).toEqual(ends.map((_, i) => nowMs + 20 * (i + 1)));
  });
});

describe('lease', () => {
  const ask = (id: string, atMs: number) => store.lease(id, atMs, atMs + 10_000, atMs - 60_000);

  it('is given to one of ten', async () => {
    const asked = await Promise.all(Array.from({ length: 10 }, () => ask('test#new', nowMs)));
    expect(asked.filter(Boolean)).toHaveLength(1);
  });

  it('is not given while what SES said is fresh, nor while somebody asks', async () => {
    const id = await refreshed();
    expect(await ask(id, nowMs + 59_999)).toBe(false);
    expect(await ask(id, nowMs + 60_000)).toBe(true);
    expect(await ask(id, nowMs + 70_000)).toBe(false);
    expect(await ask(id, nowMs + 70_001)).toBe(true);
  });

  it('ends with the answer', async () => {
    const id = await refreshed();
    await ask(id, nowMs + 60_000);
    await store.refresh(id, { ...facts, refreshedAtMs: nowMs + 60_001 });
    expect(await ask(id, nowMs + 60_002)).toBe(false);
    expect(await ask(id, nowMs + 120_001)).toBe(true);
  });
});

describe('cut', () => {
  it('is made by one of ten who were told at the same time', async () => {
    const id = await refreshed();
    await Promise.all(
      Array.from({ length: 10 }, (_, i) => store.cut(id, 0.5 + i / 100, nowMs + i, nowMs - 1_000)),
    );
    const first = await store.read(id);
    expect(first?.pace).toBe(0.5 + ((first?.cutAtMs ?? 0) - nowMs) / 100);
    await store.cut(id, 0.4, nowMs + 900, nowMs - 100);
    expect(await store.read(id)).toEqual(first);
    await store.cut(id, 0.4, nowMs + 1_009, nowMs + 9);
    expect(await store.read(id)).toMatchObject({ pace: 0.4, cutAtMs: nowMs + 1_009 });
  });

  it('makes no item', async () => {
    await store.cut('test#never', 0.5, nowMs, nowMs - 1_000);
    expect(await store.read('test#never')).toBeUndefined();
  });
});

describe('senders on the real engine', () => {
  async function fresh() {
    const Key = { bucketId: { S: 'account' } };
    await client.send(new DeleteItemCommand({ TableName: stack.output('SendRateTableName'), Key }));
    return bench(store);
  }

  it('never get the same slot, nor more than the rate', async () => {
    const b = await fresh();
    const granted: { startMs: number; count: number }[] = [];
    await Promise.all(
      Array.from({ length: 8 }, async (_, i) => {
        const rate = b.sender({ random: b.random });
        for (let turn = 0; turn < 6; turn++) {
          const count = 1 + ((i + turn) % 5);
          const grant = await rate.take(count, i % 2 === 0 ? 'marketing' : 'transactional', 60_000);
          granted.push({ startMs: grant.kind === 'granted' ? grant.startMs : Number.NaN, count });
        }
      }),
    );
    granted.sort((one, other) => one.startMs - other.startMs);
    const overlaps = granted.filter(({ startMs }, i) => {
      const before = granted[i - 1];
      return before !== undefined && !(startMs >= before.startMs + (before.count * 1000) / 50 - 0.001);
    });
    expect(granted).toHaveLength(48);
    expect(overlaps).toEqual([]);
  });

  it('ask SES once for all of them, and slow down once', async () => {
    const b = await fresh();
    const workers = Array.from({ length: 10 }, () => b.sender());
    await Promise.all(workers.map((worker) => worker.perSecond()));
    expect(b.quotaReads).toBe(1);
    const atMs = b.clock.nowMs();
    await Promise.all(workers.map((worker) => worker.slowDown(0.2)));
    const state = await store.read('account');
    expect(state).toMatchObject({ cutAtMs: atMs });
    expect(state?.pace).toBeLessThan(1);
    await Promise.all(workers.map((worker) => worker.slowDown(0.2)));
    expect(await store.read('account')).toEqual(state);
  });

  it('leave the reserve of the daily quota, and go on by themselves', async () => {
    const b = await fresh();
    b.quota = { maxSendRate: 50, max24HourSend: 1_000, sentLast24Hours: 930 };
    const rates = Array.from({ length: 4 }, () => b.sender({ random: b.random }));
    const grants = await Promise.all(
      Array.from({ length: 12 }, (_, i) => rates[i % 4]?.take(3, 'marketing', 60_000)),
    );
    expect(grants.filter((grant) => grant?.kind === 'granted')).toHaveLength(6);
    expect(await rates[0]?.take(1, 'transactional', 60_000)).toMatchObject({ kind: 'granted' });
    b.quota = { ...b.quota, sentLast24Hours: 0 };
    b.clock.advance(60_000);
    expect(await rates[1]?.take(3, 'marketing', 60_000)).toMatchObject({ kind: 'granted' });
  });
});
