import fc from 'fast-check';
import { parseAddress, recipientIdOf } from '../../domain/address.ts';
import { InputError } from '../../domain/errors.ts';

const a = (n: number) => 'a'.repeat(n);
/** A domain of exactly so many octets. */
function domainOf(octets: number): string {
  const labels: string[] = [];
  let left = octets - '.example'.length;
  while (left > 0) {
    const length = Math.min(63, left - (left > 63 && left < 66 ? 2 : 0));
    labels.push(a(length));
    left -= length + 1;
  }
  return `${labels.join('.')}.example`;
}

function codeOf(text: string): string {
  try {
    parseAddress(text, 'recipient.address');
  } catch (error) {
    return error instanceof InputError ? error.code : 'fault';
  }
  return 'accepted';
}

describe('parseAddress', () => {
  it.each([
    { when: 'it is plain', text: 'taro@example.com', wire: 'taro@example.com' },
    { when: 'the domain is in capitals', text: 'Taro.Y@EXAMPLE.Com', wire: 'Taro.Y@example.com' },
    {
      when: 'it is surrounded by white space',
      text: '\u3000 taro@example.com\r\n',
      wire: 'taro@example.com',
    },
    { when: 'it has a plus label', text: 'taro+tag@example.com', wire: 'taro+tag@example.com' },
    { when: 'the local part has every atext', text: "!#$%&'*+/=?^_`{|}~-@example.com" },
    { when: 'the local part is a quoted string', text: '"taro yamada"@example.com' },
    { when: 'a quoted string holds an @', text: '"a@b"@example.com' },
    { when: 'a quoted string holds quoted pairs', text: '"a\\"b\\\\"@example.com' },
    { when: 'the domain is Japanese', text: 'taro@例え.jp', wire: 'taro@xn--r8jz45g.jp' },
    { when: 'the domain has an ideographic full stop', text: 'taro@例え。jp', wire: 'taro@xn--r8jz45g.jp' },
    { when: 'the domain is full-width', text: 'taro@ｅｘａｍｐｌｅ．ｃｏｍ', wire: 'taro@example.com' },
    { when: 'the domain is Punycode', text: 'taro@xn--r8jz45g.jp', wire: 'taro@xn--r8jz45g.jp' },
    { when: 'docomo issued two dots', text: 'a..b@docomo.ne.jp', wire: '"a..b"@docomo.ne.jp' },
    { when: 'au issued a dot before @', text: 'taro.@ezweb.ne.jp', wire: '"taro."@ezweb.ne.jp' },
    { when: 'softbank issued a leading dot', text: '.taro@SoftBank.ne.jp', wire: '".taro"@softbank.ne.jp' },
  ])('accepts it when $when', ({ text, wire = text }) => {
    expect(parseAddress(text, 'recipient.address')).toEqual({
      raw: text.trim(),
      wire,
      domain: wire.slice(wire.lastIndexOf('@') + 1),
      recipientId: recipientIdOf(wire),
    });
  });

  it.each([
    { when: 'it is empty', text: '', code: 'address-syntax' },
    { when: 'there is no @', text: 'taro.example.com', code: 'address-syntax' },
    { when: 'the @ is full-width', text: 'taro＠example.com', code: 'address-syntax' },
    { when: 'there is nothing before @', text: '@example.com', code: 'address-syntax' },
    { when: 'there is nothing after @', text: 'taro@', code: 'address-syntax' },
    { when: 'there are two @', text: 'a@b@example.com', code: 'address-syntax' },
    { when: 'it has a display name', text: 'Taro <taro@example.com>', code: 'address-domain' },
    { when: 'there are two addresses', text: 'a@example.com,b@example.com', code: 'address-syntax' },
    { when: 'two dots are no carrier’s', text: 'a..b@example.com', code: 'address-syntax' },
    { when: 'two dots are at a subdomain of a carrier', text: 'a..b@x.docomo.ne.jp', code: 'address-syntax' },
    { when: 'a carrier’s has a blank besides', text: 'a. b@docomo.ne.jp', code: 'address-syntax' },
    { when: 'a quote is not closed', text: '"taro@example.com', code: 'address-syntax' },
    { when: 'a quoted string holds a bare quote', text: '"a"b"@example.com', code: 'address-syntax' },
    { when: 'a quoted string is empty', text: '""@example.com', code: 'address-syntax' },
    { when: 'a CR LF is in the local part', text: 'a\r\nBcc: b@example.com', code: 'address-not-ascii' },
    { when: 'a CR LF is in a quoted string', text: '"a\r\nb"@example.com', code: 'address-not-ascii' },
    { when: 'a CR LF is in the domain', text: 'taro@exa\r\nmple.com', code: 'address-domain' },
    { when: 'a tab is in the domain', text: 'taro@exa\tmple.com', code: 'address-domain' },
    { when: 'the local part is Japanese', text: '太郎@example.com', code: 'address-not-ascii' },
    { when: 'the domain has no dot', text: 'taro@localhost', code: 'address-domain' },
    { when: 'the domain ends with a dot', text: 'taro@example.com.', code: 'address-domain' },
    { when: 'a label is empty', text: 'taro@example..com', code: 'address-domain' },
    { when: 'a label begins with a hyphen', text: 'taro@-example.com', code: 'address-domain' },
    { when: 'a label ends with a hyphen', text: 'taro@example-.com', code: 'address-domain' },
    { when: 'a label has an underscore', text: 'taro@exa_mple.com', code: 'address-domain' },
    { when: 'the domain is an IPv4 address', text: 'taro@192.0.2.1', code: 'address-domain' },
    { when: 'the domain is an address literal', text: 'taro@[192.0.2.1]', code: 'address-domain' },
    { when: 'a path follows the domain', text: 'taro@example.com/inbox', code: 'address-domain' },
    { when: 'a query follows the domain', text: 'taro@example.com?subject=x', code: 'address-domain' },
    { when: 'a fragment follows the domain', text: 'taro@example.com#x', code: 'address-domain' },
    { when: 'a port follows the domain', text: 'taro@example.com:25', code: 'address-domain' },
    { when: 'the domain is percent-encoded', text: 'taro@ex%61mple.com', code: 'address-domain' },
  ])('refuses it with $code when $when', ({ text, code }) => {
    expect(codeOf(text)).toBe(code);
  });

  it.each([
    { what: 'a local part of 64 octets', text: `${a(64)}@example.com`, code: 'accepted' },
    { what: 'a local part of 65 octets', text: `${a(65)}@example.com`, code: 'address-too-long' },
    { what: 'a carrier’s of 62 octets, 64 when quoted', text: `.${a(61)}@docomo.ne.jp`, code: 'accepted' },
    {
      what: 'a carrier’s of 63 octets, 65 when quoted',
      text: `.${a(62)}@docomo.ne.jp`,
      code: 'address-too-long',
    },
    { what: 'a label of 63 octets', text: `a@${a(63)}.example`, code: 'accepted' },
    { what: 'a label of 64 octets', text: `a@${a(64)}.example`, code: 'address-domain' },
    { what: 'an address of 254 octets', text: `${a(60)}@${domainOf(193)}`, code: 'accepted' },
    { what: 'an address of 255 octets', text: `${a(61)}@${domainOf(193)}`, code: 'address-too-long' },
  ])('answers "$code" to $what', ({ text, code }) => {
    expect(codeOf(text)).toBe(code);
  });

  it('names the field and the limit, never the address', () => {
    expect(() => parseAddress(`${a(65)}@example.com`, 'recipient.address')).toThrow(
      'recipient.address: local part is 65 octets; RFC 5321 §4.5.3.1.1 allows 64',
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (noise) => {
        const marker = 'q7Zx9Kw3';
        try {
          parseAddress(`${noise}${marker}${noise}`, 'recipient.address');
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          expect(String(error)).not.toContain(marker);
        }
      }),
    );
  });

  it('gives a wire form that is ASCII without line ends and parses to itself', () => {
    const localPart = fc.string({
      unit: fc.constantFrom(...'ab.9"\\ @!-\r\n あ'),
      minLength: 1,
      maxLength: 8,
    });
    const domain = fc.constantFrom('example.com', '例え.jp', 'docomo.ne.jp', 'Straße.example', 'a_b.example');
    let accepted = 0;
    fc.assert(
      fc.property(localPart, domain, (local, at) => {
        let wire: string;
        try {
          wire = parseAddress(`${local}@${at}`, 'x').wire;
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          return;
        }
        accepted++;
        expect(wire).toMatch(/^[\x20-\x7e]+$/);
        expect(parseAddress(wire, 'x').wire).toBe(wire);
      }),
      { numRuns: 1000 },
    );
    expect(accepted).toBeGreaterThan(0);
  });
});

describe('recipientIdOf', () => {
  it('is the same for all letter cases of a mailbox and different for another one', () => {
    const id = recipientIdOf('taro@example.com');
    expect(recipientIdOf('Taro@example.com')).toBe(id);
    expect(recipientIdOf('jiro@example.com')).not.toBe(id);
    expect(id).toMatch(/^[A-Za-z0-9_-]{22}$/);
  });
});
