import { bucket } from '../../aws/bucket.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { plannedWithin } from '../../domain/campaign/frequency-cap.ts';
import { planKeys } from '../../domain/campaign/plan-keys.ts';
import { findInIndex, type ReadRange } from '../../domain/campaign/recipient-index.ts';
import type { AudienceFacts } from '../../domain/doctor/facts.ts';

/** Each recipient costs a read of each campaign: of so many the share is known well enough to tell a list that grows from another one, in a second or two. */
const mostRecipients = 100;
const mostCampaigns = 10;

const readsAtOnce = 25;

/**
 * Of some recipients, how many are in no plan of the latest campaigns.
 *
 * @returns undefined where no plan is kept
 */
export async function neverMailedAmong(
  recipientIds: readonly string[],
  campaigns: readonly Campaign[],
  bucketName: string,
  nowMs: number,
): Promise<AudienceFacts['neverMailed']> {
  const files = bucket(bucketName);
  const planned = campaigns
    .filter((campaign) => plannedWithin(campaign, Number.POSITIVE_INFINITY, nowMs))
    .toSorted((one, other) => other.plan.plannedAtMs - one.plan.plannedAtMs)
    .slice(0, mostCampaigns);
  const asked = recipientIds.slice(0, mostRecipients);
  let never = asked;
  let kept = 0;
  for (const { campaignId, plan } of planned) {
    const key = planKeys(campaignId, plan.planId).recipients;
    const read = onceFromTheStart((first, last) => files.getByteRange(key, first, last));
    if ((await read(0, 0)) === undefined) {
      continue;
    }
    kept++;
    const still: string[] = [];
    for (let at = 0; at < never.length; at += readsAtOnce) {
      const some = never.slice(at, at + readsAtOnce);
      const found = await Promise.all(some.map((recipientId) => findInIndex(read, recipientId)));
      still.push(...some.filter((_, i) => found[i]?.kind !== 'planned'));
    }
    never = still;
  }
  return kept === 0 ? undefined : { asked: asked.length, never: never.length, campaigns: kept };
}

/** Every search begins with the same octets of the file. */
function onceFromTheStart(readRange: ReadRange): ReadRange {
  const starts = new Map<number, ReturnType<ReadRange>>();
  return async (first, last) => {
    if (first > 0) {
      return await readRange(first, last);
    }
    const start = starts.get(last) ?? readRange(first, last);
    starts.set(last, start);
    return await start;
  };
}
