import { InputError } from './errors.ts';

/**
 * Refuses what could end a header line or reorder what a person reads: C0 and C1 controls, DEL, line and paragraph
 * separators, and the bidirectional controls of Unicode.
 *
 * @throws InputError `header-injection`
 */
export function checkHeaderText(text: string, field: string): string {
  if (/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text)) {
    throw new InputError(
      'header-injection',
      field,
      `${field} has a line break, control or bidirectional control character, which no header may hold`,
    );
  }
  return text;
}

/** Octets of UTF-8 in one encoded-word: base64 of 45 gives 60, and `=?UTF-8?B?` with `?=` 72 of RFC 2047's 75. */
const octetsPerWord = 45;

/** Printable ASCII that no reader takes for encoded-words; some decode those even inside quotes. */
function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text) && !text.includes('=?');
}

/** RFC 2047 encoded-words (B, UTF-8) where the text is not plain ASCII; words never split a character. */
export function encodeWords(text: string): string {
  if (isPlain(text)) {
    return text;
  }
  if (Buffer.byteLength(text) <= octetsPerWord) {
    return encodedWord(text);
  }
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > octetsPerWord) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  words.push(word);
  return words.map(encodedWord).join(' ');
}

function encodedWord(text: string): string {
  return `=?UTF-8?B?${Buffer.from(text).toString('base64')}?=`;
}

/**
 * RFC 5322 name-addr: `"Taro, Yamada" <taro@example.com>`, or the bare address without a name.
 *
 * @throws InputError `header-injection` naming `field`
 */
export function nameAddress(name: string | undefined, wire: string, field: string): string {
  if (!name) {
    return wire;
  }
  checkHeaderText(name, field);
  return `${isPlain(name) ? `"${name.replace(/["\\]/g, '\\$&')}"` : encodeWords(name)} <${wire}>`;
}
