import fc from 'fast-check';
import { cutIntervalMs, cutPace, horizonMs, paceOf, quantumOf } from '../../domain/rate.ts';
import type { Category } from '../../domain/template/compiled.ts';
import type { Grant, SendRate } from '../../functions/send-rate.ts';
import { startMs } from './in-memory-ports.ts';
import { inMemorySendRateStore } from './in-memory-send-rate-store.ts';
import { bench as benchOn, rateOfTwoItems } from './send-rate-bench.ts';

/** Arrival times are fractions of milliseconds. */
const epsilonMs = 0.001;
const patient = 60_000;

function bench() {
  const store = inMemorySendRateStore();
  return Object.assign(benchOn(store), { store });
}

const startOf = (grant: Grant) => (grant.kind === 'granted' ? grant.startMs : grant.kind);

describe('take', () => {
  it('never grants the same slot to two of eight senders, nor more than the rate', async () => {
    const b = bench();
    const categories: Category[] = ['marketing', 'transactional'];
    const granted: { startMs: number; count: number }[] = [];
    await Promise.all(
      Array.from({ length: 8 }, async (_, i) => {
        const rate = b.sender({ random: b.random });
        for (let turn = 0; turn < 8; turn++) {
          const count = 1 + ((i + turn) % 5);
          const grant = await rate.take(count, categories[i % 2] ?? 'marketing', patient);
          granted.push({ startMs: grant.kind === 'granted' ? grant.startMs : Number.NaN, count });
        }
      }),
    );
    granted.sort((one, other) => one.startMs - other.startMs);
    const overlaps = granted.filter(({ startMs: slotMs }, i) => {
      const before = granted[i - 1];
      return before !== undefined && !(slotMs >= before.startMs + (before.count * 1000) / 50 - epsilonMs);
    });
    expect(granted).toHaveLength(64);
    expect(overlaps).toEqual([]);
  });

  it('starts from now after a pause: what was not used is gone', async () => {
    const b = bench();
    const rate = b.sender();
    await rate.take(1, 'marketing', 0);
    b.clock.advance(3_600_000);
    const nowMs = b.clock.nowMs();
    expect(startOf(await rate.take(25, 'transactional', 0))).toBeCloseTo(nowMs, 3);
    expect(startOf(await rate.take(1, 'transactional', 0))).toBeCloseTo(nowMs + 500, 3);
  });

  it('lets transactional mail take slots ahead of time, and marketing only those that are due', async () => {
    const rate = bench().sender();
    await rate.take(50, 'transactional', 0);
    expect(await rate.take(1, 'marketing', 0)).toEqual({ kind: 'busy' });
    expect(startOf(await rate.take(1, 'transactional', 0))).toBeCloseTo(startMs + 1_000, 3);
  });

  it.each([
    { where: 'at the horizon', beyondMs: 0, granted: true },
    { where: 'beyond it', beyondMs: 1, granted: false },
  ])('gives marketing a slot that begins $where: $granted', async ({ beyondMs, granted }) => {
    const b = bench();
    const aheadMs = horizonMs.marketing + beyondMs;
    await b.sender().take((50 * aheadMs) / 1_000, 'transactional', 0);
    const grant = await b.sender().take(1, 'marketing', 0);
    expect(startOf(grant)).toEqual(granted ? expect.closeTo(startMs + aheadMs, 3) : 'busy');
  });

  it('waits for its turn as long as it has patience', async () => {
    const b = bench();
    const turnMs = 1_000 - horizonMs.marketing;
    await b.sender().take(50, 'transactional', 0);
    expect(await b.sender().take(1, 'marketing', turnMs - 1)).toEqual({ kind: 'busy' });
    expect(b.clock.nowMs()).toBe(startMs);
    expect(startOf(await b.sender().take(1, 'marketing', turnMs))).toBeCloseTo(startMs + 1_000, 3);
    expect(b.clock.nowMs()).toBe(startMs + turnMs);
  });

  it('never waits longer than it has patience, however many ask', async () => {
    const b = bench();
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        let sleptMs = 0;
        const sleep = async (ms: number) => {
          sleptMs += ms;
          await new Promise(setImmediate);
          await b.clock.sleep(ms);
        };
        const rate = b.sender({ random: b.random, sleep });
        await rate.perSecond();
        for (let turn = 0; turn < 5; turn++) {
          sleptMs = 0;
          await rate.take(12, 'marketing', 2_000);
          expect(sleptMs).toBeLessThanOrEqual(2_000);
        }
      }),
    );
  });

  it('takes the slots of notifications that one worker has in hand together, a quantum at a time', async () => {
    const b = bench();
    const rate = b.sender();
    await rate.perSecond();
    const grants = await Promise.all(
      Array.from({ length: 30 }, () => rate.take(1, 'transactional', patient)),
    );
    const groups = Map.groupBy(grants.map(startOf), (start) => Math.round(Number(start) - startMs));
    expect([...groups].map(([ms, group]) => [ms, group.length])).toEqual([
      [0, 12],
      [240, 12],
      [480, 6],
    ]);
    // One that finds nothing, and one for each group.
    expect(b.store.calls.write).toBe(4);
  });

  it('refuses transactional mail that would wait longer than a Lambda may', async () => {
    const rate = bench().sender();
    await rate.take(50 + (50 * horizonMs.transactional) / 1_000, 'transactional', 0);
    expect(await rate.take(1, 'transactional', 0)).toEqual({ kind: 'busy' });
  });
});

