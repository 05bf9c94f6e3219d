import { type RunningTodoke, startTodoke } from './running-todoke.ts';

const totals = {
  recipients: 8,
  accepted: 5,
  suppressed: 1,
  invalid: 1,
  duplicates: 1,
  capped: 0,
  filtered: 0,
  rejected: 0,
  unknown: 0,
  stopped: 0,
};
const rows = [
  'address,name,locale,couponCode',
  'hanako@example.com,届 花子,ja,ASAGIRI10',
  'alex@example.com,Alex,en,ASAGIRI10',
  'HANAKO@example.com,届 花子,ja,ASAGIRI10',
  'not an address,,,ASAGIRI10',
  'ken@example.com,佐藤 健,ja,ASAGIRI10',
  'unwilling@example.com,,,ASAGIRI10',
  'bounce@simulator.amazonses.com,,,ASAGIRI10',
  'complaint@simulator.amazonses.com,,,ASAGIRI10',
];

let running: RunningTodoke;
let audience: string;
const todoke: RunningTodoke['todoke'] = (...args) => running.todoke(...args);

beforeAll(async () => {
  running = await startTodoke();
  audience = running.file('segment.csv', rows.join('\n'));
});
afterAll(() => running.close());

const start = (name: string, ...more: string[]) =>
  todoke(['campaign', 'start', '--template', 'product-announcement', '--name', name, '--yes', ...more]);
const writes = () => {
  const calls = running.pipeline.calls();
  return [calls['s3:PutObject'], calls['dynamodb:PutItem'], calls['lambda:Invoke']];
};

