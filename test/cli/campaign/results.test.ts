import { readFileSync } from 'node:fs';
import { type RunningTodoke, startTodoke } from '../running-todoke.ts';

const rows = [
  'address,name,locale,couponCode',
  'hanako@example.com,届 花子,ja,ASAGIRI10',
  'HANAKO@example.com,届 花子,ja,ASAGIRI10',
  '=1+2,,,ASAGIRI10',
  'unwilling@example.com,,,ASAGIRI10',
  'bounce@simulator.amazonses.com,,,ASAGIRI10',
  'ken@example.com,佐藤 健,ja,',
];

let running: RunningTodoke;
const todoke: RunningTodoke['todoke'] = (...args) => running.todoke(...args);

beforeAll(async () => {
  running = await startTodoke();
  await todoke(['suppression', 'add', 'unwilling@example.com', '--scope', 'marketing']);
  const audience = running.file('segment.csv', rows.join('\n'));
  const args = ['--template', 'product-announcement', '--name', 'autumn', '--audience', audience];
  const { code, err } = await todoke(['campaign', 'start', ...args, '--wait', '--yes']);
  expect([code, err.split('\n')[0]]).toEqual([0, 'uploading 6 rows …']);
  await running.pipeline.idle(20_000);
});
afterAll(() => running.close());

const file = (name: string) => running.file(name, '');
const linesOf = (path: string) => readFileSync(path, 'utf8').split('\r\n');

describe('campaign receipt', () => {
  it('says what became of every row, and what it cost', async () => {
    const { code, err, json } = await todoke(['campaign', 'receipt', 'autumn', '--json']);
    expect([code, err]).toEqual([0, '']);
    expect(json()).toMatchObject({
      ...{ name: 'autumn', state: 'completed', tracing: 'failures', rows: 6, addsUp: true },
      outcomes: { accepted: 3, suppressed: 1, invalid: 1, duplicate: 1, rejected: 0, unknown: 0, stopped: 0 },
      reports: { bounced: 1, none: 2, delivered: 0 },
      reasons: expect.arrayContaining([
        { outcome: 'accepted', code: expect.any(String), count: 1, firstRows: [5] },
        { outcome: 'duplicate', code: 'duplicate', count: 1, firstRows: [2] },
        { outcome: 'suppressed', code: 'suppressed', count: 1, firstRows: [4] },
        { outcome: 'invalid', code: 'address-syntax', count: 1, firstRows: [3] },
      ]),
      providers: [{ provider: 'other', accepted: 3, bounceRate: 1 / 3, complaintRate: 0 }],
      halts: [],
      moves: [{ to: 'planning' }, { to: 'sending' }, { to: 'completed' }],
    });
    const { cost } = json() as { cost: { usd: number; lines: { what: string; usd: number }[] } };
    expect(cost.lines[0]).toEqual({ what: 'ses', usd: expect.closeTo(3 * 0.00016, 9), basis: 'counted' });
    expect(cost.usd).toBeCloseTo(cost.lines.reduce((sum, { usd }) => sum + usd, 0));
  });

  it('reads well', async () => {
    const { out } = await todoke(['campaign', 'receipt', 'autumn']);
    expect(out).toMatch(/^autumn: completed, template product-announcement [0-9a-f]{32}$/m);
    expect(out).toMatch(/^accepted +3\n {2}bounced +1\n {2}nothing reported +2\nsuppressed +1$/m);
    expect(out).toMatch(/^all rows of the audience +6$/m);
    expect(out).toMatch(/^duplicate +duplicate +1 +2$/m);
    expect(out).toMatch(/^SES, for each mail +0\.0005 +counted$/m);
  });

  it('needs a plan', async () => {
    const audience = running.file('draft.csv', 'address,couponCode\na@example.com,A\n');
    const args = ['--template', 'product-announcement', '--name', 'draft', '--audience', audience];
    await todoke(['campaign', 'create', ...args]);
    const { code, err } = await todoke(['campaign', 'receipt', 'draft']);
    expect([code, err]).toEqual([1, 'todoke: campaign "draft" has not been planned yet']);
    const exported = await todoke(['campaign', 'export', 'draft']);
    expect(exported).toMatchObject({ code: 1, out: '', err });
  });
});

