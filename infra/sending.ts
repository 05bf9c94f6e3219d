import { Duration } from 'aws-cdk-lib';
import { environmentNames } from '../functions/environment.ts';
import type { MailBucket } from './mail-bucket.ts';
import type { MailConfigurationSet } from './mail-configuration-set.ts';
import type { QueueWorker } from './queue-worker.ts';
import type { SendingIdentity } from './sending-identity.ts';
import type { Stage } from './stage.ts';
import { grantTableRead, grantTableReadWrite, type Tables } from './tables.ts';
import type { FunctionEnvironment } from './todoke-function.ts';
import type { UnsubscribeApi } from './unsubscribe-api.ts';
import type { UnsubscribeKeys } from './unsubscribe-keys.ts';

/** What it takes to send a mail, whether it was asked for by an event or by a campaign. */
export interface SendingResources {
  readonly tables: Tables;
  readonly bucket: MailBucket;
  readonly stage: Stage;
  /** By what they report. */
  readonly configurationSets: {
    readonly all: MailConfigurationSet;
    readonly failures: MailConfigurationSet;
    readonly full: MailConfigurationSet;
    readonly 'failures+engagement': MailConfigurationSet;
    readonly 'full+engagement': MailConfigurationSet;
  };
  readonly identity: SendingIdentity;
  readonly unsubscribeApi: UnsubscribeApi;
  readonly keys: UnsubscribeKeys;
}

/** What a claim holds longer than its function can live, for clocks that differ. */
const leaseReserve = Duration.seconds(15);

/** Environment of a function that sends; the worker adds its own queues. @param timeout - Of the function. */
export function sendingEnvironment(resources: SendingResources, timeout: Duration): FunctionEnvironment {
  const { stage, tables, bucket, identity, unsubscribeApi, keys } = resources;
  return {
    [environmentNames.deliveriesTable]: tables.deliveries.tableName,
    [environmentNames.suppressionsTable]: tables.suppressions.tableName,
    [environmentNames.sendRateTable]: tables.sendRate.tableName,
    [environmentNames.bucketName]: bucket.bucketName,
    [environmentNames.inDoubtPolicies]: `transactional=${stage.inDoubt.transactional},marketing=${stage.inDoubt.marketing}`,
    [environmentNames.leaseSeconds]: String(timeout.plus(leaseReserve).toSeconds()),
    [environmentNames.mailDomain]: identity.mailDomain,
    [environmentNames.unsubscribeBaseUrl]: unsubscribeApi.baseUrl,
    [environmentNames.unsubscribeKeysSecretArn]: keys.secretArn,
  };
}

/**
 * Lets a worker send with some of the configuration sets. Suppressions it only reads: what it learns about recipients comes back as
 * feedback.
 */
export function grantSending(
  worker: QueueWorker,
  resources: SendingResources,
  reports: readonly (keyof SendingResources['configurationSets'])[],
): void {
  const { tables, bucket, configurationSets, identity, keys } = resources;
  grantTableReadWrite(tables.deliveries, worker);
  // A claim is given back by deleting it, when SES certainly did not accept the mail.
  grantTableRead(tables.suppressions, worker);
  grantTableReadWrite(tables.sendRate, worker);
  bucket.grantRead(worker, 'templates');
  for (const each of reports) {
    configurationSets[each].grantSend(worker);
  }
  identity.grantSend(worker);
  keys.grantRead(worker);
}