describe('the rate', () => {
  it('is read from SES by one of thirty that need it at the same time', async () => {
    const b = bench();
    const rates = await Promise.all(Array.from({ length: 30 }, () => b.sender().perSecond()));
    expect(rates).toEqual(rates.map(() => 50));
    expect(b.quotaReads).toBe(1);
  });

  it('is read again after a minute', async () => {
    const b = bench();
    const rate = b.sender();
    await rate.take(1, 'transactional', 0);
    b.quota = { ...b.quota, maxSendRate: 200 };
    b.clock.advance(59_999);
    expect([await rate.perSecond(), b.quotaReads]).toEqual([50, 1]);
    b.clock.advance(1);
    expect([await rate.perSecond(), b.quotaReads]).toEqual([200, 2]);
    await rate.take(100, 'transactional', 0);
    expect(startOf(await b.sender().take(1, 'transactional', 0))).toBeCloseTo(startMs + 60_500, 3);
  });

  it('stays as it was for the others while one reads it', async () => {
    const b = bench();
    await b.sender().perSecond();
    b.clock.advance(60_000);
    const { promise, resolve } = Promise.withResolvers<typeof b.quota>();
    const asked = Promise.withResolvers<void>();
    const reader = b.sender({
      getSendQuota: () => {
        asked.resolve();
        return promise;
      },
    });
    const read = reader.perSecond();
    await asked.promise;
    expect(await b.sender().perSecond()).toBe(50);
    resolve({ ...b.quota, maxSendRate: 60 });
    expect(await read).toBe(60);
    expect(await b.sender().perSecond()).toBe(60);
  });

  it('is read by another one when its reader died', async () => {
    const b = bench();
    const dead = b.sender({ getSendQuota: () => Promise.reject(new Error('no answer')) });
    await expect(dead.perSecond()).rejects.toThrow('no answer');
    b.clock.advance(9_999);
    await b.sender().perSecond();
    expect(b.clock.nowMs()).toBeGreaterThan(startMs + 10_000);
    expect(b.quotaReads).toBe(1);
  });

  it('serves for a quarter of an hour when SES does not say it again, and fails after that', async () => {
    const b = bench();
    const rate = b.sender({
      getSendQuota: async () => {
        b.quotaReads++;
        if (b.quotaReads === 1) {
          return b.quota;
        }
        throw new Error('TooManyRequestsException');
      },
    });
    await rate.perSecond();
    b.clock.advance(60_000);
    expect(await rate.take(1, 'marketing', 0)).toMatchObject({ kind: 'granted' });
    // Not asked again by everybody at once.
    expect(await rate.take(1, 'marketing', patient)).toMatchObject({ kind: 'granted' });
    expect(b.quotaReads).toBe(2);
    b.clock.advance(14 * 60_000);
    expect(await rate.take(1, 'marketing', patient)).toMatchObject({ kind: 'granted' });
    b.clock.advance(60_000);
    await expect(rate.take(1, 'marketing', patient)).rejects.toThrow('TooManyRequestsException');
  });
});

