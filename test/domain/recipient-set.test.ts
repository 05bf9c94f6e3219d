import fc from 'fast-check';
import { recipientIdOf } from '../../domain/address.ts';
import { recipientSet } from '../../domain/recipient-set.ts';

describe('recipientSet', () => {
  it('tells the first from the later ones, as a Set does', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(300), { maxLength: 600, size: 'max' }), (people) => {
        const ours = recipientSet();
        const known = new Set<number>();
        for (const person of people) {
          expect(ours.add(recipientIdOf(`${person}@example.com`))).toBe(!known.has(person));
          known.add(person);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('forgets nobody when it grows', () => {
    const ours = recipientSet();
    const ids = Array.from({ length: 60_000 }, (_, i) => recipientIdOf(`${i}@example.com`));
    expect(ids.filter((id) => !ours.add(id))).toEqual([]);
    expect(ids.filter((id) => ours.add(id))).toEqual([]);
  });

  it('tells ids apart by each of the eleven letters that it reads, and by those alone', () => {
    const id = 'A'.repeat(22);
    const others = Array.from({ length: 10 }, (_, i) => `${id.slice(0, i)}B${id.slice(i + 1)}`);
    const ours = recipientSet();
    expect([id, ...others].map((each) => ours.add(each))).toEqual(Array(11).fill(true));
    expect(ours.add(`${'A'.repeat(11)}${'B'.repeat(11)}`)).toBe(false);
  });
});