describe('campaign export', () => {
  it('writes a line for each row, none of which is a formula', async () => {
    const path = file('all.csv');
    const { code, err } = await todoke(['campaign', 'export', 'autumn', path, '--excel']);
    expect([code, err]).toEqual([0, `6 rows written to ${path}`]);
    const [header, ...lines] = linesOf(path);
    expect(header).toBe('\ufeffrow,address,outcome,report,reason,detail,sesMessageId');
    expect(lines.sort()).toEqual([
      '',
      '1,hanako@example.com,accepted,,,,',
      '2,HANAKO@example.com,duplicate,,duplicate,row 2 has the address of an earlier row,',
      expect.stringMatching(/^3,'=1\+2,invalid,,address-syntax,/),
      '4,unwilling@example.com,suppressed,,suppressed,row 4: the recipient is suppressed for such mail,',
      expect.stringMatching(/^5,bounce@simulator\.amazonses\.com,accepted,bounced,\w+,.*550.*,\S+$/),
      '6,ken@example.com,accepted,,,,',
    ]);
  });

  it.each([
    { what: 'failed', rowNumbers: ['5'] },
    { what: 'excluded', rowNumbers: ['2', '3', '4'] },
  ])('writes those that are $what, to standard output', async ({ what, rowNumbers }) => {
    const { code, out } = await todoke(['campaign', 'export', 'autumn', '--what', what]);
    const [header, ...lines] = out.split('\n');
    expect([code, header]).toEqual([0, 'row,address,outcome,report,reason,detail,sesMessageId']);
    expect(lines.map((line) => line.split(',')[0])).toEqual(rowNumbers);
  });

  it('writes a line of JSON for each row, when asked for JSON without a file', async () => {
    const { code, out } = await todoke(['campaign', 'export', 'autumn', '--json']);
    const rows = out.split('\n').map((line) => JSON.parse(line) as { row: number; outcome: string });
    expect([code, rows.map(({ row }) => row).sort()]).toEqual([0, [1, 2, 3, 4, 5, 6]]);
    expect(rows).toContainEqual(
      expect.objectContaining({ row: 5, address: 'bounce@simulator.amazonses.com', report: 'bounced' }),
    );
  });

  it('knows no other selection', async () => {
    expect(await todoke(['campaign', 'export', 'autumn', '--what', 'some'])).toMatchObject({ code: 2 });
  });
});

describe('campaign resend-missing', () => {
  const account = async (productionAccess: boolean) => {
    const body = JSON.stringify({ account: { productionAccess } });
    const { ok } = await fetch(`${running.pipeline.endpoint}/inbox/faults`, { method: 'PUT', body });
    expect(ok).toBe(true);
  };
  const addresses = ['near@example.com', 'far@example.net', 'farther@example.net'];
  const mailsTo = (address: string) =>
    [...running.pipeline.ses.store.all()].filter(({ recipients }) => recipients.includes(address)).length;

  beforeAll(async () => {
    const audience = running.file('refused.csv', ['address', ...addresses].join('\n'));
    const args = ['--template', 'product-announcement', '--name', 'refused', '--audience', audience];
    // In the sandbox SES refuses mail to domains that are not ours.
    await account(false);
    const { json } = await todoke(['campaign', 'start', ...args, '--wait', '--json', '--yes']);
    expect(json()).toMatchObject({ state: 'completed', accepted: 1, rejected: 2 });
    await account(true);
  });

  it('sends nothing before somebody said yes', async () => {
    const { code, err } = await todoke(['campaign', 'resend-missing', 'refused']);
    expect([code, err]).toEqual([
      1,
      'todoke: this sends "refused" to 2 recipients who are rejected or stopped; repeat with --yes',
    ]);
  });

  it('sends to everybody once who was refused, however often it is pressed at the same time', async () => {
    const press = () => todoke(['campaign', 'resend-missing', 'refused', '--yes', '--wait', '--json']);
    const pressed = [...(await Promise.all([press(), press()])), await press()];
    for (const { code, json } of pressed) {
      expect([code, json()]).toMatchObject([0, { state: 'completed', accepted: 3, rejected: 0 }]);
    }
    expect(pressed.at(-1)?.err).toBe('nobody of campaign "refused" is rejected or stopped');
    expect(pressed[0]?.json()).toMatchObject({ resend: { round: 1 } });
    await running.pipeline.idle(20_000);
    expect(addresses.map(mailsTo)).toEqual([1, 1, 1]);
    const { json } = await todoke(['campaign', 'receipt', 'refused', '--json']);
    expect(json()).toMatchObject({ addsUp: true, outcomes: { accepted: 3, rejected: 0 }, reasons: [] });
    const traced = await todoke(['trace', 'far@example.net', '--json']);
    expect(traced.out).toContain('"code":"accepted');
    expect(traced.out).not.toContain('waiting_for');
  });

  it.each([
    { args: ['draft'], code: 1, says: /campaign "draft" is draft: only one that is completed or cancelled/ },
    {
      args: ['refused', '--include', 'bounced'],
      code: 2,
      says: /--include takes rejected, stopped, unknown/,
    },
  ])('refuses $args', async ({ args, code, says }) => {
    expect(await todoke(['campaign', 'resend-missing', ...args])).toMatchObject({
      ...{ code, err: expect.stringMatching(says) },
    });
  });
});
