import type { Bucket } from '../../aws/bucket.ts';
import { answering, type BrokenServer, startBrokenServer } from './broken-server.ts';
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

it('gives a range in octets', async () => {
  expect(await bucket.getByteRange('audiences/autumn/audience.csv', 8, 9)).toEqual(Uint8Array.of(0xe5, 0xb1));
});

it('writes an object in pieces', async () => {
  const piece = (n: number) => Buffer.alloc(70_000, n);
  let begun = 0;
  function* pieces() {
    begun++;
    for (let n = 0; n < 30; n++) {
      yield piece(n);
    }
  }
  const key = 'campaigns/autumn/p1/recipients.idx';
  await bucket.putPieces(key, { bytes: 30 * 70_000, pieces }, 'application/octet-stream');
  const stored = Buffer.from((await bucket.getBytes(key)) ?? []);
  expect(stored.equals(Buffer.concat(Array.from({ length: 30 }, (_, n) => piece(n))))).toBe(true);
  expect(begun).toBe(1);
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
  { how: 'getByteRange', read: () => bucket.getByteRange('audiences/none.csv', 0, 9) },
  { how: 'stream', read: () => bucket.stream('audiences/none.csv') },
])('$how knows nothing of a key that does not exist', async ({ read }) => {
  expect(await read()).toBeUndefined();
});

it('does not take a bucket that does not exist for a missing key', async () => {
  const aws = await import('../../aws/bucket.ts');
  await expect(aws.bucket('no-such-bucket').getText('a')).rejects.toMatchObject({ name: 'NoSuchBucket' });
});

describe('a write in pieces that S3 cannot take at first', () => {
  const pieces = { bytes: 4, pieces: () => [Buffer.from('ab'), Buffer.from('cd')] };
  const { warn } = console;
  let server: BrokenServer;
  let broken: Bucket;
  beforeAll(async () => {
    server = await startBrokenServer();
    const { bucket: bucketOf } = await import('../../aws/bucket.ts');
    const { AWS_ENDPOINT_URL } = process.env;
    process.env.AWS_ENDPOINT_URL = server.endpoint;
    broken = bucketOf('mail');
    // The client reads the variable with its first call.
    server.answer(answering(200, ''));
    await broken.put('a', 'a', 'text/plain');
    process.env.AWS_ENDPOINT_URL = AWS_ENDPOINT_URL;
    // The SDK warns that it does not repeat the write itself.
    console.warn = () => {};
  });
  afterAll(async () => {
    console.warn = warn;
    await server.close();
  });

  it('is begun again', async () => {
    server.answer(answering(503, ''), answering(500, ''), answering(200, ''));
    await broken.putPieces('campaigns/autumn/p1/chunks.jsonl', pieces, 'application/x-ndjson');
    expect(server.bodies).toHaveLength(3);
    expect(server.bodies[2]).toContain('ab');
    expect(server.bodies[2]).toContain('cd');
  });

  it.each([
    ['after three tries', 503, 3],
    ['at once where it is refused', 403, 1],
  ])('fails %s', async (_, status, tries) => {
    server.answer(answering(status, ''));
    const writing = broken.putPieces('campaigns/autumn/p1/chunks.jsonl', pieces, 'application/x-ndjson');
    await expect(writing).rejects.toBeDefined();
    expect(server.requests).toHaveLength(tries);
  });
});