describe('the pace', () => {
  const paceNow = (b: ReturnType<typeof bench>) => {
    const item = b.store.items.get('account');
    return item === undefined ? Number.NaN : paceOf(item, b.clock.nowMs());
  };

  it('is cut once when thirty workers are told "too fast" at the same time', async () => {
    const b = bench();
    const workers = Array.from({ length: 30 }, () => b.sender());
    await Promise.all(workers.map((worker) => worker.perSecond()));
    await Promise.all(workers.map((worker) => worker.slowDown(0.2)));
    const cutAtMs = b.clock.nowMs();
    const first = cutPace({ perSecond: 50, pace: 1, cutAtMs: 0 }, 0.2, cutAtMs);
    expect(paceNow(b)).toBe(first);
    b.clock.advance(cutIntervalMs - 1);
    await Promise.all(workers.map((worker) => worker.slowDown(0.2)));
    expect(b.store.items.get('account')?.cutAtMs).toBe(cutAtMs);
    b.clock.advance(1);
    await Promise.all(workers.map((worker) => worker.slowDown(0.2)));
    expect(b.store.items.get('account')).toMatchObject({
      pace: cutPace({ perSecond: 50, pace: first, cutAtMs }, 0.2, b.clock.nowMs()),
      cutAtMs: cutAtMs + cutIntervalMs,
    });
  });

  it('makes the slots of everybody longer, and climbs back', async () => {
    const b = bench();
    await b.sender().perSecond();
    await b.sender().perSecond();
    const told = b.sender();
    await told.perSecond();
    await told.slowDown(0.3);
    const pace = paceNow(b);
    expect(pace).toBeLessThan(1);
    await b.sender().take(35, 'transactional', 0);
    expect(startOf(await b.sender().take(1, 'transactional', 0))).toBeCloseTo(startMs + 700 / pace, 3);
    b.clock.advance(3_600_000);
    const nowMs = b.clock.nowMs();
    await b.sender().take(50, 'transactional', 0);
    expect(startOf(await b.sender().take(1, 'transactional', 0))).toBeCloseTo(nowMs + 1_000, 3);
  });

  it('is not asked about again by a worker that has just slowed down', async () => {
    const b = bench();
    const told = b.sender();
    await told.perSecond();
    await told.slowDown(0.2);
    const calls = { ...b.store.calls };
    await told.slowDown(0.2);
    expect(b.store.calls).toEqual(calls);
  });

  it('outlives a refresh: what SES allows is not what the others leave', async () => {
    const b = bench();
    const rate = b.sender();
    await rate.perSecond();
    await rate.slowDown(0.3);
    const { pace, cutAtMs } = b.store.items.get('account') ?? {};
    expect(pace).toBeLessThan(1);
    b.clock.advance(60_000);
    await rate.perSecond();
    expect(b.quotaReads).toBe(2);
    expect(b.store.items.get('account')).toMatchObject({ pace, cutAtMs });
  });

  it('never rises by a cut, whatever its worker saw last, and never falls below the least', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            worker: fc.nat(4),
            afterMs: fc.oneof(fc.constant(0), fc.nat(2_000), fc.nat(100_000)),
            share: fc.double({ min: 0, max: 1, noNaN: true }),
            takes: fc.boolean(),
          }),
          { maxLength: 60 },
        ),
        async (events) => {
          const b = bench();
          b.quota = { ...b.quota, maxSendRate: rateOfTwoItems };
          const workers = Array.from({ length: 5 }, () => b.sender({ random: b.random }));
          for (const { worker, afterMs, share, takes } of events) {
            b.clock.advance(afterMs);
            if (takes) {
              await workers[worker]?.take(1, 'transactional', 0);
            }
            const before = new Map(
              [...b.store.items].map(([id, item]) => [id, paceOf(item, b.clock.nowMs())]),
            );
            await workers[worker]?.slowDown(share);
            for (const [id, item] of b.store.items) {
              const now = paceOf(item, b.clock.nowMs());
              expect(now).toBeLessThanOrEqual(Math.max(before.get(id) ?? 1, 0.05));
              expect(now).toBeGreaterThanOrEqual(0.05);
            }
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  it('is felt by a worker with an old view after one quantum', async () => {
    const b = bench();
    const old = b.sender();
    await old.take(1, 'transactional', 0);
    const told = b.sender();
    await told.perSecond();
    await told.slowDown(0.3);
    await old.take(1, 'transactional', 0);
    const before = startOf(await old.take(35, 'transactional', 0));
    const after = startOf(await old.take(1, 'transactional', 0));
    expect(paceNow(b)).toBeLessThan(1);
    expect(Number(after) - Number(before)).toBeCloseTo(700 / paceNow(b), 3);
  });
});

