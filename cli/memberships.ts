import { bucket } from '../aws/bucket.ts';
import type { StackOutputs } from '../aws/stack.ts';
import type { Campaign } from '../domain/campaign/campaign.ts';
import { planKeys } from '../domain/campaign/plan-keys.ts';
import { findInIndex, type PlannedRecipient } from '../domain/campaign/recipient-index.ts';

/** Indexes of campaigns that are read at the same time. */
const readsAtOnce = 32;

/** A mail of a campaign that the plan knows of, whether there is a row of it or not. */
export interface Member {
  readonly campaign: Campaign;
  readonly planned: PlannedRecipient;
}

/** The campaigns that a recipient is in. */
interface Memberships {
  readonly members: readonly Member[];
  /** There are campaigns of that time whose index the bucket has given up: of those nobody can tell. */
  readonly isPartial: boolean;
}

/**
 * Looks into the index that each plan has.
 *
 * @param sinceMs - Campaigns that were planned before that are left out; epoch milliseconds.
 */
export async function membershipsOf(
  outputs: StackOutputs,
  campaigns: readonly Campaign[],
  recipientId: string,
  sinceMs: number,
): Promise<Memberships> {
  const files = bucket(outputs.BucketName);
  const asked = campaigns.filter(({ plan }) => plan !== undefined && plan.plannedAtMs >= sinceMs);
  const members: Member[] = [];
  let isPartial = false;
  for (let i = 0; i < asked.length; i += readsAtOnce) {
    await Promise.all(
      asked.slice(i, i + readsAtOnce).map(async (campaign) => {
        const key = planKeys(campaign.campaignId, campaign.plan?.planId ?? '').recipients;
        const planned = await findInIndex(async (first, last) => {
          const bytes = await files.getByteRange(key, first, last);
          isPartial ||= bytes === undefined;
          return bytes;
        }, recipientId);
        if (planned !== undefined) {
          members.push({ campaign, planned });
        }
      }),
    );
  }
  return { members, isPartial };
}
