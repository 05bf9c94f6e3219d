import type { Bucket } from '../../aws/bucket.ts';
import { type Campaign, type PlanTotals, parseChunkRow } from '../../domain/campaign/campaign.ts';
import type { Exclusion } from '../../domain/campaign/exclusion.ts';
import { planKeys, rehearsalKey } from '../../domain/campaign/plan-keys.ts';
import { InputError } from '../../domain/errors.ts';
import { type Rehearsal, rehearsalNotes } from '../../domain/rehearsal/rehearsal.ts';

type PlannersBucket = Pick<Bucket, 'stream' | 'put' | 'putPieces'>;

/**
 * Lets the planner go over the audience of a campaign as it would for real, and keeps nothing of the plan: only what there is to say
 * of it. The campaign stays as it is.
 *
 * @param plan - The planner's pass over the audience, which writes into the bucket that it is given.
 */
export async function rehearse(
  bucket: PlannersBucket,
  campaign: Campaign,
  rehearsalId: string,
  plan: (bucket: PlannersBucket) => Promise<PlanTotals>,
): Promise<void> {
  const key = rehearsalKey(campaign.campaignId, rehearsalId);
  const result = await resultOf(bucket, campaign, rehearsalId, plan);
  await bucket.put(key, JSON.stringify(result), 'application/json');
}

async function resultOf(
  bucket: PlannersBucket,
  { campaignId }: Campaign,
  rehearsalId: string,
  plan: (bucket: PlannersBucket) => Promise<PlanTotals>,
): Promise<Rehearsal> {
  const notes = rehearsalNotes();
  const put: Bucket['put'] = async (key, body) => {
    const lines = () => Buffer.from(body).toString().split('\n').filter(Boolean);
    if (isExcluded(campaignId, key)) {
      for (const line of lines()) {
        notes.seeExcluded(JSON.parse(line) as Exclusion);
      }
    } else if (notes.wantsPlanned()) {
      lines().map(parseChunkRow).forEach(notes.seePlanned);
    }
  };
  try {
    const totals = await plan({ stream: bucket.stream, put, putPieces: async () => {} });
    return { rehearsalId, totals, reasons: notes.reasons(), samples: notes.samples() };
  } catch (error) {
    if (error instanceof InputError) {
      return { rehearsalId, failure: error.message };
    }
    throw error;
  }
}

/** The lists of rows that are left out, not the parts. */
function isExcluded(campaignId: string, key: string): boolean {
  const [, , planId = ''] = key.split('/');
  const name = planKeys(campaignId, planId)
    .excluded(0)
    .replace(/\.jsonl$/, '');
  return key.startsWith(name);
}
