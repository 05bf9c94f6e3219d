import fc from 'fast-check';
import { recipientIdOf } from '../../../domain/address.ts';
import { type ChunkRow, chunkSize, type PlanTotals } from '../../../domain/campaign/campaign.ts';
import { canariesOf } from '../../../domain/campaign/canary.ts';
import { planKeys } from '../../../domain/campaign/plan-keys.ts';
import { findInIndex } from '../../../domain/campaign/recipient-index.ts';
import { audiencePlan } from '../../../functions/planning/audience-plan.ts';
import { marketingTemplate } from '../../domain/compiled-template.ts';
import { campaign, planTotals } from '../in-memory-campaigns.ts';
import { unsubscribed } from '../in-memory-ports.ts';
import { bench, many } from '../plan-campaign-bench.ts';

type Bench = Awaited<ReturnType<typeof bench>>;

interface Row {
  readonly address: string;
  readonly plan: string;
}

/** Rows of the chunks, chunk after chunk. */
async function chunksOf(b: Bench): Promise<ChunkRow[][]> {
  return await Promise.all(b.allPointers().map(b.rowsOf));
}

function planOf(b: Bench): PlanTotals {
  return b.campaign()?.plan ?? planTotals();
}

async function placeOf(b: Bench, address: string) {
  const index = b.bucket.objects.get(planKeys('news', planOf(b).planId).recipients);
  const readRange = async (first: number, last: number) => index?.subarray(first, last + 1);
  return await findInIndex(readRange, recipientIdOf(address));
}

