import fc from 'fast-check';
import { InputError } from '../../domain/errors.ts';
import { checkHeaderText, encodeWords, nameAddress } from '../../domain/header.ts';

/** RFC 2047 §6.2 for what we write: B words in UTF-8, each decoded on its own, blanks between words dropped. */
function decodeWords(header: string): string {
  if (!header.startsWith('=?')) {
    return header;
  }
  return header
    .split(' ')
    .map((word) => {
      const base64 = /^=\?UTF-8\?B\?([A-Za-z0-9+/]+=*)\?=$/.exec(word)?.[1] ?? '!';
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(base64, 'base64'));
    })
    .join('');
}

/** RFC 5322 quoted-string to its text. */
function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll(/\\(.)/g, '$1') : decodeWords(text);
}

const oneLineName = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 128 })
  .filter((name) => !/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(name));

describe('checkHeaderText', () => {
  it.each([
    ['CR LF', '\r\n'],
    ['CR', '\r'],
    ['LF', '\n'],
    ['NUL', '\0'],
    ['tab', '\t'],
    ['DEL', '\x7f'],
    ['C1 next line', '\x85'],
    ['line separator', '\u2028'],
    ['paragraph separator', '\u2029'],
    ['right-to-left override', '\u202e'],
    ['left-to-right isolate', '\u2066'],
    ['pop directional isolate', '\u2069'],
  ])('refuses %s and does not quote the text', (_, control) => {
    const refuse = () => checkHeaderText(`Taro${control}Bcc: x`, 'recipient.name');
    expect(refuse).toThrow(InputError);
    expect(refuse).toThrow(expect.objectContaining({ code: 'header-injection', field: 'recipient.name' }));
    expect(refuse).toThrow(expect.not.objectContaining({ message: expect.stringContaining('Taro') }));
  });

  it.each(['', 'Taro', '山田 太郎', '👩‍👩‍👧‍👦', 'Ω, "x" <y>'])('lets %p pass as it is', (text) => {
    expect(checkHeaderText(text, 'x')).toBe(text);
  });
});

describe('encodeWords', () => {
  it.each([
    { text: '', header: '' },
    { text: 'Order #12 (shipped)', header: 'Order #12 (shipped)' },
    { text: '山田', header: '=?UTF-8?B?5bGx55Sw?=' },
    { text: '=?UTF-8?B?QQ==?=', header: '=?UTF-8?B?PT9VVEYtOD9CP1FRPT0/PQ==?=' },
  ])('writes $text as $header', ({ text, header }) => {
    expect(encodeWords(text)).toBe(header);
  });

  it('fills words up to 75 octets and begins another', () => {
    expect(encodeWords('あ'.repeat(15))).toHaveLength(72);
    expect(encodeWords('あ'.repeat(16)).split(' ')).toHaveLength(2);
  });

  it('writes words of at most 75 octets that decode to the input, each on its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const header = encodeWords(text);
        expect(decodeWords(header)).toBe(text);
        if (header !== text) {
          expect(Math.max(...header.split(' ').map((word) => word.length))).toBeLessThanOrEqual(75);
        }
      }),
    );
  });
});

describe('nameAddress', () => {
  it.each([
    { name: undefined, header: 'taro@example.com' },
    { name: '', header: 'taro@example.com' },
    { name: 'Yamada, Taro', header: '"Yamada, Taro" <taro@example.com>' },
    { name: 'Taro "T" \\', header: '"Taro \\"T\\" \\\\" <taro@example.com>' },
    { name: '山田', header: '=?UTF-8?B?5bGx55Sw?= <taro@example.com>' },
  ])('writes $name as $header', ({ name, header }) => {
    expect(nameAddress(name, 'taro@example.com', 'recipient.name')).toBe(header);
  });

  it('is one line of printable ASCII with one address, from which the name can be read back', () => {
    fc.assert(
      fc.property(oneLineName, (name) => {
        const header = nameAddress(name, 'taro@example.com', 'recipient.name');
        expect(header).toMatch(/^[\x20-\x7e]+ <taro@example\.com>$/);
        expect(unquoted(header.slice(0, -' <taro@example.com>'.length))).toBe(name);
      }),
    );
  });

  it('refuses every name with a line break', () => {
    fc.assert(
      fc.property(
        oneLineName,
        fc.constantFrom('\r', '\n', '\r\n', '\u2028'),
        oneLineName,
        (before, end, after) => {
          expect(() => nameAddress(before + end + after, 'taro@example.com', 'recipient.name')).toThrow(
            InputError,
          );
        },
      ),
    );
  });
});