describe('campaign start', () => {
  it('sends to everyone who may be mailed, follows it on standard error, and accounts for every row', async () => {
    await todoke(['suppression', 'add', 'unwilling@example.com', '--scope', 'marketing']);
    const { code, out, err } = await start('autumn', '--audience', audience, '--wait');
    expect(code).toBe(0);
    expect(err.split('\n')[0]).toBe('uploading 8 rows …');
    expect(out).not.toContain('\x1b');
    const [table = '', providers = '', history = '', ...more] = out.split('\n\n');
    const [header, , row] = table.split('\n');
    expect(header?.split(/\s+/)).toEqual([
      'campaign',
      'state',
      'rows',
      ...Object.keys(totals).slice(1),
      'bounced',
      'complained',
    ]);
    expect(row?.split(/\s+/).slice(0, 2 + Object.keys(totals).length)).toEqual([
      'autumn',
      'completed',
      ...Object.values(totals).map(String),
    ]);
    expect(providers.split('\n').slice(2)).toEqual([expect.stringMatching(/^other providers +5 /)]);
    expect(history.split('\n').slice(2)).toEqual([
      expect.stringMatching(/ planning +\S+$/),
      expect.stringMatching(/ sending +plan-campaign$/),
      expect.stringMatching(/ completed +send-chunk$/),
    ]);
    expect(more).toEqual([]);
  });

  it('starts a name once', async () => {
    await start('once', '--audience', audience);
    await running.pipeline.idle(90_000);
    const before = [writes(), running.pipeline.ses.store.count()];
    const { code, out, err } = await start('once', '--audience', audience);
    expect([code, out, err]).toEqual([1, '', 'todoke: campaign "once" exists already; a name is used once']);
    await running.pipeline.idle(90_000);
    expect([writes(), running.pipeline.ses.store.count()]).toEqual(before);
  });

  it('makes up a name from the template and the time', async () => {
    const { code, json } = await todoke([
      'campaign',
      'start',
      '--yes',
      '--template',
      'product-announcement',
      '--audience',
      audience,
      '--json',
    ]);
    expect(code).toBe(0);
    expect(json()).toMatchObject({ name: expect.stringMatching(/^product-announcement-\d{14}$/) });
  });

  it('takes JSON Lines, and values that are the same for everyone', async () => {
    const people = ['a@example.com', 'b@example.com'].map((address) => JSON.stringify({ address }));
    const lines = running.file('segment.jsonl', people.join('\n'));
    const data = running.file('data.json', '{"couponCode":"YUKI20"}');
    const { code, json } = await start('jsonl', '--audience', lines, '--data', data, '--wait', '--json');
    expect(code).toBe(0);
    expect(json()).toMatchObject({
      campaignId: 'jsonl',
      state: 'completed',
      data: { couponCode: 'YUKI20' },
      recipients: 2,
      accepted: 2,
    });
  });

  it.each([
    { trace: [], tracing: 'failures', delivered: undefined },
    { trace: ['--trace', 'failures'], tracing: 'failures', delivered: undefined },
    { trace: ['--trace', 'full'], tracing: 'full', delivered: 'delivered' },
  ])('with $trace keeps a row for those who got it: $delivered', async ({ trace, tracing, delivered }) => {
    const name = `trace-${trace.at(-1)}`;
    const { code, json } = await start(name, '--audience', audience, ...trace, '--wait', '--json');
    expect([code, json()]).toMatchObject([0, { campaignId: name, state: 'completed', tracing }]);
    await running.pipeline.idle(90_000);
    const { deliveriesTable } = await import('../../aws/deliveries.ts');
    const deliveries = deliveriesTable(running.pipeline.outputs.DeliveriesTableName ?? '', 75_000);
    expect((await deliveries.get(`c#${name}#0#0`))?.state).toBe(delivered);
  });

  it('counts rows that lack data as rejected', async () => {
    const path = running.file('no-data.csv', 'address\na@example.com\n');
    const args = ['--template', 'one-time-password', '--name', 'no-data', '--audience', path];
    const { code, json } = await todoke(['campaign', 'start', ...args, '--yes', '--wait', '--json']);
    expect([code, json()]).toMatchObject([0, { recipients: 1, rejected: 1, accepted: 0 }]);
  });

  describe('writes nothing when', () => {
    it.each([
      { what: 'the file does not exist', path: () => 'no/such.csv', says: 'cannot read no/such.csv: ENOENT' },
      { what: 'the file is a folder', path: () => '.', says: 'cannot read .: EISDIR' },
      {
        what: 'the file is empty',
        path: () => running.file('empty.csv', ''),
        says: 'the audience has no rows',
      },
      {
        what: 'the file has a header only',
        path: () => running.file('header.csv', 'address,name\n'),
        says: 'the audience has no rows',
      },
      {
        what: 'no column has addresses',
        path: () => running.file('columns.csv', 'name,plan\nTaro,pro\n'),
        says: 'the first line of the audience names no column "address" or "email"; --map address=NAME says what it is called',
      },
      {
        what: 'two columns have addresses',
        path: () => running.file('both.csv', 'email,メールアドレス\na@example.com,b@example.com\n'),
        says: 'the first line of the audience names a column for "address" twice; --map address=NAME says which one is meant',
      },
      {
        what: 'the first line is a row already',
        path: () => running.file('rows.csv', 'a@example.com,Taro\n'),
        says: 'the first line of the audience has an address; it has to name the columns',
      },
      {
        what: 'a quote is never closed',
        path: () => running.file('quote.csv', 'address,name\na@example.com,"Taro\n'),
        says: 'row 1 is not CSV: a quote in it is never closed',
      },
    ])('$what', async ({ path, says }) => {
      const before = writes();
      const { code, out, err } = await start('never', '--audience', path());
      expect([code, out, err]).toEqual([1, '', `todoke: ${says}`]);
      expect(writes()).toEqual(before);
    });

    it.each([
      { what: 'is no JSON', content: '{' },
      { what: 'is a list', content: '[]' },
    ])('the common data $what', async ({ content }) => {
      const data = running.file('bad-data.json', content);
      const { code, err } = await start('never', '--audience', audience, '--data', data);
      expect([code, err]).toEqual([1, 'todoke: --data is not a file with a JSON object']);
    });

    it('the template is unknown', async () => {
      const args = ['campaign', 'start', '--template', 'no-such', '--audience', audience];
      const { code, err } = await todoke(args);
      expect([code, err]).toEqual([1, 'todoke: template no-such is not published']);
    });

    it('the name has a line break', async () => {
      const { code, err } = await start('a\nb', '--audience', audience);
      expect(code).toBe(1);
      expect(err).toMatch(/^todoke: a campaign name has 1 to 128 characters[^\n]+$/);
    });

    it('the stack is a deployed one and nobody said --yes', async () => {
      Object.assign(process.env, {
        AWS_ENDPOINT_URL: running.pipeline.endpoint,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'AKIDOPERATOR',
        AWS_SECRET_ACCESS_KEY: 'dummy',
      });
      const before = writes();
      const deployed = ['--audience', audience, '--stack', running.pipeline.stackName];
      const args = ['campaign', 'start', '--template', 'product-announcement', '--name', 'real', ...deployed];
      const { code, out, err } = await todoke(args);
      expect([code, out, err]).toEqual([
        1,
        '',
        'todoke: this sends real mail to up to 8 recipients of segment.csv through example.com; repeat with --yes',
      ]);
      expect(writes()).toEqual(before);
      expect(await start('real', ...deployed, '--yes', '--ignore-doctor', '--json')).toMatchObject({
        code: 0,
      });
      await running.pipeline.idle(90_000);
    });
  });

  it('says that there is no such stack', async () => {
    const { code, err } = await start('real', '--audience', audience, '--stack', 'Todoke-prod', '--yes');
    expect([code, err]).toEqual([1, 'todoke: there is no stack Todoke-prod in us-east-1']);
  });
});