describe('the daily quota', () => {
  it('is not used up before the last item has none left', async () => {
    const b = bench();
    b.quota = { maxSendRate: rateOfTwoItems, max24HourSend: 1_000_000, sentLast24Hours: 949_800 };
    const rate = b.sender();
    const grants: Grant[] = [];
    for (let turn = 0; turn < 5; turn++) {
      grants.push(await rate.take(50, 'marketing', patient));
    }
    // A hundred in each of the two, of which the first is tried first.
    expect(grants.map(({ kind }) => kind)).toEqual([...Array(4).fill('granted'), 'quota']);
  });

  const nearEnd = { maxSendRate: 50, max24HourSend: 1_000, sentLast24Hours: 900 };

  it('stops campaigns short of the reserve, and not transactional mail', async () => {
    const b = bench();
    b.quota = nearEnd;
    const rate = b.sender();
    expect(await rate.take(40, 'marketing', patient)).toMatchObject({ kind: 'granted' });
    expect(await rate.take(11, 'marketing', patient)).toEqual({ kind: 'quota' });
    expect(await rate.take(10, 'marketing', patient)).toMatchObject({ kind: 'granted' });
    expect(await rate.take(1, 'marketing', patient)).toEqual({ kind: 'quota' });
    expect(await rate.take(1, 'transactional', patient)).toMatchObject({ kind: 'granted' });
    expect(b.quotaReads).toBe(1);
  });

  it('is not overdrawn by ten campaign workers with old views', async () => {
    const b = bench();
    b.quota = nearEnd;
    let granted = 0;
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const rate = b.sender({ random: b.random });
        while ((await rate.take(3, 'marketing', patient)).kind === 'granted') {
          granted += 3;
        }
      }),
    );
    expect(granted).toBe(48);
  });

  it('lets campaigns go on by themselves when the window has moved on', async () => {
    const b = bench();
    b.quota = { ...nearEnd, sentLast24Hours: 950 };
    const rate = b.sender();
    expect(await rate.take(1, 'marketing', patient)).toEqual({ kind: 'quota' });
    b.quota = { ...nearEnd, sentLast24Hours: 940 };
    b.clock.advance(59_999);
    expect(await rate.take(1, 'marketing', patient)).toEqual({ kind: 'quota' });
    b.clock.advance(1);
    expect(await rate.take(10, 'marketing', patient)).toMatchObject({ kind: 'granted' });
    expect(await rate.take(1, 'marketing', patient)).toEqual({ kind: 'quota' });
  });

  it('counts what transactional mail used since, at the next look', async () => {
    const b = bench();
    b.quota = nearEnd;
    const rate = b.sender();
    await rate.take(20, 'transactional', patient);
    b.quota = { ...nearEnd, sentLast24Hours: 920 };
    b.clock.advance(60_000);
    expect(await rate.take(31, 'marketing', patient)).toEqual({ kind: 'quota' });
    expect(await rate.take(30, 'marketing', patient)).toMatchObject({ kind: 'granted' });
  });

  it('ends when the account becomes unlimited, and begins when it ceases to be', async () => {
    const b = bench();
    b.quota = { ...nearEnd, sentLast24Hours: 1_000 };
    const rate = b.sender();
    expect(await rate.take(1, 'marketing', patient)).toEqual({ kind: 'quota' });
    b.quota = { maxSendRate: 50, max24HourSend: -1, sentLast24Hours: 1_000 };
    b.clock.advance(60_000);
    expect(await rate.take(12, 'marketing', patient)).toMatchObject({ kind: 'granted' });
    b.quota = { ...nearEnd, sentLast24Hours: 1_000 };
    b.clock.advance(60_000);
    expect(await rate.take(1, 'marketing', patient)).toEqual({ kind: 'quota' });
  });
});

