import type { Bucket } from '../../aws/bucket.ts';
import type { Queue } from '../../aws/queue.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { releasedChunks } from '../../domain/campaign/campaign-release.ts';
import { planKeys } from '../../domain/campaign/plan-keys.ts';
import { inFlight } from './in-flight.ts';

export interface ReleaseChunksPorts {
  readonly bucket: Pick<Bucket, 'stream'>;
  readonly chunksQueue: Pick<Queue, 'sendAll'>;
}

/** SendMessageBatch takes ten messages; so many batches are under way at the same time. */
const pointersPerBatch = 10;
const batchesInFlight = 8;

/**
 * Queues the pointers of a campaign, from the first chunk to the end of its present stage, as far as their local time has come. Doing it
 * again is harmless: the ledger of each chunk sees to it that nobody is mailed twice.
 *
 * @returns how many chunks are out by now; those that were queued since the campaign was last moved are not queued again
 */
export async function releaseChunks(
  ports: ReleaseChunksPorts,
  campaign: Campaign,
  nowMs: number,
): Promise<number> {
  const { campaignId, plan, queued, moves } = campaign;
  const released = releasedChunks(campaign, nowMs);
  let skip = queued?.moves === moves ? queued.chunks : 0;
  let left = released - skip;
  if (plan === undefined || left <= 0) {
    return released;
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
      if (skip > 0) {
        skip--;
        continue;
      }
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
    return released;
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
