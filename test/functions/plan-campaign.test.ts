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
