import { aPassword, type RunningTodoke, startTodoke } from './running-todoke.ts';

let running: RunningTodoke;
const todoke: RunningTodoke['todoke'] = (...args) => running.todoke(...args);
let ids = 0;
const newId = () => `publish-${++ids}`;

beforeAll(async () => {
  running = await startTodoke();
});
afterAll(() => running.close());

const lines = (...values: unknown[]) => values.map((value) => JSON.stringify(value)).join('\n');
const mails = () => running.pipeline.ses.store.count();

describe('reads', () => {
  const [a, b] = [() => aPassword(newId()), () => aPassword(newId())];

  it.each([
    { what: 'one object', text: () => JSON.stringify(a()), count: 1 },
    { what: 'one object over several lines', text: () => JSON.stringify(a(), null, 2), count: 1 },
    { what: 'a list', text: () => JSON.stringify([a(), b()]), count: 2 },
    { what: 'JSON Lines', text: () => lines(a(), b()), count: 2 },
    {
      what: 'JSON Lines with blank lines and CRLF',
      text: () => lines(a(), b()).replace('\n', '\r\n\r\n'),
      count: 2,
    },
    { what: 'a file with a byte order mark', text: () => `\ufeff${JSON.stringify(a())}`, count: 1 },
    {
      what: 'an EventBridge event',
      text: () => JSON.stringify({ 'detail-type': 'Todoke Notification', source: 'shop', detail: a() }),
      count: 1,
    },
  ])('$what', async ({ text, count }) => {
    const { code, err, json } = await todoke(['publish', running.file('in.json', text()), '--json']);
    expect([code, err]).toEqual([0, '']);
    expect(json()).toEqual(
      Array.from({ length: count }, (_, i) => ({
        position: i + 1,
        notificationId: expect.stringMatching(/^publish-/),
        sqsMessageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      })),
    );
  });

  it('standard input', async () => {
    const id = newId();
    const { code, json } = await todoke(['publish', '-', '--json'], JSON.stringify(aPassword(id)));
    expect(code).toBe(0);
    expect(json()).toMatchObject([{ notificationId: id }]);
  });

  it.each([
    { what: 'nothing', text: '' },
    { what: 'an empty list', text: '[]' },
    { what: 'blank lines', text: '\n\n' },
  ])('$what, and does not call that a success', async ({ text }) => {
    const path = running.file('empty.json', text);
    const { code, out, err } = await todoke(['publish', path]);
    expect([code, out, err]).toEqual([1, '', `todoke: there is no notification in ${path}`]);
  });

  it('one refused body where indented JSON has a mistake, and not a body for each of its lines', async () => {
    const broken = JSON.stringify(aPassword(newId()), null, 2).replace(/\}$/, ',}');
    const { code, json } = await todoke(['publish', '-', '--json'], broken);
    expect(code).toBe(1);
    expect(json()).toEqual([
      { position: 1, refused: { code: 'not-json', field: '', message: 'body is not JSON' } },
    ]);
  });

  it('no file that cannot be read', async () => {
    const { code, out, err } = await todoke(['publish', 'no/such/file.json']);
    expect([code, out, err]).toEqual([1, '', 'todoke: cannot read no/such/file.json: ENOENT']);
  });
});

