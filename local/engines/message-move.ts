import { randomUUID } from 'node:crypto';
import type { Place } from '../api.ts';
import { ApiError } from '../gateway/api-error.ts';
import { type Fields, isFields, list, parseFields, text, texts } from './fields.ts';

interface MoveTask {
  readonly TaskHandle: string;
  readonly SourceArn: string;
  readonly DestinationArn: string;
  readonly Status: 'COMPLETED';
  readonly ApproximateNumberOfMessagesMoved: number;
  /** Epoch milliseconds. */
  readonly StartedTimestamp: number;
}

/** Redrive of a dead-letter queue. A task is done when its start is answered. */
export function createMoveTasks(queues: {
  perform(action: string, input: Fields): Promise<Fields>;
  place: Place;
}): {
  start(input: Fields): Promise<Fields>;
  list(input: Fields): Fields;
  /** URLs of the queues whose dead-letter queue this is. */
  sourceQueueUrls(deadLetterQueueUrl: string): Promise<string[]>;
} {
  const tasks: MoveTask[] = [];

  async function attributesOf(queueUrl: string): Promise<Fields> {
    const output = await queues.perform('GetQueueAttributes', {
      QueueUrl: queueUrl,
      AttributeNames: ['QueueArn', 'RedrivePolicy', 'ApproximateNumberOfMessages'],
    });
    return isFields(output.Attributes) ? output.Attributes : {};
  }

  async function urlOf(arn: string): Promise<string> {
    const [, , , , account, name = ''] = arn.split(':');
    if (account !== queues.place.accountId) {
      throw new ApiError('ResourceNotFoundException', 'The queue does not exist.', 404);
    }
    return text(await queues.perform('GetQueueUrl', { QueueName: name }), 'QueueUrl') ?? '';
  }

  async function sourceQueueUrls(deadLetterQueueUrl: string): Promise<string[]> {
    const target = text(await attributesOf(deadLetterQueueUrl), 'QueueArn');
    const all = texts(await queues.perform('ListQueues', {}), 'QueueUrls');
    const policies = await Promise.all(all.map(attributesOf));
    return all.filter((_, index) => {
      const policy = policies[index]?.RedrivePolicy;
      return typeof policy === 'string' && parseFields(policy).deadLetterTargetArn === target;
    });
  }

  /** Without a destination SQS returns each message to the queue it came from. */
  async function destinationOf(sourceUrl: string, destinationArn: string | undefined): Promise<string> {
    if (destinationArn !== undefined) return urlOf(destinationArn);
    const sources = await sourceQueueUrls(sourceUrl);
    if (sources[0] === undefined) {
      throw new ApiError('InvalidParameterValue', 'Source queue must be configured as a Dead Letter Queue.');
    }
    if (sources.length > 1) {
      throw new ApiError(
        'UnsupportedOperation',
        'Several queues share this dead-letter queue: name the DestinationArn. The local queue does not keep where a message came from.',
      );
    }
    return sources[0];
  }

  async function move(from: string, to: string): Promise<number> {
    let left = Number((await attributesOf(from)).ApproximateNumberOfMessages ?? 0);
    let moved = 0;
    while (left > 0) {
      const batch = list(
        await queues.perform('ReceiveMessage', {
          QueueUrl: from,
          MaxNumberOfMessages: Math.min(10, left),
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['MessageGroupId', 'MessageDeduplicationId'],
        }),
        'Messages',
      );
      if (batch.length === 0) return moved;
      for (const message of batch) {
        const system = isFields(message.Attributes) ? message.Attributes : {};
        await queues.perform('SendMessage', {
          QueueUrl: to,
          MessageBody: message.Body,
          ...(message.MessageAttributes === undefined
            ? {}
            : { MessageAttributes: message.MessageAttributes }),
          ...system,
        });
        await queues.perform('DeleteMessage', { QueueUrl: from, ReceiptHandle: message.ReceiptHandle });
      }
      moved += batch.length;
      left -= batch.length;
    }
    return moved;
  }

  return {
    sourceQueueUrls,
    async start(input) {
      const sourceArn = text(input, 'SourceArn') ?? '';
      const from = await urlOf(sourceArn);
      const to = await destinationOf(from, text(input, 'DestinationArn'));
      const startedTimestamp = Date.now();
      const task: MoveTask = {
        TaskHandle: Buffer.from(JSON.stringify({ taskId: randomUUID(), sourceArn })).toString('base64'),
        SourceArn: sourceArn,
        DestinationArn: text(await attributesOf(to), 'QueueArn') ?? '',
        Status: 'COMPLETED',
        ApproximateNumberOfMessagesMoved: await move(from, to),
        StartedTimestamp: startedTimestamp,
      };
      tasks.unshift(task);
      return { TaskHandle: task.TaskHandle };
    },
    list(input) {
      const sourceArn = text(input, 'SourceArn');
      const wanted = typeof input.MaxResults === 'number' ? input.MaxResults : 1;
      return { Results: tasks.filter((task) => task.SourceArn === sourceArn).slice(0, wanted) };
    },
  };
}