describe('the plan of an audience', () => {
  const person = fc.oneof(
    { weight: 8, arbitrary: fc.nat(700).map((n) => `${n % 3 ? 'r' : 'R'}${n}@example.com`) },
    { weight: 1, arbitrary: fc.constantFrom('nobody', '', '@example.com', 'あ@example.com') },
  );
  const plans = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom('Pro', 'Free', '"x"') },
    { weight: 1, arbitrary: fc.constantFrom('', 'a plan that is too long') },
  );
  const audience = fc.array(fc.record({ address: person, plan: plans }), { maxLength: 1_000, size: 'max' });
  /** What filters say of a row: whether it is meant, or that they cannot tell. */
  const filters: Record<string, (row: Row) => boolean | 'cannot tell'> = {
    true: () => true,
    'row.plan != "Free"': ({ plan }) => plan !== 'Free',
    'row.plan == "Pro" || row.rank == "gold"': ({ plan }) => plan === 'Pro' || 'cannot tell',
    'known.bounces == 0 && row.plan.startsWith("P")': ({ address, plan }) =>
      /^r\d/i.test(address) ? plan.startsWith('P') : 'cannot tell',
  };
  const settings = fc.record({
    format: fc.constantFrom('csv', 'jsonl'),
    files: fc.integer({ min: 1, max: 3 }),
    canary: fc.boolean(),
    suppressed: fc.uniqueArray(fc.nat(700), { maxLength: 60, size: 'max' }),
    where: fc.constantFrom(...Object.keys(filters)),
  });
  /** Enough for a canary, which random audiences rarely are. */
  const large = Array.from({ length: 600 }, (_, n) => ({ address: `r${n}@example.com`, plan: 'Pro' }));
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

  it('accounts for every row, and has every good recipient in exactly one place, which the index knows', async () => {
    let withCanary = 0;
    await fc.assert(
      fc.asyncProperty(audience, settings, async (rows, { format, files, canary, suppressed, where }) => {
        const each = Math.ceil(rows.length / files);
        const parts = Array.from({ length: files }, (_, i) => rows.slice(i * each, (i + 1) * each));
        const audienceKeys = parts.map((_, i) => `audiences/${i}.${format}`);
        const b = await bench('', { audienceFormat: format, audienceKeys, canary, where });
        for (const [i, part] of parts.entries()) {
          const text =
            format === 'csv'
              ? `email,plan\n${part.map(({ address, plan }) => `${quoted(address)},${quoted(plan)}\n`).join('')}`
              : part.map((row) => `${JSON.stringify(row)}\n`).join('');
          await b.bucket.put(audienceKeys[i] ?? '', text);
        }
        const unwanted = new Set(suppressed.map((n) => `r${n}@example.com`));
        for (const address of unwanted) {
          b.suppressions.items.set(recipientIdOf(address), { all: unsubscribed });
        }
        await b.run();
        const plan = planOf(b);
        const chunks = await chunksOf(b);
        const mailed = chunks.flat();
        expect(mailed).toHaveLength(plan.recipients);
        expect(plan.rows).toBe(rows.length);
        const { recipients, invalid, duplicates, rejected, suppressed: left, capped, filtered } = plan;
        expect(recipients + invalid + duplicates + rejected + left + capped + filtered).toBe(plan.rows);
        expect(b.excluded()).toHaveLength(plan.rows - plan.recipients - plan.filtered);

        const saysOf = filters[where] ?? (() => true);
        expect(filtered).toBe(rows.filter((row) => saysOf(row) === false).length);
        const good = rows.filter(
          (row) => saysOf(row) === true && /^r\d/i.test(row.address) && /^(?:Pro|Free|"x")$/.test(row.plan),
        );
        const distinct = new Set(good.map(({ address }) => address.toLowerCase()));
        const wanted = [...distinct].filter((address) => !unwanted.has(address));
        expect(mailed.map(({ a }) => a.toLowerCase()).sort()).toEqual(wanted.sort());
        for (const { r, a } of mailed) {
          expect(rows[r - 1]?.address).toBe(a);
        }
        expect(plan.suppressed).toBe(
          good.filter(({ address }) => unwanted.has(address.toLowerCase())).length,
        );

        const pointers = b.allPointers();
        expect(pointers.map(({ chunk }) => chunk)).toEqual([...pointers.keys()]);
        expect(pointers.map(({ count }) => count)).toEqual(chunks.map(({ length }) => length));
        expect(plan.chunks).toBe(pointers.length);
        const { count, size } = canariesOf(canary ? plan.recipients : 0);
        withCanary += Number(count > 0);
        expect(plan.canaryChunks).toEqual(
          Array.from({ length: count }, (_, i) => (i + 1) * Math.ceil(size / chunkSize)),
        );
        const [first = 0] = plan.canaryChunks;
        expect(chunks.slice(0, first).flat()).toHaveLength(size);

        for (const [chunk, chunkRows] of chunks.entries()) {
          for (const [index, { a }] of chunkRows.entries()) {
            expect(await placeOf(b, a)).toEqual({ kind: 'planned', chunk, index });
          }
        }
        const refused = rows.filter(
          (row) => saysOf(row) === true && /^r\d/i.test(row.address) && !good.includes(row),
        );
        const isIn = (some: readonly Row[], address: string) =>
          some.some((row) => row.address.toLowerCase() === address);
        for (const address of ['stranger@example.com', ...unwanted]) {
          expect(await placeOf(b, address)).toEqual(
            isIn(good, address)
              ? { kind: 'suppressed' }
              : isIn(refused, address)
                ? { kind: 'rejected' }
                : undefined,
          );
        }
        for (const address of refused.map((row) => row.address.toLowerCase())) {
          if (!isIn(good, address)) expect(await placeOf(b, address)).toEqual({ kind: 'rejected' });
        }
      }),
      {
        numRuns: 25,
        examples: [[large, { format: 'csv', files: 2, canary: true, suppressed: [1, 2], where: 'true' }]],
      },
    );
    expect(withCanary).toBeGreaterThan(0);
  });

  it('draws canaries from all of the audience', async () => {
    const b = await bench(many(40_000));
    await b.run();
    const chunks = await chunksOf(b);
    expect(planOf(b)).toMatchObject({ recipients: 40_000, chunks: 200, canaryChunks: [2, 4, 6] });
    const canary = chunks.slice(0, 2).flat();
    expect(canary).toHaveLength(400);
    const inFirstHalf = canary.filter(({ r }) => r <= 20_000).length;
    // 200 on average, with a deviation of 10.
    expect(Math.abs(inFirstHalf - 200)).toBeLessThan(60);
    expect(canary.map(({ r }) => r).sort((one, other) => one - other)).not.toEqual(
      Array.from({ length: 400 }, (_, i) => i + 1),
    );
  });

  it('keeps the order of the audience where there is no canary', async () => {
    const b = await bench(many(401), { canary: false });
    await b.run();
    expect((await chunksOf(b)).flat().map(({ r }) => r)).toEqual(
      Array.from({ length: 401 }, (_, i) => i + 1),
    );
    expect(planOf(b).canaryChunks).toEqual([]);
  });

  it('names suppressed rows, each of them, and those that another topic was unsubscribed from are mailed', async () => {
    const b = await bench('email,plan\na@example.com,p\nb@example.com,p\nA@example.com,p\nc@example.com,p\n');
    b.suppressions.items.set(recipientIdOf('a@example.com'), { marketing: unsubscribed });
    b.suppressions.items.set(recipientIdOf('b@example.com'), { 'topic:other': unsubscribed });
    b.suppressions.items.set(recipientIdOf('c@example.com'), { all: { ...unsubscribed, expiresAtMs: 1 } });
    await b.run();
    expect(planOf(b)).toMatchObject({ rows: 4, recipients: 2, suppressed: 2, duplicates: 0 });
    expect(b.excluded()).toEqual([
      {
        ...{ row: 1, why: 'suppressed', code: 'suppressed', field: 'row 1 address' },
        message: 'row 1: the recipient is suppressed for such mail',
      },
      expect.objectContaining({ row: 3, why: 'suppressed' }),
    ]);
    expect((await chunksOf(b)).flat().map(({ a }) => a)).toEqual(['b@example.com', 'c@example.com']);
  });
});

