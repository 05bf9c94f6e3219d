import { bucket } from '../aws/bucket.ts';
import { deliveriesTable } from '../aws/deliveries.ts';
import { count } from '../aws/metrics.ts';
import { queue } from '../aws/queue.ts';
import { sendRateTable } from '../aws/send-rate.ts';
import { getSendQuota, sendMail } from '../aws/ses.ts';
import { suppressionsTable } from '../aws/suppressions.ts';
import { templates } from '../aws/templates.ts';
import { tokenKeys } from '../aws/token-keys.ts';
import type { Mail, Sender } from '../domain/mail.ts';
import { readEnvironment } from './environment.ts';
import { nowMs, sleep } from './wait.ts';

/** How long others hold back after SES said "too fast". */
export const holdBackMs = 1_000;

/** Between looks at a quota that is used up or an account that is paused. */
export const parkedDelaySeconds = 300;

/** What both senders need, on AWS. */
export function sendingPorts() {
  const environment = readEnvironment([
    'deliveriesTable',
    'suppressionsTable',
    'sendRateTable',
    'bucketName',
    'queueUrl',
    'deadLetterQueueUrl',
    'configurationSetName',
    'mailDomain',
    'unsubscribeBaseUrl',
    'unsubscribeKeysSecretArn',
  ]);
  const mailBucket = bucket(environment.bucketName);
  const keys = tokenKeys(environment.unsubscribeKeysSecretArn, nowMs);
  return {
    deliveries: deliveriesTable(environment.deliveriesTable),
    suppressions: suppressionsTable(environment.suppressionsTable),
    templates: templates(mailBucket, nowMs),
    bucket: mailBucket,
    sendRate: sendRateTable({ tableName: environment.sendRateTable, getSendQuota, nowMs, sleep }),
    queue: queue(environment.queueUrl),
    deadLetterQueue: queue(environment.deadLetterQueueUrl),
    sendMail: (mail: Mail) => sendMail(mail, environment.configurationSetName),
    sender: async (): Promise<Sender> => ({
      mailDomain: environment.mailDomain,
      unsubscribeBaseUrl: environment.unsubscribeBaseUrl,
      tokenKeys: await keys(),
    }),
    count,
    nowMs,
    sleep,
  };
}
