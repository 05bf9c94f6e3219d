import {
  CloudFormationClient,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { operator } from './aws-service-clients.ts';
import { manualClock } from './manual-clock.ts';
import { type Running, run, waiting } from './running.ts';
import { allow, arnOf, functionWithRole, policyDocument, queue, ref, roleFor } from './small-assembly.ts';

const echo = {
  echo: 'export const handler = async (event) => { console.log(JSON.stringify({ printed: event })); return event; };',
};

let running: Running | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});
const started = async (...given: Parameters<typeof run>) => {
  running = await run(...given);
  return running;
};

/** Lets an AWS service send to a queue, on behalf of whatever `sourceArn` names. */
const queueFor = (queueId: string, service: string, sourceArn: unknown) => ({
  Type: 'AWS::SQS::QueuePolicy',
  Properties: {
    Queues: [ref(queueId)],
    PolicyDocument: policyDocument({
      ...allow('sqs:SendMessage', arnOf(queueId)),
      Principal: { Service: service },
      Condition: { ArnEquals: { 'aws:SourceArn': JSON.parse(JSON.stringify(sourceArn)) } },
    }),
  },
});

describe('custom resources', () => {
  const responding = `
export async function handler(event) {
  const Status = event.ResourceProperties.Fail === 'true' ? 'FAILED' : 'SUCCESS';
  await fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify({
    Status, Reason: 'because', PhysicalResourceId: 'made-' + event.LogicalResourceId, Data: { Kind: event.RequestType } }) });
}`;
  const stack = (properties: Record<string, boolean>) => ({
    resources: {
      ...functionWithRole('Maker', { code: 'maker' }),
      Made: { Type: 'Custom::Made', Properties: { ServiceToken: arnOf('Maker'), ...properties } },
    },
    code: { maker: responding },
    outputs: { Id: ref('Made'), Kind: { 'Fn::GetAtt': ['Made', 'Kind'] } },
  });

  it('are made by their function', async () => {
    const { pipeline } = await started(stack({ Fail: false }));
    expect(pipeline.outputs).toEqual({ Id: 'made-Made', Kind: 'Create' });
  });

  it('stop the start when their function says FAILED', async () => {
    await expect(run(stack({ Fail: true }))).rejects.toThrow('custom resource Made (Custom::Made): because');
  });

  it('stop the start when their function breaks', async () => {
    const broken = {
      ...stack({}),
      code: { maker: "export const handler = async () => { throw new Error('broken'); };" },
    };
    await expect(run(broken)).rejects.toThrow('broken');
  });
});

describe('HTTP APIs', () => {
  const web = `
export async function handler(event) {
  if (event.pathParameters.token === 'throw') throw new Error('no');
  return { statusCode: 200, headers: { 'Content-Type': 'text/html' }, cookies: ['a=1'],
    body: event.requestContext.http.method + ' ' + event.pathParameters.token + ' ' + (event.body ?? '') };
}`;
  const permission = {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: arnOf('Web'),
      Principal: 'apigateway.amazonaws.com',
      SourceArn: {
        'Fn::Join': ['', ['arn:aws:execute-api:us-east-1:123456789012:', ref('Api'), '/*/*/u/{token}']],
      },
    },
  };
  const stack = {
    resources: {
      ...functionWithRole('Web', { code: 'web' }),
      Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'web', ProtocolType: 'HTTP' } },
      Stage: {
        Type: 'AWS::ApiGatewayV2::Stage',
        Properties: { ApiId: ref('Api'), StageName: '$default', AutoDeploy: true },
      },
      Integration: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: {
          ApiId: ref('Api'),
          IntegrationType: 'AWS_PROXY',
          IntegrationUri: arnOf('Web'),
          PayloadFormatVersion: '2.0',
        },
      },
      Route: {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: {
          ApiId: ref('Api'),
          RouteKey: 'ANY /u/{token}',
          Target: { 'Fn::Join': ['/', ['integrations', ref('Integration')]] },
        },
      },
      Permission: permission,
    },
    code: { web },
    outputs: { Url: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } },
  };
  /** The plain door of the same port, so that the test needs no trust in the certificate. */
  const plain = ({ pipeline }: Running) =>
    (pipeline.outputs.Url ?? '').replace(pipeline.secureEndpoint, pipeline.endpoint);

  it('answer with what their function returns', async () => {
    const url = plain(await started(stack));
    const answer = await fetch(`${url}/u/abc`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'hi',
    });
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('set-cookie')]).toEqual([
      200,
      'text/html',
      'a=1',
    ]);
    expect(await answer.text()).toBe('POST abc hi');
    const head = await fetch(`${url}/u/abc`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('answer 404 off their routes and 500 when the function throws', async () => {
    const url = plain(await started(stack));
    const missing = await fetch(`${url}/elsewhere`);
    expect([missing.status, await missing.json()]).toEqual([404, { message: 'Not Found' }]);
    const broken = await fetch(`${url}/u/throw`);
    expect([broken.status, await broken.json()]).toEqual([500, { message: 'Internal Server Error' }]);
  });

  it('need a permission to invoke', async () => {
    const resources = Object.fromEntries(
      Object.entries(stack.resources).filter(([id]) => id !== 'Permission'),
    );
    const now = await started({ ...stack, resources });
    expect((await fetch(`${plain(now)}/u/abc`)).status).toBe(500);
    expect(await now.said('lambda:InvokeFunction')).toContain('apigateway.amazonaws.com');
  });
});

