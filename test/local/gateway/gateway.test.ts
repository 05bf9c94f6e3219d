import { request as httpRequest } from 'node:http';
import { Agent, get as httpsGet } from 'node:https';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { CreateTableCommand, DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { ApiCall, Caller } from '../../../local/api.ts';
import type { AnsweredCall, Authorization } from '../../../local/gateway/gateway.ts';
import { place, type StartedCloud, startCloud } from './started-cloud.ts';

const functionCaller: Caller = {
  accessKeyId: 'AKIDFUNCTION',
  arn: 'arn:aws:sts::123456789012:assumed-role/SendRole/SendFunction',
  functionId: 'SendFunction',
};

let cloud: StartedCloud;
let authorized: { caller: Caller; call: ApiCall }[] = [];
let answered: AnsweredCall[] = [];
let denied: (call: ApiCall) => boolean = () => false;

function authorize(caller: Caller, call: ApiCall): Authorization {
  authorized.push({ caller, call });
  return denied(call)
    ? { allowed: false, reason: `User: ${caller.arn} is not authorized to perform: ${call.action}` }
    : { allowed: true };
}

beforeAll(async () => {
  cloud = await startCloud({ authorize, onCall: (call) => answered.push(call) });
  cloud.gateway.addCaller(functionCaller.accessKeyId, functionCaller);
});
beforeEach(() => {
  authorized = [];
  answered = [];
  denied = () => false;
});
afterAll(() => cloud.close());

const signed = (service: string, accessKeyId = 'AKIDX'): { authorization: string } => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261124/${place.region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
});

describe('callers', () => {
  it('are known by access key, and every call is authorized and counted', async () => {
    const credentials = { accessKeyId: functionCaller.accessKeyId, secretAccessKey: 'x' };
    const sqs = new SQSClient({ ...cloud.client, credentials });
    await cloud.messaging.call('sqs', 'CreateQueue', { QueueName: 'counted' });
    const QueueUrl = `${cloud.gateway.endpoint}/${place.accountId}/counted`;
    const before = cloud.gateway.calls.get('sqs:SendMessage') ?? 0;
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    sqs.destroy();
    expect(authorized).toMatchObject([
      {
        caller: functionCaller,
        call: { action: 'sqs:SendMessage', resources: ['arn:aws:sqs:eu-west-1:123456789012:counted'] },
      },
    ]);
    expect(cloud.gateway.calls.get('sqs:SendMessage')).toBe(before + 1);
    expect(answered).toMatchObject([{ operation: 'sqs:SendMessage', caller: functionCaller, status: 200 }]);
    expect(answered[0]?.requestBytes).toBeGreaterThan(0);
    cloud.gateway.countCall('sqs:SendMessage', 3);
    expect(cloud.gateway.calls.get('sqs:SendMessage')).toBe(before + 4);
  });

  it('with any other key are the operator', async () => {
    const sqs = new SQSClient(cloud.client);
    await sqs.send(new GetQueueUrlCommand({ QueueName: 'nothing' })).catch(() => {});
    sqs.destroy();
    expect(authorized[0]?.caller).toEqual({
      accessKeyId: 'AKIDOPERATOR',
      arn: 'arn:aws:iam::123456789012:user/operator',
    });
  });
});

describe('a refusal', () => {
  it.each([
    {
      service: 'SQS',
      name: 'AccessDenied',
      status: 403,
      send: (client: StartedCloud['client']) =>
        new SQSClient(client).send(new GetQueueUrlCommand({ QueueName: 'q' })),
    },
    {
      service: 'SNS',
      name: 'AuthorizationErrorException',
      status: 403,
      send: (client: StartedCloud['client']) =>
        new SNSClient(client).send(
          new PublishCommand({ TopicArn: 'arn:aws:sns:eu-west-1:1:t', Message: 'x' }),
        ),
    },
    {
      service: 'DynamoDB',
      name: 'AccessDeniedException',
      status: 400,
      send: (client: StartedCloud['client']) =>
        new DynamoDBClient(client).send(new GetItemCommand({ TableName: 'tab', Key: { id: { S: 'a' } } })),
    },
    {
      service: 'S3',
      name: 'AccessDenied',
      status: 403,
      send: (client: StartedCloud['client']) =>
        new S3Client(client).send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k' })),
    },
  ])('of $service is read by its SDK, and is not counted', async ({ name, status, send }) => {
    denied = () => true;
    const before = new Map(cloud.gateway.calls);
    await expect(send(cloud.client)).rejects.toMatchObject({
      name,
      message: expect.stringContaining(
        'User: arn:aws:iam::123456789012:user/operator is not authorized to perform',
      ),
      $metadata: { httpStatusCode: status },
    });
    expect(cloud.gateway.calls).toEqual(before);
  });

  it('hides from those who may not list a bucket that an object is absent', async () => {
    const s3 = new S3Client(cloud.client);
    await s3.send(new CreateBucketCommand({ Bucket: 'secrets' }));
    const head = (): Promise<unknown> => s3.send(new HeadObjectCommand({ Bucket: 'secrets', Key: 'k' }));
    const get = (): Promise<unknown> => s3.send(new GetObjectCommand({ Bucket: 'secrets', Key: 'k' }));
    await expect(get()).rejects.toMatchObject({ name: 'NoSuchKey' });
    denied = ({ action }) => action === 's3:ListBucket';
    await expect(get()).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(head()).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    s3.destroy();
  });
});

