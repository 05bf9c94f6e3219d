import fc from 'fast-check';
import { leastShare } from '../../../domain/guardrail/wilson.ts';

it.each([
  [0, 0, 0],
  [0, 200, 0],
  [1, 200, 0.0005],
  [3, 200, 0.0042],
  [10, 2_000, 0.0023],
  [200, 200, 0.974],
])('of %i of %i is sure of %d', (count, of, share) => {
  expect(leastShare(count, of)).toBeCloseTo(share, 3);
});

it('is below the share itself, and nearer to it the more there are', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), fc.integer({ min: 1, max: 50 }), (count, times) => {
      const of = count * times;
      const few = leastShare(count, of);
      const many = leastShare(count * 100, of * 100);
      expect(few).toBeLessThanOrEqual(1 / times);
      expect(few).toBeLessThanOrEqual(many);
    }),
  );
});
