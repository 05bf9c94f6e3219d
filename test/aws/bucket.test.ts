import type { Bucket } from '../../aws/bucket.ts';
import { type QuietStack, startQuietStack } from './quiet-stack.ts';

let stack: QuietStack;
let bucket: Bucket;

beforeAll(async () => {
  stack = await startQuietStack();
  const aws = await import('../../aws/bucket.ts');
  bucket = aws.bucket(stack.output('BucketName'));
  await bucket.put('audiences/autumn/audience.csv', 'address\n届@example.com\n', 'text/csv');
});
afterAll(() => stack.close());

it('gives back what was put, as text and as octets', async () => {
  const octets = Uint8Array.from({ length: 256 }, (_, i) => i);
  await bucket.put('attachments/all-octets.bin', octets, 'application/octet-stream');
  expect(await bucket.getText('audiences/autumn/audience.csv')).toBe('address\n届@example.com\n');
  expect(Buffer.from((await bucket.getBytes('attachments/all-octets.bin')) ?? [])).toEqual(
    Buffer.from(octets),
  );
});

it('gives both ends of a range, in octets and not in characters', async () => {
  expect(await bucket.getRange('audiences/autumn/audience.csv', 8, 10)).toBe('届');
  expect(await bucket.getRange('audiences/autumn/audience.csv', 0, 0)).toBe('a');
});

it('streams an object', async () => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of (await bucket.stream('audiences/autumn/audience.csv')) ?? []) chunks.push(chunk);
  expect(Buffer.concat(chunks).toString()).toBe('address\n届@example.com\n');
});

it.each([
  { how: 'getText', read: () => bucket.getText('audiences/none.csv') },
  { how: 'getBytes', read: () => bucket.getBytes('audiences/none.csv') },
  { how: 'getRange', read: () => bucket.getRange('audiences/none.csv', 0, 9) },
  { how: 'stream', read: () => bucket.stream('audiences/none.csv') },
])('$how knows nothing of a key that does not exist', async ({ read }) => {
  expect(await read()).toBeUndefined();
});

it('does not take a bucket that does not exist for a missing key', async () => {
  const aws = await import('../../aws/bucket.ts');
  await expect(aws.bucket('no-such-bucket').getText('a')).rejects.toMatchObject({ name: 'NoSuchBucket' });
});
