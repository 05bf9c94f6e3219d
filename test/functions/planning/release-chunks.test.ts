import type { Campaign } from '../../../domain/campaign/campaign.ts';
import { releaseChunks } from '../../../functions/planning/release-chunks.ts';
import { campaign, planTotals } from '../in-memory-campaigns.ts';
import { inMemoryBucket, inMemoryQueue, startMs } from '../in-memory-ports.ts';

const chunks = 25;
const plan = planTotals({ rows: 5_000, recipients: 5_000, chunks, canaryChunks: [1, 2, 3] });
const stage = { kind: 'canary', number: 2, chunks: 2, recipients: 400, sinceMs: 0 } as const;

async function release(changes: Partial<Campaign>) {
  const bucket = inMemoryBucket();
  const chunksQueue = inMemoryQueue();
  const lines = Array.from({ length: chunks }, (_, chunk) => `${JSON.stringify({ chunk })}\n`);
  await bucket.put('campaigns/news/p1/chunks.jsonl', lines.join(''));
  await releaseChunks({ bucket, chunksQueue }, campaign({ plan, ...changes }), startMs);
  return chunksQueue.sent.map(({ body }) => JSON.parse(body).chunk);
}

const upTo = (count: number) => Array.from({ length: count }, (_, chunk) => chunk);

it.each<[string, Partial<Campaign>, number]>([
  ['all of what is out with a canary', { stage }, 2],
  ['all there are with the rest', { stage: { ...stage, kind: 'rest', chunks } }, chunks],
  ['all there are of a cancelled campaign', { stage, state: 'cancelled' }, chunks],
  ['nothing of a paused one', { stage, state: 'paused' }, 0],
  ['nothing of a halted one', { stage, state: 'halted' }, 0],
])('queues %s, from the first on', async (_, changes, count) => {
  expect(await release(changes)).toEqual(upTo(count));
});

it('says so when the list of chunks is gone', async () => {
  await expect(
    releaseChunks(
      { bucket: inMemoryBucket(), chunksQueue: inMemoryQueue() },
      campaign({ plan, stage }),
      startMs,
    ),
  ).rejects.toThrow('the chunks of campaign news are gone from the bucket');
});
