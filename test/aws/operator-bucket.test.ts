import type { Bucket } from '../../aws/bucket.ts';
import { type QuietStack, startQuietStack } from './quiet-stack.ts';

let stack: QuietStack;
let bucket: Bucket;
let store: ReturnType<typeof import('../../aws/operator-bucket.ts')['operatorBucket']>;

beforeAll(async () => {
  stack = await startQuietStack();
  const name = stack.output('BucketName');
  bucket = (await import('../../aws/bucket.ts')).bucket(name);
  store = (await import('../../aws/operator-bucket.ts')).operatorBucket(name);
});
afterAll(() => stack.close());

const mebibyte = 1024 * 1024;

/** So many MiB, each of another octet, in pieces that no part ends with. */
async function* content(mebibytes: number, failAfter = mebibytes) {
  for (let n = 0; n < mebibytes; n++) {
    if (n === failAfter) {
      throw new Error('the disk is gone');
    }
    const bytes = Buffer.alloc(mebibyte, n);
    yield bytes.subarray(0, 300_000);
    yield bytes.subarray(300_000);
  }
}

const uploadOf = (key: string, mebibytes: number, failAfter?: number) => {
  const told: number[] = [];
  const uploading = store.upload({
    key,
    contentType: 'text/csv',
    bytes: mebibytes * mebibyte,
    content: content(mebibytes, failAfter),
    progress: (bytes) => told.push(bytes),
  });
  return { told, uploading };
};

it.each([
  ['a small object at once', 2, [2]],
  ['a large one in parts of 8 MiB, and tells of each', 19, [3, 8, 8]],
])('uploads %s', async (_, mebibytes, parts) => {
  const { told, uploading } = uploadOf('audiences/large.csv', mebibytes);
  await uploading;
  expect(told.toSorted((one, other) => one - other)).toEqual(parts.map((part) => part * mebibyte));
  expect(await store.size('audiences/large.csv')).toBe(mebibytes * mebibyte);
  const stored = Buffer.from((await bucket.getBytes('audiences/large.csv')) ?? []);
  for (let n = 0; n < mebibytes; n++) {
    expect(stored[n * mebibyte]).toBe(n);
    expect(stored[(n + 1) * mebibyte - 1]).toBe(n);
  }
});

it.each([
  ['of a small object', 2],
  ['of a large one, and takes its parts back', 19],
])('leaves nothing %s whose content breaks off', async (_, mebibytes) => {
  const before = stack.pipeline.calls()['s3:AbortMultipartUpload'] ?? 0;
  const { uploading } = uploadOf('audiences/broken.csv', mebibytes, mebibytes - 1);
  await expect(uploading).rejects.toThrow('the disk is gone');
  expect(await store.size('audiences/broken.csv')).toBeUndefined();
  expect((stack.pipeline.calls()['s3:AbortMultipartUpload'] ?? 0) - before).toBe(mebibytes > 8 ? 1 : 0);
});

it('creates an object once, and removes it', async () => {
  expect(await store.create('segments/spring.json', '1', 'application/json')).toBe(true);
  expect(await store.create('segments/spring.json', '2', 'application/json')).toBe(false);
  expect(await bucket.getText('segments/spring.json')).toBe('1');
  await store.remove('segments/spring.json');
  expect(await store.size('segments/spring.json')).toBeUndefined();
});
