import type { SQSHandler, SQSRecord } from 'aws-lambda';
import type { Bucket } from '../aws/bucket.ts';
import { type CollapseWindows, collapseWindowsTable } from '../aws/collapse-windows.ts';
import type { Deliveries, Reason } from '../aws/deliveries.ts';
import type { Count } from '../aws/metrics.ts';
import type { Queue } from '../aws/queue.ts';
import type { Suppressions } from '../aws/suppressions.ts';
import type { Templates } from '../aws/templates.ts';
import { type Address, parseAddress } from '../domain/address.ts';
import { type DeliveryKey, deliveryId } from '../domain/delivery.ts';
import { InputError } from '../domain/errors.ts';
import { type InDoubtPolicies, maxAttemptsInDoubt, proofDelaySeconds } from '../domain/in-doubt.ts';
import { type Attachment, composeMail, type Mail, type Sender } from '../domain/mail.ts';
import {
  type AttachmentPointer,
  maxNotBeforeMs,
  maxNotificationBytes,
  type Notification,
  parseNotification,
} from '../domain/notification.ts';
import type { SendAnswer } from '../domain/send-answer.ts';
import { suppressionOf } from '../domain/suppression.ts';
import type { CompiledTemplate } from '../domain/template/compiled.ts';
import { missingData } from '../domain/template/validate.ts';
import { parseTimestamp } from '../domain/timestamp.ts';
import { keepDeadLetter, rejectUnclaimed } from './dead-letter.ts';
import { eachRecord } from './each-record.ts';
import { readEnvironment } from './environment.ts';
import type { SendRate } from './send-rate.ts';
import { parkedDelaySeconds, sendingPorts } from './sending.ts';

export interface SendNotificationPorts {
  readonly deliveries: Pick<
    Deliveries,
    'claim' | 'reclaim' | 'release' | 'recordAccepted' | 'settle' | 'recordRejected'
  >;
  readonly suppressions: Pick<Suppressions, 'find'>;
  readonly collapseWindows: CollapseWindows;
  readonly templates: Templates;
  readonly bucket: Pick<Bucket, 'getBytes'>;
  readonly sendRate: Pick<SendRate, 'take' | 'slowDown'>;
  /** The queue that this function serves. */
  readonly queue: Pick<Queue, 'send'>;
  readonly deadLetterQueue: Pick<Queue, 'send'>;
  readonly sendMail: (mail: Mail, reporting: 'all') => Promise<SendAnswer>;
  readonly inDoubt: InDoubtPolicies;
  readonly sender: () => Promise<Sender>;
  readonly count: (name: Count) => void;
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** A notification on its way: what is known once it is parsed and its template found. */
interface Job {
  readonly id: string;
  readonly key: DeliveryKey;
  readonly notification: Notification;
  readonly address: Address;
  readonly template: CompiledTemplate;
  readonly record: SQSRecord;
}

/** A job that is ours to send. */
interface ClaimedJob extends Job {
  /** From 1. After the first, an earlier one may have reached SES: unless this one does, the mail stays in doubt. */
  readonly attempt: number;
}

/** Waiting for a slot inside the Lambda; a longer queue goes back to SQS. */
const slotPatienceMs = 8_000;
/** Another worker has the same id in hand, and is done in a moment unless it died. */
const busyDelaySeconds = 2;

/**
 * Sends one notification: parse, claim, expiry, render, slot, suppression, SES, record. Returned means settled: sent, recorded
 * with the reason why not, or given back to the queue as a new message. Thrown means a fault, and the claim is free again.
 */
export const sendNotification =
  (ports: SendNotificationPorts) =>
  async (record: SQSRecord): Promise<void> => {
    const parsed = parseNotification(record.body);
    if (!parsed.ok) {
      const key: DeliveryKey =
        parsed.notificationId === undefined
          ? { kind: 'message', sqsMessageId: record.messageId }
          : { kind: 'notification', notificationId: parsed.notificationId };
      await rejectUnclaimed(ports, key, parsed.error, record);
      return;
    }
    const { notification, address } = parsed;
    const key: DeliveryKey = { kind: 'notification', notificationId: notification.notificationId };
    const job = await findTemplate(ports, { id: deliveryId(key), key, notification, address, record });
    if (job instanceof InputError) {
      await rejectUnclaimed(ports, key, job, record);
      return;
    }
    const notBeforeMs = notification.notBefore === undefined ? 0 : parseTimestamp(notification.notBefore);
    if (notBeforeMs > ports.nowMs()) {
      await giveBack(ports, job, Math.ceil((notBeforeMs - ports.nowMs()) / 1000));
      return;
    }
    const attempt = await claim(ports, job);
    if (attempt !== undefined) {
      await sendClaimed(ports, { ...job, attempt });
    }
  };

/** The job with its template, or what is wrong with the notification as far as that can be seen before it is claimed. */
async function findTemplate(
  ports: SendNotificationPorts,
  part: Omit<Job, 'template'>,
): Promise<Job | InputError> {
  const { template: name, templateHash, notBefore, data } = part.notification;
  const template = await unlessRefused(ports.templates.find(name, templateHash));
  if (template instanceof InputError) {
    return template;
  }
  if (template === undefined) {
    const version = templateHash === undefined ? '' : ` in version ${templateHash}`;
    return new InputError('unknown-template', 'template', `template ${name} is not published${version}`);
  }
  if (notBefore !== undefined && parseTimestamp(notBefore) > ports.nowMs() + maxNotBeforeMs) {
    return new InputError(
      'not-before',
      'notBefore',
      `notBefore is more than ${maxNotBeforeMs / 86_400_000} days ahead`,
    );
  }
  return missingData(template, data, part.notification.recipient.locale)[0] ?? { ...part, template };
}

/** A stored template that is none will not become one by trying again. */
async function unlessRefused<T>(found: Promise<T>): Promise<T | InputError> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof InputError) {
      return error;
    }
    throw error;
  }
}

