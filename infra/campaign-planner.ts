import { Duration, Validations } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { environmentNames } from '../functions/environment.ts';
import { watchFunction } from './function-alarms.ts';
import type { MailBucket } from './mail-bucket.ts';
import type { Operations } from './operations.ts';
import type { QueueWorker } from './queue-worker.ts';
import type { Stage } from './stage.ts';
import { grantTableReadWrite, grantTableScan, type Tables } from './tables.ts';
import { TodokeFunction } from './todoke-function.ts';

export interface CampaignPlannerProps {
  readonly stage: Stage;
  readonly operations: Operations;
  readonly tables: Tables;
  readonly bucket: MailBucket;
  /** Receives the chunks. */
  readonly chunks: QueueWorker;
}

/**
 * Turns an audience into chunks. Invoked asynchronously, once per campaign; an invocation that fails
 * three times leaves its request in the failure queue.
 */
export class CampaignPlanner extends Construct {
  readonly function: TodokeFunction;
  readonly failureQueue: Queue;

  constructor(
    scope: Construct,
    id: string,
    { stage, operations, tables, bucket, chunks }: CampaignPlannerProps,
  ) {
    super(scope, id);
    this.failureQueue = new Queue(this, 'FailureQueue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.failureQueue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'This is a dead-letter queue: that of an asynchronous function, which the rule does not look at.',
    });

    this.function = new TodokeFunction(this, 'Planner', {
      stage,
      entry: 'plan-campaign',
      description: 'Splits the audience of a campaign into chunks and queues them',
      timeout: Duration.minutes(15),
      // One vCPU, of which a planner uses all; a smaller share takes longer for the same price.
      memoryMegabytes: 1769,
      environment: {
        [environmentNames.campaignsTable]: tables.campaigns.tableName,
        [environmentNames.suppressionsTable]: tables.suppressions.tableName,
        [environmentNames.contactsTable]: tables.contacts.tableName,
        [environmentNames.frequencyCap]: JSON.stringify(stage.frequencyCap ?? null),
        [environmentNames.bucketName]: bucket.bucketName,
        [environmentNames.chunksQueueUrl]: chunks.queue.queueUrl,
      },
    });
    grantTableReadWrite(tables.campaigns, this.function);
    // Who is suppressed, and which campaigns there were of late.
    grantTableScan(tables.campaigns, this.function);
    grantTableScan(tables.suppressions, this.function);
    // What filters of segments ask about.
    grantTableScan(tables.contacts, this.function);
    bucket.grantRead(this.function, 'audiences', 'campaigns', 'templates');
    bucket.grantWrite(this.function, 'campaigns');
    chunks.queue.grantSendMessages(this.function);
    this.function.function.configureAsyncInvoke({
      retryAttempts: 2,
      onFailure: new SqsDestination(this.failureQueue),
    });

    watchFunction(operations, this.function);
    operations.alarm(this, 'FailureQueueNotEmpty', {
      metric: this.failureQueue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
      threshold: 1,
      meaning: 'A campaign could not be planned in three tries and is not being sent in full.',
      runbook: 'campaign-planning-failed',
    });
  }

  /** Not with `grantInvoke`, which adds every version and alias. */
  grantStart(grantee: IGrantable): void {
    const { functionArn } = this.function.function;
    Grant.addToPrincipal({ grantee, actions: ['lambda:InvokeFunction'], resourceArns: [functionArn] });
  }
}
