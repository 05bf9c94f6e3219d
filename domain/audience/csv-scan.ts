/** A record of CSV as it lies in the file, so that nothing is made of it that nobody asks for. */
export interface PlainRecord {
  readonly bytes: Buffer;
  /** Two numbers for each field: its first octet, and {@link endOf} and {@link flagsOf} in one. */
  readonly spans: Int32Array;
  /** Where those of this record begin. */
  readonly at: number;
  readonly fields: number;
}

/** Numbers of a field. */
export const spanLength = 2;

const flagBits = 4;

/** The octet after the last one of a field. */
export function endOf(span: number): number {
  return span >> flagBits;
}

/** What {@link fieldIs} has for a field. */
export function flagsOf(span: number): number {
  return span & 0xf;
}

/** What a field has in it. */
export const fieldIs = {
  /** Control characters or backslashes. */
  odd: 1,
  /** Octets that begin a character which a header must not have, among others: U+0080 to U+00BF, U+2000 to U+2FFF. */
  doubtful: 2,
  /** It stands in quotes, and its span inside of them. */
  quoted: 4,
  /** Quotes are doubled in it. */
  doubled: 8,
} as const;

/** Kinds of octets that end a field, beyond what {@link fieldIs} has for others. */
const ends = { delimiter: 0x40, newline: 0x41, quote: 0x42, return: 0x43 } as const;
const blank = 0x20;
const quote = 0x22;

/** Room for the fields of a few records. */
const leastSpans = 64;

/** What `scan` says of a record that has to be read with more care. */
export const notPlain = -1;

/**
 * Finds records that are written plainly: fields without quotes in them, or in quotes without a line end. It looks at each octet once.
 *
 * @param newline - The octet that ends a record; LF may have CR before it.
 */
export function recordScanner(delimiter: number, newline: number) {
  const kinds = new Uint8Array(256);
  kinds.fill(fieldIs.odd, 0, blank);
  kinds[0x5c] = fieldIs.odd;
  kinds[0x7f] = fieldIs.odd;
  kinds[0xc2] = fieldIs.doubtful;
  kinds[0xe2] = fieldIs.doubtful;
  kinds[0x0d] = ends.return;
  kinds[quote] = ends.quote;
  kinds[delimiter] = ends.delimiter;
  kinds[newline] = ends.newline;

  let bytes: Buffer = Buffer.alloc(0);
  let spans = new Int32Array(0);
  let used = 0;

  function put(first: number, end: number, flags: number): void {
    if (used + spanLength > spans.length) {
      const larger = new Int32Array(2 * spans.length + leastSpans);
      larger.set(spans);
      spans = larger;
    }
    spans[used] = first;
    spans[used + 1] = (end << flagBits) | flags;
    used += spanLength;
  }

  return {
    /** The octets that are scanned from now on; records of those before stay as they are. */
    use(next: Buffer): void {
      // As many as it took last time, for as much text.
      const expected = bytes.length === 0 ? 0 : Math.ceil((1.05 * used * next.length) / bytes.length);
      bytes = next;
      spans = new Int32Array(expected + leastSpans);
      used = 0;
    },
    /**
     * @param from - Where a record begins; there is a line end at or after it.
     * @returns where the next one begins, or {@link notPlain}
     */
    scan(from: number): number {
      const before = used;
      let at = from;
      for (;;) {
        while (bytes[at] === blank) {
          at++;
        }
        let first = at;
        let flags = 0;
        let kind = kinds[bytes[at] as number] as number;
        if (kind !== ends.quote) {
          while (kind < ends.delimiter) {
            flags |= kind;
            at++;
            kind = kinds[bytes[at] as number] as number;
          }
          let end = at;
          while (end > first && bytes[end - 1] === blank) {
            end--;
          }
          put(first, end, flags);
        } else {
          flags = fieldIs.quoted;
          at++;
          first = at;
          for (;;) {
            kind = kinds[bytes[at] as number] as number;
            if (kind <= ends.delimiter) {
              flags |= kind & (fieldIs.odd | fieldIs.doubtful);
              at++;
            } else if (kind === ends.quote && bytes[at + 1] === quote) {
              flags |= fieldIs.doubled;
              at += 2;
            } else {
              break;
            }
          }
          if (kind !== ends.quote) {
            break;
          }
          put(first, at, flags);
          at++;
          while (bytes[at] === blank) {
            at++;
          }
          kind = kinds[bytes[at] as number] as number;
        }
        if (kind === ends.delimiter) {
          at++;
          continue;
        }
        if (kind === ends.return && newline === 0x0a && bytes[at + 1] === newline) {
          at++;
          kind = ends.newline;
        }
        if (kind !== ends.newline) {
          break;
        }
        return at + 1;
      }
      used = before;
      return notPlain;
    },
    /** The record that was found last. @param at - {@link position} before it was */
    recordFrom: (at: number): PlainRecord => ({ bytes, spans, at, fields: (used - at) / spanLength }),
    position: () => used,
    /** Forgets the record that was found last. */
    back(at: number): void {
      used = at;
    },
  };
}

/** The text of a field. */
export function fieldText({ bytes, spans, at }: PlainRecord, field: number): string {
  const span = at + spanLength * field;
  const end = spans[span + 1] ?? 0;
  const flags = flagsOf(end);
  const text = bytes.toString('utf8', spans[span], endOf(end));
  if ((flags & fieldIs.doubled) !== 0) {
    return text.replaceAll('""', '"');
  }
  return (flags & (fieldIs.odd | fieldIs.quoted)) === fieldIs.odd ? trimmed(text) : text;
}

/** Without the white space of ASCII, as csv-parse trims. */
function trimmed(field: string): string {
  let start = 0;
  let end = field.length;
  while (start < end && isBlank(field, start)) {
    start++;
  }
  while (end > start && isBlank(field, end - 1)) {
    end--;
  }
  return end - start === field.length ? field : field.slice(start, end);
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === blank || (code >= 0x09 && code <= 0x0d && code !== 0x0b);
}
