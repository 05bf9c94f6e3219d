import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { collapseWindowsTable } from '../aws/collapse-windows.ts';
import { type DeliveryKey, deliveryId } from '../domain/delivery.ts';
import { InputError } from '../domain/errors.ts';
import { proofDelaySeconds } from '../domain/in-doubt.ts';
import type { Mail } from '../domain/mail.ts';
import { maxNotBeforeMs, parseNotification } from '../domain/notification.ts';
import type { SendAnswer } from '../domain/send-answer.ts';
import { missingData } from '../domain/template/validate.ts';
import { parseTimestamp } from '../domain/timestamp.ts';
import { rejectUnclaimed } from './dead-letter.ts';
import { eachRecord } from './each-record.ts';
import { readEnvironment } from './environment.ts';
import { claimNotification } from './notification/claim-notification.ts';
import {
  type ClaimedJob,
  factsOf,
  giveBack,
  giveBackClaimed,
  type Job,
  reject,
  release,
  type SendNotificationPorts,
} from './notification/notification-job.ts';
import { prepareNotification } from './notification/prepare-notification.ts';
import { parkedDelaySeconds, sendingPorts } from './sending.ts';
import { nowMs } from './wait.ts';

/**
 * What SES has to answer, and the record of its answer, before the Lambda's deadline: a normal end never leaves a mail in doubt. A
 * function that may not live that long keeps two thirds of its time.
 */
const mostReserveMs = 20_000;
/** After "too fast": the next second has its own slots. */
const throttledDelaySeconds = 1;
/** A message that failed is visible again after the time-out of the queue. */
const afterFaultSeconds = 60;

/**
 * Sends one notification: parse, claim, expiry, render, slot, suppression, SES, record. Returned means settled: sent, recorded
 * with the reason why not, or given back to the queue as a new message. Thrown means a fault, and the claim is free again.
 */
export const sendNotification =
  (ports: SendNotificationPorts, deadlineMs: number) =>
  async (record: SQSRecord): Promise<void> => {
    const latestStartMs = deadlineMs - Math.min(mostReserveMs, ((deadlineMs - ports.nowMs()) * 2) / 3);
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
      await rejectUnclaimed(ports, key, job, record, address);
      return;
    }
    const notBeforeMs = notification.notBefore === undefined ? 0 : parseTimestamp(notification.notBefore);
    if (notBeforeMs > ports.nowMs()) {
      const waiting = { reason: 'not-before', untilMs: notBeforeMs } as const;
      await ports.deliveries.recordWaiting(job.id, waiting, factsOf(job), ports.nowMs());
      await giveBack(ports, job, Math.ceil((notBeforeMs - ports.nowMs()) / 1000), false);
      return;
    }
    const attempt = await claimNotification(ports, job);
    if (attempt !== undefined) {
      await sendClaimed(ports, { ...job, attempt }, latestStartMs);
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

async function sendClaimed(
  ports: SendNotificationPorts,
  job: ClaimedJob,
  latestStartMs: number,
): Promise<void> {
  let mail: Mail | undefined;
  try {
    mail = await prepareNotification(ports, job, latestStartMs);
  } catch (error) {
    if (error instanceof InputError) {
      await reject(ports, job, { reason: error.code, field: error.field, detail: error.message });
      return;
    }
    // SES was not asked yet, so the next attempt need not be in doubt.
    await release(ports, job, 'fault', afterFaultSeconds);
    throw error;
  }
  if (mail !== undefined) {
    await hand(ports, job, mail);
  }
}

/** Hands the mail to SES and records what it answers. */
async function hand(ports: SendNotificationPorts, job: ClaimedJob, mail: Mail): Promise<void> {
  let answer: SendAnswer;
  try {
    answer = await ports.sendMail(mail, 'all');
  } catch (fault) {
    // SES refused to look at the request: access denied, wrong region.
    await release(ports, job, 'fault', afterFaultSeconds);
    throw fault;
  }
  switch (answer.outcome) {
    case 'accepted':
      await ports.deliveries.recordAccepted(job.id, answer.sesMessageId, ports.nowMs());
      ports.count('Accepted');
      return;
    case 'throttled':
      ports.count('Throttled');
      await release(ports, job, 'throttled', throttledDelaySeconds);
      // One mail says that it was too fast, not by how much.
      await ports.sendRate.slowDown(0);
      await giveBack(ports, job, throttledDelaySeconds, job.attempt > 1);
      return;
    case 'quotaExceeded':
    case 'paused':
      ports.count('Paused');
      await giveBackClaimed(
        ports,
        job,
        parkedDelaySeconds[job.template.category],
        answer.outcome === 'paused' ? 'sending-paused' : 'quota',
      );
      return;
    case 'rejected':
      await reject(ports, job, { reason: answer.code, detail: 'SES refused the mail' });
      return;
    case 'ambiguous':
      ports.count('Unknown');
      await ports.deliveries.settle(job.id, 'unknown', { reason: answer.code }, ports.nowMs());
      if (ports.inDoubt[job.template.category] === 'resend') {
        await giveBack(ports, job, proofDelaySeconds, true);
      }
      return;
  }
}

let ports: SendNotificationPorts | undefined;

export const handler = (event: SQSEvent, context: Context) => {
  ports ??= {
    ...sendingPorts({ all: readEnvironment(['configurationSetName']).configurationSetName }),
    collapseWindows: collapseWindowsTable(readEnvironment(['deliveriesTable']).deliveriesTable),
  };
  return eachRecord(event, sendNotification(ports, nowMs() + context.getRemainingTimeInMillis()));
};
