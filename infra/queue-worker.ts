import { Duration } from 'aws-cdk-lib';
import type { IGrantable, IPrincipal } from 'aws-cdk-lib/aws-iam';
import { RecursiveLoop } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { environmentNames } from '../functions/environment.ts';
import { watchFunction } from './function-alarms.ts';
import type { Operations } from './operations.ts';
import { TodokeFunction, type TodokeFunctionProps } from './todoke-function.ts';

export interface QueueWorkerProps extends Omit<TodokeFunctionProps, 'recursiveLoop'> {
  readonly operations: Operations;
  /** What the messages are, in the plural: `feedback events`. Begins two headings of the runbook. */
  readonly carries: string;
  /** The function puts work back on its own queue as a new message, when the send rate leaves no time for it. */
  readonly requeues: boolean;
  /** How long a message that a dead worker had in hand stays away; without it six times the function's time-out. */
  readonly visibilityTimeout?: Duration;
  /** Deliveries after which a message counts as poison. Pacing never uses them up, only faults do. */
  readonly maxReceiveCount?: number;
  readonly batchSize: number;
  /** Time to gather a batch; needed above 10 messages. */
  readonly batchingWindow?: Duration;
  /** Concurrent invocations, 2 to 1000. Unlike reserved concurrency it never throttles, so it costs no receive. */
  readonly maxConcurrency: number;
  /** Age of the oldest message at which an operator should look. */
  readonly oldestMessage: Duration;
}

/**
 * A queue, the function that works it off, and the dead-letter queue for what it cannot.
 *
 * The function settles messages one by one (partial batch responses): a poisonous one does not bring
 * back its neighbours.
 */
export class QueueWorker extends Construct implements IGrantable {
  readonly queue: Queue;
  readonly deadLetterQueue: Queue;
  readonly function: TodokeFunction;
  readonly grantPrincipal: IPrincipal;

  constructor(scope: Construct, id: string, props: QueueWorkerProps) {
    super(scope, id);
    const {
      operations,
      carries,
      requeues,
      visibilityTimeout,
      maxReceiveCount = 5,
      batchSize,
      batchingWindow,
      maxConcurrency,
      oldestMessage,
      ...settings
    } = props;

    // SQS-managed keys: encrypted at rest, and SNS and EventBridge need no grant on a key to deliver.
    const protection = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true };
    this.deadLetterQueue = new Queue(this, 'DeadLetterQueue', {
      ...protection,
      retentionPeriod: Duration.days(14),
    });
    this.queue = new Queue(this, 'Queue', {
      ...protection,
      retentionPeriod: Duration.days(4),
      // AWS asks for six times the function's timeout plus the window: a throttled batch is retried
      // by Lambda for that long before another poller may see it.
      visibilityTimeout:
        visibilityTimeout ??
        Duration.seconds(settings.timeout.toSeconds() * 6 + (batchingWindow?.toSeconds() ?? 0)),
      deadLetterQueue: { queue: this.deadLetterQueue, maxReceiveCount },
    });

    this.function = new TodokeFunction(this, 'Worker', {
      ...settings,
      environment: {
        ...settings.environment,
        ...(requeues ? { [environmentNames.queueUrl]: this.queue.queueUrl } : {}),
        [environmentNames.deadLetterQueueUrl]: this.deadLetterQueue.queueUrl,
      },
      // Lambda stops a function that feeds its own queue after sixteen rounds, unless this is said.
      ...(requeues ? { recursiveLoop: RecursiveLoop.ALLOW } : {}),
    });
    this.grantPrincipal = this.function.grantPrincipal;
    // Input that is wrong goes to the dead-letter queue at once, without five tries.
    this.deadLetterQueue.grantSendMessages(this);
    if (requeues) {
      this.queue.grantSendMessages(this);
    }
    this.function.function.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize,
        maxConcurrency,
        reportBatchItemFailures: true,
        ...(batchingWindow ? { maxBatchingWindow: batchingWindow } : {}),
      }),
    );

    watchFunction(operations, this.function);
    this.#watchQueues(operations, carries, oldestMessage);
  }

  #watchQueues(operations: Operations, carries: string, oldestMessage: Duration): void {
    const anchor = carries.replaceAll(' ', '-');
    operations.alarm(this, 'DeadLetterQueueNotEmpty', {
      metric: this.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
      threshold: 1,
      meaning: `Some ${carries} were given up on: they are kept for 14 days and need a person.`,
      runbook: `${anchor}-dead-letter-queue-not-empty`,
    });
    operations.alarm(this, 'OldestMessageTooOld', {
      metric: this.queue.metricApproximateAgeOfOldestMessage({ period: Duration.minutes(5) }),
      threshold: oldestMessage.toSeconds(),
      evaluationPeriods: 2,
      meaning: `The oldest of the waiting ${carries} has waited for ${oldestMessage.toHumanString()} or longer.`,
      runbook: `${anchor}-wait-too-long`,
    });
  }
}
