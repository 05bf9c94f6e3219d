import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { recipientIdOf } from '../../domain/address.ts';
import { sealUnsubscribeToken } from '../../domain/unsubscribe.ts';
import { unsubscribe } from '../../functions/unsubscribe.ts';
import { campaign, inMemoryCampaigns } from './in-memory-campaigns.ts';
import { inMemoryClock, inMemorySuppressions, sender, startMs } from './in-memory-ports.ts';

const token = sealUnsubscribeToken({ address: 'Taro@example.com', topic: 'newsletter' }, sender.tokenKeys);
const taro = recipientIdOf('taro@example.com');
const oneClick = { reason: 'unsubscribe', source: 'one-click', atMs: startMs };
const byPage = { ...oneClick, source: 'unsubscribe-page' };

interface Request {
  readonly method?: string;
  readonly token?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  readonly base64?: boolean;
}

/** Payload format 2.0 of an HTTP API. */
function request({
  method = 'POST',
  token: of = token,
  headers = {},
  body,
  base64 = false,
}: Request): APIGatewayProxyEventV2 {
  return {
    version: '2.0',
    routeKey: `${method} /u/{token}`,
    rawPath: `/u/${of}`,
    rawQueryString: '',
    headers,
    pathParameters: { token: of },
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      domainName: 'unsubscribe.example.com',
      domainPrefix: 'unsubscribe',
      http: { method, path: `/u/${of}`, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'request',
      routeKey: `${method} /u/{token}`,
      stage: '$default',
      time: '24/Nov/2026:09:00:00 +0000',
      timeEpoch: startMs,
    },
    ...(body === undefined ? {} : { body }),
    isBase64Encoded: base64,
  };
}

function bench() {
  const suppressions = inMemorySuppressions();
  const campaigns = inMemoryCampaigns(campaign());
  let counted = 0;
  const answer = unsubscribe({
    suppressions,
    campaigns,
    tokenKeys: async () => sender.tokenKeys,
    count: () => {
      counted++;
    },
    nowMs: inMemoryClock().nowMs,
  });
  return {
    suppressions,
    /** What is counted of variant B. */
    unsubscribed: () => campaigns.of('news')?.variantCounts.B?.unsubscribed,
    counted: () => counted,
    ask: (of: Request) => answer(request(of)),
    suppressed: () => suppressions.items.get(taro) ?? {},
  };
}

const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' };
const multipart = { 'content-type': 'multipart/form-data; boundary=b' };
const oneClickParts =
  '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n';
const base64 = (text: string) => Buffer.from(text).toString('base64');
const wish = (of: string): Request => ({ headers: urlencoded, body: `wish=${of}` });

