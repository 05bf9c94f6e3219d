import type { ChunkTotals } from './campaign.ts';

/**
 * The outcomes of a chunk, one character for each recipient:
 * `.` not tried, `a` attempt begun, `A` accepted, `S` suppressed, `R` rejected, `U` unknown.
 */
export type Outcomes = string;

export type Outcome = '.' | 'a' | 'A' | 'S' | 'R' | 'U';

export function newOutcomes(count: number): Outcomes {
  return '.'.repeat(count);
}

/** Sets some recipients' outcomes. */
export function withOutcomes(outcomes: Outcomes, changes: ReadonlyMap<number, Outcome>): Outcomes {
  return Array.from(outcomes, (old, index) => changes.get(index) ?? old).join('');
}

/**
 * What a worker may believe that finds a chunk which another one left: an attempt that was begun and not recorded may have
 * reached SES.
 */
export function settleInterrupted(outcomes: Outcomes): Outcomes {
  return outcomes.replaceAll('a', 'U');
}

/** Recipients in doubt. */
export function indicesInDoubt(outcomes: Outcomes): number[] {
  return Array.from(outcomes).flatMap((outcome, index) => (outcome === 'U' ? [index] : []));
}

/** Indices of the next recipients to try. */
export function nextUntried(outcomes: Outcomes, count: number): number[] {
  const indices: number[] = [];
  for (let i = 0; i < outcomes.length && indices.length < count; i++) {
    if (outcomes[i] === '.') {
      indices.push(i);
    }
  }
  return indices;
}

export function totalsOf(outcomes: Outcomes): ChunkTotals {
  const count = (outcome: Outcome) => outcomes.split(outcome).length - 1;
  return { accepted: count('A'), suppressed: count('S'), rejected: count('R'), unknown: count('U') };
}
