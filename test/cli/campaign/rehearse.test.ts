import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type RunningTodoke, startTodoke } from '../running-todoke.ts';

const rows = [
  'address,name,locale,couponCode',
  'hanako@example.com,届 花子,ja,ASAGIRI10',
  'alex@example.com,Alex,en,SNOW20',
  'HANAKO@example.com,届 花子,ja,ASAGIRI10',
  'not an address,,,ASAGIRI10',
  'unwilling@example.com,,,ASAGIRI10',
];

let running: RunningTodoke;
let audience: string;
const todoke: RunningTodoke['todoke'] = (...args) => running.todoke(...args);
const folder = mkdtempSync(join(tmpdir(), 'todoke-samples-'));
const sent = () => [...running.pipeline.ses.store.all()];

beforeAll(async () => {
  running = await startTodoke();
  await todoke(['suppression', 'add', 'unwilling@example.com', '--scope', 'marketing']);
  audience = running.file('segment.csv', rows.join('\n'));
});
afterAll(async () => {
  await running.close();
  rmSync(folder, { recursive: true });
});

const made = (name: string) => ['--template', 'product-announcement', '--name', name, '--audience', audience];

describe('campaign rehearse', () => {
  it('says what a new draft would come to, and sends nothing to its audience', async () => {
    const args = ['campaign', 'rehearse', ...made('spring'), '--samples', folder, '--json'];
    const { code, json } = await todoke(args);
    expect([code, json()]).toMatchObject([
      0,
      {
        name: 'spring',
        totals: { rows: 5, recipients: 2, invalid: 1, duplicates: 1, suppressed: 1, rejected: 0, capped: 0 },
        reasons: expect.arrayContaining([
          { why: 'duplicate', code: 'duplicate', count: 1, first: [{ row: 3, message: expect.any(String) }] },
          {
            why: 'suppressed',
            code: 'suppressed',
            count: 1,
            first: [{ row: 5, message: expect.any(String) }],
          },
        ]),
        samples: [
          { row: 1, locale: 'ja', subject: expect.any(String) },
          { row: 2, locale: 'en', subject: expect.any(String) },
        ],
        account: { maxSendRate: 500 },
        forecast: { today: 2, daysOfWaiting: 0 },
        cost: { usd: expect.any(Number) },
        findings: { template: [] },
        tests: [],
      },
    ]);
    await running.pipeline.idle(90_000);
    expect(sent()).toEqual([]);
    const { json: status } = await todoke(['campaign', 'status', 'spring', '--json']);
    expect(status()).toMatchObject({ state: 'draft', history: [] });
    expect(readdirSync(folder).sort()).toEqual(['en.html', 'en.txt', 'ja.html', 'ja.txt']);
    expect(readFileSync(join(folder, 'en.txt'), 'utf8')).toMatch(/^Row: 2\n[\s\S]*SNOW20/);
    expect(readFileSync(join(folder, 'ja.txt'), 'utf8')).toMatch(/^From: あおば商店 <\S+>$/m);
    expect(readFileSync(join(folder, 'ja.html'), 'utf8')).toContain('ASAGIRI10');
    expect(statSync(join(folder, 'ja.html')).mode & 0o077).toBe(0);
  });

  it('sends the samples to whoever is to look at them, marked as tests', async () => {
    const to = ['--to', 'boss@example.com', '--to', 'lawyer@example.com'];
    const { code, json } = await todoke([
      'campaign',
      'rehearse',
      'spring',
      ...to,
      '--samples',
      folder,
      '--json',
    ]);
    const { tests } = json() as { tests: { to: string; notificationId: string; state: string }[] };
    expect([code, tests.map((test) => [test.to, test.state])]).toEqual([
      0,
      ['boss@example.com', 'boss@example.com', 'lawyer@example.com', 'lawyer@example.com'].map((address) => [
        address,
        'delivered',
      ]),
    ]);
    expect(
      sent()
        .map(({ recipients }) => recipients[0])
        .sort(),
    ).toEqual(tests.map((test) => test.to));
    for (const { subject } of sent()) {
      expect(subject).toMatch(/^\[test\] ./);
    }
    const { deliveriesTable } = await import('../../../aws/deliveries.ts');
    const deliveries = deliveriesTable(running.pipeline.outputs.DeliveriesTableName ?? '');
    expect(await deliveries.get(`n#${tests[0]?.notificationId}`)).toMatchObject({ test: true });
    const traced = await todoke(['trace', 'boss@example.com']);
    expect(traced.out).toContain('product-announcement, marketing, test');
  });

  it('sends no sample where one of them has no address', async () => {
    const before = sent().length;
    const args = ['campaign', 'rehearse', 'spring', '--to', 'boss@example.com', '--to', 'lawyer@'];
    const { code, err } = await todoke(args);
    expect([code, err]).toEqual([2, expect.stringMatching(/: --to is not of the form local-part@domain$/m)]);
    expect(sent()).toHaveLength(before);
  });

  it('reads well', async () => {
    const { out } = await todoke(['campaign', 'rehearse', 'spring', '--samples', folder]);
    expect(out).toMatch(/^spring: 2 of 5 rows would get product-announcement\. Nothing was sent to them\.$/m);
    expect(out).toMatch(/^duplicate +duplicate +1 +row 3 has the address of an earlier row$/m);
    expect(out).toMatch(/^Time: about 1 s at 500 a second, /m);
    expect(out).toMatch(/^Cost: about \$0\.00: \$0\.00 to SES \(plan \w+\) and \$0\.00 for the rest$/m);
    expect(out).toMatch(/^Template: nothing was found$/m);
    expect(out).toMatch(/^Start it with: npx todoke campaign start spring$/m);
  });

  it('has a sample of each variant', async () => {
    const args = [...made('two'), '--variant', 'B=subject=Another subject', '--samples', folder, '--json'];
    const { json } = await todoke(['campaign', 'rehearse', ...args]);
    const { samples } = json() as { samples: { variant: string; locale: string; subject: string }[] };
    expect(samples.map(({ variant, locale }) => `${variant} ${locale}`)).toEqual([
      'A ja',
      'A en',
      'B ja',
      'B en',
    ]);
    expect(samples.slice(2).map(({ subject }) => subject)).toEqual(['Another subject', 'Another subject']);
    expect(readdirSync(folder)).toContain('B-en.html');
  });

  it('says why an audience cannot be used, and leaves the draft', async () => {
    const path = running.file('encoding.csv', Buffer.from('address,name\na@example.com,\x82\n', 'latin1'));
    const args = ['--template', 'product-announcement', '--name', 'broken', '--audience', path];
    const { code, err } = await todoke(['campaign', 'rehearse', ...args]);
    expect(code).toBe(1);
    expect(err).toMatch(/^todoke: /m);
  });

  it('takes a draft, or what makes one, and not both', async () => {
    expect(await todoke(['campaign', 'rehearse', 'spring', ...made('x')])).toMatchObject({ code: 2 });
  });
});

