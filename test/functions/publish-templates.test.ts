import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { contentHash } from '../../domain/template/content-hash.ts';
import { handler, publishTemplates } from '../../functions/publish-templates.ts';
import { compiledTemplate } from '../domain/compiled-template.ts';
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

  /** A template as the build writes it. */
  const built = (name: string) => {
    const content = compiledTemplate({ name });
    return { ...content, hash: contentHash(content) };
  };

  it('writes every version before the pointer to it', async () => {
    const [order, alert] = [built('order'), built('alert')];
    await write('index.json', [order, alert]);
    for (const template of [order, alert]) await write(`${template.name}.${template.hash}.json`, template);
    const bucket = inMemoryBucket();
    expect(await publishTemplates(folder(), bucket)).toBe(2);
    expect([...bucket.objects].map(([key, value]) => [key, JSON.parse(String(value))])).toEqual([
      [`templates/order/${order.hash}.json`, order],
      ['templates/order/current.json', { hash: order.hash }],
      [`templates/alert/${alert.hash}.json`, alert],
      ['templates/alert/current.json', { hash: alert.hash }],
    ]);
  });

  it('keeps older versions', async () => {
    const order = built('order');
    const bucket = inMemoryBucket();
    await bucket.put('templates/order/old.json', '{}');
    await write('index.json', [order]);
    await write(`order.${order.hash}.json`, order);
    await publishTemplates(folder(), bucket);
    expect(bucket.objects.has('templates/order/old.json')).toBe(true);
  });

  it('names a template that the index has and the folder has not', async () => {
    await write('index.json', [{ name: 'order', hash: 'aa' }]);
    await expect(publishTemplates(folder(), inMemoryBucket())).rejects.toThrow(
      'names order.aa.json, which is not there',
    );
  });

  it('refuses a template that is not what its hash says, and publishes nothing of it', async () => {
    const order = built('order');
    await write('index.json', [order]);
    await write(`order.${order.hash}.json`, { ...order, defaultLocale: 'ja' });
    const bucket = inMemoryBucket();
    await expect(publishTemplates(folder(), bucket)).rejects.toThrow(
      'compiled template order is refused: its content does not fit its hash; compile and publish it again',
    );
    expect(bucket.objects.size).toBe(0);
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
