import { bucket } from '../../aws/bucket.ts';
import { campaignsTable } from '../../aws/campaigns.ts';
import { queue } from '../../aws/queue.ts';
import { suppressionScan } from '../../aws/suppression-scan.ts';
import { templates } from '../../aws/templates.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { knownRecipients } from '../../domain/segment/known-recipients.ts';
import { planCampaign } from '../../functions/plan-campaign.ts';
import { measured } from './measured.ts';

/** Plans a campaign as the Lambda function does, in a process of its own, and says what its plan is. */
const [campaign = '', campaignsTableName = '', suppressions = '', bucketName = '', chunksQueueUrl = ''] =
  process.argv.slice(2);
const { campaignId, ...rest } = JSON.parse(campaign) as Campaign;
const campaigns = campaignsTable(campaignsTableName);
const mailBucket = bucket(bucketName);
await campaigns.create({ campaignId, ...rest });
const plan = planCampaign({
  campaigns,
  scanSuppressions: suppressionScan(suppressions),
  readKnown: async (_, nowMs) => knownRecipients(nowMs),
  frequencyCap: undefined,
  templates: templates(mailBucket, Date.now),
  bucket: mailBucket,
  chunksQueue: queue(chunksQueueUrl),
  nowMs: Date.now,
  newPlanId: () => 'bench',
});
await measured(
  () => plan(campaignId),
  async () => ({ plan: (await campaigns.get(campaignId))?.plan }),
);
