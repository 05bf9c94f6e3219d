import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SendRate, SendRateSettings } from '../../aws/send-rate.ts';
import type { SendQuota } from '../../aws/ses.ts';
import type { Category } from '../../domain/template/compiled.ts';
import { type QuietStack, startQuietStack } from './quiet-stack.ts';

const startMs = Date.UTC(2026, 10, 24, 4, 0, 0);
/** Arrival times are fractions of milliseconds. */
const epsilonMs = 0.001;

let stack: QuietStack;
let sendRateTable: (settings: SendRateSettings) => SendRate;
let nowMs = startMs;
let quota: SendQuota;
let quotaReads: number;

beforeAll(async () => {
  stack = await startQuietStack();
  ({ sendRateTable } = await import('../../aws/send-rate.ts'));
});
afterAll(() => stack.close());

beforeEach(async () => {
  nowMs = startMs;
  quota = { maxSendRate: 50, max24HourSend: 50_000, sentLast24Hours: 0 };
  quotaReads = 0;
  const client = new DynamoDBClient({});
  const Key = { bucketId: { S: 'account' } };
  await client.send(new DeleteItemCommand({ TableName: stack.output('SendRateTableName'), Key }));
  client.destroy();
});

/** One Lambda environment of its own. Sleeping takes no time but moves the clock that all of them share. */
function sender(changes: Partial<SendRateSettings> = {}): SendRate {
  return sendRateTable({
    tableName: stack.output('SendRateTableName'),
    getSendQuota: async () => {
      quotaReads++;
      return quota;
    },
    nowMs: () => nowMs,
    sleep: async (ms) => {
      const untilMs = nowMs + ms;
      await new Promise(setImmediate);
      nowMs = Math.max(nowMs, untilMs);
    },
    ...changes,
  });
}

describe('take', () => {
  it('never grants the same slot to two of eight senders, nor more than the rate', async () => {
    const categories: Category[] = ['marketing', 'transactional'];
    const granted: { startMs: number; count: number }[] = [];
    await Promise.all(
      Array.from({ length: 8 }, async (_, i) => {
        const rate = sender();
        for (let turn = 0; turn < 8; turn++) {
          const count = 1 + ((i + turn) % 5);
          const slots = await rate.take(count, categories[i % 2] ?? 'marketing', 60_000);
          granted.push({ startMs: slots?.startMs ?? Number.NaN, count });
        }
      }),
    );
    granted.sort((a, b) => a.startMs - b.startMs);
    const overlaps = granted.filter(({ startMs: slotMs }, i) => {
      const before = granted[i - 1];
      return before !== undefined && !(slotMs >= before.startMs + (before.count * 1000) / 50 - epsilonMs);
    });
    expect(granted).toHaveLength(64);
    expect(overlaps).toEqual([]);
  });

  it('starts from now after a pause: what was not used is gone', async () => {
    const rate = sender();
    await rate.take(1, 'marketing', 0);
    nowMs += 3_600_000;
    const first = await rate.take(25, 'transactional', 0);
    const second = await rate.take(1, 'transactional', 0);
    expect(first?.startMs).toBeCloseTo(nowMs, 3);
    expect(second?.startMs).toBeCloseTo(nowMs + 500, 3);
  });

  it('lets transactional mail take slots ahead of time, and marketing only those that are due', async () => {
    const rate = sender();
    await rate.take(50, 'transactional', 0);
    expect(await rate.take(1, 'marketing', 0)).toBeUndefined();
    expect((await rate.take(1, 'transactional', 0))?.startMs).toBeCloseTo(startMs + 1_000, 3);
  });

  it.each([
    { ahead: 5, aheadMs: 100, granted: true },
    { ahead: 6, aheadMs: 120, granted: false },
  ])('gives marketing a slot that begins in $aheadMs ms: $granted', async ({ ahead, aheadMs, granted }) => {
    const rate = sender();
    await rate.take(ahead, 'transactional', 0);
    const slots = await sender().take(1, 'marketing', 0);
    expect(slots?.startMs).toEqual(granted ? expect.closeTo(startMs + aheadMs, 3) : undefined);
  });

  it('waits for its turn as long as it has patience', async () => {
    await sender().take(50, 'transactional', 0);
    expect(await sender().take(1, 'marketing', 899)).toBeUndefined();
    expect(nowMs).toBe(startMs);
    expect((await sender().take(1, 'marketing', 900))?.startMs).toBeCloseTo(startMs + 1_000, 3);
    expect(nowMs).toBe(startMs + 900);
  });

  it('refuses transactional mail that would wait longer than a Lambda may', async () => {
    const rate = sender();
    await rate.take(550, 'transactional', 0);
    expect(await rate.take(1, 'transactional', 0)).toBeUndefined();
  });
});

describe('the rate', () => {
  /** Really waits, and leaves the clock alone. */
  const patient = { sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 2)) };

  it('is read from SES by one of thirty that need it at the same time', async () => {
    const rates = await Promise.all(Array.from({ length: 30 }, () => sender(patient).perSecond()));
    expect(rates).toEqual(rates.map(() => 50));
    expect(quotaReads).toBe(1);
  });

  it('is read again after a minute', async () => {
    const rate = sender();
    await rate.take(1, 'transactional', 0);
    quota = { ...quota, maxSendRate: 200 };
    nowMs = startMs + 59_999;
    expect([await rate.perSecond(), quotaReads]).toEqual([50, 1]);
    nowMs = startMs + 60_000;
    expect([await rate.perSecond(), quotaReads]).toEqual([200, 2]);
    await rate.take(100, 'transactional', 0);
    expect((await sender().take(1, 'transactional', 0))?.startMs).toBeCloseTo(nowMs + 500, 3);
  });

  it('stays as it was for the others while one reads it', async () => {
    await sender().perSecond();
    nowMs = startMs + 60_000;
    let answer = (_: SendQuota) => {};
    let asked = () => {};
    const isAsked = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const reader = sender({
      getSendQuota: () => {
        asked();
        return new Promise((resolve) => {
          answer = resolve;
        });
      },
    }).perSecond();
    await isAsked;
    expect(await sender().perSecond()).toBe(50);
    answer({ ...quota, maxSendRate: 60 });
    expect(await reader).toBe(60);
    expect(await sender().perSecond()).toBe(60);
  });

  it('is read by another one when its reader died', async () => {
    const dead = sender({ getSendQuota: () => Promise.reject(new Error('no answer')) });
    await expect(dead.perSecond()).rejects.toThrow('no answer');
    nowMs = startMs + 9_999;
    await sender().perSecond();
    expect(nowMs).toBeGreaterThan(startMs + 10_000);
    expect(quotaReads).toBe(1);
  });
});

describe('holdBack', () => {
  it('pushes everyone back once, however many were told "too fast"', async () => {
    const rate = sender();
    await rate.perSecond();
    await Promise.all(Array.from({ length: 30 }, () => sender().holdBack(1_000)));
    expect(await sender().take(1, 'marketing', 0)).toBeUndefined();
    expect((await sender().take(1, 'transactional', 0))?.startMs).toBeCloseTo(startMs + 1_000, 3);
  });

  it('does not bring slots forward that lie further ahead', async () => {
    const rate = sender();
    await rate.take(100, 'transactional', 0);
    await rate.holdBack(1_000);
    expect((await rate.take(1, 'transactional', 0))?.startMs).toBeCloseTo(startMs + 2_000, 3);
  });
});
