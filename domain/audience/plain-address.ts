/** What an octet may be in an address that is written as most are; 0 for all others. */
const kind = { text: 1, dot: 2, letter: 4, digit: 8, hyphen: 16 } as const;
const inDomain = kind.letter | kind.digit | kind.hyphen;
const at = 0x40;
const kinds = new Uint8Array(256);
for (const sign of "!#$%&'*+-/=?^_`{|}~") {
  kinds[sign.charCodeAt(0)] = kind.text;
}
for (let letter = 0x61; letter <= 0x7a; letter++) {
  kinds[letter] = kind.text | kind.letter;
}
for (let digit = 0x30; digit <= 0x39; digit++) {
  kinds[digit] = kind.text | kind.digit;
}
kinds[0x2d] = kind.text | kind.hyphen;
kinds[0x2e] = kind.dot;

/**
 * Whether octets are an address that `parseAddress` would take as it is: a dot-atom in small letters, at a domain of small letters,
 * digits and single hyphens whose last label has letters only. Any other one may be right as well.
 */
export function isPlainAddress(bytes: Uint8Array, first: number, end: number): boolean {
  if (end - first > 254) {
    return false;
  }
  const domain = domainAfter(bytes, first, end);
  return domain !== undefined && domain - 1 - first <= 64 && isPlainDomain(bytes, domain, end);
}

/** Where the domain begins, after a local part that is a dot-atom. */
function domainAfter(bytes: Uint8Array, first: number, end: number): number | undefined {
  let previous: number = kind.dot;
  for (let i = first; i < end; i++) {
    const octet = bytes[i] as number;
    const now = kinds[octet] as number;
    if (octet === at) {
      return previous === kind.dot ? undefined : i + 1;
    }
    if (now === 0 || (now === kind.dot && previous === kind.dot)) {
      return undefined;
    }
    previous = now;
  }
  return undefined;
}

function isPlainDomain(bytes: Uint8Array, first: number, end: number): boolean {
  let previous: number = kind.dot;
  let labels = 0;
  let labelStart = first;
  let isOfLetters = true;
  for (let i = first; i < end; i++) {
    const now = kinds[bytes[i] as number] as number;
    if (now === kind.dot) {
      if ((previous & (kind.letter | kind.digit)) === 0 || i - labelStart > 63) {
        return false;
      }
      labels++;
      labelStart = i + 1;
      isOfLetters = true;
    } else if ((now & inDomain) === 0) {
      return false;
    } else if ((now & kind.hyphen) !== 0 && (previous & (kind.letter | kind.digit)) === 0) {
      return false;
    } else if ((now & kind.letter) === 0) {
      isOfLetters = false;
    }
    previous = now;
  }
  return labels > 0 && isOfLetters && (previous & kind.letter) !== 0 && end - labelStart <= 63;
}
