import { plannedWithin } from '../domain/campaign/frequency-cap.ts';
import { planKeys } from '../domain/campaign/plan-keys.ts';
import { eachPlanned } from '../domain/campaign/recipient-index.ts';
import { type KnownRecipients, knownRecipients } from '../domain/segment/known-recipients.ts';
import type { RowFilter } from '../domain/segment/row-filter.ts';
import type { Bucket } from './bucket.ts';
import type { Campaigns } from './campaigns.ts';
import type { ContactScan } from './contacts.ts';
import type { SuppressionRecordScan } from './suppression-scan.ts';

/** Where everything is that filters may ask about. */
export interface KnownRecipientsPorts {
  readonly campaigns: Pick<Campaigns, 'list'>;
  readonly bucket: Pick<Bucket, 'stream'>;
  readonly scanSuppressionRecords: SuppressionRecordScan;
  readonly scanContacts: ContactScan;
}

export type ReadKnown = ReturnType<typeof knownRecipientsReader>;

/** Reads what a filter asks about, and nothing else: each table once from end to end, which costs less than asking about each row. */
export function knownRecipientsReader({
  campaigns,
  bucket,
  scanSuppressionRecords,
  scanContacts,
}: KnownRecipientsPorts) {
  async function readPlans(known: KnownRecipients, nowMs: number): Promise<void> {
    for (const earlier of await campaigns.list()) {
      // Those whose plan is no longer kept are forgotten.
      if (plannedWithin(earlier, Number.POSITIVE_INFINITY, nowMs)) {
        const { planId, plannedAtMs } = earlier.plan;
        const index = await bucket.stream(planKeys(earlier.campaignId, planId).recipients);
        if (index !== undefined) {
          await eachPlanned(index, (high, low) => known.seeMailed(high, low, plannedAtMs));
        }
      }
    }
  }

  return async function read({ needs }: Pick<RowFilter, 'needs'>, nowMs: number): Promise<KnownRecipients> {
    const known = knownRecipients(nowMs);
    await Promise.all([
      needs.has('lastMailed') ? readPlans(known, nowMs) : undefined,
      needs.has('subscribed') || needs.has('timeZone') ? scanContacts(known.seeContact) : undefined,
      // What was unsubscribed since is not subscribed any more.
      needs.has('subscribed') || needs.has('unsubscribed') || needs.has('bounces')
        ? scanSuppressionRecords(known.seeRecord)
        : undefined,
    ]);
    return known;
  };
}
