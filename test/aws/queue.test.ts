import { createHash } from 'node:crypto';
import type { Queue } from '../../aws/queue.ts';
import type { ReceivedMessage } from '../../local/engines/messaging-calls.ts';
import { answering, type BrokenServer, startBrokenServer } from './broken-server.ts';
import { type QuietStack, startQuietStack } from './quiet-stack.ts';

let stack: QuietStack;
let queue: Queue;
let url: string;

beforeAll(async () => {
  stack = await startQuietStack();
  url = stack.output('ChunksQueueUrl');
  const aws = await import('../../aws/queue.ts');
  queue = aws.queue(url);
});
afterAll(() => stack.close());
afterEach(() => stack.pipeline.messaging.call('sqs', 'PurgeQueue', { QueueUrl: url }));

async function received(): Promise<ReceivedMessage[]> {
  const all: ReceivedMessage[] = [];
  for (;;) {
    const { Messages } = await stack.pipeline.messaging.call('sqs', 'ReceiveMessage', {
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
    });
    if (Messages.length === 0) return all;
    all.push(...Messages);
  }
}

it('sends a message with attributes and says under which id', async () => {
  const sqsMessageId = await queue.send('{"a":"届"}', { attributes: { reason: 'schema', field: 'data.a' } });
  expect(await received()).toMatchObject([
    {
      MessageId: sqsMessageId,
      Body: '{"a":"届"}',
      MessageAttributes: {
        reason: { DataType: 'String', StringValue: 'schema' },
        field: { DataType: 'String', StringValue: 'data.a' },
      },
    },
  ]);
});

it('caps a delay at what SQS allows', async () => {
  await queue.send('later', { delaySeconds: 3_600 });
  expect(await queue.depth()).toEqual({ waiting: 0, inFlight: 0, delayed: 1 });
});

it('counts what waits, what is in flight and what is delayed', async () => {
  await queue.sendAll(['a', 'b', 'c']);
  await queue.send('d', { delaySeconds: 60 });
  await stack.pipeline.messaging.call('sqs', 'ReceiveMessage', { QueueUrl: url, MaxNumberOfMessages: 1 });
  expect(await queue.depth()).toEqual({ waiting: 2, inFlight: 1, delayed: 1 });
});

it('sends any number, ten at a time', async () => {
  const bodies = Array.from({ length: 25 }, (_, i) => `chunk ${i}`);
  const before = stack.pipeline.calls()['sqs:SendMessageBatch'] ?? 0;
  await queue.sendAll(bodies);
  expect((stack.pipeline.calls()['sqs:SendMessageBatch'] ?? 0) - before).toBe(3);
  expect((await received()).map(({ Body }) => Body).toSorted()).toEqual(bodies.toSorted());
});

it('makes no call for nothing', async () => {
  const before = stack.pipeline.calls()['sqs:SendMessageBatch'];
  await queue.sendAll([]);
  expect(stack.pipeline.calls()['sqs:SendMessageBatch']).toBe(before);
});

describe('when SQS refuses a part of a batch', () => {
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const partly = JSON.stringify({
    Successful: ['a', 'c'].map((body, i) => ({
      Id: String(2 * i),
      MessageId: body,
      MD5OfMessageBody: md5(body),
    })),
    Failed: [{ Id: '1', SenderFault: false, Code: 'InternalError' }],
  });
  const once = JSON.stringify({ MessageId: 'b', MD5OfMessageBody: md5('b') });
  const refused = '{"__type":"com.amazonaws.sqs#InvalidMessageContents","message":"no"}';
  let server: BrokenServer;

  beforeAll(async () => {
    server = await startBrokenServer();
    process.env.AWS_ENDPOINT_URL = server.endpoint;
  });
  afterAll(async () => {
    process.env.AWS_ENDPOINT_URL = stack.pipeline.endpoint;
    await server.close();
  });

  it('sends that part once more on its own', async () => {
    server.answer(answering(200, partly), answering(200, once));
    const { queue: broken } = await import('../../aws/queue.ts');
    await broken(`${server.endpoint}/123456789012/broken`).sendAll(['a', 'b', 'c']);
    expect(server.bodies.map((body) => JSON.parse(body).MessageBody)).toEqual([undefined, 'b']);
  });

  it('throws what is refused again', async () => {
    server.answer(answering(200, partly), answering(400, refused));
    const { queue: broken } = await import('../../aws/queue.ts');
    await expect(
      broken(`${server.endpoint}/123456789012/broken`).sendAll(['a', 'b', 'c']),
    ).rejects.toMatchObject({ name: 'InvalidMessageContents' });
  });
});
