import type { Handler } from 'aws-lambda';
import { type Bucket, bucket } from '../aws/bucket.ts';
import { type Campaigns, campaignsTable } from '../aws/campaigns.ts';
import { type Queue, queue } from '../aws/queue.ts';
import { type Templates, templates } from '../aws/templates.ts';
import { rowsOf } from '../domain/audience.ts';
import type { Campaign, ChunkPointer, PlanTotals } from '../domain/campaign.ts';
import { InputError } from '../domain/errors.ts';
import { audienceParts } from './audience-parts.ts';
import { readEnvironment } from './environment.ts';
import { excludedRows } from './excluded-rows.ts';
import { inFlight } from './in-flight.ts';
import { rowPlanner } from './row-planner.ts';
import { nowMs } from './wait.ts';

export interface PlanCampaignPorts {
  readonly campaigns: Pick<Campaigns, 'get' | 'move' | 'planned' | 'completeIfDone'>;
  readonly templates: Templates;
  readonly bucket: Pick<Bucket, 'stream' | 'put'>;
  readonly chunksQueue: Pick<Queue, 'sendAll'>;
  readonly nowMs: () => number;
}

/** Objects that are written at the same time, and so kept in memory: some 2 MB each. */
const writesInFlight = 4;

/** SendMessageBatch takes ten messages; so many batches are under way at the same time. */
const pointersPerBatch = 10;
const batchesInFlight = 8;

/**
 * Plans a campaign in one pass over its audience: reads, normalises and de-duplicates, checks each row against the template, and writes
 * parts to the bucket. Only when the whole audience was read are pointers put on the chunks queue: a file that turns out to be broken
 * in its middle mails nobody. The same audience gives the same chunks, so a second run after a crash writes what the first wrote, and
 * the ledger of each chunk sees to it that nobody is mailed twice.
 */
export const planCampaign =
  (ports: PlanCampaignPorts) =>
  async (campaignId: string): Promise<void> => {
    const campaign = await ports.campaigns.get(campaignId);
    if (campaign === undefined) {
      throw new Error(`campaign ${campaignId} does not exist`);
    }
    if (campaign.state !== 'draft' && campaign.state !== 'planning') {
      // The planner that planned it may have died before it came to this, and after the last chunk was done.
      await ports.campaigns.completeIfDone(campaignId, ports.nowMs());
      return;
    }
    await ports.campaigns.move(campaignId, ['draft', 'planning'], 'planning');
    try {
      const totals = await plan(ports, campaign);
      await ports.campaigns.planned(campaignId, totals);
      await ports.campaigns.completeIfDone(campaignId, ports.nowMs());
    } catch (error) {
      if (!(error instanceof InputError)) {
        throw error;
      }
      // The audience will stay wrong, so trying again is no use.
      await ports.campaigns.move(campaignId, ['planning'], 'failed', { failure: error.message });
    }
  };

async function plan(ports: PlanCampaignPorts, campaign: Campaign): Promise<PlanTotals> {
  const template = await ports.templates.find(campaign.template, campaign.templateHash);
  if (template === undefined) {
    throw new InputError(
      'unknown-template',
      'template',
      `template ${campaign.template} is not published in that version`,
    );
  }
  const audience = await ports.bucket.stream(campaign.audienceKey);
  if (audience === undefined) {
    throw new InputError('audience-missing', 'audience', 'the audience is not in the bucket');
  }
  const writes = inFlight(writesInFlight);
  const parts = audienceParts(ports.bucket, campaign.campaignId, writes);
  const excluded = excludedRows(ports.bucket, campaign.campaignId, writes);
  const check = rowPlanner(campaign, template);
  let rows = 0;
  try {
    for await (const batch of rowsOf(campaign.audienceFormat, audience)) {
      for (const row of batch) {
        rows++;
        const planned = check(row);
        const full = typeof planned === 'string' ? parts.add(planned) : excluded.add(planned);
        if (full !== undefined) {
          await full;
        }
      }
    }
    const chunks = await parts.finish();
    await excluded.finish();
    await writes.allDone();
    await queuePointers(ports.chunksQueue, parts.pointers());
    const { invalid, duplicate: duplicates, rejected } = excluded.counts;
    return { rows, invalid, duplicates, rejected, chunks };
  } finally {
    // A planner that gives up leaves nothing behind that still writes.
    await writes.allEnded();
  }
}

async function queuePointers(
  chunksQueue: PlanCampaignPorts['chunksQueue'],
  pointers: Iterable<ChunkPointer>,
): Promise<void> {
  const batches = inFlight(batchesInFlight);
  let batch: string[] = [];
  const send = async () => {
    const bodies = batch;
    batch = [];
    await batches.begin(() => chunksQueue.sendAll(bodies));
  };
  try {
    for (const pointer of pointers) {
      batch.push(JSON.stringify(pointer));
      if (batch.length === pointersPerBatch) {
        await send();
      }
    }
    if (batch.length > 0) {
      await send();
    }
    await batches.allDone();
  } finally {
    await batches.allEnded();
  }
}

function wire() {
  const environment = readEnvironment(['campaignsTable', 'bucketName', 'chunksQueueUrl']);
  const mailBucket = bucket(environment.bucketName);
  return planCampaign({
    campaigns: campaignsTable(environment.campaignsTable),
    templates: templates(mailBucket, nowMs),
    bucket: mailBucket,
    chunksQueue: queue(environment.chunksQueueUrl),
    nowMs,
  });
}

let start: ReturnType<typeof wire> | undefined;

/** Invoked asynchronously with `{ campaignId }`. */
export const handler: Handler<{ campaignId: string }, void> = async ({ campaignId }) => {
  start ??= wire();
  await start(campaignId);
};
