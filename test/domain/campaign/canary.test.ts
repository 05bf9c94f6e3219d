import fc from 'fast-check';
import { canariesOf, canaryDraw, lotsOf } from '../../../domain/campaign/canary.ts';

describe('canariesOf', () => {
  it.each([
    { recipients: 0, count: 0, size: 0 },
    { recipients: 400, count: 0, size: 0 },
    { recipients: 401, count: 2, size: 200 },
    { recipients: 600, count: 2, size: 200 },
    { recipients: 601, count: 3, size: 200 },
    { recipients: 20_001, count: 3, size: 201 },
    { recipients: 150_000, count: 3, size: 1_500 },
    { recipients: 5_000_000, count: 3, size: 2_000 },
  ])('sets $count of $size aside of $recipients', ({ recipients, count, size }) => {
    expect(canariesOf(recipients)).toEqual({ count, size });
  });

  it('always leaves somebody for afterwards', () => {
    fc.assert(
      fc.property(fc.integer({ min: 401, max: 1_000_000 }), (recipients) => {
        const { count, size } = canariesOf(recipients);
        expect(count).toBeGreaterThan(0);
        expect(count * size).toBeLessThan(recipients);
      }),
    );
  });
});

describe('canaryDraw', () => {
  it('holds the smallest lots, in their order, and gives back everybody else', () => {
    const size = 6_000;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_000 }), fc.integer(), (count, seed) => {
        const lotOf = lotsOf(String(seed));
        const lots = Array.from({ length: count }, (_, i) => lotOf(Math.imul(i, 0x9e3779b1) >>> 0, i));
        const draw = canaryDraw<number>();
        const gone: number[] = [];
        for (const lot of lots) {
          if (draw.takes(lot)) {
            gone.push(...[draw.offer(lot, lot)].flatMap((each) => each ?? []));
          } else {
            gone.push(lot);
          }
        }
        const sorted = lots.toSorted((one, other) => one - other);
        expect(draw.drawn()).toEqual(sorted.slice(0, size));
        expect(gone.sort((one, other) => one - other)).toEqual(sorted.slice(size));
      }),
      { numRuns: 12 },
    );
  });
});

describe('lotsOf', () => {
  it('draws as if by chance, each campaign in its own way', () => {
    const [spring, autumn] = [lotsOf('spring'), lotsOf('autumn')];
    const people = Array.from({ length: 20_000 }, (_, i) => i);
    const half = 2 ** 52;
    const low = people.filter((i) => spring(i, 0) < half);
    expect(Math.abs(low.length - 10_000)).toBeLessThan(400);
    expect(Math.abs(low.filter((i) => autumn(i, 0) < half).length - low.length / 2)).toBeLessThan(300);
  });
});
