import type { RecordFeedbackPorts } from '../../functions/record-feedback.ts';
import { feedbackStory, shuffled } from '../functions/feedback-story.ts';
import {
  campaign,
  inMemoryCampaigns,
  inMemoryGuard,
  inMemoryLedgers,
} from '../functions/in-memory-campaigns.ts';
import { inMemoryDeliveries } from '../functions/in-memory-deliveries.ts';
import {
  inMemoryCounts,
  inMemoryQueue,
  inMemorySuppressions,
  sqsRecord,
  startMs,
  suppressionPolicy,
} from '../functions/in-memory-ports.ts';
import { aCampaign } from './a-campaign.ts';
import { type QuietStack, startQuietStack } from './quiet-stack.ts';

let stack: QuietStack;

beforeAll(async () => {
  stack = await startQuietStack();
});
afterAll(() => stack.close());

/** What depends on when an event was worked off, or is the key. */
function lasting(item: object | undefined) {
  const { updatedAtMs, expiresAtEpochSeconds, failedOn, failedAt, deliveryId, ...rest } = (item ??
    {}) as Record<string, unknown>;
  return rest;
}

it('leaves in the tables, by 300 events in any order and many at once, what they leave one by one in memory', async () => {
  const { campaignsTable } = await import('../../aws/campaigns.ts');
  const { chunkLedgersTable } = await import('../../aws/chunk-ledgers.ts');
  const { deliveriesTable } = await import('../../aws/deliveries.ts');
  const { suppressionsTable } = await import('../../aws/suppressions.ts');
  const { recordFeedback } = await import('../../functions/record-feedback.ts');
  const story = feedbackStory(300, 5);

  const others = { suppressionPolicy, deadLetterQueue: inMemoryQueue(), nowMs: () => startMs };
  const memory = {
    deliveries: inMemoryDeliveries(),
    suppressions: inMemorySuppressions(),
    campaigns: inMemoryCampaigns(campaign()),
    ledgers: inMemoryLedgers(),
  };
  const expected = inMemoryCounts();
  for (const event of story) {
    await recordFeedback({
      ...{ ...others, ...memory, count: expected.count },
      ...inMemoryGuard(memory.campaigns, others.nowMs),
    })(sqsRecord(event));
  }

  const tables = {
    deliveries: deliveriesTable(stack.output('DeliveriesTableName')),
    suppressions: suppressionsTable(stack.output('SuppressionsTableName')),
    campaigns: campaignsTable(stack.output('CampaignsTableName')),
    ledgers: chunkLedgersTable(stack.output('DeliveriesTableName')),
  } satisfies Partial<RecordFeedbackPorts>;
  await tables.campaigns.create(aCampaign({ campaignId: 'news', state: 'sending' }));
  const counted = inMemoryCounts();
  const record = recordFeedback({
    ...{ ...others, ...tables, count: counted.count },
    ...inMemoryGuard(tables.campaigns, others.nowMs),
  });
  const events = shuffled(story, 6);
  for (let at = 0; at < events.length; at += 50) {
    await Promise.all(events.slice(at, at + 50).map((event) => record(sqsRecord(event))));
  }

  for (const [id, item] of memory.deliveries.items) {
    expect([id, lasting(await tables.deliveries.get(id))]).toEqual([id, lasting(item)]);
  }
  for (const [recipientId, { suppressions, releases, history }] of memory.suppressions.records) {
    expect(await tables.suppressions.get(recipientId)).toMatchObject({ suppressions, releases, history });
  }
  const { bounced, complained } = memory.campaigns.of('news') ?? {};
  expect(bounced).toBeGreaterThan(0);
  expect(await tables.campaigns.get('news')).toMatchObject({ bounced, complained });
  expect(counted.counts).toEqual(expected.counts);
});
