import { knownRecipientsReader } from '../../aws/known-recipients.ts';
import type { ChunkPointer, ChunkRow } from '../../domain/campaign/campaign.ts';
import { planKeys } from '../../domain/campaign/plan-keys.ts';
import type { KnownContact } from '../../domain/segment/known-recipients.ts';
import { type PlanCampaignPorts, planCampaign } from '../../functions/plan-campaign.ts';
import { marketingTemplate } from '../domain/compiled-template.ts';
import { campaign, inMemoryCampaigns } from './in-memory-campaigns.ts';
import {
  inMemoryBucket,
  inMemoryClock,
  inMemoryQueue,
  inMemorySuppressionScan,
  inMemorySuppressions,
  inMemoryTemplates,
} from './in-memory-ports.ts';

const template = marketingTemplate({
  schema: {
    type: 'object',
    properties: { plan: { type: 'string', maxLength: 10 }, points: { type: 'number' } },
    required: ['plan'],
  },
});

/** The planner with everything in memory. @param overrides - Of the campaign. */
export async function bench(audience: string, overrides: Parameters<typeof campaign>[0] = {}) {
  const campaigns = inMemoryCampaigns(campaign({ state: 'draft', ...overrides }));
  const bucket = inMemoryBucket();
  const chunksQueue = inMemoryQueue();
  const suppressions = inMemorySuppressions();
  /** By recipient id. */
  const contacts = new Map<string, KnownContact>();
  let runs = 0;
  const ports: PlanCampaignPorts = {
    campaigns,
    templates: inMemoryTemplates(template),
    bucket,
    chunksQueue,
    nowMs: inMemoryClock().nowMs,
    newPlanId: () => `p${++runs}`,
    scanSuppressions: inMemorySuppressionScan(suppressions.items),
    frequencyCap: undefined,
    readKnown: knownRecipientsReader({
      campaigns,
      bucket,
      scanSuppressionRecords: async (see) => {
        suppressions.records.forEach((record, id) => void see(id, record));
      },
      scanContacts: async (see) => {
        contacts.forEach((contact, id) => void see(id, contact));
      },
    }),
  };
  await bucket.put('audiences/news.csv', audience);
  return {
    ...{ campaigns, bucket, chunksQueue, suppressions, contacts, ports },
    run: (changed: Partial<PlanCampaignPorts> = {}) => planCampaign({ ...ports, ...changed })('news'),
    campaign: () => campaigns.of('news'),
    pointers: () => chunksQueue.sent.map(({ body }) => JSON.parse(body) as ChunkPointer),
    /** What a sender reads for a pointer. */
    rowsOf: async ({ key, firstByte, lastByte }: ChunkPointer) =>
      ((await bucket.getRange(key, firstByte, lastByte)) ?? '')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as ChunkRow),
    /** Where everybody is, released or not. */
    allPointers: () =>
      (bucket.textOf(planKeys('news', campaigns.of('news')?.plan?.planId ?? '').chunks) ?? '')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as ChunkPointer),
    /** Releases what comes after the canaries, as after a good one. */
    async runRest(): Promise<void> {
      const { plan, stage } = campaigns.of('news') ?? {};
      if (plan !== undefined && stage !== undefined) {
        campaigns.alter('news', { stage: { ...stage, kind: 'rest', chunks: plan.chunks } });
      }
      await planCampaign(ports)('news');
    },
    excluded: () =>
      (bucket.textOf(`campaigns/news/${campaigns.of('news')?.plan?.planId}/excluded.jsonl`) ?? '')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
  };
}

/** An audience of so many that are all good. */
export const many = (count: number) =>
  `email,plan\n${Array.from({ length: count }, (_, i) => `r${i}@example.com,p\n`).join('')}`;

/** Ports of a worker that is killed at its nth call, before or after it took effect; from then on nothing it does has any. */
export function dyingAt(ports: PlanCampaignPorts, nth: number, before: boolean): PlanCampaignPorts {
  let calls = 0;
  const dying =
    <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      const number = calls++;
      if (number > nth || (number === nth && before)) {
        throw new Error('killed');
      }
      const result = await call(...args);
      if (number === nth) {
        throw new Error('killed');
      }
      return result;
    };
  const { campaigns, bucket, chunksQueue } = ports;
  return {
    ...ports,
    campaigns: {
      get: dying(campaigns.get),
      list: dying(campaigns.list),
      change: dying(campaigns.change),
      completeIfDone: dying(campaigns.completeIfDone),
    },
    bucket: {
      stream: dying(bucket.stream),
      put: dying(bucket.put),
      putPieces: dying(bucket.putPieces),
    },
    chunksQueue: { sendAll: dying(chunksQueue.sendAll) },
    scanSuppressions: dying(ports.scanSuppressions),
  };
}
