import type { VariantName } from '../experiment/variant.ts';
import { variantCountName } from '../experiment/variant-counts.ts';
import type { ChunkTotals } from './campaign.ts';
import { countName, type ProviderName } from './provider-counts.ts';

/**
 * The outcomes of a chunk, one character for each recipient:
 * `.` not tried, `a` attempt begun, `A` accepted, `S` suppressed, `R` rejected, `U` unknown, `u` unknown and to be tried again: whatever
 * becomes of that, SES may have accepted an earlier attempt; `H` not sent to, since the campaign or its mail to that provider was stopped.
 */
export type Outcomes = string;

export type Outcome = '.' | 'a' | 'A' | 'S' | 'R' | 'U' | 'u' | 'H';

export function newOutcomes(count: number): Outcomes {
  return '.'.repeat(count);
}

/** Sets some recipients' outcomes. */
export function withOutcomes(outcomes: Outcomes, changes: ReadonlyMap<number, Outcome>): Outcomes {
  return Array.from(outcomes, (old, index) => changes.get(index) ?? old).join('');
}

/** Recipients whose attempt was begun. */
export function indicesBegun(outcomes: Outcomes): number[] {
  return Array.from(outcomes).flatMap((outcome, index) => (outcome === 'a' ? [index] : []));
}

/**
 * What a worker may believe that finds a chunk which another one left: an attempt that was begun and not recorded may have
 * reached SES.
 */
export function settleInterrupted(outcomes: Outcomes): Outcomes {
  return outcomes.replaceAll('a', 'U');
}

export function isInDoubt(outcome: string | undefined): boolean {
  return outcome === 'U' || outcome === 'u';
}

/** Recipients in doubt. */
export function indicesInDoubt(outcomes: Outcomes): number[] {
  return Array.from(outcomes).flatMap((outcome, index) => (isInDoubt(outcome) ? [index] : []));
}

/** Indices of the next recipients to try. */
export function nextUntried(outcomes: Outcomes, count: number): number[] {
  const indices: number[] = [];
  for (let i = 0; i < outcomes.length && indices.length < count; i++) {
    if (outcomes[i] === '.' || outcomes[i] === 'u') {
      indices.push(i);
    }
  }
  return indices;
}

/** Nobody of these is tried any more; who is in doubt stays so. */
export function stopUntried(outcomes: Outcomes, indices: readonly number[]): Outcomes {
  return withOutcomes(
    outcomes,
    new Map(indices.map((index) => [index, isInDoubt(outcomes[index]) ? 'U' : 'H'] as const)),
  );
}

export function hasStopped(outcomes: Outcomes): boolean {
  return outcomes.includes('H');
}

/** What becomes of an outcome that is to be tried again: who is in doubt stays so. */
const again = { stopped: ['H', '.'], rejected: ['R', '.'], unknown: ['U', 'u'] } as const;

/** Recipients with such outcomes are due again. */
export function reopened(outcomes: Outcomes, which: readonly (keyof typeof again)[]): Outcomes {
  return which.reduce((changed, name) => changed.replaceAll(again[name][0], again[name][1]), outcomes);
}

/** Recipients whom SES, or the rendering, refused. */
export function indicesRejected(outcomes: Outcomes): number[] {
  return Array.from(outcomes).flatMap((outcome, index) => (outcome === 'R' ? [index] : []));
}

export function totalsOf(outcomes: Outcomes): ChunkTotals {
  const count = (outcome: Outcome) => outcomes.split(outcome).length - 1;
  return {
    accepted: count('A'),
    suppressed: count('S'),
    rejected: count('R'),
    unknown: count('U'),
    stopped: count('H'),
  };
}

/** What a campaign counts of a chunk at each mailbox provider. @param providers - Of its recipients, in their order. */
export function providerTotalsOf(
  outcomes: Outcomes,
  providers: readonly ProviderName[],
): Readonly<Record<string, number>> {
  const totals: Record<string, number> = {};
  for (const [index, provider] of providers.entries()) {
    const measure = outcomes[index] === 'A' ? 'accepted' : outcomes[index] === 'H' ? 'stopped' : undefined;
    if (measure !== undefined) {
      const name = countName(provider, measure);
      totals[name] = (totals[name] ?? 0) + 1;
    }
  }
  return totals;
}

/** What a campaign counts of a chunk by variant. @param variants - Of its recipients, in their order. */
export function variantTotalsOf(
  outcomes: Outcomes,
  variants: readonly VariantName[],
): Readonly<Record<string, number>> {
  const totals: Record<string, number> = {};
  for (const [index, variant] of variants.entries()) {
    if (outcomes[index] === 'A') {
      const name = variantCountName(variant, 'accepted');
      totals[name] = (totals[name] ?? 0) + 1;
    }
  }
  return totals;
}
