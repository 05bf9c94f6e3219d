import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';

/** SQS: a message may be delayed by 15 minutes at most. */
export const maxDelaySeconds = 900;

/** SendMessageBatch takes at most ten messages. */
const maxBatch = 10;

export interface QueueDepth {
  readonly waiting: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export type Queue = ReturnType<typeof queue>;

export function queue(queueUrl: string) {
  const client = new SQSClient({});

  /** @returns the `sqsMessageId` */
  async function send(
    body: string,
    options: { delaySeconds?: number; attributes?: Record<string, string> } = {},
  ) {
    const { MessageId } = await client.send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: body,
        ...(options.delaySeconds === undefined
          ? {}
          : { DelaySeconds: Math.min(options.delaySeconds, maxDelaySeconds) }),
        ...(options.attributes === undefined
          ? {}
          : {
              MessageAttributes: Object.fromEntries(
                Object.entries(options.attributes).map(([name, value]) => [
                  name,
                  { DataType: 'String', StringValue: value },
                ]),
              ),
            }),
      }),
    );
    return MessageId ?? '';
  }

  /** Sends all bodies, ten at a time; what SQS refuses of a batch is sent once more on its own, and thrown if refused again. */
  async function sendAll(bodies: readonly string[]): Promise<void> {
    for (let i = 0; i < bodies.length; i += maxBatch) {
      const batch = bodies.slice(i, i + maxBatch);
      const { Failed = [] } = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrl,
          Entries: batch.map((MessageBody, n) => ({ Id: String(n), MessageBody })),
        }),
      );
      for (const { Id } of Failed) {
        await send(batch[Number(Id)] ?? '');
      }
    }
  }

  /** Approximate, as SQS counts. */
  async function depth(): Promise<QueueDepth> {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    );
    return {
      waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
      inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
      delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
    };
  }

  /** Its ARN, and who may use it beside the account's own roles. */
  async function policy(): Promise<{ readonly arn: string; readonly policy: string | undefined }> {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['QueueArn', 'Policy'] }),
    );
    return { arn: Attributes.QueueArn ?? queueUrl, policy: Attributes.Policy };
  }

  return { send, sendAll, depth, policy };
}
