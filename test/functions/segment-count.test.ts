import fc from 'fast-check';
import { recipientIdOf } from '../../domain/address.ts';
import { readAudience } from '../../domain/audience/read-audience.ts';
import { digestOfId, wordOf } from '../../domain/campaign/recipient-table.ts';
import { segmentCounter } from '../../domain/segment/count-segment.ts';
import { rowSelector } from '../../domain/segment/row-selector.ts';
import { unsubscribed } from './in-memory-ports.ts';
import { bench } from './plan-campaign-bench.ts';

const keyOf = (recipientId: string) => {
  const digest = digestOfId(recipientId);
  return `${wordOf(digest, 0)} ${wordOf(digest, 1)}`;
};

it('counts a segment as the planner plans it', async () => {
  const address = fc.oneof(
    { weight: 6, arbitrary: fc.nat(40).map((n) => `${n % 3 ? 'r' : 'R'}${n}@example.com`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('nobody', '', 'r1@example.com ', 'ｒ２@example.com', 'a..b@docomo.ne.jp'),
    },
  );
  const row = fc.record({
    address,
    plan: fc.constantFrom('Pro', 'Free'),
    agreed: fc.constantFrom('form', ''),
  });
  const definition = fc.record({
    where: fc.constantFrom(
      undefined,
      'row.plan == "Pro"',
      'int(row.plan) > 1',
      '!("news" in known.unsubscribed)',
      '"news" in known.subscribed && row.plan == "Pro"',
    ),
    required: fc.boolean(),
  });
  const people = fc.uniqueArray(fc.nat(40), { maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { maxLength: 80 }),
      definition,
      people,
      people,
      async (rows, { where, required }, no, yes) => {
        const lines = rows.map(({ address: to, plan, agreed }) => `"${to}",${plan},${agreed}\n`);
        const consent = { columns: ['agreed'], required };
        const b = await bench(`email,plan,agreed\n${lines.join('')}`, {
          consent,
          ...(where === undefined ? {} : { where }),
        });
        const ids = (some: readonly number[]) => some.map((n) => recipientIdOf(`r${n}@example.com`));
        for (const id of ids(no)) {
          await b.suppressions.add(
            { recipientId: id, address: '' },
            id < 'Q' ? 'all' : 'topic:news',
            unsubscribed,
          );
        }
        ids(yes).forEach((id) => void b.contacts.set(id, { topics: ['news'] }));
        await b.run();
        const suppressed = new Set(
          [...b.suppressions.items].filter(([, scopes]) => 'all' in scopes).map(([id]) => keyOf(id)),
        );
        const selects = await rowSelector(
          { consent, ...(where === undefined ? {} : { where }) },
          b.ports.readKnown,
          b.ports.nowMs(),
        );
        const counter = segmentCounter(selects, (high, low) => suppressed.has(`${high} ${low}`));
        await readAudience(b.bucket, { audienceKey: 'audiences/news.csv', audienceFormat: 'csv' }, (each) => {
          counter.see(each);
          return undefined;
        });
        const { matching, ...totals } = counter.totals();
        expect({ ...totals, recipients: matching, rejected: 0, capped: 0 }).toEqual({
          ...{ rows: b.campaign()?.plan?.rows, recipients: b.campaign()?.plan?.recipients },
          ...{ filtered: b.campaign()?.plan?.filtered, invalid: b.campaign()?.plan?.invalid },
          ...{ duplicates: b.campaign()?.plan?.duplicates, suppressed: b.campaign()?.plan?.suppressed },
          ...{ rejected: b.campaign()?.plan?.rejected, capped: b.campaign()?.plan?.capped },
        });
        expect(counter.invalid).toHaveLength(totals.invalid);
      },
    ),
    { numRuns: 60 },
  );
});
