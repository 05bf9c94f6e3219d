import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { handler, publishTemplates } from '../../functions/publish-templates.ts';
import { inMemoryBucket } from './in-memory-ports.ts';

describe('publishTemplates', () => {
  let path: string;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'todoke-templates-'));
  });
  afterEach(async () => {
    await rm(path, { recursive: true });
  });
  const write = async (name: string, value: unknown) =>
    await writeFile(join(path, name), JSON.stringify(value));
  const folder = () => pathToFileURL(`${path}/`);

  it('writes every version before the pointer to it', async () => {
    await write('index.json', [
      { name: 'order', hash: 'aa' },
      { name: 'alert', hash: 'bb' },
    ]);
    await write('order.aa.json', { name: 'order' });
    await write('alert.bb.json', { name: 'alert' });
    const bucket = inMemoryBucket();
    expect(await publishTemplates(folder(), bucket)).toBe(2);
    expect([...bucket.objects].map(([key, value]) => [key, JSON.parse(String(value))])).toEqual([
      ['templates/order/aa.json', { name: 'order' }],
      ['templates/order/current.json', { hash: 'aa' }],
      ['templates/alert/bb.json', { name: 'alert' }],
      ['templates/alert/current.json', { hash: 'bb' }],
    ]);
  });

  it('keeps older versions', async () => {
    const bucket = inMemoryBucket();
    await bucket.put('templates/order/old.json', '{}');
    await write('index.json', [{ name: 'order', hash: 'aa' }]);
    await write('order.aa.json', {});
    await publishTemplates(folder(), bucket);
    expect(bucket.objects.has('templates/order/old.json')).toBe(true);
  });

  it('names a template that the index has and the folder has not', async () => {
    await write('index.json', [{ name: 'order', hash: 'aa' }]);
    await expect(publishTemplates(folder(), inMemoryBucket())).rejects.toThrow(
      'names order.aa.json, which is not there',
    );
  });
});

describe('the custom resource', () => {
  let server: Server;
  let answered: { method?: string | undefined; headers: IncomingHttpHeaders; body: unknown }[];
  let statuses: number[];
  beforeEach(async () => {
    answered = [];
    statuses = [];
    server = createServer(async (request, response) => {
      answered.push({
        method: request.method,
        headers: request.headers,
        body: JSON.parse(await text(request)),
      });
      response.writeHead(statuses.shift() ?? 200).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  const context = { awsRequestId: 'lambda-request' } as Context;
  const event = (RequestType: 'Create' | 'Delete'): CloudFormationCustomResourceEvent =>
    ({
      RequestType,
      ServiceToken: 'arn:aws:lambda:ap-northeast-1:123456789012:function:publish-templates',
      ResponseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/answer?Signature=x`,
      StackId: 'stack-1',
      RequestId: 'request-1',
      LogicalResourceId: 'Templates',
      ResourceType: 'Custom::Templates',
      ResourceProperties: {
        ServiceToken: 'arn:aws:lambda:ap-northeast-1:123456789012:function:publish-templates',
      },
      ...(RequestType === 'Create' ? {} : { PhysicalResourceId: 'templates-of-old' }),
    }) as CloudFormationCustomResourceEvent;

  it('keeps everything when it is deleted, and says so to CloudFormation', async () => {
    await handler(event('Delete'), context);
    expect(answered).toEqual([
      {
        method: 'PUT',
        headers: expect.objectContaining({ 'content-type': '' }),
        body: {
          Status: 'SUCCESS',
          Reason: '',
          PhysicalResourceId: 'templates-of-old',
          StackId: 'stack-1',
          RequestId: 'request-1',
          LogicalResourceId: 'Templates',
        },
      },
    ]);
  });

  it('says what failed instead of letting the deployment wait for an hour', async () => {
    await handler(event('Create'), context);
    expect(answered.map(({ body }) => body)).toEqual([
      expect.objectContaining({
        Status: 'FAILED',
        Reason: expect.stringMatching(/BUCKET_NAME.*\(request lambda-request\)$/),
        PhysicalResourceId: 'templates-Templates',
      }),
    ]);
  });

  it('is a fault when CloudFormation does not take the answer', async () => {
    statuses.push(403, 403);
    await expect(handler(event('Delete'), context)).rejects.toThrow('answered 403');
  });
});