describe('the listener', () => {
  it('is on 127.0.0.1 and on no other address of the machine', async () => {
    const port = Number(new URL(cloud.gateway.endpoint).port);
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .map(({ address, scopeid }) => (scopeid ? `${address}%${scopeid}` : address))
      .filter((address) => address !== '127.0.0.1');
    // Another address of the loopback network is there on Linux even when no interface is.
    for (const host of ['127.0.0.2', '::1', ...others]) {
      const reached = await new Promise<boolean>((resolve) => {
        const socket = connect({ host, port, timeout: 1000 });
        socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
        socket.once('timeout', () => resolve(false)).once('close', () => socket.destroy());
      });
      expect({ host, reached }).toEqual({ host, reached: false });
    }
  });

  it('speaks TLS on the same port, with a certificate that verifies for 127.0.0.1 and localhost', async () => {
    cloud.gateway.addRoute('/secure', async ({ path }) => ({ status: 200, body: path }));
    const { secureEndpoint, endpoint, caCertificate } = cloud.gateway;
    expect(new URL(secureEndpoint).port).toBe(new URL(endpoint).port);
    const over = (url: string, ca: string): Promise<string> =>
      new Promise((resolve, reject) => {
        const agent = new Agent({ ca, keepAlive: false });
        httpsGet(url, { agent }, (response) => {
          response.setEncoding('utf8');
          let text = '';
          response.on('data', (chunk) => (text += chunk)).on('end', () => resolve(text));
        }).on('error', reject);
      });
    expect(await over(`${secureEndpoint}/secure/a`, caCertificate)).toBe('/secure/a');
    const localhost = secureEndpoint.replace('127.0.0.1', 'localhost');
    expect(await over(`${localhost}/secure/b`, caCertificate)).toBe('/secure/b');
    await expect(over(`${secureEndpoint}/secure/c`, '')).rejects.toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
  });
});

describe('requests without a signature', () => {
  it('go to the longest prefix first, and on when it leaves them', async () => {
    cloud.gateway.addRoute('/box', async ({ path }) => ({ status: 200, body: `box ${path}` }));
    cloud.gateway.addRoute('/box/inner', async ({ query }) =>
      query.has('skip') ? undefined : { status: 201, body: 'inner' },
    );
    const text = async (path: string): Promise<string> => (await fetch(cloud.gateway.endpoint + path)).text();
    expect(await text('/box/inner/x')).toBe('inner');
    expect(await text('/box/inner/x?skip')).toBe('box /box/inner/x');
    const nowhere = await fetch(`${cloud.gateway.endpoint}/elsewhere`);
    expect(nowhere.status).toBe(404);
    expect(authorized).toEqual([]);
  });
});

