import fc from 'fast-check';
import type { Item } from '../../../aws/table.ts';
import { exportedRows } from '../../../cli/campaign/exported-rows.ts';
import { tallyOf } from '../../../cli/campaign/receipt.ts';
import { recipientIdOf } from '../../../domain/address.ts';
import { chunkLedgerId, deliveryId, stateRank } from '../../../domain/delivery.ts';
import type { ExportedRow, ExportSelection } from '../../../domain/receipt/export-line.ts';
import { receiptOf } from '../../../domain/receipt/receipt.ts';
import { campaign } from '../../functions/in-memory-campaigns.ts';
import { unsubscribed } from '../../functions/in-memory-ports.ts';
import { bench } from '../../functions/plan-campaign-bench.ts';

/** A planned campaign, and a deliveries table with what became of it. */
async function planned(
  audience: string,
  suppressed: readonly string[] = [],
  overrides: Parameters<typeof campaign>[0] = {},
) {
  const b = await bench(audience, { canary: true, ...overrides });
  for (const address of suppressed) {
    b.suppressions.items.set(recipientIdOf(address), { all: unsubscribed });
  }
  await b.run();
  const items = new Map<string, Item>();
  const ports = {
    bucket: b.bucket,
    items: async (ids: Iterable<string>) =>
      new Map([...ids].flatMap((id) => (items.has(id) ? [[id, items.get(id) ?? {}] as const] : []))),
  };
  const current = () => b.campaign() ?? campaign();
  return {
    ...{ ports, current },
    pointers: b.allPointers(),
    rowsOf: b.rowsOf,
    settle: (chunk: number, outcomes: string) =>
      items.set(chunkLedgerId('news', chunk), { outcomes, version: 2 }),
    report: (chunk: number, index: number, facts: Item) =>
      items.set(deliveryId({ kind: 'campaign', campaignId: 'news', chunk, index }), facts),
    async receipt() {
      const { tally, ledgerWrites } = await tallyOf(ports, current());
      return receiptOf(current(), tally, { ledgerWrites });
    },
    async exported(what: ExportSelection = 'all') {
      const rows: ExportedRow[] = [];
      const missed: string[] = [];
      for await (const row of exportedRows(ports, current(), what, () => missed.push('audience'))) {
        rows.push(row);
      }
      return { rows, missed };
    },
  };
}

const bounced = {
  state: 'bounced',
  stateRank: stateRank.bounced,
  reason: 'user_unknown',
  sesMessageId: 'ses-1',
  'event:bounce': { diagnosticCode: 'smtp; 550 5.1.1 no such user' },
};

describe('of random audiences', () => {
  const person = fc.oneof(
    { weight: 8, arbitrary: fc.nat(400).map((n) => `r${n}@example.com`) },
    { weight: 1, arbitrary: fc.constantFrom('nobody', '', '=1+2', '+81@', '@example.com') },
  );
  const rows = fc.array(
    fc.record({ address: person, plan: fc.constantFrom('Pro', 'Free', '', 'a plan that is too long') }),
    { maxLength: 700, size: 'max' },
  );
  const letters = fc.array(fc.constantFrom(...'AAAASRUH.au'), { minLength: 1, maxLength: 300, size: 'max' });
  const suppressed = fc.uniqueArray(fc.nat(400), { maxLength: 40, size: 'max' });

  /** Which chunks no sender has had yet, and whether the audience is a segment with a filter. */
  const scene = fc.record({ unborn: fc.nat(3), filters: fc.boolean() });

  it('the receipt adds up to the rows, and the export has each of them once, named by its number', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        letters,
        suppressed,
        scene,
        async (people, fates, unwanted, { unborn, filters }) => {
          const text = `email,plan\n${people.map(({ address, plan }) => `${address},${plan}\n`).join('')}`;
          const b = await planned(
            text,
            unwanted.map((n) => `r${n}@example.com`),
            filters ? { where: 'row.plan != "Free"' } : {},
          );
          const meant = people.flatMap(({ plan }, i) => (filters && plan === 'Free' ? [] : [i + 1]));
          let at = 0;
          const count = (outcomes: string, letter: string) => outcomes.split(letter).length - 1;
          let all = '';
          for (const { chunk, count: recipients } of b.pointers) {
            const outcomes = Array.from({ length: recipients }, () => fates[at++ % fates.length]).join('');
            const isUnborn = chunk % 4 === unborn;
            all += isUnborn ? '.'.repeat(recipients) : outcomes;
            if (!isUnborn) {
              b.settle(chunk, outcomes);
              for (const [index, letter] of Array.from(outcomes).entries()) {
                if (letter === 'A' && index % 3 === 0) {
                  b.report(chunk, index, bounced);
                }
              }
            }
          }
          const { rows: total, outcomes, reports, reasons, addsUp } = await b.receipt();
          const plan = b.current().plan ?? { rows: -1, duplicates: -1, suppressed: -1, rejected: -1 };
          expect([addsUp, total, plan.rows]).toEqual([true, people.length, people.length]);
          expect(Object.values(outcomes).reduce((sum, each) => sum + each, 0)).toBe(people.length);
          expect(Object.values(reports).reduce((sum, each) => sum + each, 0)).toBe(outcomes.accepted);
          expect(outcomes).toMatchObject({
            accepted: count(all, 'A'),
            unknown: count(all, 'U'),
            stopped: count(all, 'H'),
            underway: count(all, '.') + count(all, 'a') + count(all, 'u'),
            suppressed: plan.suppressed + count(all, 'S'),
            rejected: plan.rejected + count(all, 'R'),
            duplicate: plan.duplicates,
            filtered: people.length - meant.length,
          });
          const { rows: exported } = await b.exported();
          expect(exported.map(({ row }) => row).sort((one, other) => one - other)).toEqual(meant);
          for (const { row, address } of exported) {
            expect(address).toBe(people[row - 1]?.address);
          }
          for (const [outcome, expected] of Object.entries({ ...outcomes, filtered: 0 })) {
            expect(exported.filter((row) => row.outcome === outcome)).toHaveLength(expected);
          }
          for (const { outcome, code, firstRows, count: named } of reasons) {
            expect(firstRows).toHaveLength(Math.min(10, named));
            for (const row of firstRows) {
              const found = exported.find((each) => each.row === row);
              expect([found?.outcome, found?.reason ?? outcome]).toEqual([outcome, code]);
            }
          }
          const [failed, excluded] = [await b.exported('failed'), await b.exported('excluded')];
          const { invalid, duplicate, capped } = outcomes;
          expect(excluded.rows).toHaveLength(invalid + duplicate + capped + plan.suppressed + plan.rejected);
          expect(failed.rows).toHaveLength(
            reports.bounced + ['S', 'R', 'U', 'H'].reduce((sum, letter) => sum + count(all, letter), 0),
          );
        },
      ),
      { numRuns: 30 },
    );
  });
});