describe('rules of the event bus', () => {
  const target = (more = {}) => ({ Id: 'T', Arn: arnOf('Work'), ...more });
  const stack = (targets: object[], withPolicy = true) => ({
    resources: {
      Work: queue(),
      Dead: queue(),
      Rule: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventPattern: { 'detail-type': ['Order'] },
          State: 'ENABLED',
          Targets: JSON.parse(JSON.stringify(targets)),
        },
      },
      DeadPolicy: queueFor('Dead', 'events.amazonaws.com', arnOf('Rule')),
      ...(withPolicy && { WorkPolicy: queueFor('Work', 'events.amazonaws.com', arnOf('Rule')) }),
    },
  });
  const put = async ({ pipeline }: Running) => {
    const client = new EventBridgeClient(operator(pipeline.endpoint));
    const answer = await client.send(
      new PutEventsCommand({
        Entries: [
          { Source: 'shop', DetailType: 'Order', Detail: '{"id":"o1"}', Resources: ['arn:r'] },
          { Source: 'shop', DetailType: 'Other', Detail: '{"id":"o2"}' },
          { Source: 'shop', DetailType: 'Order', Detail: 'no json' },
        ],
      }),
    );
    client.destroy();
    await pipeline.idle(60_000);
    return answer;
  };

  it('send the matching events in their envelope, and PutEvents tells what it refused', async () => {
    const now = await started(stack([target()]));
    const answer = await put(now);
    expect(answer).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ EventId: expect.any(String) }, {}, { ErrorCode: 'MalformedDetail' }],
    });
    const [body = '{}', ...more] = await waiting(now.pipeline, 'Work');
    expect(more).toEqual([]);
    expect(JSON.parse(body)).toEqual({
      version: '0',
      id: answer.Entries?.[0]?.EventId,
      'detail-type': 'Order',
      source: 'shop',
      account: '123456789012',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: 'us-east-1',
      resources: ['arn:r'],
      detail: { id: 'o1' },
    });
  });

  it.each([
    ['a part of the event', { InputPath: '$.detail.id' }, '"o1"'],
    ['something else', { Input: '{"fixed":true}' }, '{"fixed":true}'],
  ])('send %s when asked to', async (_, more, body) => {
    const now = await started(stack([target(more)]));
    await put(now);
    expect(await waiting(now.pipeline, 'Work')).toEqual([body]);
  });

  it('say aloud what the queue policy does not let in', async () => {
    const now = await started(stack([target()], false));
    await put(now);
    expect(await now.said('DROPPED')).toMatch(
      /rule Rule: .*events\.amazonaws\.com is not authorized to perform: sqs:SendMessage/,
    );
    expect(await waiting(now.pipeline, 'Work')).toEqual([]);
  });

  it('send to the dead-letter queue what the target does not let in', async () => {
    const now = await started(stack([target({ DeadLetterConfig: { Arn: arnOf('Dead') } })], false));
    await put(now);
    expect(await waiting(now.pipeline, 'Dead')).toHaveLength(1);
  });
});