describe('faults', () => {
  it('name a service that does not run', async () => {
    const response = await fetch(cloud.gateway.endpoint, {
      method: 'POST',
      headers: { ...signed('kinesis'), 'x-amz-target': 'Kinesis_20131202.ListStreams' },
      body: '{}',
    });
    expect(response.status).toBe(501);
    expect(await response.json()).toEqual({
      __type: 'com.amazonaws.kinesis#UnknownService',
      message: 'The service "kinesis" does not run here. There are: dynamodb, s3, sns, sqs, sts.',
    });
  });

  it('of a handler are answered without their cause, and drop the connection only when asked', async () => {
    const dropConnection = Object.assign(new Error('dropped'), { name: 'DropConnection' });
    cloud.gateway.addService('faulty', async ({ path }) => {
      throw path === '/drop' ? dropConnection : new Error('a cause that stays here');
    });
    const errors: unknown[] = [];
    const original = console.error;
    console.error = (line: unknown) => errors.push(line);
    try {
      const failed = await fetch(cloud.gateway.endpoint, { headers: signed('faulty') });
      expect(failed.status).toBe(500);
      expect(failed.headers.get('x-amzn-errortype')).toBe('InternalFailure');
      expect(await failed.text()).not.toContain('a cause');
      await expect(fetch(`${cloud.gateway.endpoint}/drop`, { headers: signed('faulty') })).rejects.toThrow();
    } finally {
      console.error = original;
    }
    expect(errors).toEqual([expect.stringContaining('faulty: Error: a cause that stays here')]);
  });

  it('do not arise from a client that goes away in the middle of its request', async () => {
    const errors: unknown[] = [];
    const original = console.error;
    console.error = (line: unknown) => errors.push(line);
    try {
      const port = Number(new URL(cloud.gateway.endpoint).port);
      const socket = connect({ host: '127.0.0.1', port });
      socket.write('PUT /bucket/key HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf');
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket.destroy();
      await new Promise((resolve) => setTimeout(resolve, 20));
    } finally {
      console.error = original;
    }
    expect(errors).toEqual([]);
  });

  it('refuse a body over 60 MiB', async () => {
    const response = await fetch(cloud.gateway.endpoint, {
      method: 'PUT',
      headers: signed('s3'),
      body: Buffer.alloc(60 * 1024 * 1024 + 1),
    });
    expect(response.status).toBe(413);
  });
});

describe('HTTP', () => {
  it('keeps connections alive and gives each answer an id', async () => {
    cloud.gateway.addRoute('/id', async () => ({ status: 200 }));
    const responses = await Promise.all([1, 2].map(() => fetch(`${cloud.gateway.endpoint}/id`)));
    const ids = responses.map(({ headers }) => headers.get('x-amzn-requestid'));
    expect(new Set(ids).size).toBe(2);
    expect(responses[0]?.headers.get('connection')).toBe('keep-alive');
  });

  it('continues for a client that waits to be told so', async () => {
    cloud.gateway.addRoute('/continue', async ({ body }) => ({ status: 200, body }));
    const text = await new Promise<string>((resolve, reject) => {
      const sending = httpRequest(`${cloud.gateway.endpoint}/continue`, {
        method: 'PUT',
        headers: { expect: '100-continue', 'content-length': 5 },
      });
      sending.on('continue', () => sending.end('hello'));
      sending.on('error', reject).on('response', (response) => {
        response.on('data', (chunk) => resolve(String(chunk)));
      });
      sending.flushHeaders();
    });
    expect(text).toBe('hello');
  });

  it('takes buckets from the host name', async () => {
    const s3 = new S3Client({ ...cloud.client, forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: 'hosted' }));
    s3.destroy();
    const { port } = new URL(cloud.gateway.endpoint);
    const status = await new Promise((resolve, reject) => {
      httpRequest(
        `${cloud.gateway.endpoint}/key`,
        { method: 'PUT', headers: { ...signed('s3'), host: `hosted.localhost:${port}` } },
        (response) => resolve(response.resume().statusCode),
      )
        .on('error', reject)
        .end('body');
    });
    expect(status).toBe(200);
    const { Body } = await cloud.messaging.call('s3', 'GetObject', { Bucket: 'hosted', Key: 'key' });
    expect(Body.toString()).toBe('body');
  });

  it('takes presigned URLs', async () => {
    await cloud.messaging.call('s3', 'CreateBucket', { Bucket: 'presigned' });
    await cloud.messaging.call('s3', 'PutObject', { Bucket: 'presigned', Key: 'k', Body: 'x' });
    const credential = encodeURIComponent(`AKIDX/20261124/${place.region}/s3/aws4_request`);
    const response = await fetch(`${cloud.gateway.endpoint}/presigned/k?X-Amz-Credential=${credential}`);
    expect(await response.text()).toBe('x');
  });
});

it('two gateways do not know of each other', async () => {
  const other = await startCloud();
  try {
    const db = new DynamoDBClient(other.client);
    await db.send(
      new CreateTableCommand({
        TableName: 'only-there',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
    db.destroy();
    const here = new DynamoDBClient(cloud.client);
    await expect(
      here.send(new GetItemCommand({ TableName: 'only-there', Key: { id: { S: 'a' } } })),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    here.destroy();
  } finally {
    await other.close();
  }
});