it('counts those that a filter left out, whose numbers nobody keeps', async () => {
  const b = await planned('email,plan\na@example.com,p\nb@example.com,q\nc@example.com,q\n', [], {
    where: 'row.plan == "p"',
  });
  b.settle(0, 'A');
  expect(await b.receipt()).toMatchObject({ rows: 3, addsUp: true, outcomes: { accepted: 1, filtered: 2 } });
  expect((await b.exported()).rows.map(({ row }) => row)).toEqual([1]);
});

describe('the export', () => {
  it('says what SES and the receiver said', async () => {
    const b = await planned('email,plan\na@example.com,p\nb@example.com,p\nc@example.com,p\n');
    b.settle(0, 'AAR');
    b.report(0, 0, bounced);
    b.report(0, 2, { state: 'rejected', stateRank: 0, reason: 'MessageRejected' });
    expect((await b.exported()).rows).toMatchObject([
      {
        ...{ row: 1, address: 'a@example.com', outcome: 'accepted', report: 'bounced' },
        ...{ reason: 'user_unknown', detail: 'smtp; 550 5.1.1 no such user', sesMessageId: 'ses-1' },
      },
      { row: 2, address: 'b@example.com', outcome: 'accepted', report: 'none' },
      { row: 3, address: 'c@example.com', outcome: 'rejected', reason: 'MessageRejected' },
    ]);
  });

  it('reads the audience as the planner did, with its names for columns', async () => {
    const text = 'old,plan,連絡先\nold@example.com,p,a@example.com\nold@example.com,p,A@example.com\n';
    const b = await planned(text, [], { columns: { address: '連絡先' } });
    expect((await b.exported()).rows).toMatchObject([
      { row: 2, address: 'A@example.com', outcome: 'duplicate' },
      { row: 1, address: 'a@example.com', outcome: 'underway' },
    ]);
  });

  it('goes without the addresses of rows left out when the audience is gone', async () => {
    const b = await planned('email,plan\na@example.com,p\na@example.com,p\n');
    b.settle(0, 'A');
    const { audienceKey } = b.current();
    const gone = { ...b.ports.bucket, stream: b.ports.bucket.stream };
    gone.stream = async (key) => (key === audienceKey ? undefined : await b.ports.bucket.stream(key));
    const rows: ExportedRow[] = [];
    let missed = 0;
    for await (const row of exportedRows({ ...b.ports, bucket: gone }, b.current(), 'all', () => missed++)) {
      rows.push(row);
    }
    expect([missed, rows]).toMatchObject([
      1,
      [
        { row: 2, outcome: 'duplicate', address: undefined },
        { row: 1, address: 'a@example.com' },
      ],
    ]);
  });

  it('is refused when the plan is gone, or there is none', async () => {
    const b = await planned('email,plan\na@example.com,p\n');
    const bucket = { ...b.ports.bucket, stream: async () => undefined };
    await expect(tallyOf({ ...b.ports, bucket }, b.current())).rejects.toThrow('is no longer kept');
    await expect(tallyOf(b.ports, campaign())).rejects.toThrow('has not been planned yet');
  });
});
