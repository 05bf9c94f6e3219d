import type { ObjectPieces } from '../../aws/bucket.ts';
import { campaignsTable } from '../../aws/campaigns.ts';
import { chunkLedgersTable } from '../../aws/chunk-ledgers.ts';
import { collapseWindowsTable } from '../../aws/collapse-windows.ts';
import { deliveriesTable } from '../../aws/deliveries.ts';
import { sendRateTable } from '../../aws/send-rate.ts';
import { suppressionsTable } from '../../aws/suppressions.ts';
import type { InDoubtPolicy } from '../../domain/in-doubt.ts';
import { knownRecipients } from '../../domain/segment/known-recipients.ts';
import { campaignGuard } from '../../functions/guard-campaign.ts';
import { planCampaign } from '../../functions/plan-campaign.ts';
import { providerPace } from '../../functions/provider-pace.ts';
import { recordFeedback } from '../../functions/record-feedback.ts';
import { sendChunk } from '../../functions/send-chunk.ts';
import { sendNotification } from '../../functions/send-notification.ts';
import { sendRate } from '../../functions/send-rate.ts';
import {
  guardrails,
  inMemoryBucket,
  inMemoryTemplates,
  suppressionPolicy,
} from '../../test/functions/in-memory-ports.ts';
import { announcement, password, sender } from '../simulation/templates.ts';
import { SimulatedQueue } from './queue.ts';
import { SimulatedSes } from './ses.ts';
import type { Worker, World } from './world.ts';

/** As in `infra/`. */
const maxReceiveCount = { notifications: 10, others: 5 };
const timeoutMs = { notifications: 30_000, chunks: 60_000, feedback: 30_000, planner: 900_000 };
const visibilityTimeoutMs = { notifications: 60_000, chunks: 360_000, feedback: 180_000 };
/** How long a claim holds. */
const leaseMs = { notifications: 45_000, chunks: 75_000 };
/** Lambda repeats an asynchronous invocation that failed, after so long. */
const asyncRetriesMs = [60_000, 120_000];

export const tables = {
  deliveries: deliveriesTable('deliveries', leaseMs.notifications),
  ledgers: chunkLedgersTable('deliveries'),
  suppressions: suppressionsTable('suppressions'),
  campaigns: campaignsTable('campaigns'),
};

export type SimulatedStack = ReturnType<typeof simulatedStack>;

