import type { PlanTotals } from '../../domain/campaign.ts';
import type { SendAnswer } from '../../domain/send-answer.ts';
import { type ProviderPaces, providerPace } from '../../functions/provider-pace.ts';
import { type SendChunkPorts, sendChunk } from '../../functions/send-chunk.ts';
import { marketingTemplate } from '../domain/compiled-template.ts';
import { campaign, inMemoryCampaigns, inMemoryLedgers } from './in-memory-campaigns.ts';
import { inMemoryDeliveries } from './in-memory-deliveries.ts';
import {
  inMemoryBucket,
  inMemoryClock,
  inMemoryCounts,
  inMemoryQueue,
  inMemorySendRate,
  inMemorySes,
  inMemorySuppressions,
  inMemoryTemplates,
  sender,
  sqsRecord,
} from './in-memory-ports.ts';
import { inMemorySendRateStore } from './in-memory-send-rate-store.ts';

const plan: PlanTotals = { rows: 0, invalid: 0, duplicates: 0, rejected: 0, chunks: 1 };

/** One chunk of `count` recipients `r0@example.com`… in a campaign of that chunk alone, at 40 recipients a second: a quantum is 10. */
export async function bench(count: number, ...answers: readonly (SendAnswer | (() => SendAnswer))[]) {
  const clock = inMemoryClock();
  const campaigns = inMemoryCampaigns(campaign({ plan }));
  const ledgers = inMemoryLedgers();
  const deliveries = inMemoryDeliveries();
  const suppressions = inMemorySuppressions();
  const bucket = inMemoryBucket();
  const sendRate = inMemorySendRate(clock.nowMs);
  const queue = inMemoryQueue();
  const deadLetterQueue = inMemoryQueue();
  const ses = inMemorySes(...answers);
  const { counts, count: add } = inMemoryCounts();
  const key = 'campaigns/news/parts/000000.jsonl';
  const rows = Array.from(
    { length: count },
    (_, i) => `${JSON.stringify({ r: i + 1, a: `r${i}@example.com`, d: {} })}\n`,
  );
  const before = 'another chunk\n';
  await bucket.put(key, `${before}${rows.join('')}${before}`);
  const pointer = {
    campaignId: 'news',
    chunk: 0,
    key,
    firstByte: before.length,
    lastByte: before.length + rows.join('').length - 1,
    count,
  };
  const store = inMemorySendRateStore();
  const paced = (paces: ProviderPaces) => providerPace({ paces, store, nowMs: clock.nowMs });
  const ports: SendChunkPorts = {
    campaigns,
    ledgers,
    deliveries,
    suppressions,
    templates: inMemoryTemplates(marketingTemplate()),
    bucket,
    sendRate,
    providerPace: paced({}),
    queue,
    deadLetterQueue,
    sendMail: ses.sendMail,
    inDoubt: { transactional: 'resend', marketing: 'hold' },
    sender: async () => sender,
    count: add,
    nowMs: clock.nowMs,
    sleep: clock.sleep,
  };
  return {
    ...{
      clock,
      campaigns,
      ledgers,
      deliveries,
      suppressions,
      bucket,
      sendRate,
      queue,
      deadLetterQueue,
      ses,
      counts,
    },
    ...{ ports, pointer },
    outcomes: () => ledgers.items.get('c#news#0')?.outcomes,
    campaign: () => campaigns.of('news'),
    /** One delivery of the chunk's message, with 60 s until the Lambda's deadline. */
    run: (overrides: Partial<SendChunkPorts> = {}) =>
      sendChunk({ ...ports, ...overrides }, clock.nowMs() + 60_000)(sqsRecord(pointer)),
  };
}
