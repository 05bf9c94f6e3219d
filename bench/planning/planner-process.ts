import { bucket } from '../../aws/bucket.ts';
import { campaignsTable } from '../../aws/campaigns.ts';
import { queue } from '../../aws/queue.ts';
import { templates } from '../../aws/templates.ts';
import { planCampaign } from '../../functions/plan-campaign.ts';
import { measured } from './measured.ts';

/** Plans a campaign as the Lambda function does, in a process of its own. */
const [campaignId = '', campaigns = '', bucketName = '', chunksQueueUrl = ''] = process.argv.slice(2);
const mailBucket = bucket(bucketName);
const plan = planCampaign({
  campaigns: campaignsTable(campaigns),
  templates: templates(mailBucket, Date.now),
  bucket: mailBucket,
  chunksQueue: queue(chunksQueueUrl),
  nowMs: Date.now,
});
await measured(() => plan(campaignId));
