import { Readable } from 'node:stream';
import fc from 'fast-check';
import type { ChunkPointer, ChunkRow } from '../../domain/campaign.ts';
import { type PlanCampaignPorts, planCampaign } from '../../functions/plan-campaign.ts';
import { marketingTemplate } from '../domain/compiled-template.ts';
import { campaign, inMemoryCampaigns } from './in-memory-campaigns.ts';
import { inMemoryBucket, inMemoryClock, inMemoryQueue, inMemoryTemplates } from './in-memory-ports.ts';

const template = marketingTemplate({
  schema: {
    type: 'object',
    properties: { plan: { type: 'string', maxLength: 10 }, points: { type: 'number' } },
    required: ['plan'],
  },
});

async function bench(audience: string, overrides: Parameters<typeof campaign>[0] = {}) {
  const campaigns = inMemoryCampaigns(campaign({ state: 'draft', ...overrides }));
  const bucket = inMemoryBucket();
  const chunksQueue = inMemoryQueue();
  const ports: PlanCampaignPorts = {
    campaigns,
    templates: inMemoryTemplates(template),
    bucket,
    chunksQueue,
    nowMs: inMemoryClock().nowMs,
  };
  await bucket.put('audiences/news.csv', audience);
  return {
    ...{ campaigns, bucket, chunksQueue, ports },
    run: (changed: Partial<PlanCampaignPorts> = {}) => planCampaign({ ...ports, ...changed })('news'),
    campaign: () => campaigns.of('news'),
    pointers: () => chunksQueue.sent.map(({ body }) => JSON.parse(body) as ChunkPointer),
    /** What a sender reads for a pointer. */
    rowsOf: async ({ key, firstByte, lastByte }: ChunkPointer) =>
      ((await bucket.getRange(key, firstByte, lastByte)) ?? '')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as ChunkRow),
    excluded: () =>
      (bucket.textOf('campaigns/news/excluded.jsonl') ?? '')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
  };
}

const many = (count: number) =>
  `email,plan\n${Array.from({ length: count }, (_, i) => `r${i}@example.com,p\n`).join('')}`;

