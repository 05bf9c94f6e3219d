import { randomBytes } from 'node:crypto';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectCommand,
  GetBucketLocationCommand,
  GetBucketPolicyCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type StartedCloud, startCloud } from '../gateway/started-cloud.ts';

let cloud: StartedCloud;
let s3: S3Client;
const Bucket = 'audiences';

beforeAll(async () => {
  cloud = await startCloud();
  s3 = new S3Client(cloud.client);
  await s3.send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  s3.destroy();
  await cloud.close();
});

const read = async (Key: string): Promise<Buffer> =>
  Buffer.from(
    (await (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToByteArray()) ?? [],
  );

describe('objects', () => {
  it.each([
    { key: 'plain.csv', body: 'a,b\n1,2\n' },
    { key: 'folder/日本語 & more+plus (1).jsonl', body: '{"名前":"届け 🎉"}\n' },
    { key: 'empty', body: '' },
    { key: `${'long/'.repeat(200)}key`, body: 'x' },
  ])('are read as they were written: $key', async ({ key, body }) => {
    await s3.send(
      new PutObjectCommand({ Bucket, Key: key, Body: Buffer.from(body), ContentType: 'text/csv' }),
    );
    const got = await s3.send(new GetObjectCommand({ Bucket, Key: key }));
    expect(await got.Body?.transformToString()).toBe(body);
    expect(got.ContentType).toBe('text/csv');
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: key }));
    expect(Contents?.map((object) => object.Key)).toEqual([key]);
  });

  it('over 11 MiB keep their bytes, type and metadata', async () => {
    const Body = randomBytes(20 * 1024 * 1024 + 3);
    const Key = 'large.bin';
    const { ETag } = await s3.send(
      new PutObjectCommand({
        Bucket,
        Key,
        Body,
        ContentType: 'application/x-large',
        Metadata: { rows: '7' },
      }),
    );
    expect((await read(Key)).equals(Body)).toBe(true);
    const head = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    expect(head).toMatchObject({ ContentType: 'application/x-large', Metadata: { rows: '7' }, ETag });
  });

  it('are read in ranges', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'digits', Body: '0123456789' }));
    const part = await s3.send(new GetObjectCommand({ Bucket, Key: 'digits', Range: 'bytes=2-4' }));
    expect(await part.Body?.transformToString()).toBe('234');
    expect(part.ContentRange).toBe('bytes 2-4/10');
  });

  it('that exist are not overwritten with If-None-Match: *, whoever comes at the same time', async () => {
    const attempts = await Promise.allSettled(
      Array.from({ length: 8 }, (_, n) =>
        s3.send(new PutObjectCommand({ Bucket, Key: 'once', Body: String(n), IfNoneMatch: '*' })),
      ),
    );
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const winner = attempts.findIndex(({ status }) => status === 'fulfilled');
    expect((await read('once')).toString()).toBe(String(winner));
    for (const attempt of attempts) {
      if (attempt.status === 'rejected') {
        expect(attempt.reason).toMatchObject({
          name: 'PreconditionFailed',
          $metadata: { httpStatusCode: 412 },
        });
      }
    }
  });

  it('are replaced with If-Match only while they are what was read', async () => {
    const { ETag } = await s3.send(new PutObjectCommand({ Bucket, Key: 'versioned', Body: '1' }));
    await s3.send(new PutObjectCommand({ Bucket, Key: 'versioned', Body: '2', IfMatch: ETag }));
    await expect(
      s3.send(new PutObjectCommand({ Bucket, Key: 'versioned', Body: '3', IfMatch: ETag })),
    ).rejects.toMatchObject({ name: 'PreconditionFailed' });
    expect((await read('versioned')).toString()).toBe('2');
  });

  it('are copied and deleted', async () => {
    await s3.send(new PutObjectCommand({ Bucket, Key: 'from', Body: 'copied' }));
    await s3.send(new CopyObjectCommand({ Bucket, Key: 'to', CopySource: `${Bucket}/from` }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'from' }));
    expect((await read('to')).toString()).toBe('copied');
    await expect(read('from')).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('are written and read in process', async () => {
    await cloud.messaging.call('s3', 'PutObject', {
      Bucket,
      Key: 'a b/ü',
      Body: 'in process',
      ContentType: 'x/y',
    });
    const { Body, ContentType } = await cloud.messaging.call('s3', 'GetObject', { Bucket, Key: 'a b/ü' });
    expect({ text: Body.toString(), ContentType }).toEqual({ text: 'in process', ContentType: 'x/y' });
    await expect(cloud.messaging.call('s3', 'GetObject', { Bucket, Key: 'absent' })).rejects.toMatchObject({
      code: 'NoSuchKey',
    });
  });
});

it('a type that the engine would misread is refused by name', async () => {
  const ContentType = 'application/x-www-form-urlencoded';
  await expect(
    s3.send(new PutObjectCommand({ Bucket, Key: 'form', Body: 'a=b', ContentType })),
  ).rejects.toMatchObject({
    name: 'NotImplemented',
    message: `Objects of the type ${ContentType} cannot be stored here.`,
  });
});

describe('buckets', () => {
  it('tell their region', async () => {
    const { LocationConstraint } = await s3.send(new GetBucketLocationCommand({ Bucket }));
    expect(LocationConstraint).toBe('eu-west-1');
  });

  it('refuse what is not there, by name', async () => {
    await expect(s3.send(new GetBucketPolicyCommand({ Bucket }))).rejects.toMatchObject({
      name: 'NotImplemented',
      message: 'The ?policy sub-resource of S3 is not available here.',
    });
  });
});
