import type { SQSRecord } from 'aws-lambda';
import type { Bucket } from '../../aws/bucket.ts';
import type { CollapseWindows } from '../../aws/collapse-windows.ts';
import type { Deliveries } from '../../aws/deliveries.ts';
import type { Reason } from '../../aws/delivery-item.ts';
import type { Count } from '../../aws/metrics.ts';
import type { Queue } from '../../aws/queue.ts';
import type { Suppressions } from '../../aws/suppressions.ts';
import type { Templates } from '../../aws/templates.ts';
import type { Address } from '../../domain/address.ts';
import type { DeliveryKey, WaitingReason } from '../../domain/delivery.ts';
import type { InDoubtPolicies } from '../../domain/in-doubt.ts';
import type { Mail, Sender } from '../../domain/mail.ts';
import { maxNotificationBytes, type Notification } from '../../domain/notification.ts';
import type { SendAnswer } from '../../domain/send-answer.ts';
import type { CompiledTemplate } from '../../domain/template/compiled.ts';
import { keepDeadLetter } from '../dead-letter.ts';
import type { SendRate } from '../send-rate.ts';

export interface SendNotificationPorts {
  readonly deliveries: Pick<
    Deliveries,
    | 'claim'
    | 'reclaim'
    | 'release'
    | 'recordWaiting'
    | 'recordAccepted'
    | 'settle'
    | 'recordRejected'
    | 'proved'
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
export interface Job {
  readonly id: string;
  readonly key: DeliveryKey;
  readonly notification: Notification;
  readonly address: Address;
  readonly template: CompiledTemplate;
  readonly record: SQSRecord;
}

/** A job that is ours to send. */
export interface ClaimedJob extends Job {
  /** From 1. After the first, an earlier one may have reached SES: unless this one does, the mail stays in doubt. */
  readonly attempt: number;
}

/** Message attribute of what was put back while in doubt: when it comes again, nobody has published it twice. */
const doubtAttribute = 'todokeInDoubt';

/** Whether the message has been in a sender's hands before, who may have sent the mail: SQS delivers it again, or it was put back in doubt. */
export function mayHaveBeenSent({ attributes, messageAttributes }: SQSRecord): boolean {
  return Number(attributes.ApproximateReceiveCount) > 1 || messageAttributes[doubtAttribute] !== undefined;
}

/**
 * Puts the notification back as a new message, so that waiting never uses up `maxReceiveCount`; its template stays pinned.
 *
 * @param inDoubt - An attempt may have reached SES.
 */
export async function giveBack(
  ports: SendNotificationPorts,
  { notification, template, record }: Job,
  delaySeconds: number,
  inDoubt: boolean,
): Promise<void> {
  const pinned = JSON.stringify({ ...notification, templateHash: template.hash });
  // The largest notification has no room for the pin, and would be refused with it when it comes back.
  const fits = Buffer.byteLength(pinned) <= maxNotificationBytes;
  await ports.queue.send(fits ? pinned : record.body, {
    delaySeconds,
    ...(inDoubt ? { attributes: { [doubtAttribute]: 'true' } } : {}),
  });
}

/** Gives the claim back, and the notification: SES did certainly not accept this attempt. */
export async function giveBackClaimed(
  ports: SendNotificationPorts,
  job: ClaimedJob,
  delaySeconds: number,
  reason: WaitingReason,
): Promise<void> {
  await release(ports, job, reason, delaySeconds);
  await giveBack(ports, job, delaySeconds, job.attempt > 1);
}

/** Gives the claim back; the message comes again after `delaySeconds`. */
export async function release(
  ports: SendNotificationPorts,
  { id, attempt }: ClaimedJob,
  reason: WaitingReason,
  delaySeconds: number,
): Promise<void> {
  const nowMs = ports.nowMs();
  await ports.deliveries.release(id, attempt, { reason, untilMs: nowMs + delaySeconds * 1000 }, nowMs);
}

/** What is known of a mail from its message. */
export function factsOf({ notification, address, template, record }: Job) {
  return {
    notificationId: notification.notificationId,
    template: template.name,
    templateHash: template.hash,
    category: template.category,
    recipientId: address.recipientId,
    address: address.wire,
    queuedAtMs: Number(record.attributes.SentTimestamp),
    ...(notification.test ? { test: true } : {}),
  };
}

export async function reject(ports: SendNotificationPorts, job: ClaimedJob, reason: Reason): Promise<void> {
  await settleUnsent(ports, job, 'rejected', reason);
  await keepDeadLetter(ports, job.record, job.id, reason);
}

/** This attempt ends without SES. What an earlier one came to is not known better by that. */
export async function settleUnsent(
  ports: SendNotificationPorts,
  { id, attempt }: ClaimedJob,
  state: 'rejected' | 'suppressed' | 'expired',
  reason: Reason,
): Promise<void> {
  await ports.deliveries.settle(id, attempt > 1 ? 'unknown' : state, reason, ports.nowMs());
}
