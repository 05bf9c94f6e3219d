import PostalMime from 'postal-mime';
import { aPassword, type RunningTodoke, startTodoke } from './running-todoke.ts';

interface Listed {
  readonly total: number;
  readonly messages: readonly {
    readonly messageId: string;
    readonly to: readonly string[];
    readonly subject: string;
  }[];
}

let running: RunningTodoke;
const todoke: RunningTodoke['todoke'] = (...args) => running.todoke(...args);
const listed = async (...args: string[]) => (await todoke(['inbox', ...args, '--json'])).json() as Listed;

beforeAll(async () => {
  running = await startTodoke();
  const mails = ['taro@example.com', 'hanako@example.com', 'ken@example.com'].map((address, i) =>
    JSON.stringify(
      aPassword(`inbox-${i}`, {
        recipient: { address, locale: i === 2 ? 'en' : 'ja' },
        data: { code: `48291${i}`, expiresInMinutes: 10 },
      }),
    ),
  );
  for (const mail of mails) await todoke(['publish', '-', '--wait', '20'], mail);
});
afterAll(() => running.close());

it('lists what SES accepted, newest first', async () => {
  const { code, out, err } = await todoke(['inbox']);
  expect([code, err]).toEqual([0, '']);
  const [header, , ...rows] = out.split('\n');
  expect(header?.split(/\s+/)).toEqual(['accepted', 'to', 'subject', 'outcome', 'message']);
  expect(rows.map((row) => /\S+@\S+/.exec(row)?.[0])).toEqual([
    'ken@example.com',
    'hanako@example.com',
    'taro@example.com',
    undefined,
  ]);
  expect(rows.at(-1)).toBe('3 of 3');
  expect(out).not.toContain('\x1b');
});

it.each([
  { args: ['--to', 'hanako@example.com'], found: ['hanako@example.com'], total: 1 },
  { args: ['--search', '482912'], found: ['ken@example.com'], total: 1 },
  { args: ['--search', 'inbox-0'], found: ['taro@example.com'], total: 1 },
  { args: ['--limit', '2'], found: ['ken@example.com', 'hanako@example.com'], total: 3 },
  { args: ['--to', 'nobody@example.com'], found: [], total: 0 },
])('finds $found with $args', async ({ args, found, total }) => {
  const list = await listed(...args);
  expect(list.messages.map(({ to }) => to[0])).toEqual(found);
  expect(list.total).toBe(total);
});

describe('with a message id', () => {
  it('shows the text', async () => {
    const [mail] = (await listed('--to', 'taro@example.com')).messages;
    const { code, out } = await todoke(['inbox', mail?.messageId ?? '']);
    expect(code).toBe(0);
    expect(out).toContain('482910');
    expect(out).not.toMatch(/\r|<html/);
  });

  it('shows the raw source, which a MIME parser reads', async () => {
    const [mail] = (await listed('--to', 'taro@example.com')).messages;
    const { out } = await todoke(['inbox', mail?.messageId ?? '', '--raw']);
    expect(await PostalMime.parse(out)).toMatchObject({
      subject: mail?.subject,
      to: [{ address: 'taro@example.com' }],
      html: expect.stringContaining('482910'),
    });
  });

  it('gives all of it as JSON', async () => {
    const [mail] = (await listed('--to', 'taro@example.com')).messages;
    const { json } = await todoke(['inbox', mail?.messageId ?? '', '--json']);
    expect(json()).toMatchObject({
      messageId: mail?.messageId,
      outcome: 'delivered',
      text: expect.stringContaining('482910'),
      html: expect.stringContaining('482910'),
      tags: { 'todoke-notification': 'inbox-0' },
    });
  });

  it.each([[[]], [['--raw']], [['--json']]])('says that there is none (%j)', async (more) => {
    const { code, out, err } = await todoke(['inbox', 'no-such-mail', ...more]);
    expect([code, out, err]).toEqual([1, '', 'todoke: there is no such mail']);
  });
});
