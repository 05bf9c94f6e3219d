import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { recipientIdOf } from '../../domain/address.ts';
import { planCampaign } from '../../functions/plan-campaign.ts';
import { planTotals } from './in-memory-campaigns.ts';
import { unsubscribed } from './in-memory-ports.ts';
import { bench, dyingAt, many } from './plan-campaign-bench.ts';

describe('planCampaign', () => {
  it('writes the rows as senders need them, and queues where they are', async () => {
    const b = await bench(
      'email,名前,locale,plan,points\nTaro@EXAMPLE.com,太郎,ja,Pro,5\nb@example.com,,,Free,\n',
      {
        data: { points: 1 },
      },
    );
    await b.run();
    expect(b.pointers()).toEqual([
      {
        campaignId: 'news',
        chunk: 0,
        key: 'campaigns/news/p1/parts/000000.jsonl',
        firstByte: 0,
        lastByte: expect.any(Number),
        count: 2,
      },
    ]);
    const [pointer] = b.pointers();
    expect(pointer && (await b.rowsOf(pointer))).toEqual([
      { r: 1, a: 'Taro@example.com', n: '太郎', l: 'ja', d: { plan: 'Pro', points: 5 } },
      { r: 2, a: 'b@example.com', d: { plan: 'Free', points: 1 } },
    ]);
    expect(b.campaign()).toMatchObject({
      state: 'sending',
      plan: planTotals({ rows: 2, recipients: 2, chunks: 1 }),
    });
    expect(b.bucket.objects.has('campaigns/news/p1/excluded.jsonl')).toBe(false);
  });

  it('leaves out rows that are invalid, duplicate or lack data, and says which and why', async () => {
    const rows = [
      'a@example.com,Pro',
      'nobody,Pro',
      'A@example.com,Free',
      'c@example.com,',
      'd@example.com',
      'c@example.com,Pro',
      'e@example.com,a plan that is too long',
    ];
    const b = await bench(`email,plan\n${rows.join('\n')}\n`);
    await b.run();
    expect(b.campaign()?.plan).toEqual(
      planTotals({ rows: 7, recipients: 2, invalid: 2, duplicates: 1, rejected: 2, chunks: 1 }),
    );
    expect(b.excluded().map(({ row, why, code }) => [row, why, code])).toEqual([
      [2, 'invalid', 'address-syntax'],
      [3, 'duplicate', 'duplicate'],
      [4, 'rejected', 'missing-data'],
      [5, 'invalid', 'audience-columns'],
      [7, 'rejected', 'value-too-long'],
    ]);
    expect(b.bucket.textOf('campaigns/news/p1/excluded.jsonl')).not.toMatch(/nobody|example\.com|too long/);
    const [pointer] = b.pointers();
    expect((pointer && (await b.rowsOf(pointer)))?.map(({ r }) => r)).toEqual([1, 6]);
  });

  it.each([
    { recipients: 1, chunks: 1, parts: 1 },
    { recipients: 200, chunks: 1, parts: 1 },
    { recipients: 201, chunks: 2, parts: 1 },
    { recipients: 10_000, chunks: 50, parts: 1 },
    { recipients: 10_001, chunks: 51, parts: 2 },
  ])(
    'cuts $recipients recipients into $chunks chunks in $parts objects',
    async ({ recipients, chunks, parts }) => {
      const b = await bench(many(recipients), { canary: false });
      await b.run();
      expect(b.pointers()).toHaveLength(chunks);
      expect([...b.bucket.objects.keys()].filter((key) => key.includes('/parts/'))).toHaveLength(parts);
      expect(b.campaign()?.plan).toMatchObject({ rows: recipients, recipients, chunks, canaryChunks: [] });
      const rows = await Promise.all(b.pointers().map(b.rowsOf));
      expect(rows.map(({ length }) => length)).toEqual(b.pointers().map(({ count }) => count));
      expect(rows.flat().map(({ r }) => r)).toEqual(Array.from({ length: recipients }, (_, i) => i + 1));
    },
  );

  it.each([
    ['the file is empty', ''],
    ['the file has a header only', 'email,plan\n'],
    ['no row is good', 'email,plan\nnobody,Pro\n'],
  ])('completes a campaign at once when %s', async (_, audience) => {
    const b = await bench(audience);
    await b.run();
    expect(b.campaign()).toMatchObject({ state: 'completed', plan: { chunks: 0 } });
    expect(b.pointers()).toEqual([]);
  });

  it.each([
    ['the file is broken in its middle', `${many(150)}"never closed,x\n`, {}, /^row 151 is not CSV/],
    ['the file has no column of addresses', 'x,y\n1,2\n', {}, /names no column "address"/],
    ['the file is not there', '', { audienceKey: 'audiences/other.csv' }, /not in the bucket/],
    ['the template is not there', many(1), { templateHash: 'f'.repeat(32) }, /not published in that version/],
  ])('queues nothing and fails the campaign when %s', async (_, audience, overrides, failure) => {
    const b = await bench(audience, overrides);
    await b.run();
    expect(b.campaign()).toMatchObject({ state: 'failed', failure: expect.stringMatching(failure) });
    expect(b.campaign()?.failure).not.toContain('example.com');
    expect(b.chunksQueue.sent).toEqual([]);
  });

  it('queues nothing and stays in planning when reading fails, and a second run does all of it', async () => {
    const b = await bench(many(250));
    const stream = async () =>
      Readable.from(
        (async function* () {
          yield Buffer.from(many(220));
          throw new Error('connection reset');
        })(),
      );
    await expect(b.run({ bucket: { ...b.bucket, stream } })).rejects.toThrow('connection reset');
    expect([b.campaign()?.state, b.chunksQueue.sent]).toEqual(['planning', []]);
    await b.run();
    expect(b.campaign()).toMatchObject({ state: 'sending', plan: { planId: 'p2', rows: 250, chunks: 2 } });
  });

  it('makes the same chunks again when it is repeated after a crash, beside what the first run left', async () => {
    const b = await bench(many(2_000));
    const change: typeof b.campaigns.change = async (campaign, facts) => {
      if (facts.plan !== undefined) {
        throw new Error('crash');
      }
      return await b.campaigns.change(campaign, facts);
    };
    await expect(b.run({ campaigns: { ...b.campaigns, change } })).rejects.toThrow('crash');
    expect(b.pointers()).toEqual([]);
    await b.run();
    const written = (run: string) =>
      [...b.bucket.objects].flatMap(([key, bytes]) =>
        key.includes(`/${run}/`)
          ? [[key.replace(run, ''), sha256(bytes.toString('latin1').replaceAll(`news/${run}/`, ''))]]
          : [],
      );
    const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
    expect(written('p1').length).toBeGreaterThan(3);
    expect(written('p2')).toEqual(written('p1'));
    expect(new Set(b.pointers().map(({ key }) => key.split('/')[2]))).toEqual(new Set(['p2']));
  });

  it('lets the run count that is recorded first when two plan at the same time', async () => {
    const b = await bench(many(250));
    const change: typeof b.campaigns.change = async (campaign, facts) => {
      if (facts.plan !== undefined) {
        await b.run();
      }
      return await b.campaigns.change(campaign, facts);
    };
    await b.run({ campaigns: { ...b.campaigns, change } });
    expect(b.campaign()?.plan?.planId).toBe('p2');
    expect(new Set(b.pointers().map(({ key }) => key.split('/')[2]))).toEqual(new Set(['p2']));
  });

  const awkward = `${many(1_250)}nobody,p\nR7@example.com,p\nx@example.com,\ns@example.com,p\n`;

  async function awkwardBench() {
    const b = await bench(awkward, { frequencyCap: { mails: 1, days: 7 } });
    b.suppressions.items.set(recipientIdOf('s@example.com'), { all: unsubscribed });
    return b;
  }

  /** Whoever is mailed when every chunk that was queued is sent once. */
  async function expectEverybodyOnce(b: Awaited<ReturnType<typeof bench>>): Promise<void> {
    const byChunk = new Map(b.pointers().map((pointer) => [pointer.chunk, pointer]));
    // A chunk that is queued twice is the same chunk: its ledger lets it be sent once.
    expect(new Set(b.pointers().map((pointer) => JSON.stringify(pointer))).size).toBe(byChunk.size);
    const rows = (await Promise.all([...byChunk.values()].map(b.rowsOf))).flat();
    expect(rows.map(({ a }) => a).sort()).toEqual(
      Array.from({ length: 1_250 }, (_, i) => `r${i}@example.com`).sort(),
    );
    expect(b.excluded().map(({ row, why }) => [row, why])).toEqual([
      [1_251, 'invalid'],
      [1_252, 'duplicate'],
      [1_253, 'rejected'],
      [1_254, 'suppressed'],
    ]);
    expect(b.campaign()).toMatchObject({
      state: 'sending',
      plan: { rows: 1_254, recipients: 1_250, chunks: 7, canaryChunks: [1, 2, 3] },
    });
  }

  it('reaches everybody once whichever call of S3, SQS or DynamoDB the planner dies at', async () => {
    for (const before of [true, false]) {
      for (let call = 0; ; call++) {
        const b = await awkwardBench();
        const ended = await b.run(dyingAt(b.ports, call, before)).catch((error: Error) => error.message);
        await b.run();
        await b.runRest();
        await expectEverybodyOnce(b);
        if (ended !== 'killed') {
          // More calls than the run makes.
          expect(call).toBeGreaterThan(10);
          break;
        }
      }
    }
  });

  it('reaches everybody once at their local time, and nobody before it, whichever call it dies at', async () => {
    const zones = ['Asia/Tokyo', 'Europe/Berlin', 'America/New_York'];
    const rows = Array.from({ length: 450 }, (_, i) => `r${i}@example.com,p,${zones[i % 3]}\n`);
    const times = [0, 8, 14].map((hour) => Date.UTC(2026, 10, 25, hour));
    const local = { at: '2026-11-25T09:00', zone: 'Asia/Tokyo' };
    for (const before of [true, false]) {
      for (let call = 0; ; call++) {
        const b = await bench(`email,plan,timeZone\n${rows.join('')}`, { local, canary: false });
        let deaths = 0;
        for (const [i, atMs] of times.entries()) {
          const ports = { ...b.ports, nowMs: () => atMs };
          const ended = await b.run(dyingAt(ports, call, before)).catch((error: Error) => error.message);
          deaths += Number(ended === 'killed');
          await b.run(ports);
          const queued = new Set(b.pointers().map(({ chunk }) => chunk));
          expect(queued.size).toBe(b.campaign()?.plan?.releases?.[i]?.chunks);
        }
        const byChunk = new Map(b.pointers().map((pointer) => [pointer.chunk, pointer]));
        const mailed = (await Promise.all([...byChunk.values()].map(b.rowsOf))).flat();
        expect(new Set(mailed.map(({ a }) => a)).size).toBe(450);
        expect(mailed).toHaveLength(450);
        if (deaths === 0) {
          expect(call).toBeGreaterThan(8);
          break;
        }
      }
    }
  });

  it('reaches everybody once when the planner dies again and again', async () => {
    const deaths = fc.array(fc.record({ call: fc.nat(14), before: fc.boolean() }), {
      minLength: 2,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(deaths, async (planned) => {
        const b = await awkwardBench();
        for (const { call, before } of planned) {
          await b.run(dyingAt(b.ports, call, before)).catch(() => {});
        }
        await b.run();
        await b.runRest();
        await expectEverybodyOnce(b);
      }),
      { numRuns: 25 },
    );
  });

  it('lists exclusions without end, in objects of 25,000 lines', async () => {
    const b = await bench(`email,plan\n${'nobody,p\n'.repeat(60_000)}`);
    await b.run();
    const lists = [...b.bucket.objects].filter(([key]) => key.includes('excluded'));
    expect(lists.map(([key, bytes]) => [key, bytes.toString().split('\n').length - 1])).toEqual([
      ['campaigns/news/p1/excluded.jsonl', 25_000],
      ['campaigns/news/p1/excluded-000001.jsonl', 25_000],
      ['campaigns/news/p1/excluded-000002.jsonl', 10_000],
    ]);
  });

  it('has four objects under way at most, and leaves none behind when it gives up', async () => {
    const b = await bench(many(100_000));
    let underWay = 0;
    let most = 0;
    let puts = 0;
    const put: typeof b.bucket.put = async (key, body) => {
      puts++;
      underWay++;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay--;
      if (puts > 6) {
        throw new Error('disk full');
      }
      await b.bucket.put(key, body);
    };
    await expect(b.run({ bucket: { ...b.bucket, put } })).rejects.toThrow('disk full');
    expect([underWay, most, b.chunksQueue.sent]).toEqual([0, 4, []]);
    expect(puts).toBeLessThan(12);
  });

  it('completes a campaign whose planner died after planning it, when all chunks are done', async () => {
    const b = await bench(many(1));
    const completeIfDone = async (): Promise<never> => {
      throw new Error('crash');
    };
    await expect(b.run({ campaigns: { ...b.campaigns, completeIfDone } })).rejects.toThrow('crash');
    b.campaigns.alter('news', { chunksDone: 1 });
    await b.run();
    expect(b.campaign()?.state).toBe('completed');
  });

  it.each(['completed', 'cancelled', 'failed'] as const)(
    'does nothing for a campaign that is %s',
    async (state) => {
      const b = await bench(many(1), { state });
      await b.run();
      expect([b.campaign()?.state, b.chunksQueue.sent]).toEqual([state, []]);
    },
  );

  it('releases nothing of a campaign that is cancelled while it is planned', async () => {
    const b = await bench(many(1));
    const put: typeof b.bucket.put = async (key, body) => {
      b.campaigns.alter('news', { state: 'cancelled' });
      await b.bucket.put(key, body);
    };
    await b.run({ bucket: { ...b.bucket, put } });
    expect([b.campaign()?.state, b.pointers()]).toEqual(['cancelled', []]);
  });

  it('takes a campaign that does not exist for a fault', async () => {
    const b = await bench('');
    await expect(planCampaign(b.ports)('other')).rejects.toThrow('campaign other does not exist');
  });
});
