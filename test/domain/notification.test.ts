import fc from 'fast-check';
import { InputError } from '../../domain/errors.ts';
import {
  maxNotificationBytes,
  type ParsedNotification,
  parseNotification,
} from '../../domain/notification.ts';
import { notificationBody } from './notification-body.ts';

function parsed(value: unknown): ParsedNotification {
  return parseNotification(JSON.stringify(value));
}

/** `code` and `field` of the refusal, or "accepted". */
function verdict(value: unknown): string {
  const answer = parsed(value);
  return answer.ok ? 'accepted' : `${answer.error.code} ${answer.error.field}`.trim();
}

function without(name: string): unknown {
  return Object.fromEntries(Object.entries(notificationBody()).filter(([key]) => key !== name));
}

const attachment = { key: 'attachments/a/b(1).pdf', fileName: '見積.pdf', contentType: 'application/pdf' };
const a = (n: number) => 'a'.repeat(n);

describe('parseNotification', () => {
  it('gives the notification and its parsed address', () => {
    const notification = notificationBody({ recipient: { address: ' Taro@EXAMPLE.com ' } });
    const answer = parsed(notification);
    expect(answer).toMatchObject({ ok: true, notification, address: { wire: 'Taro@example.com' } });
  });

  it.each([
    [
      'all that is optional',
      {
        templateHash: '0123456789abcdef0123456789abcdef',
        recipient: { address: 'taro@例え.jp', name: '山田', locale: 'ja-JP', timeZone: 'Asia/Tokyo' },
        expiresAt: '2026-11-24T09:00:00Z',
        notBefore: '2026-11-24T09:00:00.123+09:00',
        collapseKey: 'disk full',
        collapseWindowSeconds: 10,
        inReplyTo: '<a.b@mail.example.com>',
        references: ['<1@example.com>', '<2@example.com>'],
        attachments: [attachment],
        replyTo: 'support@example.com',
        tags: { team: 'billing' },
      },
    ],
    ['an id of 128 characters', { notificationId: a(128) }],
    ['an id of all printable ASCII', { notificationId: '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~' }],
    ['a name of 128 characters', { recipient: { address: 'a@example.com', name: a(128) } }],
    ['a time in small letters, as RFC 3339 allows', { expiresAt: '2026-11-24t09:00:00z' }],
    ['empty data', { data: {} }],
    ['ten tags', { tags: Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`t${i}`, 'x'])) }],
    ['ten attachments', { attachments: Array(10).fill(attachment) }],
    ['a window of a day', { collapseWindowSeconds: 86_400 }],
  ])('accepts %s', (_, overrides) => {
    expect(verdict(notificationBody(overrides))).toBe('accepted');
  });

  it.each(['notificationId', 'template', 'recipient', 'data'])('refuses a body without %s', (name) => {
    expect(verdict(without(name))).toBe(`schema ${name}`);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['an unknown property', { expiredAt: 'x' }, 'schema'],
    ['an empty id', { notificationId: '' }, 'schema notificationId'],
    ['an id of 129 characters', { notificationId: a(129) }, 'schema notificationId'],
    ['an id with a blank', { notificationId: 'a b' }, 'schema notificationId'],
    ['an id with a line end at its end', { notificationId: 'a\n' }, 'schema notificationId'],
    ['an id that is no ASCII', { notificationId: '注文1' }, 'schema notificationId'],
    ['an id that is a number', { notificationId: 1 }, 'schema notificationId'],
    ['a template in capitals', { template: 'Order' }, 'schema template'],
    ['a template with a path in it', { template: '../order' }, 'schema template'],
    ['a template of 65 characters', { template: a(65) }, 'schema template'],
    ['a hash that is too short', { templateHash: 'abc' }, 'schema templateHash'],
    ['a recipient that is a text', { recipient: 'taro@example.com' }, 'schema recipient'],
    ['a recipient without address', { recipient: {} }, 'schema recipient.address'],
    [
      'an unknown property of the recipient',
      { recipient: { address: 'a@example.com', tel: '1' } },
      'schema recipient',
    ],
    ['an address of 2 characters', { recipient: { address: 'a@' } }, 'schema recipient.address'],
    [
      'an address of 321 characters',
      { recipient: { address: `${a(309)}@example.com` } },
      'schema recipient.address',
    ],
    ['an empty name', { recipient: { address: 'a@example.com', name: '' } }, 'schema recipient.name'],
    [
      'a name of 129 characters',
      { recipient: { address: 'a@example.com', name: a(129) } },
      'schema recipient.name',
    ],
    [
      'a locale that is none',
      { recipient: { address: 'a@example.com', locale: 'j' } },
      'schema recipient.locale',
    ],
    [
      'a time zone with a blank',
      { recipient: { address: 'a@example.com', timeZone: 'a b' } },
      'schema recipient.timeZone',
    ],
    ['data that is a list', { data: [] }, 'schema data'],
    ['data that is null', { data: null }, 'schema data'],
    ['an expiry that is a date', { expiresAt: '2026-11-24' }, 'schema expiresAt'],
    ['an expiry without a zone', { expiresAt: '2026-11-24T09:00:00' }, 'schema expiresAt'],
    ['an expiry on 30 February', { expiresAt: '2026-02-30T09:00:00Z' }, 'schema expiresAt'],
    ['an expiry in a leap second', { expiresAt: '2016-12-31T23:59:60Z' }, 'schema expiresAt'],
    ['an expiry with an offset of hours only', { expiresAt: '2026-11-24T09:00:00+09' }, 'schema expiresAt'],
    ['an expiry with a blank for the T', { expiresAt: '2026-11-24 09:00:00Z' }, 'schema expiresAt'],
    ['a notBefore that is a number', { notBefore: 1_800_000_000 }, 'schema notBefore'],
    ['a notBefore in a leap second', { notBefore: '2016-12-31T23:59:60Z' }, 'schema notBefore'],
    ['an empty collapse key', { collapseKey: '' }, 'schema collapseKey'],
    ['a window of 9 seconds', { collapseWindowSeconds: 9 }, 'schema collapseWindowSeconds'],
    ['a window of more than a day', { collapseWindowSeconds: 86_401 }, 'schema collapseWindowSeconds'],
    ['a window of half a second', { collapseWindowSeconds: 10.5 }, 'schema collapseWindowSeconds'],
    ['an inReplyTo without angle brackets', { inReplyTo: 'a@example.com' }, 'schema inReplyTo'],
    ['an inReplyTo with a line break', { inReplyTo: '<a@example.com>\r\nBcc: <b>' }, 'schema inReplyTo'],
    ['a reference with a blank', { references: ['<a@example.com>', '<a b>'] }, 'schema references[1]'],
    ['eleven references', { references: Array(11).fill('<a@example.com>') }, 'schema references'],
    ['eleven attachments', { attachments: Array(11).fill(attachment) }, 'schema attachments'],
    [
      'an attachment from elsewhere',
      { attachments: [{ ...attachment, key: 'campaigns/x' }] },
      'schema attachments[0].key',
    ],
    [
      'an attachment without a name',
      { attachments: [attachment, { key: 'attachments/x', contentType: 'a/b' }] },
      'schema attachments[1].fileName',
    ],
    [
      'an unknown property of an attachment',
      { attachments: [{ ...attachment, inline: true }] },
      'schema attachments[0]',
    ],
    [
      'a content type with parameters',
      { attachments: [{ ...attachment, contentType: 'text/plain; charset=x' }] },
      'schema attachments[0].contentType',
    ],
    ['a replyTo of 2 characters', { replyTo: 'a@' }, 'schema replyTo'],
    [
      'eleven tags',
      { tags: Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`t${i}`, 'x'])) },
      'schema tags',
    ],
    ['a tag of ours', { tags: { 'todoke-notification': 'x' } }, 'schema tags'],
    ['a tag of SES', { tags: { 'ses:source-ip': 'x' } }, 'schema tags'],
    ['a tag with a blank in its value', { tags: { team: 'a b' } }, 'schema tags'],
    [
      'a CR LF in the name',
      { recipient: { address: 'a@example.com', name: 'Taro\r\nBcc: b@example.com' } },
      'header-injection recipient.name',
    ],
    [
      'an override of direction in a file name',
      { attachments: [{ ...attachment, fileName: 'a\u202efdp.exe' }] },
      'header-injection attachments[0].fileName',
    ],
    ['an address without a domain', { recipient: { address: 'taro' } }, 'address-syntax recipient.address'],
    [
      'an address with a domain that is none',
      { recipient: { address: 'taro@localhost' } },
      'address-domain recipient.address',
    ],
    [
      'a long local part',
      { recipient: { address: `${a(65)}@example.com` } },
      'address-too-long recipient.address',
    ],
    [
      'a Japanese local part',
      { recipient: { address: '太郎@example.com' } },
      'address-not-ascii recipient.address',
    ],
    ['a replyTo that is no address', { replyTo: 'support' }, 'address-syntax replyTo'],
  ])('refuses %s', (_, overrides, expected) => {
    expect(verdict(notificationBody(overrides))).toBe(expected);
  });

  it.each([
    ['null', 'null'],
    ['a list', '[]'],
    ['a text', '"x"'],
    ['a number', '1'],
  ])('refuses a body that is %s', (_, body) => {
    expect(parseNotification(body)).toMatchObject({ ok: false, error: { code: 'schema', field: '' } });
  });

  it.each(['', 'taro@example.com', '{"notificationId":', '{}}'])('refuses %p as not JSON', (body) => {
    expect(parseNotification(body)).toEqual({
      ok: false,
      error: expect.objectContaining({ code: 'not-json' }),
    });
  });

  it('keeps the id of a refused notification where it is well-formed', () => {
    expect(parsed({ notificationId: 'n-1' })).toMatchObject({ ok: false, notificationId: 'n-1' });
    expect(parsed(notificationBody({ replyTo: 'x@' }))).toMatchObject({
      notificationId: 'order-1234:confirmed',
    });
    expect(parsed({ notificationId: 'taro yamada' })).not.toHaveProperty('notificationId');
  });

  it('opens an EventBridge envelope', () => {
    const envelope = {
      version: '0',
      id: '6a7e8feb-b491-4cf7-a9f1-bf3703467718',
      'detail-type': 'Todoke Notification',
      source: 'com.example.shop',
      account: '123456789012',
      time: '2026-11-24T09:00:00Z',
      region: 'ap-northeast-1',
      resources: [],
      detail: notificationBody(),
    };
    expect(parsed(envelope)).toMatchObject({ ok: true, notification: notificationBody() });
    expect(verdict({ ...envelope, detail: without('data') })).toBe('schema data');
    expect(parsed({ ...envelope, detail: { notificationId: 'n-1' } })).toMatchObject({
      notificationId: 'n-1',
    });
  });

  it.each([
    { octets: maxNotificationBytes, ok: true },
    { octets: maxNotificationBytes + 1, ok: false },
    { octets: 1_048_576, ok: false },
  ])('answers ok=$ok to a body of $octets octets', ({ octets, ok }) => {
    const empty = Buffer.byteLength(JSON.stringify(notificationBody({ data: { note: 'あ' } })));
    const body = JSON.stringify(notificationBody({ data: { note: `あ${a(octets - empty)}` } }));
    expect(Buffer.byteLength(body)).toBe(octets);
    const answer = parseNotification(body);
    expect(answer.ok ? 'accepted' : answer.error.code).toBe(ok ? 'accepted' : 'body-too-large');
  });

  it('never says what it was given, wherever that stood', () => {
    const marker = 'q7Zx9Kw3';
    const marked = fc.constantFrom(marker, `${marker}@example.com`, `a\n${marker}`, { [marker]: marker }, [
      marker,
    ]);
    const places = fc.constantFrom<(value: unknown) => unknown>(
      (value) => value,
      (value) => ({ ...notificationBody(), [JSON.stringify(value)]: value }),
      ...[
        ...Object.keys(notificationBody()),
        'expiresAt',
        'notBefore',
        'collapseKey',
        'collapseWindowSeconds',
        'replyTo',
        'inReplyTo',
        'references',
        'attachments',
        'tags',
        'templateHash',
      ].map((name) => (value: unknown) => notificationBody({ [name]: value })),
      ...['address', 'name', 'locale', 'timeZone', marker].map(
        (name) => (value: unknown) =>
          notificationBody({ recipient: { address: 'a@example.com', [name]: value } }),
      ),
      ...['key', 'fileName', 'contentType', marker].map(
        (name) => (value: unknown) => notificationBody({ attachments: [{ ...attachment, [name]: value }] }),
      ),
      (value) => notificationBody({ tags: { [marker]: value } }),
      (value) => notificationBody({ tags: { [`${marker} `]: value } }),
      (value) => ({ 'detail-type': 'x', detail: value }),
    );
    let refused = 0;
    fc.assert(
      fc.property(marked, places, fc.boolean(), (value, put, cut) => {
        const body = JSON.stringify(put(value));
        const answer = parseNotification(cut ? body.slice(0, -1) : body);
        if (!answer.ok) {
          refused++;
          expect(answer.error).toBeInstanceOf(InputError);
          expect(`${answer.error.message} ${answer.error.field}`).not.toContain(marker);
        }
      }),
      { numRuns: 1000 },
    );
    expect(refused).toBeGreaterThan(100);
  });
});
