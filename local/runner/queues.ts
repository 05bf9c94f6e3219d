import type { Messaging } from '../engines/messaging.ts';
import type { MessageAttribute, ReceivedMessage } from '../engines/messaging-calls.ts';

export interface QueueDepth {
  readonly visible: number;
  readonly delayed: number;
  readonly inFlight: number;
}

/** The queue actions of the runner itself, in process. Queues are named by ARN. */
export class Queues {
  readonly #messaging: Messaging;
  readonly #urls = new Map<string, string>();

  constructor(messaging: Messaging) {
    this.#messaging = messaging;
  }

  /** @returns The queue's URL. */
  async create(name: string, arn: string, attributes: Readonly<Record<string, string>>): Promise<string> {
    const { QueueUrl } = await this.#messaging.call('sqs', 'CreateQueue', {
      QueueName: name,
      Attributes: attributes,
    });
    this.#urls.set(arn, QueueUrl);
    return QueueUrl;
  }

  arns(): string[] {
    return [...this.#urls.keys()];
  }

  has(arn: string): boolean {
    return this.#urls.has(arn);
  }

  async send(
    arn: string,
    body: string,
    more: {
      readonly groupId?: string;
      readonly messageAttributes?: Readonly<Record<string, MessageAttribute>>;
    } = {},
  ): Promise<void> {
    await this.#messaging.call('sqs', 'SendMessage', {
      QueueUrl: this.#url(arn),
      MessageBody: body,
      ...(more.groupId !== undefined && { MessageGroupId: more.groupId }),
      ...(more.messageAttributes !== undefined && { MessageAttributes: more.messageAttributes }),
    });
  }

  /** Messages with all their attributes. */
  async receive(arn: string, most: number, waitSeconds: number): Promise<readonly ReceivedMessage[]> {
    const { Messages } = await this.#messaging.call('sqs', 'ReceiveMessage', {
      QueueUrl: this.#url(arn),
      MaxNumberOfMessages: most,
      WaitTimeSeconds: waitSeconds,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    });
    return Messages;
  }

  /** Up to ten messages. */
  async delete(arn: string, receiptHandles: readonly string[]): Promise<void> {
    await this.#messaging.call('sqs', 'DeleteMessageBatch', {
      QueueUrl: this.#url(arn),
      Entries: receiptHandles.map((handle, index) => ({ Id: String(index), ReceiptHandle: handle })),
    });
  }

  async attributes(arn: string): Promise<Readonly<Record<string, string>>> {
    const { Attributes } = await this.#messaging.call('sqs', 'GetQueueAttributes', {
      QueueUrl: this.#url(arn),
      AttributeNames: ['All'],
    });
    return Attributes;
  }

  async depth(arn: string): Promise<QueueDepth> {
    const attributes = await this.attributes(arn);
    const count = (name: string) => Number(attributes[name] ?? 0);
    return {
      visible: count('ApproximateNumberOfMessages'),
      delayed: count('ApproximateNumberOfMessagesDelayed'),
      inFlight: count('ApproximateNumberOfMessagesNotVisible'),
    };
  }

  #url(arn: string): string {
    const url = this.#urls.get(arn);
    if (url === undefined) {
      throw new Error(`there is no queue ${arn}`);
    }
    return url;
  }
}