/** The number of the attempt when the mail is ours to send now. */
async function claim(ports: SendNotificationPorts, job: Job): Promise<number | undefined> {
  const { notification, address, template } = job;
  const facts = {
    notificationId: notification.notificationId,
    template: template.name,
    templateHash: template.hash,
    category: template.category,
    recipientId: address.recipientId,
    address: address.wire,
  };
  const answer = await ports.deliveries.claim(job.id, facts, ports.nowMs());
  switch (answer.kind) {
    case 'claimed':
      return answer.attempt;
    case 'duplicate':
      ports.count('Duplicate');
      return undefined;
    case 'busy':
      await giveBack(ports, job, Math.min(busyDelaySeconds, Math.ceil(answer.retryAfterMs / 1000)));
      return undefined;
    case 'inDoubt':
      // No event has proved that SES accepted the earlier attempt.
      if (ports.inDoubt[template.category] === 'hold' || answer.attempt >= maxAttemptsInDoubt) {
        await ports.deliveries.settle(job.id, 'unknown', { reason: 'held-in-doubt' }, ports.nowMs());
        ports.count('Unknown');
        return undefined;
      }
      return (await ports.deliveries.reclaim(job.id, answer.attempt, ports.nowMs()))
        ? answer.attempt + 1
        : undefined;
  }
}

async function sendClaimed(ports: SendNotificationPorts, job: ClaimedJob): Promise<void> {
  let mail: Mail | undefined;
  try {
    mail = await prepare(ports, job);
  } catch (error) {
    if (error instanceof InputError) {
      await reject(ports, job, { reason: error.code, field: error.field, detail: error.message });
      return;
    }
    // SES was not asked yet, so the next attempt need not be in doubt.
    await ports.deliveries.release(job.id, job.attempt, ports.nowMs());
    throw error;
  }
  if (mail !== undefined) {
    await hand(ports, job, mail);
  }
}

/** Everything before SES is asked; undefined when the mail is settled or given back by then. */
async function prepare(ports: SendNotificationPorts, job: ClaimedJob): Promise<Mail | undefined> {
  const { notification, template, address } = job;
  if (await settledAsExpired(ports, job)) {
    return undefined;
  }
  const collapse = await collapsed(ports, job);
  if (collapse === undefined) {
    return undefined;
  }
  const mail = composeMail(
    {
      key: job.key,
      template,
      recipient: { address, name: notification.recipient.name, locale: notification.recipient.locale },
      data: { ...notification.data, ...collapse },
      replyTo:
        notification.replyTo === undefined ? undefined : parseAddress(notification.replyTo, 'replyTo').wire,
      inReplyTo: notification.inReplyTo,
      references: notification.references,
      tags: notification.tags,
      attachments: await attachments(ports, notification.attachments ?? []),
    },
    await ports.sender(),
  );
  const grant = await ports.sendRate.take(1, template.category, slotPatienceMs);
  if (grant.kind !== 'granted') {
    await ports.deliveries.release(job.id, job.attempt, ports.nowMs());
    await giveBack(ports, job, grant.kind === 'quota' ? parkedDelaySeconds[template.category] : 1);
    return undefined;
  }
  await ports.sleep(grant.startMs - ports.nowMs());
  // Last, since the wait may have outlived the mail, or the recipient may have unsubscribed during it.
  if ((await settledAsExpired(ports, job)) || (await settledAsSuppressed(ports, job))) {
    return undefined;
  }
  return mail;
}

async function settledAsExpired(ports: SendNotificationPorts, job: ClaimedJob): Promise<boolean> {
  const { expiresAt } = job.notification;
  if (expiresAt === undefined || parseTimestamp(expiresAt) > ports.nowMs()) {
    return false;
  }
  await settleUnsent(ports, job, 'expired', { reason: 'expired', field: 'expiresAt' });
  ports.count('Expired');
  return true;
}

