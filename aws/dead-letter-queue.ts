import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';

/** A message that was given up, with what is known of why. */
export interface DeadLetter {
  readonly sqsMessageId: string;
  readonly body: string;
  /** As the function put it there: `deliveryId`, `reason`, `field`, `detail`; empty where SQS moved the message after faults. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Epoch milliseconds when the message was first put on a queue. */
  readonly sentAtMs: number;
  readonly receiptHandle: string;
}

/** Long enough to look through a batch and act on it; then a message that was looked at and left shows again by itself. */
const lookSeconds = 60;
const waitSeconds = 1;

/** A dead-letter queue as an operator sees it. SQS has no way to look without receiving, so looking hides for a moment. */
export function deadLetterQueue(queueUrl: string) {
  const client = new SQSClient({});

  /** Messages one after the other, each once; those that are neither deleted nor released show again after a minute. */
  async function* look(): AsyncGenerator<DeadLetter> {
    const seen = new Set<string>();
    for (;;) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: lookSeconds,
          WaitTimeSeconds: waitSeconds,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['SentTimestamp'],
        }),
      );
      const unseen = Messages.map(deadLetterOf).filter(({ sqsMessageId }) => !seen.has(sqsMessageId));
      if (unseen.length === 0) {
        return;
      }
      for (const letter of unseen) {
        seen.add(letter.sqsMessageId);
        yield letter;
      }
    }
  }

  /** Lets messages that were looked at show again at once. */
  async function release(letters: readonly DeadLetter[]): Promise<void> {
    for (let i = 0; i < letters.length; i += 10) {
      await client.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: queueUrl,
          Entries: letters.slice(i, i + 10).map(({ receiptHandle }, n) => ({
            Id: String(n),
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: 0,
          })),
        }),
      );
    }
  }

  async function remove({ receiptHandle }: DeadLetter): Promise<void> {
    await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle }));
  }

  return { look, release, remove };
}

function deadLetterOf({
  MessageId = '',
  Body = '',
  ReceiptHandle = '',
  Attributes,
  MessageAttributes,
}: Message): DeadLetter {
  return {
    sqsMessageId: MessageId,
    body: Body,
    attributes: Object.fromEntries(
      Object.entries(MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue ?? '']),
    ),
    sentAtMs: Number(Attributes?.SentTimestamp ?? 0),
    receiptHandle: ReceiptHandle,
  };
}
