import { chunkSize } from '../../domain/campaign/campaign.ts';
import { sendChunk } from '../../functions/send-chunk.ts';
import {
  campaign,
  inMemoryCampaigns,
  inMemoryLedgers,
  planTotals,
} from '../../test/functions/in-memory-campaigns.ts';
import { lambdaQueue } from './lambda-queue.ts';
import { environmentPorts, type Stack } from './lane.ts';
import { announcement } from './templates.ts';

/** As in `infra/todoke-stack.ts`. */
const timeoutMs = 60_000;

/** Every chunk has these rows: whom a mail goes to makes no difference to its pace. */
const rows = Array.from(
  { length: chunkSize },
  (_, i) => `${JSON.stringify({ r: i + 1, a: `r${i}@example.com`, d: {} })}\n`,
).join('');

/** A campaign of so many chunks, all queued at once, on the production code of `send-chunk`. */
export function campaignLane(stack: Stack, maxConcurrency: number, chunks: number) {
  const { clock, network } = stack;
  const { slow, latencies } = network;
  const campaigns = inMemoryCampaigns(
    campaign({
      campaignId: 'news',
      template: announcement.name,
      templateHash: announcement.hash,
      plan: planTotals({ rows: chunks * chunkSize, recipients: chunks * chunkSize, chunks }),
    }),
  );
  const ledgers = inMemoryLedgers();
  const queue = lambdaQueue(clock, network, { batchSize: 1, maxConcurrency }, () => {
    const ports = {
      ...environmentPorts(stack),
      queue: { send: (body: string, options = {}) => queue.send(body, options) },
      campaigns: {
        get: slow(latencies.dynamodb, campaigns.get),
        addTogether: slow(latencies.transaction, campaigns.addTogether),
        completeIfDone: slow(latencies.dynamodb, campaigns.completeIfDone),
      },
      ledgers: {
        get: slow(latencies.dynamodb, ledgers.get),
        create: slow(latencies.dynamodb, ledgers.create),
        write: slow(latencies.dynamodb, ledgers.write),
        settle: slow(latencies.dynamodb, ledgers.settle),
        update: ledgers.update,
        reopening: ledgers.reopening,
        lookedAt: ledgers.lookedAt,
        settlement: ledgers.settlement,
      },
      deliveries: {
        recordRejected: slow(latencies.dynamodb, () => true),
        waitAgain: slow(latencies.dynamodb, () => undefined),
        // No mail is in doubt here, since SES always answers.
        proved: slow(latencies.dynamodb, () => new Set<string>()),
      },
      // Nothing bounces here.
      guard: async () => {},
      bucket: { getRange: slow(latencies.s3, () => rows) },
    };
    return async (record) => await sendChunk(ports, ports.nowMs() + timeoutMs)(record);
  });
  for (let chunk = 0; chunk < chunks; chunk++) {
    const pointer = {
      campaignId: 'news',
      chunk,
      key: 'campaigns/news/parts/000000.jsonl',
      firstByte: 0,
      lastByte: rows.length - 1,
      count: chunkSize,
    };
    clock.start(queue.send(JSON.stringify(pointer)).then(() => undefined));
  }
  return { completed: () => campaigns.of('news')?.state === 'completed' };
}