describe('a draft', () => {
  it('is made without sending anything, started by its name, and followed', async () => {
    const args = ['--template', 'product-announcement', '--audience', audience, '--name', 'spring'];
    const created = await todoke(['campaign', 'create', ...args, '--no-canary', '--json']);
    expect(created).toMatchObject({ code: 0 });
    expect(created.json()).toMatchObject({
      state: 'draft',
      canary: false,
      category: 'marketing',
      history: [],
    });
    expect(await todoke(['campaign', 'pause', 'spring'])).toMatchObject({
      ...{ code: 1, err: 'todoke: campaign "spring" is draft: it cannot be paused' },
    });
    const started = await todoke([
      'campaign',
      'start',
      '--yes',
      'spring',
      '--by',
      'hanako',
      '--why',
      'it is time',
      '--json',
    ]);
    expect(started).toMatchObject({ code: 0 });
    const { code, out } = await todoke(['campaign', 'watch', 'spring', '--json']);
    const seen = out.split('\n').map((line) => JSON.parse(line));
    expect([code, seen.at(-1)]).toMatchObject([
      0,
      { state: 'completed', recipients: 8, perSecond: expect.any(Number) },
    ]);
    expect(seen.at(-1).history[0]).toMatchObject({ to: 'planning', by: 'hanako', why: 'it is time' });
    expect(await todoke(['campaign', 'start', 'spring', '--yes'])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/todoke: campaign "spring" is completed: it cannot be started$/),
    });
  });

  it('waits for its time, which can be changed, and is called off', async () => {
    const args = ['--template', 'product-announcement', '--audience', audience, '--name', 'summer'];
    await todoke(['campaign', 'create', ...args]);
    const schedule = (at: string) =>
      todoke(['campaign', 'schedule', 'summer', '--at', at, '--zone', 'Asia/Tokyo', '--yes']);
    expect((await schedule('2999-01-01T09:00')).out).toContain('summer starts at 2999-01-01T00:00:00.000Z');
    expect((await schedule('2999-01-02T09:00')).out).toContain('summer starts at 2999-01-02T00:00:00.000Z');
    expect(await schedule('2001-01-01T09:00')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/todoke: \S+Z is over: choose a later time$/),
    });
    const cancelled = await todoke(['campaign', 'cancel', 'summer', '--wait', '--json']);
    expect([cancelled.code, cancelled.json()]).toMatchObject([0, { state: 'cancelled', recipients: 0 }]);
  });

  it('is named, or made, and not both', async () => {
    const { code, err } = await todoke(['campaign', 'start', 'autumn', '--audience', audience]);
    expect([code, err.split('\n')[0]]).toEqual([
      2,
      'todoke campaign start: give either the NAME of a draft, or --template and --audience or --segment',
    ]);
    expect(await todoke(['campaign', 'schedule', 'autumn'])).toMatchObject({ code: 2 });
  });
});

describe('campaign list', () => {
  it('shows all of them', async () => {
    const [list, status] = [await todoke(['campaign', 'list']), await todoke(['campaign', 'status'])];
    expect(list).toMatchObject({ code: 0, out: status.out });
    expect(list.out).toContain('autumn');
  });
});

describe('campaign status', () => {
  it('shows one campaign with what SES reported since', async () => {
    await running.pipeline.idle(90_000);
    const { code, err, json } = await todoke(['campaign', 'status', 'autumn', '--json']);
    expect([code, err]).toEqual([0, '']);
    expect(json()).toMatchObject({
      campaignId: 'autumn',
      name: 'autumn',
      state: 'completed',
      template: 'product-announcement',
      templateHash: expect.stringMatching(/^[0-9a-f]{32}$/),
      ...totals,
      bounced: 1,
      complained: 1,
    });
  });

  it('shows all of them, newest first', async () => {
    const { out } = await todoke(['campaign', 'status']);
    const names = out
      .split('\n')
      .slice(2)
      .map((row) => row.split(' ')[0]);
    expect(names.indexOf('jsonl')).toBeLessThan(names.indexOf('once'));
    expect(names.at(-1)).toBe('autumn');
    const { json } = await todoke(['campaign', 'status', '--json']);
    expect(json()).toHaveLength(names.length);
  });

  it.each([
    { name: 'nobody-started-it', says: 'there is no campaign "nobody-started-it"' },
    { name: '\u001b[2J', says: 'a campaign name has 1 to 128 characters and no control characters' },
  ])('knows nothing of $name', async ({ name, says }) => {
    const { code, out, err } = await todoke(['campaign', 'status', name]);
    expect([code, out, err]).toEqual([1, '', `todoke: ${says}`]);
  });

  it('finds a campaign by the name that it was given, whatever letters it has', async () => {
    await start('秋の お知らせ', '--audience', audience);
    const { json } = await todoke(['campaign', 'status', '秋の お知らせ', '--json']);
    expect(json()).toMatchObject({
      name: '秋の お知らせ',
      campaignId: expect.stringMatching(/^[a-z0-9-]+$/),
    });
    await running.pipeline.idle(90_000);
  });
});
