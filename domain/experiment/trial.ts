import type { VariantName } from './variant.ts';

/** By what the better variant is known. */
export const trialMeasures = ['clicks', 'unsubscribes'] as const;

export type TrialMeasure = (typeof trialMeasures)[number];

/** Some of the recipients get the variants, the others wait for the better one. */
export interface Trial {
  readonly by: TrialMeasure;
  /** Milliseconds from the last mail of the trial until it is judged. */
  readonly afterMs: number;
  /** Of the recipients, above 0 and below 1; canaries count, and may be more. */
  readonly share: number;
}

/** Which variant everybody else gets, and how that came about. */
export interface Winner {
  readonly variant: VariantName;
  readonly by: TrialMeasure;
  /** A is taken where the difference may be chance, and where there is too little to judge by. */
  readonly because: 'better' | 'tie' | 'too_few';
  readonly samples: readonly TrialSample[];
  /** Epoch milliseconds. */
  readonly atMs: number;
}

export interface TrialSample {
  readonly variant: VariantName;
  readonly count: number;
  /** Mails that were accepted and did not bounce. */
  readonly of: number;
}

/** What a plan says of its chunks, as far as a trial goes by it. */
interface Chunks {
  readonly chunks: number;
  readonly canaryChunks: readonly number[];
  /** Of the trial, canaries included. */
  readonly trialChunks?: number;
}

/**
 * How many chunks the trial has, from the first one that is released: the canaries and as many others as make up the share. At least one
 * is left for the winner, where there are two.
 */
export function trialChunksOf(
  share: number,
  { chunks, canaryChunks }: Chunks,
  recipients: number,
  inCanaries: number,
): number {
  const canaryEnd = canaryChunks.at(-1) ?? 0;
  const others = chunks - canaryEnd;
  if (others < 2 && canaryEnd === 0) {
    return chunks;
  }
  const perChunk = (recipients - inCanaries) / others;
  const wanted = Math.ceil((share * recipients - inCanaries) / perChunk);
  const least = canaryEnd === 0 ? 1 : 0;
  return canaryEnd + Math.min(others - 1, Math.max(least, wanted));
}

/** Whether a chunk gets the variants: the canaries do, and of the others those at equal distances from the first to the last. */
export function isInTrial({ chunks, canaryChunks, trialChunks = chunks }: Chunks, chunk: number): boolean {
  const canaryEnd = canaryChunks.at(-1) ?? 0;
  const at = chunk - canaryEnd;
  const steps = (i: number) => Math.floor((i * (trialChunks - canaryEnd)) / (chunks - canaryEnd));
  return at < 0 || steps(at + 1) > steps(at);
}
