import fc from 'fast-check';
import { isInTrial, trialChunksOf } from '../../../domain/experiment/trial.ts';

const rangeOf = (chunks: number) => Array.from({ length: chunks }, (_, chunk) => chunk);

describe('the chunks of a trial', () => {
  it.each([
    ['a fifth of a large one', 0.2, { chunks: 5_000, canaryChunks: [] }, 1_000_000, 0, 1_000],
    ['what canaries lack of a fifth', 0.2, { chunks: 103, canaryChunks: [1, 2, 3] }, 20_600, 600, 21],
    ['canaries that are more than that', 0.2, { chunks: 8, canaryChunks: [1, 2, 3] }, 1_600, 600, 3],
    ['one of two, however small the share', 0.01, { chunks: 2, canaryChunks: [] }, 400, 0, 1],
    ['all but one, however large it is', 0.9, { chunks: 3, canaryChunks: [] }, 600, 0, 2],
    ['the only one: nobody waits', 0.2, { chunks: 1, canaryChunks: [] }, 150, 0, 1],
    ['none', 0.2, { chunks: 0, canaryChunks: [] }, 0, 0, 0],
  ])('are %s', (_, share, plan, recipients, inCanaries, expected) => {
    expect(trialChunksOf(share, plan, recipients, inCanaries)).toBe(expected);
  });

  it('are as many as the plan says, canaries first, and at equal distances from end to end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.integer({ min: 0, max: 3 }),
        fc.double({ min: 0.01, max: 0.9, noNaN: true }),
        (others, canaries, share) => {
          const chunks = canaries + others;
          const canaryChunks = rangeOf(canaries).map((i) => i + 1);
          const trialChunks = trialChunksOf(share, { chunks, canaryChunks }, chunks * 200, canaries * 200);
          const inTrial = rangeOf(chunks).filter((chunk) =>
            isInTrial({ chunks, canaryChunks, trialChunks }, chunk),
          );
          expect(inTrial).toHaveLength(trialChunks);
          expect(inTrial.slice(0, canaries)).toEqual(rangeOf(canaries));
          const apart = inTrial.slice(canaries).map((chunk, i, all) => chunk - (all[i - 1] ?? chunk));
          expect(Math.max(0, ...apart.slice(1)) - Math.min(...apart.slice(1), chunks)).toBeLessThanOrEqual(1);
          expect(trialChunks < chunks || chunks === 1).toBe(true);
        },
      ),
    );
  });

  it('are all of them in a plan without a trial', () => {
    expect(rangeOf(5).every((chunk) => isInTrial({ chunks: 5, canaryChunks: [1] }, chunk))).toBe(true);
  });
});
