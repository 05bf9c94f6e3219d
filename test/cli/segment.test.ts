import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type RunningTodoke, startTodoke } from './running-todoke.ts';

let running: RunningTodoke;
const todoke: RunningTodoke['todoke'] = (...args) => running.todoke(...args);
const file = (name: string, ...lines: readonly string[]) => running.file(name, `${lines.join('\n')}\n`);

beforeAll(async () => {
  running = await startTodoke();
  // Points the SDK to the pipeline, as every command does.
  await todoke(['status']);
});
afterAll(() => running.close());

async function putObject(key: string, text: string): Promise<string> {
  const Bucket = running.pipeline.outputs.BucketName ?? '';
  await new S3Client({}).send(new PutObjectCommand({ Bucket, Key: key, Body: text }));
  return `s3://${Bucket}/${key}`;
}

const draft = (name: string, ...more: string[]) =>
  todoke(['campaign', 'create', '--template', 'product-announcement', '--name', name, ...more]);
const start = (name: string, ...more: string[]) =>
  todoke(['campaign', 'start', '--template', 'product-announcement', '--name', name, ...more]);

describe('an audience in several places', () => {
  it('is read as one, from files and from the bucket, with columns by other names', async () => {
    const here = file('here.csv', '連絡先,couponCode', 'a@example.com,A', 'b@example.com,B');
    const there = await putObject(
      'audiences/there.csv',
      '連絡先,couponCode\nA@example.com,A\nc@example.com,C\n',
    );
    const audience = ['--audience', here, '--audience', there, '--map', 'address=連絡先'];
    const { code, err, json } = await start('both', ...audience, '--wait', '--json');
    expect(err.split('\n')[0]).toBe('uploading 2 rows …');
    expect([code, json()]).toMatchObject([
      0,
      {
        state: 'completed',
        audienceKeys: [expect.stringMatching(/^audiences\/both\/[0-9a-f]{32}\.csv$/), 'audiences/there.csv'],
        ...{ columns: { address: '連絡先' }, recipients: 4, accepted: 3, duplicates: 1 },
      },
    ]);
  });

  it('may be of a size that goes up in parts', async () => {
    const row = (n: number) => `r${n}@example.com,${'x'.repeat(900)}`;
    const large = file('large.csv', 'email,couponCode', ...Array.from({ length: 12_000 }, (_, n) => row(n)));
    const before = running.pipeline.calls()['s3:UploadPart'] ?? 0;
    const { code, json } = await draft('large', '--audience', large, '--json');
    expect([code, json()]).toMatchObject([0, { state: 'draft' }]);
    expect((running.pipeline.calls()['s3:UploadPart'] ?? 0) - before).toBe(2);
  });

  it.each([
    ['nothing is there', 's3://BUCKET/audiences/none.csv', /^todoke: there is no s3:\/\/\S+none\.csv$/],
    [
      'the planner may not read it',
      's3://BUCKET/templates/x.csv',
      /audiences are read from s3:\/\/\S+\/audiences\/ only/,
    ],
    ['it is in another bucket', 's3://others/audiences/x.csv', /audiences are read from/],
    ['it is no address', 's3://BUCKET', /is not s3:\/\/BUCKET\/KEY/],
  ])('is refused where %s', async (_, url, says) => {
    const place = url.replace('BUCKET', running.pipeline.outputs.BucketName ?? '');
    const { code, err } = await draft('refused', '--audience', place);
    expect(code).toBe(1);
    expect(err).toMatch(says);
  });

  it('is refused where the object has no header, before anything is started', async () => {
    const url = await putObject('audiences/no-header.csv', 'a@example.com,A\nb@example.com,B\n');
    const { code, err } = await draft('no-header', '--audience', url);
    expect([code, err]).toEqual([
      1,
      'todoke: the first line of the audience names no column "address" or "email"',
    ]);
  });

  it.each([
    [
      'of two formats',
      ['--audience', 'a.csv', '--audience', 'b.jsonl'],
      /all files of an audience are of one format/,
    ],
    ['with a map that is none', ['--audience', 'a.csv', '--map', 'address'], /"address" is not OURS=THEIRS/],
    ['of no known format', ['--audience', 'a.csv', '--format', 'xlsx'], /--format is csv or jsonl/],
  ])('is wrong usage %s', async (_, audience, says) => {
    const { code, err } = await draft('usage', ...audience);
    expect(code).toBe(2);
    expect(err).toMatch(says);
  });
});
