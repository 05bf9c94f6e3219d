import type { SQSRecord } from 'aws-lambda';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { eachRecord } from '../../functions/each-record.ts';
import { type RecordFeedbackPorts, recordFeedback } from '../../functions/record-feedback.ts';
import { seededRandom } from '../../local/ses/seeded-random.ts';
import { inSnsEnvelope, sesEvents } from '../domain/ses-events.ts';
import { feedbackStory, type StoryEvent, shuffled } from './feedback-story.ts';
import { campaign, inMemoryCampaigns, inMemoryGuard, inMemoryLedgers } from './in-memory-campaigns.ts';
import { inMemoryDeliveries } from './in-memory-deliveries.ts';
import {
  inMemoryCounts,
  inMemoryQueue,
  inMemorySuppressions,
  sqsRecord,
  startMs,
  suppressionPolicy,
} from './in-memory-ports.ts';

function bench() {
  const deliveries = inMemoryDeliveries();
  const suppressions = inMemorySuppressions();
  const campaigns = inMemoryCampaigns(campaign());
  const deadLetterQueue = inMemoryQueue();
  const { counts, count } = inMemoryCounts();
  const ports: RecordFeedbackPorts = {
    deliveries,
    suppressions,
    suppressionPolicy,
    campaigns,
    ...inMemoryGuard(campaigns, () => startMs),
    ledgers: inMemoryLedgers(),
    deadLetterQueue,
    count,
    nowMs: () => startMs,
  };
  return {
    deadLetterQueue,
    counts,
    handle: recordFeedback(ports),
    state: () => ({
      deliveries: new Map(deliveries.items),
      suppressions: new Map(suppressions.records),
      campaign: withoutRuns(campaigns.of('news')),
      counts,
    }),
  };
}

/** Refusals in a row are what they are by their order. */
function withoutRuns(found: Campaign | undefined) {
  const providers = Object.entries(found?.providers ?? {}).map(([provider, { authRun: _, ...counts }]) => [
    provider,
    counts,
  ]);
  return { ...found, providers: Object.fromEntries(providers) };
}

/** Works events off in batches, as the event source mapping brings them. @returns the ids that failed */
async function workOff(
  handle: (record: SQSRecord) => Promise<void>,
  bodies: readonly string[],
): Promise<string[]> {
  const failed: string[] = [];
  for (let at = 0; at < bodies.length; at += 100) {
    const Records = bodies.slice(at, at + 100).map((body, i) => sqsRecord(body, `m-${at + i}`));
    const { batchItemFailures } = await eachRecord({ Records }, handle);
    failed.push(...batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  }
  return failed;
}

const bodiesOf = (events: readonly StoryEvent[]) => events.map((event) => JSON.stringify(event));

it('comes to the same state by 10,000 events in any order with a fifth of them twice', async () => {
  const story = feedbackStory(10_000, 7);
  const ordered = bench();
  expect(await workOff(ordered.handle, bodiesOf(story))).toEqual([]);
  const { deliveries, suppressions, counts } = ordered.state();
  // The story has something of everything.
  const states = Map.groupBy(deliveries.values(), ({ state }) => state);
  expect([...states.keys()].toSorted()).toEqual([
    'accepted',
    'bounced',
    'complained',
    'delayed',
    'delivered',
    'rejected',
  ]);
  const scopes = [...suppressions.values()].flatMap((record) => Object.keys(record.suppressions));
  expect(new Set(scopes)).toEqual(new Set(['all', 'marketing']));
  expect(counts).toEqual({
    Delivered: expect.any(Number),
    Bounced: expect.any(Number),
    Complained: expect.any(Number),
  });
  const mixed = bench();
  const events = shuffled(story, 11);
  expect(events.length).toBeGreaterThan(11_500);
  expect(await workOff(mixed.handle, bodiesOf(events))).toEqual([]);
  expect(mixed.state()).toEqual(ordered.state());
});

it('keeps and counts each of 100,000 events that cannot be read, and lets none of them stop the others', async () => {
  const random = seededRandom(3);
  const good = JSON.stringify(sesEvents.bounce({ tags: { 'todoke-notification': 'n-1' } }));
  const { mail, ...noMail } = sesEvents.bounce();
  const wrong: ((i: number) => string)[] = [
    (i) => good.slice(0, 1 + (i % (good.length - 1))),
    (i) => `${good}${i}`,
    (i) => `\u0000${i}`,
    () => '',
    (i) => `[${'['.repeat(i % 2_000)}`,
    (i) => JSON.stringify({ ...noMail, i }),
    (i) => JSON.stringify({ mail, i, eventType: `Vanished ${i}` }),
    (i) => JSON.stringify({ mail, i, eventType: { toString: 'Bounce' } }),
    (i) => JSON.stringify({ i, mail, eventType: '__proto__' }),
    (i) => JSON.stringify({ ...noMail, mail: { ...(mail as object), messageId: i } }),
    (i) =>
      JSON.stringify({ ...noMail, mail: { ...(mail as object), messageId: 'x'.repeat(1_001 + (i % 50)) } }),
    () => JSON.stringify(sesEvents.bounce({ detail: { timestamp: 'yesterday' } })),
    () => JSON.stringify(sesEvents.bounce({ detail: { bouncedRecipients: 'all of them' } })),
    () => JSON.stringify(sesEvents.bounce({ detail: { bouncedRecipients: [null] } })),
    () => JSON.stringify(sesEvents.bounce({ detail: { bouncedRecipients: [] } })),
    () => JSON.stringify(sesEvents.delivery({ recipients: [] })),
    (i) => inSnsEnvelope(good.slice(1 + (i % 9))),
    () => '{"source":"aws.ses","detail":[]}',
    () => 'null',
    (i) => String(i),
  ];
  const bodies = Array.from({ length: 100_000 }, (_, i) => (wrong[i % wrong.length] ?? String)(i));
  const places = Array.from({ length: 50 }, () => Math.floor(random() * 100_000));
  for (const place of places) {
    bodies.splice(place, 0, good);
  }
  const b = bench();
  expect(await workOff(b.handle, bodies)).toEqual([]);
  expect(b.counts).toEqual({ Rejected: 100_000, Bounced: 1 });
  expect(b.deadLetterQueue.sent).toHaveLength(100_000);
  const kept = b.deadLetterQueue.sent.map(({ body }) => body);
  expect(kept.toSorted()).toEqual(bodies.filter((body) => body !== good).toSorted());
  expect(b.deadLetterQueue.sent.every(({ attributes }) => attributes?.reason?.startsWith('feedback-'))).toBe(
    true,
  );
  expect([...b.state().deliveries.keys()]).toEqual(['n#n-1']);
});