/** The queues and functions of the stack in one world, on the production code. */
export function simulatedStack(world: World, policy: InDoubtPolicy) {
  const bucket = inMemoryBucket();
  const ses = new SimulatedSes(world, (id, body, delayMs) => {
    feedbackIds.set(feedback.put(body, delayMs), id);
  });
  /** Delivery that a message of the feedback queue is about. */
  const feedbackIds = new Map<string, string>();
  /** When an event of each delivery was first worked off, epoch milliseconds. */
  const provedAtMs = new Map<string, number>();

  const s3 = {
    getBytes: (key: string) => world.call('s3:GetObject', () => bucket.getBytes(key)),
    getRange: (key: string, first: number, last: number) =>
      world.call('s3:GetObject', () => bucket.getRange(key, first, last)),
    stream: (key: string) => world.call('s3:GetObject', () => bucket.stream(key)),
    put: (key: string, body: string | Uint8Array) => world.call('s3:PutObject', () => bucket.put(key, body)),
    putPieces: (key: string, pieces: ObjectPieces) =>
      world.call('s3:PutObject', () => bucket.putPieces(key, pieces)),
  };
  const published = inMemoryTemplates(password, announcement);
  const templates: typeof published = {
    find: (name, hash) => world.call('s3:GetObject', () => published.find(name, hash)),
  };

  /** Of one environment; as `sendingPorts` of `functions/sending.ts`. */
  function sendingPorts({ offsetMs }: Worker) {
    const nowMs = () => world.clock.nowMs() + offsetMs;
    const startedMs = world.clock.nowMs();
    const sleep = async (ms: number) => await world.clock.sleep(Math.max(1, ms));
    const store = sendRateTable('send-rate');
    return {
      ...tables,
      templates,
      bucket: s3,
      sendRate: sendRate({
        store,
        getSendQuota: ses.getSendQuota,
        nowMs,
        sleep,
        random: world.random,
      }),
      providerPace: providerPace({ paces: {}, store, nowMs, random: world.random }),
      sendMail: async (...[mail, reporting]: Parameters<typeof ses.sendMail>) => {
        ses.asked(mail, provedAtMs, startedMs);
        return await ses.sendMail(mail, reporting);
      },
      leaseMs: leaseMs.chunks,
      inDoubt: { transactional: policy, marketing: policy },
      sender: async () => sender,
      count: () => {},
      nowMs,
      sleep,
    };
  }

  /** As functions judge campaigns; one is planned anew by the command line's doing only. */
  function guarding({ offsetMs }: Worker) {
    const guard = campaignGuard({
      campaigns: tables.campaigns,
      settings: guardrails,
      by: 'faults',
      startPlanner: async (campaignId) => world.clock.start(plan(campaignId)),
      nowMs: () => world.clock.nowMs() + offsetMs,
    });
    return { guard };
  }

  const notifications = new SimulatedQueue(world, {
    name: 'notifications',
    visibilityTimeoutMs: visibilityTimeoutMs.notifications,
    maxReceiveCount: maxReceiveCount.notifications,
    handle: (record) =>
      world.work('send-notification', timeoutMs.notifications, async (worker) => {
        const ports = sendingPorts(worker);
        await sendNotification(
          {
            ...ports,
            collapseWindows: collapseWindowsTable('deliveries'),
            queue: notifications,
            deadLetterQueue: notifications.deadLetterQueue,
          },
          ports.nowMs() + timeoutMs.notifications,
        )(record);
      }),
  });

  const chunks = new SimulatedQueue(world, {
    name: 'chunks',
    visibilityTimeoutMs: visibilityTimeoutMs.chunks,
    maxReceiveCount: maxReceiveCount.others,
    handle: (record) =>
      world.work('send-chunk', timeoutMs.chunks, async (worker) => {
        const ports = sendingPorts(worker);
        const deadlineMs = ports.nowMs() + timeoutMs.chunks;
        await sendChunk(
          { ...ports, ...guarding(worker), queue: chunks, deadLetterQueue: chunks.deadLetterQueue },
          deadlineMs,
        )(record);
      }),
  });

  const feedback = new SimulatedQueue(world, {
    name: 'feedback',
    visibilityTimeoutMs: visibilityTimeoutMs.feedback,
    maxReceiveCount: maxReceiveCount.others,
    handle: async (record) => {
      const ending = await world.work('record-feedback', timeoutMs.feedback, async (worker) => {
        await recordFeedback({
          ...tables,
          ...guarding(worker),
          authenticationRun: guardrails.authentication.inARow,
          suppressionPolicy,
          deadLetterQueue: feedback.deadLetterQueue,
          count: () => {},
          nowMs: () => world.clock.nowMs() + worker.offsetMs,
        })(record);
      });
      const id = feedbackIds.get(record.messageId);
      if (ending === 'returned' && id !== undefined && !provedAtMs.has(id)) {
        provedAtMs.set(id, world.clock.nowMs());
      }
      return ending;
    },
  });

  /** Invokes `plan-campaign` asynchronously, as the command line does. */
  async function plan(campaignId: string): Promise<void> {
    for (const retryMs of [...asyncRetriesMs, undefined]) {
      const ending = await world.work('plan-campaign', timeoutMs.planner, async ({ offsetMs, number }) => {
        await planCampaign({
          campaigns: tables.campaigns,
          templates,
          bucket: s3,
          chunksQueue: chunks,
          nowMs: () => world.clock.nowMs() + offsetMs,
          newPlanId: () => `plan-${number}`,
          // As if whoever is suppressed were so since then: it is the senders that are to find out.
          scanSuppressions: () => world.call('dynamodb:Scan', () => {}),
          readKnown: async (_, nowMs) => knownRecipients(nowMs),
          frequencyCap: undefined,
        })(campaignId);
      });
      if (ending === 'returned' || retryMs === undefined) {
        return;
      }
      await world.clock.sleep(retryMs);
    }
  }

  return {
    world,
    bucket,
    ses,
    notifications,
    chunks,
    feedback,
    /** True when an event of the delivery was worked off. */
    isProved: (id: string) => provedAtMs.has(id),
    plan,
  };
}