describe('schedules', () => {
  const startMs = Date.parse('2027-01-31T23:58:30Z');
  const resources = (grants: object[]) => ({
    Work: queue(),
    Role: roleFor('scheduler.amazonaws.com', ...grants.map((grant) => JSON.parse(JSON.stringify(grant)))),
    Nightly: {
      Type: 'AWS::Scheduler::Schedule',
      Properties: {
        ScheduleExpression: 'cron(0 9 * * ? *)',
        ScheduleExpressionTimezone: 'Asia/Tokyo',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: arnOf('Work'), RoleArn: arnOf('Role'), Input: '{"run":"nightly"}' },
      },
    },
    Rule: {
      Type: 'AWS::Events::Rule',
      Properties: {
        ScheduleExpression: 'rate(1 hour)',
        Targets: [{ Id: 'T', Arn: arnOf('Work'), Input: '"hourly"' }],
      },
    },
    Policy: queueFor('Work', 'events.amazonaws.com', arnOf('Rule')),
  });

  it('fire when their time comes and not before', async () => {
    const clock = manualClock(startMs);
    const { pipeline } = await started(
      { resources: resources([allow('sqs:SendMessage', arnOf('Work'))]) },
      { clock },
    );
    await clock.advance(89_000);
    await pipeline.idle(60_000);
    expect(await waiting(pipeline, 'Work')).toEqual([]);
    await clock.advance(1_000);
    await pipeline.idle(60_000);
    expect(await waiting(pipeline, 'Work')).toEqual(['{"run":"nightly"}']);
    await clock.advance(58.5 * 60_000);
    await pipeline.idle(60_000);
    expect((await waiting(pipeline, 'Work')).sort()).toEqual(['"hourly"', '{"run":"nightly"}']);
  });

  it('can be made, read, listed and deleted by call', async () => {
    const clock = manualClock(startMs);
    const { pipeline } = await started(
      { resources: resources([allow('sqs:SendMessage', arnOf('Work'))]) },
      { clock },
    );
    const arn = 'arn:aws:sqs:us-east-1:123456789012:Small-Work';
    const RoleArn = 'arn:aws:iam::123456789012:role/Small-Role';
    const scheduler = async (method: string, path: string, body?: object) => {
      const scope = 'operator/20270101/us-east-1/scheduler/aws4_request';
      const answer = await fetch(`${pipeline.endpoint}/schedules${path}`, {
        method,
        headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` },
        ...(body && { body: JSON.stringify(body) }),
      });
      return [answer.status, await answer.json()];
    };
    const once = {
      ScheduleExpression: 'at(2027-01-31T23:59:00)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: { Arn: arn, RoleArn, Input: '"once"' },
    };
    const ScheduleArn = 'arn:aws:scheduler:us-east-1:123456789012:schedule/default/once';
    expect(await scheduler('POST', '/once', once)).toEqual([200, { ScheduleArn }]);
    expect(await scheduler('POST', '/once', once)).toMatchObject([409, { message: expect.any(String) }]);
    expect(await scheduler('POST', '/bad', { ...once, ScheduleExpression: 'soon' })).toMatchObject([400, {}]);
    expect(await scheduler('GET', '/once')).toMatchObject([200, { State: 'ENABLED', ...once }]);
    expect(await scheduler('GET', '?NamePrefix=on')).toMatchObject([200, { Schedules: [{ Name: 'once' }] }]);
    await clock.advance(30_000);
    await pipeline.idle(60_000);
    expect(await waiting(pipeline, 'Work')).toEqual(['"once"']);
    expect(await scheduler('GET', '/once')).toMatchObject([404, {}]);
    expect(await scheduler('DELETE', '/Small-Nightly')).toEqual([200, {}]);
    await clock.advance(120_000);
    await pipeline.idle(60_000);
    expect(await waiting(pipeline, 'Work')).toEqual(['"once"']);
  });

  it('do only what their role allows', async () => {
    const clock = manualClock(startMs);
    const now = await started({ resources: resources([]) }, { clock });
    await clock.advance(90_000);
    expect(await now.said('DROPPED: schedule default/Small-Nightly')).toContain('sqs:SendMessage');
  });
});

describe('events of SES on an encrypted topic', () => {
  const setArn = { 'Fn::Sub': `arn:aws:ses:us-east-1:123456789012:configuration-set/\${Set}` };
  const keyPolicy = (...services: string[]) =>
    policyDocument(
      { ...allow('kms:*', '*'), Principal: { AWS: { 'Fn::Sub': `arn:aws:iam::\${AWS::AccountId}:root` } } },
      ...services.map((Service) => ({
        ...allow(['kms:GenerateDataKey*', 'kms:Decrypt'], '*'),
        Principal: { Service },
      })),
    );
  const stack = (keyServices: string[], queuePolicy = true) => ({
    resources: {
      Key: { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: keyPolicy(...keyServices) } },
      Topic: { Type: 'AWS::SNS::Topic', Properties: { KmsMasterKeyId: arnOf('Key') } },
      TopicPolicy: {
        Type: 'AWS::SNS::TopicPolicy',
        Properties: {
          Topics: [ref('Topic')],
          PolicyDocument: policyDocument({
            ...allow('sns:Publish', ref('Topic')),
            Principal: { Service: 'ses.amazonaws.com' },
            Condition: {
              StringEquals: { 'aws:SourceAccount': ref('AWS::AccountId') },
              ArnEquals: { 'aws:SourceArn': setArn },
            },
          }),
        },
      },
      Set: { Type: 'AWS::SES::ConfigurationSet', Properties: { Name: 'mails' } },
      Destination: {
        Type: 'AWS::SES::ConfigurationSetEventDestination',
        Properties: {
          ConfigurationSetName: ref('Set'),
          EventDestination: {
            Enabled: true,
            MatchingEventTypes: ['send'],
            SnsDestination: { TopicARN: ref('Topic') },
          },
        },
      },
      Identity: { Type: 'AWS::SES::EmailIdentity', Properties: { EmailIdentity: 'example.com' } },
      Feedback: queue(),
      Subscription: {
        Type: 'AWS::SNS::Subscription',
        Properties: {
          TopicArn: ref('Topic'),
          Protocol: 'sqs',
          Endpoint: arnOf('Feedback'),
          RawMessageDelivery: true,
        },
      },
      ...(queuePolicy && { FeedbackPolicy: queueFor('Feedback', 'sns.amazonaws.com', ref('Topic')) }),
    },
  });
  const sendMail = async ({ pipeline }: Running) => {
    const client = new SESv2Client(operator(pipeline.endpoint));
    await client.send(
      new SendEmailCommand({
        FromEmailAddress: 'shop@example.com',
        Destination: { ToAddresses: ['success@simulator.amazonses.com'] },
        ConfigurationSetName: 'mails',
        Content: { Simple: { Subject: { Data: 's' }, Body: { Text: { Data: 't' } } } },
      }),
    );
    client.destroy();
    await pipeline.idle(60_000);
  };

  it('arrive on the queue when every policy on the way allows it', async () => {
    const now = await started(stack(['ses.amazonaws.com']));
    await sendMail(now);
    const [body = '{}'] = await waiting(now.pipeline, 'Feedback');
    expect(JSON.parse(body)).toMatchObject({ eventType: 'Send' });
    expect(now.lines).toEqual([]);
  });

  it.each([
    [
      'the key policy does not admit SES',
      stack([]),
      'Service: ses.amazonaws.com is not authorized to perform: kms:GenerateDataKey',
    ],
    [
      'the queue policy does not admit SNS',
      stack(['ses.amazonaws.com'], false),
      'Service: sns.amazonaws.com is not authorized to perform: sqs:SendMessage',
    ],
  ])('are dropped, and said to be, when %s', async (_, given, reason) => {
    const now = await started(given);
    await sendMail(now);
    expect(await now.said('DROPPED')).toContain(reason);
    expect(await waiting(now.pipeline, 'Feedback')).toEqual([]);
  });
});

describe('subscriptions', () => {
  const stack = (properties: object) => ({
    resources: {
      Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'news' } },
      Work: queue(),
      WorkPolicy: queueFor('Work', 'sns.amazonaws.com', ref('Topic')),
      ...functionWithRole('Fn', { code: 'echo' }),
      Permission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: ref('Fn'),
          Principal: 'sns.amazonaws.com',
          SourceArn: ref('Topic'),
        },
      },
      Subscription: {
        Type: 'AWS::SNS::Subscription',
        Properties: { TopicArn: ref('Topic'), ...JSON.parse(JSON.stringify(properties)) },
      },
    },
    code: echo,
    outputs: { Topic: ref('Topic') },
  });
  const publish = async ({ pipeline }: Running, Message: string, kind?: string) => {
    const client = new SNSClient(operator(pipeline.endpoint));
    const MessageAttributes = kind === undefined ? {} : { kind: { DataType: 'String', StringValue: kind } };
    await client.send(new PublishCommand({ TopicArn: pipeline.outputs.Topic, Message, MessageAttributes }));
    client.destroy();
    await pipeline.idle(60_000);
  };

  it('wrap messages for a queue unless raw delivery is asked for', async () => {
    const now = await started(stack({ Protocol: 'sqs', Endpoint: arnOf('Work') }));
    await publish(now, 'hello', 'a');
    const [body = '{}'] = await waiting(now.pipeline, 'Work');
    expect(JSON.parse(body)).toMatchObject({
      Type: 'Notification',
      TopicArn: 'arn:aws:sns:us-east-1:123456789012:news',
      Message: 'hello',
      MessageAttributes: { kind: { Type: 'String', Value: 'a' } },
    });
  });

  it.each([
    ['attributes', { FilterPolicy: { kind: ['a'] } }],
    [
      'the body',
      { FilterPolicyScope: 'MessageBody', FilterPolicy: { mail: { tags: { campaign: ['c1'] } } } },
    ],
  ])('filter by %s', async (_, filter) => {
    const now = await started(
      stack({ Protocol: 'sqs', Endpoint: arnOf('Work'), RawMessageDelivery: true, ...filter }),
    );
    const wanted = '{"mail":{"tags":{"campaign":["c1","c2"]}}}';
    await publish(now, '{"mail":{"tags":{"campaign":["c3"]}}}', 'b');
    await publish(now, wanted, 'a');
    expect(await waiting(now.pipeline, 'Work')).toEqual([wanted]);
  });

  it('invoke functions', async () => {
    const now = await started(stack({ Protocol: 'lambda', Endpoint: arnOf('Fn') }));
    await publish(now, 'hello');
    await now.said('printed');
    expect(now.printed('Fn')).toMatchObject([
      { Records: [{ EventSource: 'aws:sns', Sns: { Message: 'hello', Subject: null } }] },
    ]);
  });
});

describe('lambda:Invoke', () => {
  const failing =
    "export const handler = async (event) => { if (event.fail) throw new Error('no'); return { got: event }; };";
  const stack = {
    resources: {
      Failures: queue(),
      ...functionWithRole('Fn', { code: 'fn', grants: [allow('sqs:SendMessage', arnOf('Failures'))] }),
      Config: {
        Type: 'AWS::Lambda::EventInvokeConfig',
        Properties: {
          FunctionName: ref('Fn'),
          Qualifier: '$LATEST',
          MaximumRetryAttempts: 2,
          DestinationConfig: { OnFailure: { Destination: arnOf('Failures') } },
        },
      },
    },
    code: { fn: failing },
    outputs: { Fn: ref('Fn') },
  };
  const client = ({ pipeline }: Running) => new LambdaClient(operator(pipeline.endpoint));
  const text = (payload: Uint8Array | undefined) =>
    JSON.parse(Buffer.from(payload ?? []).toString() || 'null');

  it('answers with the result or the error of the function', async () => {
    const lambda = client(await started(stack));
    const good = await lambda.send(
      new InvokeCommand({ FunctionName: 'Small-Fn', Payload: Buffer.from('{"a":1}') }),
    );
    expect([good.StatusCode, good.FunctionError, text(good.Payload)]).toEqual([
      200,
      undefined,
      { got: { a: 1 } },
    ]);
    const bad = await lambda.send(
      new InvokeCommand({ FunctionName: 'Small-Fn', Payload: Buffer.from('{"fail":true}') }),
    );
    expect([bad.FunctionError, text(bad.Payload)]).toMatchObject([
      'Unhandled',
      { errorType: 'Error', errorMessage: 'no' },
    ]);
    await expect(lambda.send(new InvokeCommand({ FunctionName: 'Missing' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(
      lambda.send(new InvokeCommand({ FunctionName: 'Small-Fn', Payload: Buffer.from('{') })),
    ).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
    await expect(
      lambda.send(
        new InvokeCommand({
          FunctionName: 'Small-Fn',
          InvocationType: 'Event',
          Payload: Buffer.from(`"${'x'.repeat(1_048_576)}"`),
        }),
      ),
    ).rejects.toMatchObject({ name: 'RequestTooLargeException' });
    lambda.destroy();
  });

  it('retries asynchronous events after one and two minutes, then tells the failure destination', async () => {
    const clock = manualClock(Date.now());
    const now = await started(stack, { clock });
    const lambda = client(now);
    const answer = await lambda.send(
      new InvokeCommand({
        FunctionName: 'Small-Fn',
        InvocationType: 'Event',
        Payload: Buffer.from('{"fail":true}'),
      }),
    );
    expect(answer.StatusCode).toBe(202);
    lambda.destroy();
    const tries = () => now.lines.filter((line) => line.includes('Invoke Error')).length;
    const tried = async (count: number) => {
      while (tries() < count) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    };
    await tried(1);
    await clock.advance(59_000);
    await tried(1);
    expect(tries()).toBe(1);
    await clock.advance(1_000);
    await tried(2);
    await clock.advance(120_000);
    await tried(3);
    await now.pipeline.idle(60_000);
    const [body = '{}'] = await waiting(now.pipeline, 'Failures');
    expect(JSON.parse(body)).toMatchObject({
      requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 3 },
      requestPayload: { fail: true },
      responseContext: { functionError: 'Unhandled' },
      responsePayload: { errorMessage: 'no' },
    });
  });
});

it('describes itself as CloudFormation does, and gives generated secrets out', async () => {
  const GenerateSecretString = {
    SecretStringTemplate: '{"current":"k1"}',
    GenerateStringKey: 'k1',
    PasswordLength: 64,
    ExcludePunctuation: true,
  };
  const { pipeline } = await started({
    resources: {
      Keys: { Type: 'AWS::SecretsManager::Secret', Properties: { GenerateSecretString } },
      Work: queue(),
    },
    outputs: { KeysArn: ref('Keys'), Odd: '<&">' },
  });
  const cloudFormation = new CloudFormationClient(operator(pipeline.endpoint));
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: 'Small' }));
  expect(Stacks).toMatchObject([
    {
      StackName: 'Small',
      StackStatus: 'CREATE_COMPLETE',
      Outputs: [
        { OutputKey: 'KeysArn', OutputValue: pipeline.outputs.KeysArn },
        { OutputKey: 'Odd', OutputValue: '<&">' },
      ],
    },
  ]);
  const { StackResourceSummaries } = await cloudFormation.send(
    new ListStackResourcesCommand({ StackName: 'Small' }),
  );
  expect(
    StackResourceSummaries?.map(({ LogicalResourceId, ResourceType }) => [LogicalResourceId, ResourceType]),
  ).toEqual([
    ['Keys', 'AWS::SecretsManager::Secret'],
    ['Work', 'AWS::SQS::Queue'],
  ]);
  const { TemplateBody = '{}' } = await cloudFormation.send(new GetTemplateCommand({ StackName: 'Small' }));
  expect(Object.keys(JSON.parse(TemplateBody).Resources)).toEqual(['Keys', 'Work']);
  await expect(cloudFormation.send(new DescribeStacksCommand({ StackName: 'Other' }))).rejects.toMatchObject({
    name: 'ValidationError',
  });
  cloudFormation.destroy();

  const secrets = new SecretsManagerClient(operator(pipeline.endpoint));
  const { SecretString = '{}', Name } = await secrets.send(
    new GetSecretValueCommand({ SecretId: pipeline.outputs.KeysArn }),
  );
  expect(Name).toBe('Small-Keys');
  expect(JSON.parse(SecretString)).toEqual({ current: 'k1', k1: expect.stringMatching(/^[A-Za-z0-9]{64}$/) });
  await expect(secrets.send(new GetSecretValueCommand({ SecretId: 'other' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  secrets.destroy();
});
