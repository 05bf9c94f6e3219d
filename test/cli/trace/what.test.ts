import { parseWhat } from '../../../cli/trace/what.ts';

describe('parseWhat', () => {
  it.each([
    'taro@example.com',
    ' Taro@EXAMPLE.com ',
    '<taro@example.com>',
    '"Yamada, Taro" <taro@example.com>',
    '山田 太郎 <taro@example.com>',
    'mailto:taro@example.com',
  ])('takes "%s" for the address', (text) => {
    const what = parseWhat(text);
    expect(what).toMatchObject({ kind: 'recipient', address: { domain: 'example.com' } });
    expect('address' in what && what.address.recipientId).toBe(
      (parseWhat('taro@example.com') as Extract<typeof what, { kind: 'recipient' }>).address.recipientId,
    );
  });

  it.each(['<0100-1@email.amazonses.com>', '0100-1@ap-northeast-1.amazonses.com', '0100-1'])(
    'takes "%s" for a mail of SES',
    (text) => {
      expect(parseWhat(text)).toMatchObject({ kind: 'mail', sesMessageId: '0100-1' });
      expect(parseWhat(text)).not.toHaveProperty('noAddress');
    },
  );

  it.each(['taro@', '@example.com', 'taro..yamada@example.com', '太郎@example.com', 'taro@example'])(
    'looks for a mail named "%s", and says why it is no address',
    (text) => {
      expect(parseWhat(text)).toMatchObject({
        ...{ kind: 'mail', deliveryIds: expect.arrayContaining([`n#${text}`]) },
        noAddress: expect.stringContaining('WHAT'),
      });
    },
  );

  it.each(['', '  '])('refuses "%s"', (text) => {
    expect(() => parseWhat(text)).toThrow(expect.objectContaining({ name: 'UsageError' }));
  });
});
