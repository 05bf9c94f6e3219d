import type { Bucket } from '../../aws/bucket.ts';
import { publishTemplate, templateKeys, templates } from '../../aws/templates.ts';
import { type QuietStack, startQuietStack } from './quiet-stack.ts';

const [first, second] = ['1'.repeat(32), '2'.repeat(32)];

let stack: QuietStack;
let bucket: Bucket;
let nowMs = 0;

beforeAll(async () => {
  stack = await startQuietStack();
  const aws = await import('../../aws/bucket.ts');
  bucket = aws.bucket(stack.output('BucketName'));
});
afterAll(() => stack.close());

const publish = (name: string, hash: string) =>
  publishTemplate(bucket, name, hash, JSON.stringify({ name, hash }));
const reads = () => stack.pipeline.calls()['s3:GetObject'] ?? 0;

it('finds the templates that the stack published when it was created', async () => {
  const template = await templates(bucket, () => nowMs).find('one-time-password');
  expect(template).toMatchObject({ name: 'one-time-password', category: 'transactional' });
  expect(template?.hash).toMatch(/^[0-9a-f]{32}$/);
});

it('uses a newly published version within a minute, and a pinned one for ever', async () => {
  const catalogue = templates(bucket, () => nowMs);
  await publish('notice', first);
  expect(await catalogue.find('notice')).toEqual({ name: 'notice', hash: first });
  await publish('notice', second);
  nowMs += 59_999;
  expect(await catalogue.find('notice')).toMatchObject({ hash: first });
  nowMs += 1;
  expect(await catalogue.find('notice')).toMatchObject({ hash: second });
  expect(await catalogue.find('notice', first)).toMatchObject({ hash: first });
});

it('reads each version once', async () => {
  const catalogue = templates(bucket, () => nowMs);
  await publish('cached', first);
  const before = reads();
  for (let i = 0; i < 5; i++) {
    await catalogue.find('cached');
    await catalogue.find('cached', first);
  }
  expect(reads() - before).toBe(2);
});

it('knows nothing of an unknown name or version, until it is published', async () => {
  const catalogue = templates(bucket, () => nowMs);
  expect(await catalogue.find('later')).toBeUndefined();
  await publish('later', first);
  expect(await catalogue.find('later', second)).toBeUndefined();
  expect(await catalogue.find('later')).toMatchObject({ hash: first });
});

it('writes a version before it points to it', async () => {
  const keys: string[] = [];
  const put = async (key: string) => {
    keys.push(key);
  };
  await publishTemplate({ put }, 'notice', first, '{}');
  expect(keys).toEqual([templateKeys.version('notice', first), templateKeys.current('notice')]);
});
