import type { Bucket } from '../aws/bucket.ts';
import type { Queue } from '../aws/queue.ts';
import type { Campaign } from '../domain/campaign.ts';
import { releasedChunks } from '../domain/campaign-life.ts';
import { planKeys } from '../domain/plan-keys.ts';
import { inFlight } from './in-flight.ts';

export interface ReleaseChunksPorts {
  readonly bucket: Pick<Bucket, 'stream'>;
  readonly chunksQueue: Pick<Queue, 'sendAll'>;
}

/** SendMessageBatch takes ten messages; so many batches are under way at the same time. */
const pointersPerBatch = 10;
const batchesInFlight = 8;

/**
 * Queues the pointers of a campaign, from the first chunk to the end of its present stage. Doing it again is harmless: the ledger of each
 * chunk sees to it that nobody is mailed twice.
 */
export async function releaseChunks(ports: ReleaseChunksPorts, campaign: Campaign): Promise<void> {
  const { campaignId, plan } = campaign;
  let left = releasedChunks(campaign);
  if (plan === undefined || left === 0) {
    return;
  }
  const file = await ports.bucket.stream(planKeys(campaignId, plan.planId).chunks);
  if (file === undefined) {
    throw new Error(`the chunks of campaign ${campaignId} are gone from the bucket`);
  }
  const batches = inFlight(batchesInFlight);
  let batch: string[] = [];
  const send = async () => {
    const bodies = batch;
    batch = [];
    await batches.begin(() => ports.chunksQueue.sendAll(bodies));
  };
  try {
    for await (const line of linesOf(file)) {
      batch.push(line);
      left--;
      if (batch.length === pointersPerBatch) {
        await send();
      }
      if (left === 0) {
        break;
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

/** Lines of ASCII. */
async function* linesOf(file: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = '';
  for await (const bytes of file) {
    const lines = (rest + Buffer.from(bytes).toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}
