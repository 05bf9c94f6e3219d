import { SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { email, type LocalSes, startLocalSes, withEvents } from './local-ses.ts';

let local: LocalSes;
beforeEach(async () => {
  local = await startLocalSes({ account: { maxSendRate: 10_000 } });
});
afterEach(() => local.close());

const sendAndRead = async (change: Partial<SendEmailCommandInput>) => {
  const { MessageId = '' } = await local.client.send(new SendEmailCommand(email(change)));
  const answer = await fetch(`${local.url}/inbox/messages/${MessageId}/raw`);
  const source = Buffer.from(await answer.arrayBuffer());
  return { messageId: MessageId, source: source.toString('latin1'), parsed: await PostalMime.parse(source) };
};
const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
const raw = (...lines: string[]) => ({ Content: { Raw: { Data: Buffer.from(lines.join('\r\n')) } } });
const image = {
  FileName: 'l.png',
  ContentType: 'image/png',
  RawContent: Buffer.from('png'),
  ContentId: 'logo',
};
const file = { FileName: 'a.pdf', ContentType: 'application/pdf', RawContent: Buffer.from('%PDF') };
const unsubscribe = `<https://example.com/u/${'t'.repeat(120)}>, <mailto:unsubscribe@example.com?subject=stop>`;

describe('the source of a Simple mail', () => {
  it('holds both parts, Japanese intact, the custom headers once and unfolded', async () => {
    const text = 'ご注文ありがとうございます。\r\n';
    const { messageId, source, parsed } = await sendAndRead({
      FromEmailAddress: '"届け, Inc." <news@example.com>',
      ReplyToAddresses: ['=?UTF-8?B?56qT5Y+j?= <help@example.com>'],
      Destination: {
        ToAddresses: ['花子 <hanako@example.com>'],
        CcAddresses: ['cc@example.com'],
        BccAddresses: ['hidden@example.com'],
      },
      Content: {
        Simple: {
          Subject: utf8('ご注文の確認（第 1234 号）とお届け予定日のお知らせ'),
          Body: { Text: utf8(text), Html: utf8('<p>ご注文 <b>3 点</b></p>') },
          Headers: [
            { Name: 'List-Unsubscribe', Value: unsubscribe },
            { Name: 'List-Unsubscribe-Post', Value: 'List-Unsubscribe=One-Click' },
          ],
        },
      },
    });
    expect(source.split('\r\n')).toEqual(
      expect.arrayContaining([
        `List-Unsubscribe: ${unsubscribe}`,
        'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
      ]),
    );
    expect(source.match(/^List-Unsubscribe:/gim)).toHaveLength(1);
    expect(source).toMatch(
      /Content-Transfer-Encoding: base64[\s\S]*Content-Transfer-Encoding: quoted-printable/,
    );
    expect(source).not.toContain('hidden@example.com');
    expect(parsed).toMatchObject({
      from: { name: '届け, Inc.', address: 'news@example.com' },
      replyTo: [{ name: '窓口', address: 'help@example.com' }],
      to: [{ name: '花子', address: 'hanako@example.com' }],
      cc: [{ name: '', address: 'cc@example.com' }],
      subject: 'ご注文の確認（第 1234 号）とお届け予定日のお知らせ',
      messageId: `<${messageId}@email.amazonses.com>`,
      date: '2026-11-24T04:00:00.000Z',
    });
    expect(parsed.text?.trim()).toBe(text.trim());
    expect(parsed.html).toContain('<p>ご注文 <b>3 点</b></p>');
  });

  it('carries attachments, inline ones by their Content-ID', async () => {
    const { parsed } = await sendAndRead({
      Content: {
        Simple: {
          Subject: utf8('a'),
          Body: { Html: utf8('<img src="cid:logo">') },
          Attachments: [
            {
              FileName: '請求書.pdf',
              ContentType: 'application/pdf',
              RawContent: Buffer.from([0, 255, 13, 10]),
            },
            {
              FileName: 'logo.png',
              ContentType: 'image/png',
              RawContent: Buffer.from('png'),
              ContentDisposition: 'INLINE',
              ContentId: 'logo',
            },
          ],
        },
      },
    });
    const attachments = parsed.attachments.map(({ filename, mimeType, contentId, content }) => ({
      filename,
      mimeType,
      contentId,
      bytes: typeof content === 'string' ? content : [...new Uint8Array(content)],
    }));
    expect(attachments).toEqual(
      expect.arrayContaining([
        {
          filename: '請求書.pdf',
          mimeType: 'application/pdf',
          contentId: undefined,
          bytes: [0, 255, 13, 10],
        },
        { filename: 'logo.png', mimeType: 'image/png', contentId: '<logo>', bytes: [...Buffer.from('png')] },
      ]),
    );
  });

  it.each([
    { parts: 'text', body: { Text: utf8('a') }, attachments: [] },
    { parts: 'HTML', body: { Html: utf8('a') }, attachments: [] },
    { parts: 'both', body: { Text: utf8('a'), Html: utf8('a') }, attachments: [] },
    { parts: 'HTML and its image', body: { Html: utf8('a') }, attachments: [image] },
    { parts: 'both and an image', body: { Text: utf8('a'), Html: utf8('a') }, attachments: [image] },
    { parts: 'text and a file', body: { Text: utf8('a') }, attachments: [file] },
    { parts: 'all of it', body: { Text: utf8('a'), Html: utf8('a') }, attachments: [image, file] },
  ])('with $parts has the Content-Type that its events show', async ({ body, attachments }) => {
    const { parsed } = await sendAndRead({
      ConfigurationSetName: withEvents(local),
      Content: { Simple: { Subject: utf8('a'), Body: body, Attachments: attachments } },
    });
    await local.advance(0);
    const shown = local.events[0]?.mail.headers.find(({ name }) => name === 'Content-Type')?.value;
    expect(parsed.headers.find(({ key }) => key === 'content-type')?.value).toBe(shown);
  });

  it('never gains a header from a subject or a name', async () => {
    const hostile = fc.string({ unit: fc.constantFrom('\r', '\n', ':', ' ', 'a', '"', '<', '=?', '花') });
    await fc.assert(
      fc.asyncProperty(hostile, async (subject) => {
        const { parsed } = await sendAndRead({
          Content: { Simple: { Subject: utf8(subject), Body: { Text: utf8('a') } } },
        });
        const names = parsed.headers.map(({ key }) => key).sort();
        const expected = [
          'content-transfer-encoding',
          'content-type',
          'date',
          'from',
          'message-id',
          'mime-version',
          'to',
        ];
        expect(names.filter((name) => name !== 'subject')).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the source of a Raw mail', () => {
  it('is kept as it came, with Message-ID and Date added and Bcc removed', async () => {
    local.ses.createConfigurationSet('todoke-raw');
    const { messageId, source, parsed } = await sendAndRead({
      FromEmailAddress: undefined,
      Destination: undefined,
      ...raw(
        'From: Todoke <news@example.com>',
        'To: a@example.com,',
        ' b@example.com',
        'Bcc: hidden@example.com',
        'Subject: =?UTF-8?B?5bGK44GR?=',
        'X-SES-CONFIGURATION-SET: todoke-raw',
        'X-SES-MESSAGE-TAGS: kind=raw, n=1',
        'X-Folded: one',
        '\ttwo',
        '',
        'body',
        '',
      ),
    });
    expect(source).not.toMatch(/hidden@|x-ses-/i);
    expect(source).toContain('X-Folded: one\r\n\ttwo\r\n\r\nbody');
    expect(parsed).toMatchObject({
      messageId: `<${messageId}@email.amazonses.com>`,
      date: '2026-11-24T04:00:00.000Z',
    });
    expect(local.ses.store.get(messageId)).toMatchObject({
      recipients: ['a@example.com', 'b@example.com', 'hidden@example.com'],
      subject: '届け',
      tags: [
        ['kind', 'raw'],
        ['n', '1'],
      ],
      configurationSetName: 'todoke-raw',
    });
  });

  it('is untouched when it has all it needs, and goes to the Destination', async () => {
    const lines = [
      'Message-ID: <own@example.com>',
      'Date: Mon, 23 Nov 2026 00:00:00 +0000',
      'From: news@example.com',
      'To: list@example.com',
      '',
      'body\r\n',
    ];
    const { messageId, source } = await sendAndRead({ FromEmailAddress: undefined, ...raw(...lines) });
    expect(source).toBe(lines.join('\r\n'));
    expect(local.ses.store.get(messageId)?.recipients).toEqual(['hanako@example.com']);
  });

  it('gives its own headers and Message-ID to the events', async () => {
    const ConfigurationSetName = withEvents(local);
    await sendAndRead({
      ConfigurationSetName,
      ...raw(
        'Message-ID: <own@example.com>',
        'From: news@example.com',
        'To: a@example.com',
        'X-Own: 1',
        '',
        'body',
      ),
    });
    await local.advance(0);
    expect(local.events[0]?.mail.commonHeaders.messageId).toBe('<own@example.com>');
    expect(local.events[0]?.mail.headers).toContainEqual({ name: 'X-Own', value: '1' });
  });
});
