import { tagsOf } from '../../domain/delivery.ts';
import { recordFeedbackBatch } from '../../functions/record-feedback.ts';
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
  inMemoryCounts,
  inMemoryQueue,
  inMemorySuppressions,
  sqsRecord,
  startMs,
  suppressionPolicy,
} from './in-memory-ports.ts';

const plan = planTotals({ rows: 1_000, recipients: 1_000, chunks: 6, canaryChunks: [1, 2, 3] });
const stage = { kind: 'canary', number: 1, chunks: 1, recipients: 200, sinceMs: startMs } as const;
const unauthenticated = { bounceType: 'Permanent', bounceSubType: 'General' };

function bench(changes: Parameters<typeof campaign>[0] = {}) {
  const campaigns = inMemoryCampaigns(
    campaign({ plan, stage, chunksDone: 1, lastChunkAtMs: startMs, ...changes }),
  );
  const deliveries = inMemoryDeliveries();
  let calls = 0;
  const { guard, authenticationRun, started } = inMemoryGuard(campaigns, () => startMs);
  const record = recordFeedbackBatch({
    ...{ campaigns, deliveries, guard, authenticationRun, suppressionPolicy },
    suppressions: inMemorySuppressions(),
    ledgers: inMemoryLedgers(),
    deadLetterQueue: inMemoryQueue(),
    count: inMemoryCounts().count,
    nowMs: () => startMs,
  });
  return {
    campaigns,
    started,
    campaign: () => campaigns.of('news'),
    reads: () => calls,
    countReads: () => {
      const { get } = campaigns;
      Object.assign(campaigns, {
        get: async (id: string) => {
          calls++;
          return await get(id);
        },
      });
    },
    /** A batch as the event source mapping brings it. */
    batch: async (...bodies: readonly unknown[]) =>
      await record({ Records: bodies.map((body, i) => sqsRecord(body, `m${i}`)) }),
  };
}

const about = (index: number, domain = 'example.com') => ({
  recipients: [`r${index}@${domain}`],
  messageId: `ses-${index}`,
  tags: tagsOf({ kind: 'campaign', campaignId: 'news', chunk: 0, index }),
});
const delivered = (index: number, domain?: string) => sesEvents.delivery(about(index, domain));
const bounced = (index: number, domain?: string) => sesEvents.bounce(about(index, domain));
const refused = (index: number) =>
  sesEvents.bounce({
    ...about(index, 'gmail.com'),
    detail: {
      ...unauthenticated,
      bouncedRecipients: [
        {
          emailAddress: `r${index}@gmail.com`,
          status: '5.7.26',
          diagnosticCode: 'smtp; 550 5.7.26 This mail is unauthenticated - gsmtp',
        },
      ],
    },
  });
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

it('counts by provider, each event once', async () => {
  const b = bench();
  const events = [delivered(0, 'gmail.com'), delivered(1), bounced(2), bounced(2), delivered(0, 'gmail.com')];
  await b.batch(...events);
  await b.batch(...events);
  expect(b.campaign()).toMatchObject({
    bounced: 1,
    providers: { google: { delivered: 1 }, other: { delivered: 1, hard: 1 } },
  });
});

it('judges the canary when the batch is known as a whole', async () => {
  const b = bench({ providers: { other: { accepted: 200 } } });
  await b.batch(...range(0, 3).map((i) => bounced(i)), ...range(3, 100).map((i) => delivered(i)));
  expect(b.campaign()?.stage?.kind).toBe('canary');
  await b.batch(...range(100, 200).map((i) => delivered(i)));
  expect(b.campaign()).toMatchObject({ state: 'sending', stage: { kind: 'rest' } });
  expect(b.started).toEqual(['news']);
});

it('halts before the canary is complete when twelve of a hundred bounce', async () => {
  const b = bench({ chunksDone: 0 });
  await b.batch(...range(0, 12).map((i) => bounced(i)), ...range(12, 100).map((i) => delivered(i)));
  expect(b.campaign()).toMatchObject({ state: 'halted', halt: { code: 'hard_bounces', count: 12, of: 200 } });
});

it('keeps no count of deliveries after the canary, and reads the campaign once for each batch', async () => {
  const b = bench({ stage: { ...stage, kind: 'rest', chunks: 6 } });
  b.countReads();
  await b.batch(...range(0, 100).map((i) => delivered(i)));
  expect(b.campaign()?.providers).toEqual({});
  expect(b.reads()).toBe(1);
});

it('counts no more than five refusals before the provider is stopped, however many come at once', async () => {
  const b = bench({ providers: { google: { accepted: 900 }, other: { accepted: 900 } }, chunksDone: 0 });
  const seen: number[] = [];
  const { change } = b.campaigns;
  Object.assign(b.campaigns, {
    change: async (...args: Parameters<typeof change>) => {
      seen.push(b.campaign()?.providers.google?.auth ?? 0);
      return await change(...args);
    },
  });
  await Promise.all(range(0, 5).map((n) => b.batch(...range(20 * n, 20 * (n + 1)).map((i) => refused(i)))));
  expect(b.campaign()).toMatchObject({
    state: 'sending',
    bounced: 100,
    stops: { google: { code: 'authentication', provider: 'google' } },
    providers: { google: { auth: 100 } },
  });
  expect(Math.max(...seen)).toBeLessThanOrEqual(5);
});

it('does not take refusals with other bounces among them for a row', async () => {
  const b = bench({
    providers: { google: { accepted: 2_000 } },
    stage: { ...stage, kind: 'rest', chunks: 6 },
  });
  await b.batch(...range(0, 8).flatMap((i) => [refused(2 * i), bounced(2 * i + 1, 'gmail.com')]));
  expect(b.campaign()).toMatchObject({ providers: { google: { auth: 8, authRun: 0 } } });
  expect(b.campaign()?.stops).toBeUndefined();
});

it('counts what comes late, when the campaign is over', async () => {
  const b = bench({ state: 'completed', providers: { google: { authRun: 5, auth: 5 } } });
  await b.batch(refused(7), bounced(8));
  expect(b.campaign()).toMatchObject({ state: 'completed', bounced: 2, providers: { google: { auth: 6 } } });
});