it('refuses an audience with more recipients than it has room for', async () => {
  const b = await bench('');
  const run = { planId: 'p1', atMs: 0, mostRecipients: 3 };
  const { add } = audiencePlan(b.bucket, campaign(), [marketingTemplate()], run, {
    unwanted: () => undefined,
  });
  const addRow = (row: number) => add({ row, values: { address: `r${row}@example.com` } });
  for (const row of [1, 2, 2, 3]) {
    addRow(row);
  }
  expect(() => addRow(4)).toThrow('the audience has more than 3 recipients; split it into several campaigns');
});

describe('an audience of several files', () => {
  const audienceKeys = ['audiences/1.csv', 'audiences/2.csv'];

  it('is read as one, with rows that count on and duplicates across files, each with its own columns', async () => {
    const b = await bench('', { audienceKeys });
    await b.bucket.put('audiences/1.csv', 'email,plan\na@example.com,p\nb@example.com,p\n');
    await b.bucket.put(
      'audiences/2.csv',
      'plan;メール;名前\np;A@example.com;太郎\np;nobody;\nq;c@example.com;花子\n',
    );
    await b.run();
    expect(planOf(b)).toMatchObject({ rows: 5, recipients: 3, duplicates: 1, invalid: 1 });
    expect(b.excluded().map(({ row, file, why }) => [row, file, why])).toEqual([
      [3, 2, 'duplicate'],
      [4, 2, 'invalid'],
    ]);
    expect((await chunksOf(b)).flat()).toEqual([
      { r: 1, a: 'a@example.com', d: { plan: 'p' } },
      { r: 2, a: 'b@example.com', d: { plan: 'p' } },
      { r: 5, a: 'c@example.com', n: '花子', d: { plan: 'q' } },
    ]);
  });

  it.each([
    ['is missing', undefined, /^file 2 of 2: the audience is not in the bucket$/],
    ['has no addresses', 'x,y\n1,2\n', /^file 2 of 2: the first line of the audience names no column/],
    ['is broken', 'email,plan\nb@example.com,"x\n', /^file 2 of 2: row 2 is not CSV/],
  ])('fails the campaign, naming the file that %s', async (_, second, failure) => {
    const b = await bench('', { audienceKeys });
    await b.bucket.put('audiences/1.csv', 'email,plan\na@example.com,p\n');
    if (second !== undefined) {
      await b.bucket.put('audiences/2.csv', second);
    }
    await b.run();
    expect(b.campaign()).toMatchObject({ state: 'failed', failure: expect.stringMatching(failure) });
    expect(b.pointers()).toEqual([]);
  });
});

