import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { place, type StartedCloud, startCloud } from '../gateway/started-cloud.ts';

let cloud: StartedCloud;
let sqs: SQSClient;
let queues = 0;

beforeAll(async () => {
  cloud = await startCloud();
  sqs = new SQSClient(cloud.client);
});
afterAll(async () => {
  sqs.destroy();
  await cloud.close();
});

async function queue(Attributes: Record<string, string> = {}): Promise<string> {
  queues += 1;
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: `queue-${queues}`, Attributes }));
  return QueueUrl ?? '';
}

const arnOf = (url: string): string =>
  `arn:aws:sqs:${place.region}:${place.accountId}:${url.split('/').at(-1)}`;

async function receiveOne(QueueUrl: string) {
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'] }),
  );
  const [message] = Messages ?? [];
  if (message === undefined) throw new Error('the queue is empty');
  return message;
}

describe('queues', () => {
  it('have URLs on the gateway and ARNs in the account and region', async () => {
    const QueueUrl = await queue();
    expect(QueueUrl).toBe(`${cloud.gateway.endpoint}/123456789012/queue-${queues}`);
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    expect(Attributes).toMatchObject({ QueueArn: arnOf(QueueUrl), VisibilityTimeout: '30' });
    const named = await sqs.send(new GetQueueUrlCommand({ QueueName: `queue-${queues}` }));
    expect(named.QueueUrl).toBe(QueueUrl);
    const { QueueUrls } = await sqs.send(new ListQueuesCommand({}));
    expect(QueueUrls).toContain(QueueUrl);
  });

  it.each([
    { by: 'a URL of another account', url: () => `${cloud.gateway.endpoint}/999999999999/queue-1` },
    { by: 'a name that does not exist', url: () => `${cloud.gateway.endpoint}/123456789012/nothing` },
  ])('are unknown by $by', async ({ url }) => {
    await queue();
    const sending = sqs.send(new SendMessageCommand({ QueueUrl: url(), MessageBody: 'x' }));
    await expect(sending).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });

  it('accept their plain name', async () => {
    const url = await queue();
    await cloud.messaging.call('sqs', 'SendMessage', { QueueUrl: `queue-${queues}`, MessageBody: 'by name' });
    expect((await receiveOne(url)).Body).toBe('by name');
  });

  it('give no attributes unless asked', async () => {
    const QueueUrl = await queue();
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl }));
    expect(Object.keys(Attributes ?? {})).toEqual([]);
  });
});

describe('messages', () => {
  it.each([
    { body: 'plain' },
    { body: '日本語 🎉 𠮷野家 お届けします' },
    { body: 'private use \uE000\uF8FE beside 🙂' },
    { body: JSON.stringify({ arn: 'arn:aws:sqs:eu-west-1:000000000000:other', own: place.accountId }) },
  ])('arrive as they were sent: $body', async ({ body }) => {
    const QueueUrl = await queue();
    // The SDK compares MD5OfMessageBody and MD5OfBody by itself.
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'a', MessageBody: body }] }));
    expect((await receiveOne(QueueUrl)).Body).toBe(body);
    expect((await receiveOne(QueueUrl)).Body).toBe(body);
  });

  it('carry attributes only to those who ask', async () => {
    const QueueUrl = await queue();
    await sqs.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: 'x',
        MessageAttributes: { kind: { DataType: 'String', StringValue: 'otp' } },
      }),
    );
    const first = await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }));
    expect(first.Messages?.[0]).not.toHaveProperty('MessageAttributes');
    expect(first.Messages?.[0]).not.toHaveProperty('Attributes');
    const second = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SenderId'],
      }),
    );
    expect(second.Messages?.[0]).toMatchObject({
      MessageAttributes: { kind: { StringValue: 'otp' } },
      Attributes: { ApproximateReceiveCount: '2', SenderId: place.accountId },
    });
  });

  it('may be 1 MiB long and not a byte longer', async () => {
    const QueueUrl = await queue();
    const body = 'x'.repeat(1024 * 1024);
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: body }));
    expect((await receiveOne(QueueUrl)).Body).toHaveLength(1024 * 1024);
    await expect(
      sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: `${body}x` })),
    ).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: 'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.',
    });
  });

  it('are not deleted with a handle that is none', async () => {
    const QueueUrl = await queue();
    const bogus = sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'bogus' }));
    await expect(bogus).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    const { ReceiptHandle } = await receiveOne(QueueUrl);
    const { Successful, Failed } = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: 'good', ReceiptHandle },
          { Id: 'bad', ReceiptHandle: 'bogus' },
        ],
      }),
    );
    expect(Successful).toEqual([{ Id: 'good' }]);
    expect(Failed).toMatchObject([{ Id: 'bad', Code: 'ReceiptHandleIsInvalid', SenderFault: true }]);
  });

  it('become visible again at once with a visibility timeout of 0', async () => {
    const QueueUrl = await queue();
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    const { ReceiptHandle } = await receiveOne(QueueUrl);
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    expect((await receiveOne(QueueUrl)).Attributes?.ApproximateReceiveCount).toBe('2');
  });

  it('wake a long poll when they arrive', async () => {
    const QueueUrl = await queue();
    const polling = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'at last' }));
    expect((await polling).Messages?.[0]?.Body).toBe('at last');
  });
});