describe('campaign start', () => {
  it('asks the person at the terminal, with the count', async () => {
    const asked: string[] = [];
    const answering = (answer: string) => (question: string) => {
      asked.push(question);
      return answer;
    };
    const refused = await todoke(['campaign', 'start', 'spring'], '', answering('n'));
    expect([refused.code, refused.err.split('\n').at(-1)]).toEqual([1, 'todoke: nothing was sent']);
    expect(asked).toEqual([
      'this sends mail to up to 5 recipients of "spring" through the pipeline on this machine. Go on? [y/N] ',
    ]);
    const before = sent().length;
    const started = await todoke(['campaign', 'start', 'spring', '--wait', '--json'], '', answering('y'));
    expect([started.code, started.json(), sent().length - before]).toMatchObject([
      0,
      { state: 'completed', accepted: 2 },
      2,
    ]);
  });

  it('starts nothing without a terminal and without --yes', async () => {
    const { code, err } = await todoke(['campaign', 'start', ...made('winter')]);
    expect([code, err]).toEqual([
      1,
      'todoke: this sends mail to up to 5 recipients of segment.csv through the pipeline on this machine; repeat with --yes',
    ]);
    expect(await todoke(['campaign', 'status', 'winter'])).toMatchObject({ code: 1 });
  });
});