describe('unsubscribe', () => {
  it.each<[string, Request]>([
    ['urlencoded', { headers: urlencoded, body: 'List-Unsubscribe=One-Click' }],
    [
      'urlencoded with a charset',
      {
        headers: { 'content-type': `${urlencoded['content-type']}; charset=UTF-8` },
        body: 'List-Unsubscribe=One-Click',
      },
    ],
    [
      'urlencoded, in base64',
      { headers: urlencoded, body: base64('List-Unsubscribe=One-Click'), base64: true },
    ],
    ['multipart', { headers: multipart, body: oneClickParts }],
    ['multipart, in base64', { headers: multipart, body: base64(oneClickParts), base64: true }],
    ['with an empty body', { headers: urlencoded, body: '' }],
    ['without a body or a content type', {}],
    [
      'with a body that is something else',
      { headers: { 'content-type': 'application/json' }, body: '{"wish":"restore"}' },
    ],
  ])('by a one-click POST %s: 200, no redirect, no cookie, and again the same', async (_, of) => {
    const b = bench();
    const first = await b.ask(of);
    expect(first.statusCode).toBe(200);
    expect(
      Object.keys(first.headers ?? {}).filter((name) => /^(?:location|set-cookie)$/i.test(name)),
    ).toEqual([]);
    expect(first).not.toHaveProperty('cookies');
    expect(b.suppressed()).toEqual({ 'topic:newsletter': oneClick });
    expect(await b.ask(of)).toEqual(first);
    expect(b.suppressed()).toEqual({ 'topic:newsletter': oneClick });
    expect([...b.suppressions.items.keys()]).toEqual([taro]);
  });

  it.each(['GET', 'HEAD', 'OPTIONS', 'PUT'])('asks at a %s and changes nothing', async (method) => {
    const b = bench();
    const answer = await b.ask({ method, ...wish('topic') });
    expect(answer).toMatchObject({ statusCode: 200, body: expect.stringContaining('<form method="post">') });
    expect([b.suppressions.items.size, b.counted()]).toEqual([0, 0]);
  });

  it.each([
    ['tampered with', `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`],
    ['cut', token.slice(0, -2)],
    [
      'made with another key',
      sealUnsubscribeToken(
        { address: 'taro@example.com', topic: 'newsletter' },
        { current: 'k1', keys: { k1: 'other' } },
      ),
    ],
    ['empty', ''],
  ])('answers 404 to a token that is %s, whatever the method, and changes nothing', async (_, of) => {
    const b = bench();
    for (const method of ['GET', 'HEAD', 'POST']) {
      expect((await b.ask({ method, token: of })).statusCode).toBe(404);
    }
    expect([b.suppressions.items.size, b.counted()]).toEqual([0, 0]);
  });

  it.each([
    ['topic', { 'topic:newsletter': byPage }],
    ['marketing', { marketing: byPage }],
    ['nonsense', { 'topic:newsletter': oneClick }],
  ])('by the form of the page with the wish %s', async (of, suppressed) => {
    const b = bench();
    expect((await b.ask(wish(of))).statusCode).toBe(200);
    expect(b.suppressed()).toEqual(suppressed);
    expect(b.counted()).toBe(1);
  });

  it('reads a form in base64', async () => {
    const b = bench();
    await b.ask({ headers: urlencoded, body: base64('wish=marketing'), base64: true });
    expect(b.suppressed()).toEqual({ marketing: byPage });
  });

  it('is taken back by the wish to restore, twice as well', async () => {
    const b = bench();
    await b.ask({});
    await b.ask(wish('marketing'));
    await b.ask(wish('restore'));
    expect(b.suppressed()).toEqual({});
    expect((await b.ask(wish('restore'))).statusCode).toBe(200);
    expect(b.suppressed()).toEqual({});
    await b.ask({});
    expect(b.suppressed()).toEqual({ 'topic:newsletter': { ...oneClick, atMs: startMs + 1 } });
  });

  it('leaves suppressions for other reasons alone when it is taken back', async () => {
    const b = bench();
    const bounce = { reason: 'bounce', source: 'ses', atMs: 0 } as const;
    await b.suppressions.add({ recipientId: taro, address: '' }, 'all', bounce);
    await b.ask(wish('restore'));
    expect(b.suppressed()).toEqual({ all: bounce });
  });

  it.each([
    ['ja', 'ja'],
    ['en-US,en;q=0.9', 'en'],
  ])('answers in the language of the browser: %s', async (accepted, language) => {
    const answer = await bench().ask({ method: 'GET', headers: { 'accept-language': accepted } });
    expect(answer.headers).toMatchObject({
      'content-language': language,
      'content-type': 'text/html; charset=utf-8',
    });
    expect(answer.body).toContain(`<html lang="${language}">`);
  });

  it('lets nothing be kept, framed, indexed or told to others', async () => {
    const { headers } = await bench().ask({ method: 'GET' });
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
      'content-security-policy': expect.stringMatching(/^default-src 'none';.*frame-ancestors 'none'/),
    });
  });

  it('fails when the suppression cannot be written: a provider that is told 200 does not come again', async () => {
    const answer = unsubscribe({
      suppressions: {
        change: async () => {
          throw new Error('AccessDenied');
        },
      },
      campaigns: { add: async () => {} },
      tokenKeys: async () => sender.tokenKeys,
      count: () => {},
      nowMs: () => 0,
    });
    await expect(answer(request({}))).rejects.toThrow('AccessDenied');
  });

  describe('of a campaign with variants', () => {
    const origin = { campaignId: 'news', variant: 'B' } as const;
    const marked = sealUnsubscribeToken(
      { address: 'taro@example.com', topic: 'newsletter', origin },
      sender.tokenKeys,
    );
    const wish = (body: string) => ({ token: marked, headers: urlencoded, body });

    it('counts each recipient once for the variant whose link it was, and not any more who comes back', async () => {
      const b = bench();
      await b.ask({ token: marked });
      await b.ask(wish('wish=topic'));
      await b.ask(wish('wish=marketing'));
      expect(b.unsubscribed()).toBe(1);
      await b.ask(wish('wish=restore'));
      expect(b.unsubscribed()).toBe(0);
      await b.ask({ token: marked });
      expect(b.unsubscribed()).toBe(1);
    });

    it('unsubscribes even if that cannot be counted', async () => {
      const logged: unknown[] = [];
      const { error: before } = console;
      console.error = (...words: unknown[]) => void logged.push(...words);
      const suppressions = inMemorySuppressions();
      const answer = unsubscribe({
        suppressions,
        campaigns: {
          add: async () => {
            throw new Error('of taro@example.com');
          },
        },
        tokenKeys: async () => sender.tokenKeys,
        count: () => {},
        nowMs: () => 0,
      });
      expect(await answer(request({ token: marked }))).toMatchObject({ statusCode: 200 });
      expect(suppressions.items.get(taro)).toHaveProperty('topic:newsletter');
      console.error = before;
      expect(logged).toEqual(['an unsubscribe is not in the counts of its campaign', 'Error']);
    });
  });
});
