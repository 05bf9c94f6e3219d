import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { GetConfigurationSetCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  SNSClient,
} from '@aws-sdk/client-sns';
import { operator } from './aws-service-clients.ts';
import { type Running, run } from './running.ts';
import { allow, arnOf, policyDocument, queue, ref } from './small-assembly.ts';

let running: Running;

beforeAll(async () => {
  running = await run({
    resources: {
      Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'news' } },
      TopicPolicy: {
        Type: 'AWS::SNS::TopicPolicy',
        Properties: {
          Topics: [ref('Topic')],
          PolicyDocument: policyDocument({
            ...allow('sns:Publish', ref('Topic')),
            Principal: { Service: 'ses.amazonaws.com' },
          }),
        },
      },
      Work: queue(),
      Subscription: {
        Type: 'AWS::SNS::Subscription',
        Properties: {
          TopicArn: ref('Topic'),
          Protocol: 'sqs',
          Endpoint: arnOf('Work'),
          RawMessageDelivery: true,
          FilterPolicy: { kind: ['a'] },
        },
      },
      Set: {
        Type: 'AWS::SES::ConfigurationSet',
        Properties: {
          Name: 'mails',
          TrackingOptions: { CustomRedirectDomain: 'links.example.com', HttpsPolicy: 'REQUIRE' },
        },
      },
    },
    outputs: { Topic: ref('Topic'), Work: arnOf('Work') },
  });
});

afterAll(() => running.stop());

it('tells the policy of a topic and the subscriptions of the template', async () => {
  const { endpoint, outputs } = running.pipeline;
  const client = new SNSClient(operator(endpoint));
  const TopicArn = outputs.Topic ?? '';
  const topic = await client.send(new GetTopicAttributesCommand({ TopicArn }));
  expect(JSON.parse(topic.Attributes?.Policy ?? '')).toMatchObject({
    Statement: [{ Action: 'sns:Publish', Principal: { Service: 'ses.amazonaws.com' } }],
  });
  const { Subscriptions = [] } = await client.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  expect(Subscriptions).toEqual([
    expect.objectContaining({ TopicArn, Protocol: 'sqs', Endpoint: outputs.Work }),
  ]);
  const SubscriptionArn = Subscriptions[0]?.SubscriptionArn;
  const { Attributes } = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
  expect(Attributes).toMatchObject({
    ...{ RawMessageDelivery: 'true', PendingConfirmation: 'false', FilterPolicy: '{"kind":["a"]}' },
  });
  client.destroy();
});

it('tells the tracking options of the template', async () => {
  const client = new SESv2Client(operator(running.pipeline.endpoint));
  expect(await client.send(new GetConfigurationSetCommand({ ConfigurationSetName: 'mails' }))).toMatchObject({
    TrackingOptions: { CustomRedirectDomain: 'links.example.com', HttpsPolicy: 'REQUIRE' },
  });
  client.destroy();
});

it('has no value of metrics that nobody wrote, which is no error', async () => {
  const client = new CloudWatchClient(operator(running.pipeline.endpoint));
  const answer = await client.send(
    new GetMetricDataCommand({
      StartTime: new Date(0),
      EndTime: new Date(),
      MetricDataQueries: ['AWS/SES', 'Todoke'].map((Namespace, i) => ({
        Id: `q${i}`,
        MetricStat: {
          Metric: { Namespace, MetricName: 'Reputation.BounceRate' },
          Period: 3600,
          Stat: 'Average',
        },
      })),
    }),
  );
  expect(answer.MetricDataResults?.map(({ Id, Values }) => ({ Id, Values }))).toEqual([
    { Id: 'q0', Values: [] },
    { Id: 'q1', Values: [] },
  ]);
  client.destroy();
});