describe('the plan of an audience that is mailed at a local time', () => {
  const zones = ['Pacific/Auckland', 'Asia/Tokyo', '', 'Europe/Berlin', 'America/New_York', 'no such zone'];
  const local = { at: '2026-11-25T09:00', zone: 'Asia/Tokyo' };
  const hourMs = 3_600_000;
  /** Hours of UTC at which it is nine there. The bench plans at nine of the day before, when nobody's time has come. */
  const hours: Record<string, number> = {
    ...{ 'Pacific/Auckland': -4, 'Asia/Tokyo': 0, '': 0, 'Europe/Berlin': 8, 'America/New_York': 14 },
  };
  const nineMs = (zone: string) => Date.UTC(2026, 10, 25) + (hours[zone] ?? Number.NaN) * hourMs;
  const someone = fc.record({ who: fc.nat(700), zone: fc.constantFrom(...zones) });
  const people = fc.array(someone, { maxLength: 1_500, size: 'max' });
  const everywhere = Array.from({ length: 1_500 }, (_, who) => ({ who, zone: zones[who % 6] ?? '' }));
  const fileOf = (rows: readonly { readonly who: number; readonly zone: string }[]) =>
    `email,plan,timeZone\n${rows.map(({ who, zone }) => `r${who}@example.com,p,${zone}\n`).join('')}`;

  it('has everybody in one place, those of one time together, canaries of those who are first', async () => {
    let withCanary = 0;
    await fc.assert(
      fc.asyncProperty(people, fc.boolean(), async (rows, canary) => {
        const b = await bench(fileOf(rows), { local, canary });
        await b.run();
        const plan = planOf(b);
        const chunks = await chunksOf(b);
        const good = rows.filter(({ zone }) => zone in hours);
        const firstOf = new Map<number, string>();
        for (const { who, zone } of good) {
          firstOf.set(who, firstOf.get(who) ?? zone);
        }
        expect(plan.rows).toBe(plan.recipients + plan.duplicates + plan.invalid);
        expect([plan.recipients, plan.invalid]).toEqual([firstOf.size, rows.length - good.length]);
        expect(chunks.flat()).toHaveLength(firstOf.size);
        expect(new Set(chunks.flat().map(({ a }) => a)).size).toBe(firstOf.size);

        const releases = plan.releases ?? [];
        expect(releases.map(({ atMs }) => atMs)).toEqual(
          [...new Set([...firstOf.values()].map(nineMs))].sort((one, other) => one - other),
        );
        expect(releases.at(-1)?.chunks ?? 0).toBe(plan.chunks);
        let from = 0;
        for (const { atMs, chunks: upTo } of releases) {
          for (const { r } of chunks.slice(from, upTo).flat()) {
            expect(nineMs(rows[r - 1]?.zone ?? '')).toBe(atMs);
          }
          from = upTo;
        }
        const mailedFirst = [...firstOf.values()].filter((zone) => nineMs(zone) === releases[0]?.atMs).length;
        const { count, size } = canariesOf(canary ? mailedFirst : 0);
        withCanary += Number(count > 0);
        expect([plan.canaryChunks.length, plan.canarySize]).toEqual([count, size]);
        expect(chunks.slice(0, plan.canaryChunks[0] ?? 0).flat()).toHaveLength(count > 0 ? size : 0);
        for (const [chunk, chunkRows] of chunks.entries()) {
          for (const [index, { a }] of chunkRows.entries()) {
            expect(await placeOf(b, a)).toEqual({ kind: 'planned', chunk, index });
          }
        }
      }),
      {
        numRuns: 12,
        examples: [
          [[...everywhere.filter(({ who }) => who % 6 === 1), ...everywhere], true],
          [many600(), true],
        ],
      },
    );
    expect(withCanary).toBeGreaterThan(0);
  });

  /** So many at one place that some of them are a canary. */
  function many600() {
    return Array.from({ length: 601 }, (_, who) => ({ who, zone: who % 6 ? 'Asia/Tokyo' : 'Europe/Berlin' }));
  }

  it('queues each when its time has come, once, and everything again after a pause', async () => {
    const rows = ['Asia/Tokyo', 'Europe/Berlin', 'America/New_York'].map((zone, who) => ({ who, zone }));
    const b = await bench(fileOf(rows), { local });
    const clock = { ms: nineMs('Asia/Tokyo') - hourMs };
    const at = async (ms: number) => {
      clock.ms = ms;
      const before = b.chunksQueue.sent.length;
      await b.run({ nowMs: () => clock.ms });
      return {
        queued: b
          .pointers()
          .slice(before)
          .map(({ chunk }) => chunk),
        dueAtMs: b.campaign()?.dueAtMs,
      };
    };
    const [tokyo, berlin, newYork] = rows.map(({ zone }) => nineMs(zone)) as [number, number, number];
    expect(await at(tokyo - hourMs)).toEqual({ queued: [], dueAtMs: tokyo });
    expect(await at(tokyo)).toEqual({ queued: [0], dueAtMs: berlin });
    expect(await at(tokyo + hourMs)).toEqual({ queued: [], dueAtMs: berlin });
    expect(await at(berlin + 60_000)).toEqual({ queued: [1], dueAtMs: newYork });
    b.campaigns.alter('news', { moves: (b.campaign()?.moves ?? 0) + 2 });
    expect(await at(berlin + hourMs)).toEqual({ queued: [0, 1], dueAtMs: newYork });
    expect(await at(newYork)).toEqual({ queued: [2], dueAtMs: undefined });
  });

  it('knows the time zones of contacts, for whom the audience has none', async () => {
    const b = await bench('email,plan\na@example.com,p\nb@example.com,p\n', { local });
    b.contacts.set(recipientIdOf('B@example.com'), { topics: [], timeZone: 'America/New_York' });
    await b.run();
    expect(planOf(b).releases).toEqual([
      { atMs: nineMs('Asia/Tokyo'), chunks: 1 },
      { atMs: nineMs('America/New_York'), chunks: 2 },
    ]);
  });

  it('mails those at once whose time has passed', async () => {
    const rows = ['Asia/Tokyo', 'Europe/Berlin', 'America/New_York'].map((zone, who) => ({ who, zone }));
    const b = await bench(fileOf(rows), { local });
    const nowMs = nineMs('Europe/Berlin') + hourMs;
    await b.run({ nowMs: () => nowMs });
    expect(planOf(b).releases).toEqual([
      { atMs: nowMs, chunks: 1 },
      { atMs: nineMs('America/New_York'), chunks: 2 },
    ]);
    expect(b.pointers().map(({ count }) => count)).toEqual([2]);
  });
});

