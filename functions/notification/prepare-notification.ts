import { parseAddress } from '../../domain/address.ts';
import { InputError } from '../../domain/errors.ts';
import { type Attachment, composeMail, type Mail } from '../../domain/mail.ts';
import type { AttachmentPointer } from '../../domain/notification.ts';
import { horizonMs } from '../../domain/rate.ts';
import { suppressionOf } from '../../domain/suppression/suppression.ts';
import { parseTimestamp } from '../../domain/timestamp.ts';
import { parkedDelaySeconds } from '../sending.ts';
import {
  type ClaimedJob,
  giveBackClaimed,
  type SendNotificationPorts,
  settleUnsent,
} from './notification-job.ts';

/** Waiting for a turn inside the Lambda; a longer queue goes back to SQS. */
const slotPatienceMs = 8_000;
/** It takes a look or two at what all senders share. */
const leastPatienceMs = 1_000;
const busyDelaySeconds = 1;

/**
 * Everything before SES is asked: expiry, collapsing, rendering, the wait for a slot, suppression.
 *
 * @param latestStartMs - When SES is asked at the latest.
 * @returns undefined when the mail is settled or given back by then
 */
export async function prepareNotification(
  ports: SendNotificationPorts,
  job: ClaimedJob,
  latestStartMs: number,
): Promise<Mail | undefined> {
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
      isTest: notification.test,
      attachments: await attachments(ports, notification.attachments ?? []),
    },
    await ports.sender(),
  );
  if (!(await waitedForSlot(ports, job, latestStartMs))) {
    return undefined;
  }
  // Last, since the wait may have outlived the mail, or the recipient may have unsubscribed during it.
  if ((await settledAsExpired(ports, job)) || (await settledAsSuppressed(ports, job))) {
    return undefined;
  }
  return mail;
}

/** @returns false when there was no slot in time and the mail is given back */
async function waitedForSlot(
  ports: SendNotificationPorts,
  job: ClaimedJob,
  latestStartMs: number,
): Promise<boolean> {
  const { category } = job.template;
  const leftMs = latestStartMs - ports.nowMs();
  // The slot itself begins as much as a horizon later.
  const patienceMs = Math.min(slotPatienceMs, Math.max(leastPatienceMs, leftMs - horizonMs[category]));
  const grant = leftMs > 0 ? await ports.sendRate.take(1, category, patienceMs) : undefined;
  if (grant?.kind !== 'granted' || grant.startMs > latestStartMs) {
    await (grant?.kind === 'quota'
      ? giveBackClaimed(ports, job, parkedDelaySeconds[category], 'quota')
      : giveBackClaimed(ports, job, busyDelaySeconds, 'send-rate'));
    return false;
  }
  await ports.sleep(grant.startMs - ports.nowMs());
  return true;
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
