/**
 * Mulberry32: the same seed gives the same numbers, on every machine. For faults and delays that
 * must be repeatable; not for secrets.
 *
 * @returns A function like `Math.random`: at least 0, less than 1.
 */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
