import { commandLine } from './running-todoke.ts';

const todoke = await commandLine('/nowhere/todoke.json');
const explain = (lines: readonly string[], ...options: string[]) =>
  todoke(['bounce', 'explain', ...options], lines.join('\n'));

const gone = JSON.stringify({
  destination: 'docomo.ne.jp',
  remoteMta: 'mfsmax.docomo.ne.jp',
  status: '5.0.0',
  replyCode: '550',
  diagnosticCode: 'host mfsmax.docomo.ne.jp said: 550 Unknown user (in reply to RCPT TO command)',
});
const bare = JSON.stringify({
  destination: 'taro@example.com',
  remoteMta: null,
  diagnosticCode: '550 5.2.2 mailbox full',
});

describe('todoke bounce explain', () => {
  it('writes a line of JSON for each line read, in their order', async () => {
    const { code, out } = await explain([gone, '', bare, ''], '--json');
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => JSON.parse(line))).toMatchObject([
      {
        reason: 'userunknown',
        code: 'user_unknown',
        action: 'suppress',
        ruleId: 'docomo/unknown-user-rcpt',
        confidence: 'high',
      },
      {
        reason: 'mailboxfull',
        code: 'mailbox_full',
        action: 'retry',
        ruleId: 'mailbox/full',
        raw: '550 5.2.2 mailbox full',
      },
    ]);
  });

  it('shows people a table and each reason once in both languages, without addresses', async () => {
    const { out } = await explain([gone, bare, bare]);
    expect(out).toMatch(/^destination +reason/);
    expect(out.match(/容量がいっぱい/g)).toHaveLength(1);
    expect(out).toContain('The mailbox is full.');
    expect(out).not.toContain('taro@');
  });

  it('uses the time of the bounce where a rule holds from a day on', async () => {
    const diagnosticCode = '550 Unknown user';
    const lines = [Date.UTC(2025, 2, 12), Date.UTC(2025, 2, 13)].map((atMs) =>
      JSON.stringify({ destination: 'docomo.ne.jp', diagnosticCode, atMs }),
    );
    const { out } = await explain(lines, '--json');
    expect(out.split('\n').map((line) => JSON.parse(line).code)).toEqual([
      'recipient_filter',
      'user_unknown',
    ]);
  });

  it('prints nothing for no bounces', async () => {
    expect(await explain([], '--json')).toMatchObject({ code: 0, out: '' });
  });

  it.each([
    ['{"destination":', 'not JSON'],
    ['[]', 'not a JSON object'],
    ['null', 'not a JSON object'],
    ['{"destination":"example.com","status":{}}', 'status is not a text'],
    [
      '{"destination":"example.com","atMs":"now"}',
      'atMs is not a number, the epoch milliseconds of the bounce',
    ],
  ])('names the line %s, and goes on', async (line, error) => {
    const { code, out, err } = await explain([bare, '', line, gone], '--json');
    expect(code).toBe(1);
    expect(err).toBe(`line 3: ${error}`);
    expect(out.split('\n').map((text) => JSON.parse(text))).toMatchObject([
      { code: 'mailbox_full' },
      { line: 3, error },
      { code: 'user_unknown' },
    ]);
    expect((await explain([bare, line, gone])).out).toMatch(/mailbox_full[\s\S]*user_unknown/);
  });

  it.each([
    ['code and reply in the text only', { diagnosticCode: 'smtp; 550-5.1.1 nobody' }, 'user_unknown'],
    ['code in its field only, with words', { status: ' 5.2.2 (mailbox full) ' }, 'mailbox_full'],
    ['reply in its field only, with what follows it', { replyCode: '452-4.x' }, 'mailbox_full'],
    ['reply at the end of the text', { diagnosticCode: 'said 421' }, 'receiver_error'],
    ['a code as a number is none', { status: 5.1 }, 'unknown'],
    [
      'empty texts',
      { destination: '', remoteMta: '', status: '', replyCode: '', diagnosticCode: '' },
      'unknown',
    ],
    ['Japanese', { status: '5.1.1', diagnosticCode: '宛先が見つかりません' }, 'user_unknown'],
    [
      'ISO-2022-JP that was not decoded',
      { diagnosticCode: '552 5.2.2 \u001b$BMFNL\u001b(B' },
      'mailbox_full',
    ],
    ['half of a character', { diagnosticCode: '550 5.1.1 \ud842 \ufffd' }, 'user_unknown'],
  ])('makes what can be made of %s', async (_, fields, code) => {
    const { out } = await explain([JSON.stringify(fields)], '--json');
    expect(JSON.parse(out).code).toBe(code);
  });

  it.each([
    [{ diagnosticCode: ['550'] }, 'diagnosticCode is not a text'],
    [{ replyCode: true }, 'replyCode is not a text'],
    [{ destination: { domain: 'example.com' } }, 'destination is not a text'],
  ])('refuses a field of another kind: %j', async (fields, error) => {
    const { code, out } = await explain([JSON.stringify(fields), bare], '--json');
    expect({ code, first: JSON.parse(out.split('\n')[0] ?? '') }).toEqual({
      code: 1,
      first: { line: 1, error },
    });
  });

  it('reads lines as they come: CRLF, a byte order mark, nulls, numbers, a million characters, next to nothing', async () => {
    const long = JSON.stringify({
      destination: 'example.com',
      diagnosticCode: `550 5.1.1 user unknown ${'x'.repeat(1_000_000)}`,
    });
    const { code, out } = await todoke(
      ['bounce', 'explain', '--json'],
      `\ufeff${bare}\r\n\r\n${long}\r\n{}\r\n{"destination":null,"status":null,"replyCode":550,"diagnosticCode":"no such user"}\r\n{"status":"5.7.515","extra":[1]}`,
    );
    expect(code).toBe(0);
    expect(out.split('\n').map((line) => JSON.parse(line).code)).toEqual([
      ...['mailbox_full', 'user_unknown', 'unknown', 'recipient_filter', 'bulk_auth_level'],
    ]);
  });
});
