import { bucket } from '../aws/bucket.ts';
import { deliveriesTable } from '../aws/deliveries.ts';
import { erasuresTable } from '../aws/erasures.ts';
import { count } from '../aws/metrics.ts';
import { queue } from '../aws/queue.ts';
import { sendRateTable } from '../aws/send-rate.ts';
import { getSendQuota, sendMail } from '../aws/ses.ts';
import { suppressionsTable } from '../aws/suppressions.ts';
import { templates } from '../aws/templates.ts';
import { tokenKeys } from '../aws/token-keys.ts';
import type { Reporting } from '../domain/campaign/campaign.ts';
import { parseInDoubtPolicies } from '../domain/in-doubt.ts';
import type { Mail, Sender } from '../domain/mail.ts';
import { readEnvironment } from './environment.ts';
import { withErased } from './erased-recipients.ts';
import { sendRate } from './send-rate.ts';
import { nowMs, sleep } from './wait.ts';

/** Between looks at a quota that is used up or an account that is paused; SQS can delay by 900 s at most. */
export const parkedDelaySeconds = { marketing: 900, transactional: 60 } as const;

/**
 * What both senders need, on AWS.
 *
 * @param configurationSets - Names, by what they report: those that the sender may use.
 */
export function sendingPorts<R extends Reporting>(configurationSets: Readonly<Record<R, string>>) {
  const environment = readEnvironment([
    'deliveriesTable',
    'suppressionsTable',
    'sendRateTable',
    'bucketName',
    'queueUrl',
    'deadLetterQueueUrl',
    'inDoubtPolicies',
    'leaseSeconds',
    'mailDomain',
    'unsubscribeBaseUrl',
    'unsubscribeKeysSecretArn',
  ]);
  const mailBucket = bucket(environment.bucketName);
  const leaseMs = Number(environment.leaseSeconds) * 1000;
  const keys = tokenKeys(environment.unsubscribeKeysSecretArn, nowMs);
  return {
    deliveries: deliveriesTable(environment.deliveriesTable, leaseMs),
    suppressions: withErased({
      suppressions: suppressionsTable(environment.suppressionsTable),
      erasures: erasuresTable(environment.suppressionsTable),
      tokenKeys: keys,
      nowMs,
    }),
    templates: templates(mailBucket, nowMs),
    bucket: mailBucket,
    sendRate: sendRate({
      store: sendRateTable(environment.sendRateTable),
      getSendQuota,
      nowMs,
      sleep,
      random: Math.random,
    }),
    queue: queue(environment.queueUrl),
    deadLetterQueue: queue(environment.deadLetterQueueUrl),
    leaseMs,
    sendMail: (mail: Mail, reporting: R) => sendMail(mail, configurationSets[reporting]),
    inDoubt: parseInDoubtPolicies(environment.inDoubtPolicies),
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