describe('refuses', () => {
  it('what is wrong by its position, path and reason, and publishes the others', async () => {
    const [first, last] = [newId(), newId()];
    const input = [
      JSON.stringify(aPassword(first)),
      '{"notificationId": ',
      JSON.stringify(aPassword('no-address', { recipient: { name: 'Taro' } })),
      JSON.stringify(aPassword('no-template', { template: 'no-such-template' })),
      JSON.stringify(aPassword('no-data', { data: {} })),
      JSON.stringify(aPassword('bad-address', { recipient: { address: 'taro@@example' } })),
      JSON.stringify(aPassword('bad-name', { recipient: { address: 'a@example.com', name: 'a\nBcc: b' } })),
      JSON.stringify(aPassword(last)),
    ].join('\n');
    const { code, json } = await todoke(['publish', '-', '--json'], input);
    expect(code).toBe(1);
    expect(json()).toEqual([
      { position: 1, notificationId: first, sqsMessageId: expect.any(String) },
      { position: 2, refused: { code: 'not-json', field: '', message: expect.any(String) } },
      {
        position: 3,
        notificationId: 'no-address',
        refused: { code: 'schema', field: 'recipient.address', message: 'recipient.address is missing' },
      },
      {
        position: 4,
        notificationId: 'no-template',
        refused: {
          code: 'unknown-template',
          field: 'template',
          message: 'template no-such-template is not published',
        },
      },
      {
        position: 5,
        notificationId: 'no-data',
        refused: expect.objectContaining({ field: expect.stringMatching(/code|expiresInMinutes/) }),
      },
      expect.objectContaining({
        position: 6,
        refused: expect.objectContaining({ field: 'recipient.address' }),
      }),
      expect.objectContaining({
        position: 7,
        refused: expect.objectContaining({ code: 'header-injection', field: 'recipient.name' }),
      }),
      { position: 8, notificationId: last, sqsMessageId: expect.any(String) },
    ]);
  });

  it('nothing with --unchecked: then the pipeline does', async () => {
    const id = newId();
    const { code, json } = await todoke(
      ['publish', '-', '--unchecked', '--wait', '20', '--json'],
      lines(aPassword(id, { data: {} }), 'not an object'),
    );
    expect(code).toBe(0);
    expect(json()).toMatchObject([
      { position: 1, notificationId: id, state: 'rejected', reason: expect.any(String) },
      { position: 2, state: 'rejected', reason: 'schema' },
    ]);
  });

  it('no more when the queue refuses one, and says what was published', async () => {
    const ids = [newId(), newId(), newId()];
    const input = lines(
      aPassword(ids[0] ?? ''),
      aPassword(ids[1] ?? '', { data: { code: 'x'.repeat(1_100_000) } }),
      aPassword(ids[2] ?? ''),
    );
    const { code, json, err } = await todoke(['publish', '-', '--unchecked', '--json'], input);
    expect(code).toBe(1);
    expect(json()).toEqual([{ position: 1, notificationId: ids[0], sqsMessageId: expect.any(String) }]);
    expect(err.split('\n')).toEqual([
      'position 2 and what follows was not published; ids that were are not sent twice',
      expect.stringMatching(/^todoke: InvalidParameterValue[^\n]*1048576 bytes/),
    ]);
  });
});

describe('--wait', () => {
  it('shows what became of each, and the waiting on standard error only', async () => {
    const [good, bounced] = [newId(), newId()];
    const input = lines(
      aPassword(good),
      aPassword(bounced, { recipient: { address: 'bounce@simulator.amazonses.com' } }),
    );
    const { code, out, err } = await todoke(['publish', '-', '--wait', '20'], input);
    expect(code).toBe(0);
    const [header, , ...rows] = out.split('\n');
    expect(header).toMatch(/^#\s+notification\s+message\s+outcome$/);
    expect(rows[0]).toMatch(new RegExp(`^1\\s+${good}\\s+[0-9a-f-]{36}\\s+delivered$`));
    expect(rows[1]).toMatch(new RegExp(`^2\\s+${bounced}\\s+[0-9a-f-]{36}\\s+bounced`));
    expect(err).toMatch(/^waiting for [12] of 2 …/);
    expect(out).not.toContain('\x1b');
  });

  it('calls an id that was sent before a duplicate, at once', async () => {
    const input = JSON.stringify(aPassword(newId()));
    await todoke(['publish', '-', '--wait', '20'], input);
    const before = mails();
    const { json } = await todoke(['publish', '-', '--wait', '20', '--json'], input);
    expect(json()).toMatchObject([{ state: 'delivered', reason: 'duplicate' }]);
    expect(mails()).toBe(before);
  });

  it('does not take the history of an id for what becomes of it now', async () => {
    const id = newId();
    const wrong = JSON.stringify(aPassword(id, { data: {} }));
    const rejected = await todoke(['publish', '-', '--unchecked', '--wait', '20', '--json'], wrong);
    expect(rejected.json()).toMatchObject([{ state: 'rejected' }]);
    const { json } = await todoke(['publish', '-', '--wait', '20', '--json'], JSON.stringify(aPassword(id)));
    expect(json()).toMatchObject([{ state: 'delivered' }]);
  });
});

it('shows a table for people, with the reason of what is refused', async () => {
  const { code, out } = await todoke(['publish', '-'], lines(aPassword(newId()), { notificationId: 'x' }));
  expect(code).toBe(1);
  expect(out.split('\n').slice(2)).toEqual([
    expect.stringMatching(/^1\s+publish-\d+\s+[0-9a-f-]{36}\s+queued$/),
    expect.stringMatching(/^2\s+x\s+not published: template is missing$/),
  ]);
});
