import type { SQSRecord } from 'aws-lambda';
import type { SendAnswer } from '../../domain/send-answer.ts';
import { eachRecord } from '../../functions/each-record.ts';
import type { SendNotificationPorts } from '../../functions/notification/notification-job.ts';
import { sendNotification } from '../../functions/send-notification.ts';
import { compiledTemplate, marketingTemplate } from '../domain/compiled-template.ts';
import { inMemoryDeliveries } from './in-memory-deliveries.ts';
import {
  inMemoryBucket,
  inMemoryClock,
  inMemoryCollapseWindows,
  inMemoryCounts,
  inMemoryQueue,
  inMemorySendRate,
  inMemorySes,
  inMemorySuppressions,
  inMemoryTemplates,
  type SentMessage,
  sender,
  sqsRecord,
} from './in-memory-ports.ts';

/** What the pipeline publishes for tests of one notification: an alert that counts, an order, an announcement. */
const templates = [
  compiledTemplate(),
  compiledTemplate({
    name: 'alert',
    locales: {
      en: {
        fromName: 'Monitor',
        subject: ['Alert', ['i', [0, 'collapsedCount'], [' and ', ['v', [0, 'collapsedCount'], 'h']], []]],
        html: ['Alert'],
        text: ['Alert'],
      },
    },
    schema: { type: 'object', properties: { collapsedCount: { type: 'number' } }, required: [] },
  }),
  marketingTemplate(),
];

/** `send-notification` on in-memory ports, with the answers of SES in turn. */
export function bench(...answers: readonly (SendAnswer | (() => SendAnswer))[]) {
  const clock = inMemoryClock();
  const deliveries = inMemoryDeliveries();
  const suppressions = inMemorySuppressions();
  const bucket = inMemoryBucket();
  const sendRate = inMemorySendRate(clock.nowMs);
  const queue = inMemoryQueue();
  const deadLetterQueue = inMemoryQueue();
  const ses = inMemorySes(...answers);
  const { counts, count } = inMemoryCounts();
  const ports: SendNotificationPorts = {
    deliveries,
    suppressions,
    collapseWindows: inMemoryCollapseWindows(),
    templates: inMemoryTemplates(...templates),
    bucket,
    sendRate,
    queue,
    deadLetterQueue,
    sendMail: ses.sendMail,
    inDoubt: { transactional: 'resend', marketing: 'hold' },
    sender: async () => sender,
    count,
    nowMs: clock.nowMs,
    sleep: clock.sleep,
  };
  return {
    ...{ clock, deliveries, suppressions, bucket, sendRate, queue, deadLetterQueue, ses, counts, ports },
    /** One record; a fault is thrown. */
    run: (body: unknown, overrides: Partial<SendNotificationPorts> = {}, timeoutMs = 30_000) =>
      sendNotification({ ...ports, ...overrides }, clock.nowMs() + timeoutMs)(sqsRecord(body)),
    /** A message that was given back, when it comes again. */
    again: (sent: SentMessage | undefined, overrides: Partial<SendNotificationPorts> = {}) =>
      sendNotification(
        { ...ports, ...overrides },
        clock.nowMs() + 30_000,
      )(sqsRecord(sent?.body, 'message-2', { attributes: sent?.attributes ?? {} })),
    batch: (...records: readonly SQSRecord[]) =>
      eachRecord({ Records: [...records] }, sendNotification(ports, clock.nowMs() + 30_000)),
  };
}