describe('proof of consent', () => {
  const file =
    'email,plan,agreed\na@example.com,p,2026-01-02 form 7\nb@example.com,p,\nc@example.com,p, \n"d@example.com",p,"says ""yes"""\n';
  const consent = { columns: ['agreed'], required: true };

  it('goes with the row to where senders read it', async () => {
    const b = await bench(file, { consent });
    await b.run();
    expect((await chunksOf(b)).flat()).toEqual([
      { r: 1, a: 'a@example.com', d: { plan: 'p', agreed: '2026-01-02 form 7' } },
      { r: 4, a: 'd@example.com', d: { plan: 'p', agreed: 'says "yes"' } },
    ]);
  });

  it('is missing from rows that are left out for it', async () => {
    const b = await bench(file, { consent });
    await b.run();
    expect(planOf(b)).toMatchObject({ rows: 4, recipients: 2, invalid: 2 });
    expect(b.excluded()).toMatchObject([
      { row: 2, why: 'invalid', code: 'consent-missing', field: 'row 2' },
      { row: 3, why: 'invalid', code: 'consent-missing', field: 'row 3' },
    ]);
  });

  it('is asked of those only who are meant, and of nobody where it is not required', async () => {
    const b = await bench(file, { consent, where: 'row.email == "x"' });
    await b.run();
    expect(planOf(b)).toMatchObject({ invalid: 4, filtered: 0 });
    const all = await bench(file, { consent, where: 'row.agreed != ""' });
    await all.run();
    expect(planOf(all)).toMatchObject({ recipients: 2, filtered: 2, invalid: 0 });
    const lax = await bench(file, { consent: { columns: ['agreed'], required: false } });
    await lax.run();
    expect(planOf(lax)).toMatchObject({ recipients: 4 });
  });
});
