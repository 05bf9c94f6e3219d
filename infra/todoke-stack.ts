import { CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { environmentNames } from '../functions/environment.ts';
import { CampaignPlanner } from './campaign-planner.ts';
import { CampaignWatch } from './campaign-watch.ts';
import { FeedbackTopic } from './feedback-topic.ts';
import { letJudge } from './guardrails.ts';
import { MailBucket } from './mail-bucket.ts';
import { MailConfigurationSet } from './mail-configuration-set.ts';
import { NotificationRule } from './notification-rule.ts';
import { Operations } from './operations.ts';
import { PipelineDashboard } from './pipeline-dashboard.ts';
import { QueueWorker } from './queue-worker.ts';
import { ReputationAlarms } from './reputation-alarms.ts';
import { grantSending, type SendingResources, sendingEnvironment } from './sending.ts';
import { SendingIdentity } from './sending-identity.ts';
import type { Stage } from './stage.ts';
import { requireValidStage } from './stage-rules.ts';
import { grantTableReadWrite, Tables } from './tables.ts';
import { TemplatePublisher } from './template-publisher.ts';
import { UnsubscribeApi } from './unsubscribe-api.ts';
import { UnsubscribeKeys } from './unsubscribe-keys.ts';

/** What every worker of this stack is built with. */
interface Foundation {
  readonly stage: Stage;
  readonly operations: Operations;
}

/** Ten seconds for a turn, and twenty for SES and the record of its answer. */
const notificationsTimeout = Duration.seconds(30);
/** A minute of sending, of which the last part is kept for SES; what is left of a chunk then comes back. */
const chunksTimeout = Duration.seconds(60);

/** The whole of Todoke, in one stack: it is deployed, rolled back and deleted as one. */
export class TodokeStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    requireValidStage(stage);
    super(scope, `Todoke-${stage.name}`, {
      description: `Todoke, the mail pipeline (${stage.name})`,
      terminationProtection: stage.protectData,
      tags: { project: 'todoke', stage: stage.name },
      ...(stage.environment ? { env: stage.environment } : {}),
    });
    const operations = new Operations(this, 'Operations', { stage });
    const foundation = { stage, operations };

    const tables = new Tables(this, 'Tables', { stage });
    const bucket = new MailBucket(this, 'Mail', { stage });
    new TemplatePublisher(this, 'Templates', { stage, bucket });

    const feedback = this.#feedback(foundation, tables);
    const { topic } = new FeedbackTopic(this, 'FeedbackTopic', { worker: feedback });
    const configurationSets = {
      all: new MailConfigurationSet(this, 'Configuration', { stage, topic, reports: 'all' }),
      failures: new MailConfigurationSet(this, 'CampaignConfiguration', {
        stage,
        topic,
        reports: 'failures',
      }),
      full: new MailConfigurationSet(this, 'TracedCampaignConfiguration', { stage, topic, reports: 'full' }),
      'failures+engagement': new MailConfigurationSet(this, 'EngagementConfiguration', {
        stage,
        topic,
        reports: 'failures+engagement',
      }),
      'full+engagement': new MailConfigurationSet(this, 'TracedEngagementConfiguration', {
        stage,
        topic,
        reports: 'full+engagement',
      }),
    };
    const identity = new SendingIdentity(this, 'Sender', {
      stage,
      configurationSet: configurationSets.all.configurationSet,
    });

    const keys = new UnsubscribeKeys(this, 'UnsubscribeKeys');
    const unsubscribeApi = new UnsubscribeApi(this, 'Unsubscribe', { ...foundation, tables, keys });

    const sending = { stage, tables, bucket, configurationSets, identity, unsubscribeApi, keys };
    const notifications = this.#notifications(foundation, sending);
    new NotificationRule(this, 'NotificationRule', { worker: notifications });
    const chunks = this.#chunks(foundation, sending);
    const planner = new CampaignPlanner(this, 'Campaigns', { ...foundation, tables, bucket, chunks });

    letJudge(chunks, planner, stage);
    letJudge(feedback, planner, stage);
    new CampaignWatch(this, 'CampaignWatch', { ...foundation, tables, planner, unsubscribeApi, identity });

    const reputation = new ReputationAlarms(this, 'Reputation', { operations });
    new PipelineDashboard(this, 'Dashboard', {
      workers: { Notifications: notifications, Chunks: chunks, Feedback: feedback },
      reputation,
    });

    this.#output({
      NotificationsQueueUrl: notifications.queue.queueUrl,
      NotificationsDeadLetterQueueUrl: notifications.deadLetterQueue.queueUrl,
      ChunksQueueUrl: chunks.queue.queueUrl,
      ChunksDeadLetterQueueUrl: chunks.deadLetterQueue.queueUrl,
      FeedbackQueueUrl: feedback.queue.queueUrl,
      FeedbackDeadLetterQueueUrl: feedback.deadLetterQueue.queueUrl,
      DeliveriesTableName: tables.deliveries.tableName,
      SuppressionsTableName: tables.suppressions.tableName,
      ContactsTableName: tables.contacts.tableName,
      CampaignsTableName: tables.campaigns.tableName,
      SendRateTableName: tables.sendRate.tableName,
      BucketName: bucket.bucketName,
      PlanCampaignFunctionName: planner.function.function.functionName,
      UnsubscribeBaseUrl: unsubscribeApi.baseUrl,
      ConfigurationSetName: configurationSets.all.configurationSetName,
      CampaignConfigurationSetName: configurationSets.failures.configurationSetName,
      TracedCampaignConfigurationSetName: configurationSets.full.configurationSetName,
      EngagementConfigurationSetName: configurationSets['failures+engagement'].configurationSetName,
      TracedEngagementConfigurationSetName: configurationSets['full+engagement'].configurationSetName,
      FeedbackTopicArn: topic.topicArn,
      UnsubscribeKeysSecretArn: keys.secretArn,
      MailDomain: identity.mailDomain,
    });
  }

  #notifications(foundation: Foundation, sending: SendingResources): QueueWorker {
    const worker = new QueueWorker(this, 'Notifications', {
      ...foundation,
      carries: 'notifications',
      entry: 'send-notification',
      description: 'Renders and sends one mail per event',
      timeout: notificationsTimeout,
      // A one-time password whose sender died is out after a minute. AWS asks for six time-outs, since a batch that Lambda throttles
      // for longer is received twice: the claims make that harmless, and twice as many receives leave time for it.
      visibilityTimeout: Duration.seconds(60),
      maxReceiveCount: 10,
      memoryMegabytes: foundation.stage.senderMemoryMegabytes,
      environment: {
        ...sendingEnvironment(sending, notificationsTimeout),
        [environmentNames.configurationSetName]: sending.configurationSets.all.configurationSetName,
      },
      requeues: true,
      batchSize: 10,
      maxConcurrency: foundation.stage.maxConcurrency.notifications,
      // One-time passwords are among them: after five minutes they are worth nothing.
      oldestMessage: Duration.minutes(5),
    });
    grantSending(worker, sending, ['all']);
    sending.bucket.grantRead(worker, 'attachments');
    return worker;
  }

  #chunks(foundation: Foundation, sending: SendingResources): QueueWorker {
    const worker = new QueueWorker(this, 'Chunks', {
      ...foundation,
      carries: 'chunks',
      entry: 'send-chunk',
      description: 'Renders and sends the mails of one chunk of a campaign',
      timeout: chunksTimeout,
      memoryMegabytes: foundation.stage.senderMemoryMegabytes,
      environment: {
        ...sendingEnvironment(sending, chunksTimeout),
        [environmentNames.campaignConfigurationSetName]:
          sending.configurationSets.failures.configurationSetName,
        [environmentNames.tracedCampaignConfigurationSetName]:
          sending.configurationSets.full.configurationSetName,
        [environmentNames.engagementConfigurationSetName]:
          sending.configurationSets['failures+engagement'].configurationSetName,
        [environmentNames.tracedEngagementConfigurationSetName]:
          sending.configurationSets['full+engagement'].configurationSetName,
        [environmentNames.campaignsTable]: sending.tables.campaigns.tableName,
        [environmentNames.providerPaces]: JSON.stringify(foundation.stage.providerPaces),
      },
      requeues: true,
      batchSize: 1,
      maxConcurrency: foundation.stage.maxConcurrency.chunks,
      // A large campaign queues all its chunks at once and may fill a day's quota; longer is a standstill.
      oldestMessage: Duration.hours(36),
    });
    grantSending(worker, sending, ['failures', 'full', 'failures+engagement', 'full+engagement']);
    grantTableReadWrite(sending.tables.campaigns, worker);
    sending.bucket.grantRead(worker, 'campaigns');
    return worker;
  }

  #feedback(foundation: Foundation, tables: Tables): QueueWorker {
    const worker = new QueueWorker(this, 'Feedback', {
      ...foundation,
      carries: 'feedback events',
      entry: 'record-feedback',
      description: 'Records what became of each mail and suppresses recipients',
      timeout: Duration.seconds(30),
      memoryMegabytes: 256,
      environment: {
        [environmentNames.deliveriesTable]: tables.deliveries.tableName,
        [environmentNames.suppressionsTable]: tables.suppressions.tableName,
        [environmentNames.campaignsTable]: tables.campaigns.tableName,
        [environmentNames.suppressionPolicy]: JSON.stringify(foundation.stage.suppression),
      },
      requeues: false,
      batchSize: 100,
      batchingWindow: Duration.seconds(1),
      maxConcurrency: foundation.stage.maxConcurrency.feedback,
      // Every unread complaint may be followed by another mail to the same person.
      oldestMessage: Duration.minutes(15),
    });
    grantTableReadWrite(tables.deliveries, worker);
    grantTableReadWrite(tables.suppressions, worker);
    grantTableReadWrite(tables.campaigns, worker);
    return worker;
  }

  /** Names that the command line, the local runner and other stacks look up. */
  #output(values: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(values)) {
      new CfnOutput(this, name, { value });
    }
  }
}