describe('dead-letter queues', () => {
  it('take what was received too often, and give it back when redriven', async () => {
    const deadLetterUrl = await queue();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(deadLetterUrl), maxReceiveCount: 1 });
    const sourceUrl = await queue({ RedrivePolicy, VisibilityTimeout: '0' });
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: sourceUrl, AttributeNames: ['RedrivePolicy'] }),
    );
    expect(Attributes).toEqual({ RedrivePolicy });
    const { queueUrls } = await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: deadLetterUrl }));
    expect(queueUrls).toEqual([sourceUrl]);

    await sqs.send(
      new SendMessageCommand({
        QueueUrl: sourceUrl,
        MessageBody: 'poison 🙂',
        MessageAttributes: { kind: { DataType: 'String', StringValue: 'otp' } },
      }),
    );
    await receiveOne(sourceUrl);
    expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl: sourceUrl }))).Messages).toBeUndefined();

    await sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arnOf(deadLetterUrl) }));
    const { Results } = await sqs.send(new ListMessageMoveTasksCommand({ SourceArn: arnOf(deadLetterUrl) }));
    expect(Results).toMatchObject([{ Status: 'COMPLETED', ApproximateNumberOfMessagesMoved: 1 }]);
    const back = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: sourceUrl, MessageAttributeNames: ['All'] }),
    );
    expect(back.Messages).toMatchObject([
      { Body: 'poison 🙂', MessageAttributes: { kind: { StringValue: 'otp' } } },
    ]);
  });

  it('shared by several queues cannot be redriven without a destination', async () => {
    const deadLetterUrl = await queue();
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arnOf(deadLetterUrl), maxReceiveCount: 1 });
    await queue({ RedrivePolicy });
    await queue({ RedrivePolicy });
    await expect(
      sqs.send(new StartMessageMoveTaskCommand({ SourceArn: arnOf(deadLetterUrl) })),
    ).rejects.toMatchObject({ name: 'UnsupportedOperation' });
  });
});

describe('the query protocol of older SDKs', () => {
  async function query(parameters: Record<string, string>): Promise<{ status: number; xml: string }> {
    const response = await fetch(cloud.gateway.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: 'AWS4-HMAC-SHA256 Credential=AKID/20261124/eu-west-1/sqs/aws4_request, Signature=0',
      },
      body: new URLSearchParams({ Version: '2012-11-05', ...parameters }),
    });
    return { status: response.status, xml: await response.text() };
  }

  it('sends, receives and deletes', async () => {
    const QueueUrl = await queue();
    const sent = await query({
      Action: 'SendMessageBatch',
      QueueUrl,
      'SendMessageBatchRequestEntry.1.Id': 'a',
      'SendMessageBatchRequestEntry.1.MessageBody': '<届け> 🎉',
      'SendMessageBatchRequestEntry.1.MessageAttribute.1.Name': 'kind',
      'SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType': 'String',
      'SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.StringValue': 'otp',
    });
    expect(sent.xml).toContain('<SendMessageBatchResultEntry><Id>a</Id>');
    const received = await query({
      Action: 'ReceiveMessage',
      QueueUrl,
      MaxNumberOfMessages: '10',
      'AttributeName.1': 'ApproximateReceiveCount',
      'MessageAttributeName.1': 'All',
    });
    expect(received.xml).toContain('<Body>&lt;届け&gt; 🎉</Body>');
    expect(received.xml).toContain(
      '<Attribute><Name>ApproximateReceiveCount</Name><Value>1</Value></Attribute>',
    );
    expect(received.xml).toContain(
      '<MessageAttribute><Name>kind</Name><Value><DataType>String</DataType><StringValue>otp</StringValue></Value>',
    );
    const ReceiptHandle = /<ReceiptHandle>(.*?)</.exec(received.xml)?.[1] ?? '';
    expect((await query({ Action: 'DeleteMessage', QueueUrl, ReceiptHandle })).status).toBe(200);
  });

  it('answers errors as XML with the codes of that time', async () => {
    const missing = await query({ Action: 'ReceiveMessage', QueueUrl: 'nothing' });
    expect(missing).toMatchObject({ status: 400 });
    expect(missing.xml).toContain('<Code>AWS.SimpleQueueService.NonExistentQueue</Code>');
  });
});