/** Ports of a worker that is killed at its nth call, before or after it took effect; from then on nothing it does has any. */
function dyingAt(ports: PlanCampaignPorts, nth: number, before: boolean): PlanCampaignPorts {
  let calls = 0;
  const dying =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const number = calls++;
      if (number > nth || (number === nth && before)) {
        throw new Error('killed');
      }
      const result = await call(...args);
      if (number === nth) {
        throw new Error('killed');
      }
      return result;
    };
  const { campaigns, bucket, chunksQueue } = ports;
  return {
    ...ports,
    campaigns: {
      get: dying(campaigns.get),
      move: dying(campaigns.move),
      planned: dying(campaigns.planned),
      completeIfDone: dying(campaigns.completeIfDone),
    },
    bucket: { stream: dying(bucket.stream), put: dying(bucket.put) },
    chunksQueue: { sendAll: dying(chunksQueue.sendAll) },
  };
}

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
        key: 'campaigns/news/parts/000000.jsonl',
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
      plan: { rows: 2, invalid: 0, duplicates: 0, rejected: 0, chunks: 1 },
    });
    expect(b.bucket.objects.has('campaigns/news/excluded.jsonl')).toBe(false);
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
    expect(b.campaign()?.plan).toEqual({ rows: 7, invalid: 2, duplicates: 1, rejected: 2, chunks: 1 });
    expect(b.excluded().map(({ row, why, code }) => [row, why, code])).toEqual([
      [2, 'invalid', 'address-syntax'],
      [3, 'duplicate', 'duplicate'],
      [4, 'rejected', 'missing-data'],
      [5, 'invalid', 'audience-columns'],
      [7, 'rejected', 'value-too-long'],
    ]);
    expect(b.bucket.textOf('campaigns/news/excluded.jsonl')).not.toMatch(/nobody|example\.com|too long/);
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
      const b = await bench(many(recipients));
      await b.run();
      expect(b.pointers()).toHaveLength(chunks);
      expect([...b.bucket.objects.keys()].filter((key) => key.includes('/parts/'))).toHaveLength(parts);
      expect(b.campaign()?.plan).toMatchObject({ rows: recipients, chunks });
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
    expect(b.campaign()).toMatchObject({ state: 'sending', plan: { rows: 250, chunks: 2 } });
  });

  it('writes and queues the same again when it is repeated after a crash', async () => {
    const b = await bench(many(250));
    const planned = async (): Promise<never> => {
      throw new Error('crash');
    };
    await expect(b.run({ campaigns: { ...b.campaigns, planned } })).rejects.toThrow('crash');
    const objects = new Map(b.bucket.objects);
    const pointers = b.pointers();
    await b.run();
    expect(b.pointers()).toEqual([...pointers, ...pointers]);
    expect(b.bucket.objects).toEqual(objects);
    await b.run();
    expect(b.pointers()).toHaveLength(2 * pointers.length);
  });

  it('reaches everybody once whichever call of S3, SQS or DynamoDB the planner dies at, again and again', async () => {
    const audience = `${many(10_450)}nobody,p\nR7@example.com,p\nx@example.com,\n`;
    const whole = await bench(audience);
    await whole.run();
    const deaths = fc.array(fc.record({ call: fc.nat(25), before: fc.boolean() }), { maxLength: 3 });
    let died = 0;
    await fc.assert(
      fc.asyncProperty(deaths, async (planned) => {
        const b = await bench(audience);
        for (const { call, before } of planned) {
          const ended = await b.run(dyingAt(b.ports, call, before)).catch((error: Error) => error.message);
          died += Number(ended === 'killed');
        }
        await b.run();
        const byChunk = new Map(b.pointers().map((pointer) => [pointer.chunk, pointer]));
        // A chunk that is queued twice is the same chunk: its ledger lets it be sent once.
        expect(new Set(b.pointers().map((pointer) => JSON.stringify(pointer))).size).toBe(byChunk.size);
        expect([...byChunk.keys()].sort((one, other) => one - other)).toEqual(
          whole.pointers().map(({ chunk }) => chunk),
        );
        const rows = (await Promise.all([...byChunk.values()].map(b.rowsOf))).flat();
        expect(rows.map(({ a }) => a).sort()).toEqual(
          Array.from({ length: 10_450 }, (_, i) => `r${i}@example.com`).sort(),
        );
        expect(b.excluded().map(({ row, why }) => [row, why])).toEqual([
          [10_451, 'invalid'],
          [10_452, 'duplicate'],
          [10_453, 'rejected'],
        ]);
        expect(b.campaign()).toMatchObject({ state: 'sending', plan: whole.campaign()?.plan });
      }),
      { numRuns: 25 },
    );
    expect(died).toBeGreaterThan(5);
  });

  it('lists exclusions without end, in objects of 25,000 lines', async () => {
    const b = await bench(`email,plan\n${'nobody,p\n'.repeat(60_000)}`);
    await b.run();
    const lists = [...b.bucket.objects].filter(([key]) => key.includes('excluded'));
    expect(lists.map(([key, bytes]) => [key, bytes.toString().split('\n').length - 1])).toEqual([
      ['campaigns/news/excluded.jsonl', 25_000],
      ['campaigns/news/excluded-000001.jsonl', 25_000],
      ['campaigns/news/excluded-000002.jsonl', 10_000],
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
    b.campaigns.change('news', { chunksDone: 1 });
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

  it('does not bring a campaign back that is cancelled while it is planned', async () => {
    const b = await bench(many(1));
    const sendAll = async (bodies: readonly string[]) => {
      b.campaigns.change('news', { state: 'cancelled' });
      await b.chunksQueue.sendAll(bodies);
    };
    await b.run({ chunksQueue: { sendAll } });
    expect(b.campaign()?.state).toBe('cancelled');
  });

  it('takes a campaign that does not exist for a fault', async () => {
    const b = await bench('');
    await expect(planCampaign(b.ports)('other')).rejects.toThrow('campaign other does not exist');
  });

  it('accounts for every row, and gives every distinct valid recipient to exactly one chunk', async () => {
    const row = fc.record({
      address: fc.oneof(
        { weight: 5, arbitrary: fc.nat(150).map((n) => `${n % 2 ? 'r' : 'R'}${n}@example.com`) },
        { weight: 1, arbitrary: fc.constantFrom('nobody', '', '@example.com', 'あ@example.com') },
      ),
      plan: fc.constantFrom('Pro', 'Free', '', 'a plan that is too long'),
    });
    const audience = fc.array(row, { maxLength: 260, size: 'max' });
    await fc.assert(
      fc.asyncProperty(audience, fc.constantFrom('csv', 'jsonl'), async (rows, format) => {
        const text =
          format === 'csv'
            ? `email,plan\n${rows.map(({ address, plan }) => `"${address}","${plan}"\n`).join('')}`
            : rows.map((each) => `${JSON.stringify(each)}\n`).join('');
        const b = await bench(text, { audienceFormat: format });
        await b.run();
        const mailed = (await Promise.all(b.pointers().map(b.rowsOf))).flat();
        const plan = b.campaign()?.plan;
        expect(plan?.rows).toBe(rows.length);
        expect(mailed.length + (plan?.invalid ?? 0) + (plan?.duplicates ?? 0) + (plan?.rejected ?? 0)).toBe(
          rows.length,
        );
        const good = rows.filter(
          ({ address, plan: name }) => /^r\d/i.test(address) && /^(?:Pro|Free)$/.test(name),
        );
        const distinct = new Set(good.map(({ address }) => address.toLowerCase()));
        expect(mailed.map(({ a }) => a.toLowerCase()).sort()).toEqual([...distinct].sort());
        expect(b.pointers().map(({ chunk }) => chunk)).toEqual([...b.pointers().keys()]);
      }),
      { numRuns: 40 },
    );
  });
});
