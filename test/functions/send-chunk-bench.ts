import { tagsOf } from '../../domain/delivery.ts';
import type { SendAnswer } from '../../domain/send-answer.ts';
import type { SendChunkPorts } from '../../functions/chunk/chunk-work.ts';
import { type ProviderPaces, providerPace } from '../../functions/provider-pace.ts';
import { recordFeedback } from '../../functions/record-feedback.ts';
import { sendChunk } from '../../functions/send-chunk.ts';
import { marketingTemplate } from '../domain/compiled-template.ts';
import { sesEvents } from '../domain/ses-events.ts';
import {
  campaign,
  inMemoryCampaigns,
  inMemoryGuard,
  inMemoryLedgers,
  planTotals,
} from './in-memory-campaigns.ts';
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
  suppressionPolicy,
} from './in-memory-ports.ts';
import { inMemorySendRateStore } from './in-memory-send-rate-store.ts';

const plan = planTotals({ chunks: 1 });

/** An event of SES about a mail of the chunk. */
type Kind = 'send' | 'delivery' | 'bounce';

/**
 * One chunk in a campaign of that chunk alone, at 40 recipients a second: a quantum is 10.
 *
 * @param domains - Of the recipients `r0@…`, `r1@…`; a number is of so many at example.com.
 */
export async function bench(
  domains: number | readonly string[],
  ...answers: readonly (SendAnswer | (() => SendAnswer))[]
) {
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
  const recipients = (typeof domains === 'number' ? Array<string>(domains).fill('example.com') : domains).map(
    (domain, i) => `r${i}@${domain}`,
  );
  const rows = recipients.map((a, i) => `${JSON.stringify({ r: i + 1, a, d: {} })}\n`);
  const before = 'another chunk\n';
  await bucket.put(key, `${before}${rows.join('')}${before}`);
  const pointer = {
    campaignId: 'news',
    chunk: 0,
    key,
    firstByte: before.length,
    lastByte: before.length + rows.join('').length - 1,
    count: recipients.length,
  };
  const { guard, started, authenticationRun } = inMemoryGuard(campaigns, clock.nowMs);
  const store = inMemorySendRateStore();
  const paced = (paces: ProviderPaces) =>
    providerPace({ paces, store, nowMs: clock.nowMs, random: () => 0.5 });
  const ports: SendChunkPorts = {
    campaigns,
    ledgers,
    deliveries,
    suppressions,
    templates: inMemoryTemplates(marketingTemplate()),
    bucket,
    sendRate,
    providerPace: paced({}),
    guard,
    queue,
    deadLetterQueue,
    sendMail: ses.sendMail,
    leaseMs: 75_000,
    inDoubt: { transactional: 'resend', marketing: 'hold' },
    sender: async () => sender,
    count: add,
    nowMs: clock.nowMs,
    sleep: clock.sleep,
  };
  const run = async (overrides: Partial<SendChunkPorts> = {}, body: unknown = pointer) =>
    await sendChunk({ ...ports, ...overrides }, clock.nowMs() + 60_000)(sqsRecord(body));
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
    ...{ ports, pointer, started },
    outcomes: () => ledgers.items.get('c#news#0')?.outcomes,
    campaign: () => campaigns.of('news'),
    recipients,
    paced,
    /** One delivery of the chunk's message, or of one that was given back, with 60 s until the Lambda's deadline. */
    run,
    /** Delivers the message, and whatever is given back when its time has come, until nothing is. @returns the delays */
    async drain(overrides: Partial<SendChunkPorts> = {}): Promise<(number | undefined)[]> {
      const first = queue.sent.length;
      await run(overrides);
      for (let i = first; i < queue.sent.length; i++) {
        if (i > first + 100) {
          throw new Error('the chunk comes back for ever');
        }
        clock.advance((queue.sent[i]?.delaySeconds ?? 0) * 1_000);
        await run(overrides, queue.sent[i]?.body);
      }
      return queue.sent.slice(first).map(({ delaySeconds }) => delaySeconds);
    },
    /** SES reports a mail of the chunk, and the report is worked off. */
    async reported(index: number, kind: Kind = 'delivery'): Promise<void> {
      const tags = tagsOf({ kind: 'campaign', campaignId: 'news', chunk: 0, index });
      await recordFeedback({
        ...{ ...ports, suppressions, suppressionPolicy, deliveries, campaigns, ledgers },
        authenticationRun,
      })(sqsRecord(sesEvents[kind]({ tags })));
    },
  };
}
