import {
  CreateTopicCommand,
  GetTopicAttributesCommand,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import { place, type StartedCloud, startCloud } from '../gateway/started-cloud.ts';

let cloud: StartedCloud;
let sns: SNSClient;
const topicArn = `arn:aws:sns:${place.region}:${place.accountId}:feedback`;
const queueArn = (name: string): string => `arn:aws:sqs:${place.region}:${place.accountId}:${name}`;

beforeAll(async () => {
  cloud = await startCloud();
  sns = new SNSClient(cloud.client);
  expect((await sns.send(new CreateTopicCommand({ Name: 'feedback' }))).TopicArn).toBe(topicArn);
  for (const [name, raw] of [
    ['enveloped', 'false'],
    ['raw', 'true'],
  ] as const) {
    await cloud.messaging.call('sqs', 'CreateQueue', { QueueName: name });
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({
        TopicArn: topicArn,
        Protocol: 'sqs',
        Endpoint: queueArn(name),
        Attributes: { RawMessageDelivery: raw },
      }),
    );
    expect(SubscriptionArn).toContain(`${topicArn}:`);
  }
});
afterAll(async () => {
  sns.destroy();
  await cloud.close();
});

async function received(QueueUrl: string): Promise<string> {
  const { Messages } = await cloud.messaging.call('sqs', 'ReceiveMessage', { QueueUrl });
  const [message] = Messages;
  if (message === undefined) throw new Error(`nothing in ${QueueUrl}`);
  const { ReceiptHandle } = message;
  await cloud.messaging.call('sqs', 'DeleteMessage', { QueueUrl, ReceiptHandle });
  return message.Body;
}

describe('a topic', () => {
  it('delivers raw and enveloped, naming itself with our account', async () => {
    const Message = JSON.stringify({ 件名: 'お届け 🎉', account: '000000000000' });
    const { MessageId } = await sns.send(new PublishCommand({ TopicArn: topicArn, Message, Subject: 's' }));
    expect(await received('raw')).toBe(Message);
    const envelope: unknown = JSON.parse(await received('enveloped'));
    expect(envelope).toMatchObject({
      Type: 'Notification',
      TopicArn: topicArn,
      MessageId,
      Message,
      Subject: 's',
    });
    expect(envelope).toHaveProperty('UnsubscribeURL', expect.stringContaining(place.accountId));
  });

  it('tells of what it accepted', async () => {
    const before = cloud.published.length;
    await sns.send(
      new PublishCommand({
        TargetArn: topicArn,
        Message: 'one',
        MessageAttributes: { kind: { DataType: 'String', StringValue: 'bounce' } },
      }),
    );
    await sns.send(
      new PublishBatchCommand({
        TopicArn: topicArn,
        PublishBatchRequestEntries: [
          { Id: 'a', Message: 'two' },
          { Id: 'b', Message: 'three', Subject: 's' },
        ],
      }),
    );
    expect(cloud.published.slice(before)).toMatchObject([
      { topicArn, message: 'one', attributes: { kind: { type: 'String', value: 'bounce' } } },
      { topicArn, message: 'two' },
      { topicArn, message: 'three', subject: 's' },
    ]);
    for (const text of ['one', 'two', 'three']) {
      expect(await received('raw')).toBe(text);
      await received('enveloped');
    }
  });

  it('takes the text for queues of a structured message', async () => {
    const Message = JSON.stringify({ default: 'for all', sqs: 'for queues' });
    await sns.send(new PublishCommand({ TopicArn: topicArn, Message, MessageStructure: 'json' }));
    expect(await received('raw')).toBe('for queues');
    await received('enveloped');
    await expect(
      sns.send(new PublishCommand({ TopicArn: topicArn, Message: '{}', MessageStructure: 'json' })),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('refuses to filter by the body, which the engine does wrongly', async () => {
    await expect(
      sns.send(
        new SubscribeCommand({
          TopicArn: topicArn,
          Protocol: 'sqs',
          Endpoint: queueArn('raw'),
          Attributes: { FilterPolicy: '{"a":["b"]}', FilterPolicyScope: 'MessageBody' },
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  it('belongs to our account', async () => {
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
    expect(Attributes).toMatchObject({ TopicArn: topicArn, Owner: place.accountId });
  });

  it('must exist', async () => {
    const missing = `${topicArn}-missing`;
    await expect(
      cloud.messaging.call('sns', 'Publish', { TopicArn: missing, Message: 'x' }),
    ).rejects.toMatchObject({ code: 'NotFound', status: 404 });
  });
});