/** The data that collapsing adds to the mail, or undefined when this mail is collapsed itself. */
async function collapsed(
  ports: SendNotificationPorts,
  job: ClaimedJob,
): Promise<Record<string, unknown> | undefined> {
  const { id, notification, template, address } = job;
  const { collapseKey, collapseWindowSeconds = 300 } = notification;
  if (collapseKey === undefined) {
    return {};
  }
  const windowMs = collapseWindowSeconds * 1000;
  const { recipientId } = address;
  const answer = await ports.collapseWindows.enter(
    template.name,
    collapseKey,
    recipientId,
    id,
    windowMs,
    ports.nowMs(),
  );
  if (answer.kind === 'collapsed') {
    await settleUnsent(ports, job, 'suppressed', { reason: 'collapsed', field: 'collapseKey' });
    ports.count('Collapsed');
    return undefined;
  }
  return answer.collapsed === 0 ? {} : { collapsedCount: answer.collapsed };
}

async function settledAsSuppressed(ports: SendNotificationPorts, job: ClaimedJob): Promise<boolean> {
  const { template, address } = job;
  const found = await ports.suppressions.find([address.recipientId]);
  const suppression = suppressionOf(found.get(address.recipientId) ?? {}, template, ports.nowMs());
  if (suppression === undefined) {
    return false;
  }
  const reason = { reason: suppression.reason, detail: `suppressed for ${suppression.scope}` };
  await settleUnsent(ports, job, 'suppressed', reason);
  ports.count('Suppressed');
  return true;
}

async function attachments(
  ports: SendNotificationPorts,
  pointers: readonly AttachmentPointer[],
): Promise<Attachment[]> {
  return await Promise.all(
    pointers.map(async ({ key, fileName, contentType }, i) => {
      const content = await ports.bucket.getBytes(key);
      if (content === undefined) {
        throw new InputError(
          'attachment-missing',
          `attachments[${i}].key`,
          `attachments[${i}]: no such object in the bucket`,
        );
      }
      return { fileName, contentType, content };
    }),
  );
}

/** Hands the mail to SES and records what it answers. */
async function hand(ports: SendNotificationPorts, job: ClaimedJob, mail: Mail): Promise<void> {
  let answer: SendAnswer;
  try {
    answer = await ports.sendMail(mail, 'all');
  } catch (fault) {
    // SES refused to look at the request: access denied, wrong region.
    await ports.deliveries.release(job.id, job.attempt, ports.nowMs());
    throw fault;
  }
  switch (answer.outcome) {
    case 'accepted':
      await ports.deliveries.recordAccepted(job.id, answer.sesMessageId, ports.nowMs());
      ports.count('Accepted');
      return;
    case 'throttled':
      ports.count('Throttled');
      await ports.deliveries.release(job.id, job.attempt, ports.nowMs());
      // One mail says that it was too fast, not by how much.
      await ports.sendRate.slowDown(0);
      await giveBack(ports, job, 1);
      return;
    case 'quotaExceeded':
    case 'paused':
      ports.count('Paused');
      await ports.deliveries.release(job.id, job.attempt, ports.nowMs());
      await giveBack(ports, job, parkedDelaySeconds[job.template.category]);
      return;
    case 'rejected':
      await reject(ports, job, { reason: answer.code, detail: 'SES refused the mail' });
      return;
    case 'ambiguous':
      ports.count('Unknown');
      await ports.deliveries.settle(job.id, 'unknown', { reason: answer.code }, ports.nowMs());
      if (ports.inDoubt[job.template.category] === 'resend') {
        await giveBack(ports, job, proofDelaySeconds);
      }
      return;
  }
}

/** Puts the notification back as a new message, so that waiting never uses up `maxReceiveCount`; its template stays pinned. */
async function giveBack(
  ports: SendNotificationPorts,
  { notification, template, record }: Job,
  delaySeconds: number,
): Promise<void> {
  const pinned = JSON.stringify({ ...notification, templateHash: template.hash });
  // The largest notification has no room for the pin, and would be refused with it when it comes back.
  const fits = Buffer.byteLength(pinned) <= maxNotificationBytes;
  await ports.queue.send(fits ? pinned : record.body, { delaySeconds });
}

async function reject(ports: SendNotificationPorts, job: ClaimedJob, reason: Reason): Promise<void> {
  await settleUnsent(ports, job, 'rejected', reason);
  await keepDeadLetter(ports, job.record, job.id, reason);
}

/** This attempt ends without SES. What an earlier one came to is not known better by that. */
async function settleUnsent(
  ports: SendNotificationPorts,
  { id, attempt }: ClaimedJob,
  state: 'rejected' | 'suppressed' | 'expired',
  reason: Reason,
): Promise<void> {
  await ports.deliveries.settle(id, attempt > 1 ? 'unknown' : state, reason, ports.nowMs());
}

let send: ReturnType<typeof sendNotification> | undefined;

export const handler: SQSHandler = (event) => {
  send ??= sendNotification({
    ...sendingPorts(),
    collapseWindows: collapseWindowsTable(readEnvironment(['deliveriesTable']).deliveriesTable),
  });
  return eachRecord(event, send);
};
