import { seededRandom } from '../../../local/ses/seeded-random.ts';

const numbers = (seed: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: 10_000 }, random);
};

describe('seededRandom', () => {
  it('repeats itself for the same seed only', () => {
    expect(numbers(3)).toEqual(numbers(3));
    expect(numbers(3)).not.toEqual(numbers(4));
  });

  it('is spread evenly from 0 to below 1', () => {
    const drawn = numbers(3);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(1);
    expect(drawn.reduce((sum, number) => sum + number) / drawn.length).toBeCloseTo(0.5, 1);
  });
});
