import type { Bucket } from '../../aws/bucket.ts';
import type { Campaigns } from '../../aws/campaigns.ts';
import type { SuppressionScan } from '../../aws/suppression-scan.ts';
import type { Campaign, FrequencyCap } from '../../domain/campaign/campaign.ts';
import { frequencyCapOf, plannedWithin } from '../../domain/campaign/frequency-cap.ts';
import { planKeys } from '../../domain/campaign/plan-keys.ts';
import { eachPlanned } from '../../domain/campaign/recipient-index.ts';
import {
  digestOfId,
  isNew,
  type RecipientTable,
  recipientTable,
  wordOf,
} from '../../domain/campaign/recipient-table.ts';
import { type MailClass, scopesOf, suppressionOf } from '../../domain/suppression/suppression.ts';

export interface UnwantedRecipientsPorts {
  readonly campaigns: Pick<Campaigns, 'list'>;
  readonly bucket: Pick<Bucket, 'stream'>;
  readonly scanSuppressions: SuppressionScan;
  /** Holds for marketing campaigns that have none of their own. */
  readonly frequencyCap: FrequencyCap | undefined;
  readonly nowMs: () => number;
}

/** Why someone gets no campaign mail; undefined where they do. Asked for by the words of their digest. */
export type Unwanted = (high: number, low: number) => 'suppressed' | 'capped' | undefined;

/** Suppressed recipients that are kept in memory, some 200 MB; the senders find out about any others. */
const mostSuppressed = 8_000_000;

/** Reads who gets no mail of a campaign, whatever its audience: as things are now, since whoever sends looks again. */
export async function unwantedRecipients(
  ports: UnwantedRecipientsPorts,
  campaign: Campaign,
  template: MailClass,
): Promise<Unwanted> {
  const cap = frequencyCapOf(campaign, template.category, ports.frequencyCap);
  const [suppressed, mailed] = await Promise.all([
    suppressedRecipients(ports, template),
    cap === undefined ? undefined : recipientsOfLate(ports, campaign, cap),
  ]);
  return (high, low) => {
    if (suppressed.size() > 0 && suppressed.get(high, low) !== isNew) {
      return 'suppressed';
    }
    return cap !== undefined && mailed !== undefined && mailed.get(high, low) >= cap.mails
      ? 'capped'
      : undefined;
  };
}

async function suppressedRecipients(
  { scanSuppressions, nowMs }: UnwantedRecipientsPorts,
  mail: MailClass,
): Promise<RecipientTable> {
  const suppressed = recipientTable();
  const now = nowMs();
  await scanSuppressions(scopesOf(mail), (recipientId, suppressions) => {
    if (suppressionOf(suppressions, mail, now) !== undefined && suppressed.size() < mostSuppressed) {
      const digest = digestOfId(recipientId);
      suppressed.add(wordOf(digest, 0), wordOf(digest, 1), 1);
    }
  });
  return suppressed;
}

/** In how many campaigns each recipient is that were planned of late. */
async function recipientsOfLate(
  { campaigns, bucket, nowMs }: UnwantedRecipientsPorts,
  { campaignId }: Campaign,
  cap: FrequencyCap,
): Promise<RecipientTable> {
  const mailed = recipientTable();
  for (const earlier of await campaigns.list()) {
    if (earlier.campaignId !== campaignId && plannedWithin(earlier, cap.days, nowMs())) {
      const index = await bucket.stream(planKeys(earlier.campaignId, earlier.plan.planId).recipients);
      if (index !== undefined) {
        await eachPlanned(index, mailed.count);
      }
    }
  }
  return mailed;
}