describe('two items', () => {
  /** Recipients that get slots in a second, by many campaign workers and some transactional ones. */
  async function soldInASecond(b: ReturnType<typeof bench>): Promise<number> {
    const untilMs = b.clock.nowMs() + 1_000;
    let sold = 0;
    const work = async (rate: SendRate, category: Category) => {
      const count = category === 'marketing' ? quantumOf(await rate.perSecond()) : 1;
      while (b.clock.nowMs() < untilMs) {
        const grant = await rate.take(count, category, 500);
        sold += grant.kind === 'granted' && grant.startMs < untilMs ? count : 0;
        if (category === 'transactional') {
          await new Promise(setImmediate);
          await b.clock.sleep(20);
        }
      }
    };
    await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        work(b.sender({ random: b.random }), i < 10 ? 'marketing' : 'transactional'),
      ),
    );
    return sold;
  }

  it('sell the whole rate together, and each of them half', async () => {
    const b = bench();
    b.quota = { ...b.quota, max24HourSend: -1, maxSendRate: rateOfTwoItems };
    const sold = await soldInASecond(b);
    expect([...b.store.items.keys()].sort()).toEqual(['account', 'account#1']);
    expect([...b.store.items.values()].map(({ perSecond }) => perSecond)).toEqual([
      rateOfTwoItems / 2,
      rateOfTwoItems / 2,
    ]);
    // Marketing's horizon and one quantum of each item lie beyond the second.
    expect(sold).toBeLessThanOrEqual(rateOfTwoItems * 1.0 + 2 * quantumOf(rateOfTwoItems));
    expect(sold).toBeGreaterThan(rateOfTwoItems * 0.9);
  });

  it('share the quota of campaigns, and sell no more than it', async () => {
    const b = bench();
    b.quota = { maxSendRate: rateOfTwoItems, max24HourSend: 1_000, sentLast24Hours: 551 };
    let granted = 0;
    for (let i = 0; i < 100; i++) {
      granted +=
        (await b.sender({ random: b.random }).take(10, 'marketing', patient)).kind === 'granted' ? 10 : 0;
    }
    expect(granted).toBe(380);
  });

  it('come and go with the rate, and sell neither more nor less than it', async () => {
    const b = bench();
    const workers = Array.from({ length: 4 }, () => b.sender({ random: b.random }));
    b.quota = { ...b.quota, max24HourSend: -1, maxSendRate: 500 };
    await Promise.all(workers.map((worker) => worker.perSecond()));
    expect([...b.store.items.keys()]).toEqual(['account']);

    b.quota = { ...b.quota, maxSendRate: rateOfTwoItems };
    b.clock.advance(60_000);
    await workers[0]?.perSecond();
    expect(await workers[1]?.perSecond()).toBe(rateOfTwoItems / 2);
    expect(await soldInASecond(b)).toBeGreaterThan(rateOfTwoItems * 0.9);

    b.quota = { ...b.quota, maxSendRate: 500 };
    b.clock.advance(60_000);
    await workers[0]?.perSecond();
    b.clock.advance(10_000);
    const sold = await soldInASecond(b);
    expect(sold).toBeLessThanOrEqual(500 + 100);
    expect(sold).toBeGreaterThan(500 * 0.9);
  });

  it('are both slowed down by a worker that is told "too fast"', async () => {
    const b = bench();
    b.quota = { ...b.quota, maxSendRate: rateOfTwoItems };
    const rate = b.sender();
    await rate.take(1, 'transactional', 0);
    const newcomer = b.sender();
    await newcomer.take(1, 'transactional', 0);
    await newcomer.slowDown(0.2);
    const paces = [...b.store.items.values()].map(({ pace }) => pace);
    expect(paces).toHaveLength(2);
    expect(paces[0]).toBeLessThan(1);
    expect(paces[1]).toBe(paces[0]);
  });
});
