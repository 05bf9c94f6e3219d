import fc from 'fast-check';
import { recipientIdOf } from '../../../domain/address.ts';
import {
  eachPlanned,
  findInIndex,
  indexFile,
  withoutPlace,
} from '../../../domain/campaign/recipient-index.ts';
import { digestOfId, recipientTable, wordOf } from '../../../domain/campaign/recipient-table.ts';

const idOf = (n: number) => recipientIdOf(`${n}@example.com`);
const wordsOf = (n: number): [number, number] => {
  const digest = digestOfId(idOf(n));
  return [wordOf(digest, 0), wordOf(digest, 1)];
};

function indexOf(values: ReadonlyMap<number, number>) {
  const table = recipientTable();
  for (const [who, value] of values) {
    table.add(...wordsOf(who), value);
  }
  const { bytes, pieces } = indexFile(table);
  const file = Buffer.concat([...pieces()]);
  expect(file).toHaveLength(bytes);
  let reads = 0;
  return {
    file,
    reads: () => reads,
    find: async (who: number) =>
      await findInIndex(async (first, last) => {
        reads++;
        return file.subarray(first, last + 1);
      }, idOf(who)),
  };
}

const value = fc.oneof(
  { weight: 8, arbitrary: fc.nat(1_000_000) },
  { weight: 1, arbitrary: fc.constantFrom(...Object.values(withoutPlace)) },
);

function expected(found: number | undefined): unknown {
  if (found === undefined) {
    return undefined;
  }
  const [kind] = Object.entries(withoutPlace).find(([, value]) => value === found) ?? [];
  return kind === undefined
    ? { kind: 'planned', chunk: Math.floor(found / 200), index: found % 200 }
    : { kind };
}

describe('the index of recipients', () => {
  it('finds everybody who is in it, and nobody else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 3_000, size: 'max' }), async (values) => {
        const people = new Map(values.map((each, who) => [who, each]));
        const index = indexOf(people);
        for (let who = 0; who < values.length + 200; who += 1 + (who % 7)) {
          expect(await index.find(who)).toEqual(expected(people.get(who)));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('finds them in two reads, very rarely three', async () => {
    const index = indexOf(new Map(Array.from({ length: 50_000 }, (_, who) => [who, who])));
    for (let who = 0; who < 1_000; who++) {
      await index.find(who);
    }
    expect(index.reads()).toBeLessThan(2_020);
  });

  it('gives everybody who has a place, wherever the file is cut', async () => {
    const people = new Map(
      Array.from({ length: 500 }, (_, who) => [
        who,
        who % 9 ? who : who % 2 ? withoutPlace.capped : withoutPlace.rejected,
      ]),
    );
    const { file } = indexOf(people);
    const planned = [...people.keys()].filter((who) => who % 9).map((who) => String(wordsOf(who)));
    for (const size of [1, 13, 4_096, file.length]) {
      const seen: string[] = [];
      const cut = (async function* () {
        for (let at = 0; at < file.length; at += size) {
          yield file.subarray(at, at + size);
        }
      })();
      await eachPlanned(cut, (...words) => seen.push(String(words)));
      expect(seen.sort()).toEqual(planned.toSorted());
    }
  });

  it('says so where the file is none, and knows nobody where there is none', async () => {
    await expect(findInIndex(async () => Buffer.alloc(5_000), idOf(1))).rejects.toThrow(
      'no index of recipients',
    );
    expect(await findInIndex(async () => undefined, idOf(1))).toBeUndefined();
  });
});
