import type { Campaign } from '../campaign/campaign.ts';
import type { TrialMeasure, TrialSample, Winner } from './trial.ts';
import type { VariantMeasure } from './variant-counts.ts';

const counted: Readonly<Record<TrialMeasure, VariantMeasure>> = {
  clicks: 'clicked',
  unsubscribes: 'unsubscribed',
};

/** Mails of each variant that are the least to judge by. */
const leastMails = 100;

/** Of both who did it and who did not, as many would be there by chance: fewer are not distributed as the test takes them to be. */
const leastExpected = 5;

/** Two-sided, 95 %, by the number of variants that one is compared with: each comparison more makes chance more likely (Bonferroni). */
const critical = [Number.POSITIVE_INFINITY, 1.96, 2.241, 2.394] as const;

/**
 * Judges the trial of a campaign when its time has come and all of it is sent: by a two-proportion z-test of the best variant against A,
 * or of A against the next best.
 *
 * @returns undefined where there is nothing to judge, or not yet
 */
export function winnerOf(campaign: Campaign, nowMs: number): Winner | undefined {
  const { trial, stage, winner, chunksDone, outcomes, stops = {} } = campaign;
  if (trial === undefined || winner !== undefined || stage?.kind !== 'trial') {
    return undefined;
  }
  // Whoever was left out at a provider gets it once more after a resume.
  const isReopening = outcomes.stopped > 0 && Object.keys(stops).length === 0;
  if (chunksDone < stage.chunks || isReopening || nowMs < judgedAtMs(campaign)) {
    return undefined;
  }
  const samples = samplesOf(campaign, trial.by);
  return { ...chosen(samples, trial.by), by: trial.by, samples, atMs: nowMs };
}

/** When a trial that is out is judged; epoch milliseconds. */
export function judgedAtMs({ trial, stage, lastChunkAtMs }: Campaign): number {
  return (lastChunkAtMs ?? stage?.sinceMs ?? 0) + (trial?.afterMs ?? 0);
}

function samplesOf({ variants = [], variantCounts }: Campaign, by: TrialMeasure): TrialSample[] {
  return variants.map(({ name }) => {
    const { accepted = 0, bounced = 0, [counted[by]]: count = 0 } = variantCounts[name] ?? {};
    return { variant: name, count, of: Math.max(0, accepted - bounced) };
  });
}

function chosen(samples: readonly TrialSample[], by: TrialMeasure): Pick<Winner, 'variant' | 'because'> {
  const [a, ...others] = samples;
  const rate = ({ count, of }: TrialSample) => (of === 0 ? 0 : count / of) * (by === 'clicks' ? 1 : -1);
  const [challenger] = others.toSorted((one, other) => rate(other) - rate(one));
  if (a === undefined || challenger === undefined) {
    return { variant: 'A', because: 'too_few' };
  }
  if (samples.some(({ of }) => of < leastMails) || !isTestable(a, challenger)) {
    return { variant: 'A', because: 'too_few' };
  }
  if (zOf(a, challenger) < (critical[others.length] ?? Number.POSITIVE_INFINITY)) {
    return { variant: 'A', because: 'tie' };
  }
  return { variant: rate(challenger) > rate(a) ? challenger.variant : 'A', because: 'better' };
}

function pooled(one: TrialSample, other: TrialSample): number {
  return (one.count + other.count) / (one.of + other.of);
}

function isTestable(one: TrialSample, other: TrialSample): boolean {
  const share = pooled(one, other);
  return [one, other].every(({ of }) => of * Math.min(share, 1 - share) >= leastExpected);
}

function zOf(one: TrialSample, other: TrialSample): number {
  const share = pooled(one, other);
  const spread = Math.sqrt(share * (1 - share) * (1 / one.of + 1 / other.of));
  return Math.abs(one.count / one.of - other.count / other.of) / spread;
}
