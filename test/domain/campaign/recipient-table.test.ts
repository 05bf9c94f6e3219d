import fc from 'fast-check';
import { recipientIdOf } from '../../../domain/address.ts';
import {
  digestOfId,
  isNew,
  recipientDigest,
  recipientTable,
  wordOf,
} from '../../../domain/campaign/recipient-table.ts';

const words = (n: number): [number, number] => {
  const digest = recipientDigest(`${n}@example.com`);
  return [wordOf(digest, 0), wordOf(digest, 1)];
};

describe('recipientDigest', () => {
  it('begins as the recipient id does', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const digest = recipientDigest(text.toLowerCase());
        const ofId = digestOfId(recipientIdOf(text));
        expect([wordOf(digest, 0), wordOf(digest, 1)]).toEqual([wordOf(ofId, 0), wordOf(ofId, 1)]);
        expect(digest.startsWith(ofId)).toBe(true);
      }),
    );
  });
});

describe('recipientTable', () => {
  it('keeps the first value of each, as a Map would, whatever is added, set and counted', () => {
    const step = fc.record({
      who: fc.nat(400),
      what: fc.constantFrom('add', 'set', 'count'),
      value: fc.nat(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 2_000, size: 'max' }), (steps) => {
        const table = recipientTable();
        const map = new Map<number, number>();
        for (const { who, what, value } of steps) {
          const known = map.get(who);
          if (what === 'add') {
            expect(table.add(...words(who), value)).toBe(known ?? isNew);
            map.set(who, known ?? value);
          } else if (what === 'count') {
            table.count(...words(who));
            map.set(who, (known ?? 0) + 1);
          } else if (known !== undefined) {
            table.set(...words(who), value);
            map.set(who, value);
          }
        }
        table.relocate(1_000, (value) => 2 * value + 7);
        for (let who = 0; who <= 400; who++) {
          const value = map.get(who);
          const moved = value !== undefined && value < 1_000 ? 2 * value + 7 : value;
          expect(table.get(...words(who))).toBe(moved ?? isNew);
        }
        expect(table.size()).toBe(map.size);
      }),
      { numRuns: 30 },
    );
  });

  it('forgets nobody when it grows, and stays small', () => {
    const table = recipientTable();
    for (let who = 0; who < 60_000; who++) {
      expect(table.add(...words(who), who)).toBe(isNew);
    }
    expect(Array.from({ length: 60_000 }, (_, who) => table.get(...words(who)))).toEqual(
      Array.from({ length: 60_000 }, (_, who) => who),
    );
    const bytes = table.partitions.reduce((sum, { byteLength }) => sum + byteLength, 0);
    expect(bytes / 60_000).toBeLessThan(24);
  });

  it('tells people apart whose words are zero', () => {
    const table = recipientTable();
    expect([table.add(0, 0, 5), table.add(0, 2, 6), table.add(1, 0, 7), table.add(0, 0, 8)]).toEqual([
      -1, -1, -1, 5,
    ]);
    expect(table.get(0, 0)).toBe(5);
    expect(table.get(0, 3)).toBe(isNew);
  });
});
