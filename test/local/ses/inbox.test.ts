import { SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { email, type LocalSes, recipients, startLocalSes, withEvents } from './local-ses.ts';

let local: LocalSes;
const start = async (...options: Parameters<typeof startLocalSes>) => {
  local = await startLocalSes({ account: { maxSendRate: 10_000 }, ...options[0] });
};
afterEach(() => local.close());

const send = async (change: Partial<SendEmailCommandInput> = {}) => {
  const { MessageId = '' } = await local.client.send(new SendEmailCommand(email(change)));
  await local.advance(1000);
  return MessageId;
};
const utf8 = (Data: string) => ({ Data, Charset: 'UTF-8' });
const simple = (subject: string, text: string, html?: string): Partial<SendEmailCommandInput> => ({
  Content: {
    Simple: {
      Subject: utf8(subject),
      Body: { Text: utf8(text), ...(html === undefined ? {} : { Html: utf8(html) }) },
    },
  },
});
const get = (path: string, init?: RequestInit) => fetch(`${local.url}${path}`, init);
const read = async (path: string) => JSON.parse(await (await get(path)).text());
const list = (query: string) => read(`/inbox/messages?${query}`);
const put = (body: unknown) => get('/inbox/faults', { method: 'PUT', body: JSON.stringify(body) });

describe('the list as JSON', () => {
  it('has the newest first, by pages', async () => {
    await start();
    const ids = [await send(), await send(), await send()];
    const first = await list('limit=2');
    expect(first).toMatchObject({ total: 3, messages: [{ messageId: ids[2] }, { messageId: ids[1] }] });
    expect(await list(`limit=2&after=${ids[1]}`)).toMatchObject({
      total: 3,
      messages: [{ messageId: ids[0] }],
    });
  });

  it('says what became of a mail', async () => {
    await start();
    const messageId = await send({
      ConfigurationSetName: withEvents(local),
      EmailTags: [{ Name: 'campaign', Value: 'c1' }],
      ...recipients('bounce@simulator.amazonses.com'),
    });
    expect(await list('')).toEqual({
      total: 1,
      messages: [
        {
          messageId,
          acceptedAt: '2026-11-24T04:00:00.000Z',
          from: 'Todoke <news@example.com>',
          to: ['bounce@simulator.amazonses.com'],
          subject: 'Hello',
          tags: { campaign: 'c1' },
          configurationSet: 'todoke',
          outcome: 'bounced',
          hasAttachments: false,
        },
      ],
    });
  });

  it.each([
    { query: 'q=認証', found: ['認証コード'] },
    { query: 'q=ORDER-7', found: ['Your order'] },
    { query: 'q=kind=raw', found: ['raw'] },
    { query: `q=${encodeURIComponent('生の本文')}`, found: ['raw'] },
    { query: 'to=HANAKO@example.com', found: ['Your order', '認証コード'] },
    { query: 'to=hanako', found: [] },
    { query: 'q=nothing', found: [] },
  ])('finds $found by $query', async ({ query, found }) => {
    await start();
    await send(simple('認証コード', '123456'));
    await send(simple('Your order', 'order-7 has left'));
    const source =
      'From: a@example.com\r\nSubject: raw\r\nContent-Transfer-Encoding: base64\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n';
    await send({
      ...recipients('taro@example.com'),
      EmailTags: [{ Name: 'kind', Value: 'raw' }],
      Content: { Raw: { Data: Buffer.from(source + Buffer.from('生の本文').toString('base64')) } },
    });
    const { total, messages } = await list(query);
    expect(messages.map(({ subject }: { subject: string }) => subject)).toEqual(found);
    expect(total).toBe(found.length);
  });

  it.each([
    { query: 'limit=0', field: 'limit' },
    { query: 'limit=1001', field: 'limit' },
    { query: 'limit=many', field: 'limit' },
    { query: 'after=unknown', field: 'after' },
  ])('refuses $query', async ({ query, field }) => {
    await start();
    const answer = await get(`/inbox/messages?${query}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { field } });
  });

  it('is emptied, and the store forgets nothing', async () => {
    await start();
    await send();
    expect((await get('/inbox/messages', { method: 'DELETE' })).status).toBe(204);
    await send();
    expect(await list('')).toMatchObject({ total: 1 });
    expect(local.ses.store.count()).toBe(2);
  });
});

describe('one mail as JSON', () => {
  it('has its headers, parts, attachments and events', async () => {
    await start();
    const messageId = await send({
      Content: {
        Simple: {
          Subject: utf8('届きました'),
          Body: { Text: utf8('本文'), Html: utf8('<p>本文</p>') },
          Attachments: [
            { FileName: 'a.pdf', ContentType: 'application/pdf', RawContent: Buffer.from('%PDF') },
          ],
        },
      },
    });
    const mail = await read(`/inbox/messages/${messageId}`);
    expect(mail).toMatchObject({
      messageId,
      hasAttachments: true,
      contentKept: true,
      text: expect.stringContaining('本文'),
      html: expect.stringContaining('<p>本文</p>'),
      attachments: [{ name: 'a.pdf', type: 'application/pdf', size: 4 }],
      events: [
        { type: 'SEND', at: '2026-11-24T04:00:00.000Z' },
        { type: 'DELIVERY', recipients: ['hanako@example.com'], detail: '250 2.6.0 Message received' },
      ],
    });
    expect(mail.headers).toContainEqual({ name: 'Subject', value: '届きました' });
    const attachment = await get(`/inbox/${messageId}/attachments/0`);
    expect(attachment.headers.get('content-type')).toBe('application/octet-stream');
    expect(attachment.headers.get('content-disposition')).toBe("attachment; filename*=UTF-8''a.pdf");
    expect(await attachment.text()).toBe('%PDF');
    expect((await get(`/inbox/${messageId}/attachments/1`)).status).toBe(404);
  });

  it('that is too old has its summary only', async () => {
    await start({ keepMails: 1 });
    const old = await send();
    await send();
    expect(await (await get(`/inbox/messages/${old}`)).json()).toMatchObject({
      subject: 'Hello',
      outcome: 'delivered',
      contentKept: false,
      text: null,
      events: [],
    });
    expect((await get(`/inbox/messages/${old}/raw`)).status).toBe(404);
    expect(await (await get(`/inbox/${old}?lang=en`)).text()).toContain('only its summary is kept');
  });

  it.each(['/inbox/messages/unknown', '/inbox/unknown', '/inbox/unknown/html', '/inbox/a/b/c/d'])(
    'does not exist at %s',
    async (path) => {
      await start();
      expect((await get(path)).status).toBe(404);
    },
  );
});

describe('the pages', () => {
  const hostile = '</title><script>alert(1)</script>"\'&';

  it.each(['html', 'text', 'headers', 'source', 'attachments', 'events'])(
    'show a hostile mail as %s without a tag of its own',
    async (view) => {
      await start();
      const messageId = await send({
        Content: {
          Simple: {
            Subject: utf8(hostile),
            Body: { Text: utf8(hostile), Html: utf8(`<script>alert(2)</script>${hostile}`) },
            Headers: [{ Name: 'X-Hostile', Value: hostile }],
            Attachments: [{ FileName: '"><script>.html', RawContent: Buffer.from(hostile) }],
          },
        },
      });
      for (const path of [`/inbox/${messageId}?view=${view}`, `/inbox?q=${encodeURIComponent(hostile)}`]) {
        const answer = await get(path);
        const page = await answer.text();
        expect(page).not.toMatch(/<script|alert\(1\)<\/script>/i);
        expect(page).toContain('&#60;script&#62;');
        expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
        expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      }
    },
  );

  it("serve a mail's HTML in a sandbox, with its own images", async () => {
    await start();
    const messageId = await send({
      Content: {
        Simple: {
          Subject: utf8('a'),
          Body: { Html: utf8('<img src="cid:logo"><img src="cid:page">') },
          Attachments: [
            {
              FileName: 'l.png',
              ContentType: 'image/png',
              RawContent: Buffer.from('png'),
              ContentId: 'logo',
              ContentDisposition: 'INLINE',
            },
            {
              FileName: 'p.html',
              ContentType: 'text/html',
              RawContent: Buffer.from('x'),
              ContentId: 'page',
              ContentDisposition: 'INLINE',
            },
          ],
        },
      },
    });
    const answer = await get(`/inbox/${messageId}/html`);
    expect(answer.headers.get('content-security-policy')).toBe(
      "sandbox; default-src 'none'; img-src data: cid: https:; style-src 'unsafe-inline'",
    );
    expect(await answer.text()).toContain('<img src="data:image/png;base64,cG5n"><img src="cid:page">');
    expect(await (await get(`/inbox/${messageId}`)).text()).toContain(
      `<iframe sandbox title="HTML" src="/inbox/${messageId}/html"></iframe>`,
    );
  });

  it.each([
    { path: '/inbox', accept: 'ja,en;q=0.5', language: 'ja', word: '受信箱' },
    { path: '/inbox', accept: 'en-GB,ja;q=0.5', language: 'en', word: 'Inbox' },
    { path: '/inbox?lang=ja', accept: 'en', language: 'ja', word: '受信箱' },
  ])('are in $language for $path and $accept', async ({ path, accept, language, word }) => {
    await start();
    const page = await (await get(path, { headers: { 'accept-language': accept } })).text();
    expect(page).toContain(`<html lang="${language}">`);
    expect(page).toContain(`<h1>${word}</h1>`);
  });

  it('link to older mails, 50 a page', async () => {
    await start();
    for (let i = 0; i < 51; i++) await send(simple(`mail ${i}`, 'a'));
    const first = await (await get('/inbox?lang=en')).text();
    const older = /rel="next" href="([^"]+)"/.exec(first)?.[1]?.replaceAll('&#38;', '&') ?? '';
    expect(first).not.toContain('>mail 0<');
    const second = await (await get(older)).text();
    expect(second).toContain('>mail 0<');
    expect(second).not.toContain('rel="next"');
  });
});

describe('the switches', () => {
  it('set faults and account settings while it runs', async () => {
    await start();
    const answer = await put({
      faults: { calls: { throttle: { next: 1 } }, events: { duplicateProbability: 0.5 } },
      account: { maxSendRate: 20 },
    });
    expect(answer.status).toBe(200);
    await expect(send()).rejects.toThrow('Maximum sending rate exceeded.');
    expect(await (await get('/inbox/faults')).json()).toMatchObject({
      faults: {
        seed: 1,
        calls: { throttle: { next: 0 } },
        events: { duplicateProbability: 0.5, delayMs: [0, 0] },
      },
      account: { maxSendRate: 20, max24HourSend: 50_000 },
    });
    await put({ faults: null });
    expect(local.ses.faults.settings()).toMatchObject({ calls: {}, events: { duplicateProbability: 0 } });
  });

  it.each([
    {
      when: 'a probability is above 1',
      body: { faults: { calls: { quota: { probability: 2 } } } },
      field: 'faults.calls.quota.probability',
    },
    { when: 'a fault is not known', body: { faults: { calls: { typo: {} } } }, field: 'faults.calls' },
    { when: 'a setting is not known', body: { account: { typo: 1 } }, field: 'account' },
    { when: 'the rate is 0', body: { account: { maxSendRate: 0 } }, field: 'account.maxSendRate' },
    { when: 'it is a list', body: [], field: 'body' },
  ])('refuse a change when $when', async ({ body, field }) => {
    await start();
    const answer = await put(body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ error: { code: 'invalid-settings', field } });
  });

  it('refuse what is not JSON', async () => {
    await start();
    const answer = await get('/inbox/faults', { method: 'PUT', body: '{' });
    expect(await answer.json()).toMatchObject({ error: { code: 'not-json' } });
  });
});
