import { parseAddress } from '../../domain/address.ts';
import { composeMail, type MailRequest, maxAttachmentBytes, type Sender } from '../../domain/mail.ts';
import { openUnsubscribeToken } from '../../domain/unsubscribe.ts';
import { compiledTemplate, marketingTemplate } from './compiled-template.ts';

const sender: Sender = {
  mailDomain: 'mail.example.com',
  unsubscribeBaseUrl: 'https://unsubscribe.example.com',
  tokenKeys: { current: 'k1', keys: { k1: 'a-key-of-at-least-32-characters-..' } },
};

function request(overrides: Partial<MailRequest> = {}): MailRequest {
  return {
    key: { kind: 'notification', notificationId: 'n-1' },
    template: compiledTemplate(),
    recipient: { address: parseAddress('taro@example.com', 'address') },
    data: { orderId: '1234' },
    ...overrides,
  };
}

const recipient = (name: string | undefined, locale?: string) => ({
  address: parseAddress('taro@例え.jp', 'address'),
  name,
  locale,
});

describe('composeMail', () => {
  it('puts a transactional mail together, without a trace of unsubscribing', () => {
    expect(composeMail(request(), sender)).toEqual({
      fromHeader: '"Example Shop" <shop@mail.example.com>',
      toHeader: 'taro@example.com',
      subject: 'Order 1234',
      html: '<p>Order 1234</p>',
      text: 'Order 1234\n',
      headers: {},
      tags: { 'todoke-notification': 'n-1', 'todoke-template': 'order-confirmation' },
      attachments: [],
    });
  });

  it('says of a test that it is one', () => {
    expect(composeMail(request({ isTest: true }), sender).subject).toBe('[test] Order 1234');
  });

  it('encodes names in From and To, and takes the locale of the recipient', () => {
    const mail = composeMail(request({ recipient: recipient('山田', 'ja-JP') }), sender);
    expect(mail).toMatchObject({
      fromHeader: '=?UTF-8?B?6KaL5pys44K344On44OD44OX?= <shop@mail.example.com>',
      toHeader: '=?UTF-8?B?5bGx55Sw?= <taro@xn--r8jz45g.jp>',
      subject: 'ご注文 1234',
    });
  });

  it('gives marketing mail both headers of RFC 8058 and the same link inside', () => {
    const mail = composeMail(request({ template: marketingTemplate(), data: {} }), sender);
    const url = /^<(https:\/\/unsubscribe\.example\.com\/u\/([^>]+))>$/.exec(
      mail.headers['List-Unsubscribe'] ?? '',
    );
    expect(mail.headers).toEqual({
      'List-Unsubscribe': expect.any(String),
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
    expect(openUnsubscribeToken(url?.[2] ?? '', sender.tokenKeys)).toEqual({
      address: 'taro@example.com',
      topic: 'newsletter',
    });
    expect(mail.html).toContain(`href="${url?.[1]}"`);
    expect(mail.text).toContain(`${url?.[1]}\n`);
  });

  it.each([
    ['nothing', {}, {}],
    [
      'the mail it answers',
      { inReplyTo: '<1@example.com>' },
      { 'In-Reply-To': '<1@example.com>', References: '<1@example.com>' },
    ],
    [
      'the thread',
      { references: ['<1@example.com>', '<2@example.com>'] },
      { References: '<1@example.com> <2@example.com>' },
    ],
    [
      'both',
      { inReplyTo: '<2@example.com>', references: ['<1@example.com>'] },
      { 'In-Reply-To': '<2@example.com>', References: '<1@example.com>' },
    ],
    [
      'who wrote it',
      { template: compiledTemplate({ autoSubmitted: 'auto-replied' }) },
      { 'Auto-Submitted': 'auto-replied' },
    ],
  ] as [string, Partial<MailRequest>, Record<string, string>][])(
    'says %s in its headers',
    (_, overrides, headers) => {
      expect(composeMail(request(overrides), sender).headers).toEqual(headers);
    },
  );

  it('does not let tags of a publisher stand for ours', () => {
    const { tags } = composeMail(
      request({ tags: { team: 'billing', 'todoke-notification': 'x', 'todoke-template': 'y' } }),
      sender,
    );
    expect(tags).toEqual({
      team: 'billing',
      'todoke-notification': 'n-1',
      'todoke-template': 'order-confirmation',
    });
  });

  it.each([
    { octets: 870, outcome: 'accepted' },
    { octets: 871, outcome: 'header-too-long' },
  ])('answers "$outcome" to a header of $octets octets', ({ octets, outcome }) => {
    const inReplyTo = `<${'a'.repeat(octets - 'References<>'.length)}>`;
    const compose = () => {
      try {
        composeMail(request({ references: [inReplyTo] }), sender);
        return 'accepted';
      } catch (error) {
        return (error as { code?: string }).code;
      }
    };
    expect(compose()).toBe(outcome);
  });

  it.each([
    { sizes: [maxAttachmentBytes], refused: false },
    { sizes: [maxAttachmentBytes - 1, 1], refused: false },
    { sizes: [maxAttachmentBytes - 1, 2], refused: true },
  ])('refuses=$refused attachments of $sizes octets', ({ sizes, refused }) => {
    const attachments = sizes.map((size) => ({
      fileName: 'a',
      contentType: 'a/b',
      content: new Uint8Array(size),
    }));
    const compose = () => composeMail(request({ attachments }), sender);
    if (refused) {
      expect(compose).toThrow(
        expect.objectContaining({ code: 'attachments-too-large', field: 'attachments' }),
      );
    } else {
      expect(compose().attachments).toEqual(attachments);
    }
  });

  it.each([
    ['missing data', { data: {} }, 'missing-data', 'orderId'],
    [
      'a line break in data for the subject',
      { data: { orderId: '1\r\nBcc: x@example.com' } },
      'header-injection',
      'orderId',
    ],
    [
      'a line break in the name',
      { recipient: recipient('Taro\r\nBcc: x@example.com') },
      'header-injection',
      'recipient.name',
    ],
  ] as [string, Partial<MailRequest>, string, string][])('refuses %s', (_, overrides, code, field) => {
    expect(() => composeMail(request(overrides), sender)).toThrow(expect.objectContaining({ code, field }));
  });

  it('takes a marketing template without a topic for a fault of the build', () => {
    const { topic: _, ...template } = marketingTemplate();
    expect(() => composeMail(request({ template, data: {} }), sender)).toThrow('has no topic');
  });
});
