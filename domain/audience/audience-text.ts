import { isAscii, isUtf8 } from 'node:buffer';
import { InputError } from '../errors.ts';

/** Octets that the encoding is told from, the first one outside ASCII among them. */
const windowBytes = 65_536;

type Decode = (bytes: Buffer) => Buffer;

/**
 * The octets of a text file as UTF-8, without a byte order mark. The encoding is that of the mark; without one it is UTF-8 if the
 * first 64 KiB with something outside ASCII are, and else Shift_JIS as Windows writes it (code page 932).
 *
 * @throws InputError `audience-encoding`: neither of them, or UTF-8 with a damaged place, which is not guessed at
 */
export async function* utf8Of(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let decode: Decode | undefined;
  let held: Buffer = Buffer.alloc(0);
  /** Octets given out, all of them ASCII as long as there is no decoder. */
  let before = 0;
  for await (const chunk of bytes) {
    if (decode !== undefined) {
      yield decode(bufferOf(chunk));
      continue;
    }
    held = held.length === 0 ? bufferOf(chunk) : Buffer.concat([held, chunk]);
    if (isAscii(held)) {
      yield held;
      before += held.length;
      held = Buffer.alloc(0);
    } else if (held.length >= windowBytes) {
      decode = decoderOf(held, before);
      yield decode(held);
      held = Buffer.alloc(0);
    }
  }
  decode ??= decoderOf(held, before);
  yield decode(held);
  yield decode(endOfFile);
}

/** Tells a decoder that nothing follows. */
const endOfFile = Buffer.alloc(0);

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function decoderOf(window: Buffer, before: number): Decode {
  const starts = (...mark: readonly number[]) =>
    before === 0 && mark.every((octet, i) => window[i] === octet);
  if (starts(0xff, 0xfe)) {
    return transcoder('utf-16le', before);
  }
  if (starts(0xfe, 0xff)) {
    return transcoder('utf-16be', before);
  }
  if (starts(0xef, 0xbb, 0xbf)) {
    return utf8Checker(before, 3);
  }
  return looksLikeUtf8(window) ? utf8Checker(before, 0) : transcoder('shift_jis', before);
}

/** Damaged UTF-8 counts as UTF-8: read as Shift_JIS it would be another text, and be mailed as such. */
function looksLikeUtf8(window: Buffer): boolean {
  const text = window.subarray(0, completeLength(window)).toString('utf8');
  const wrong = text.split('\ufffd').length - 1;
  const letters = text.match(/[^\0-\x7f\ufffd]/gu)?.length ?? 0;
  return wrong === 0 || letters > 4 * wrong;
}

/** Passes octets on as they are, whole characters at a time. */
function utf8Checker(before: number, markBytes: number): Decode {
  let offset = before;
  let skip = markBytes;
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const length = chunk === endOfFile ? bytes.length : completeLength(bytes);
    const whole = bytes.subarray(0, length);
    if (!isUtf8(whole)) {
      throw encodingError('UTF-8', offset, offset + length);
    }
    rest = bytes.subarray(length);
    offset += length;
    const text = whole.subarray(skip);
    skip = 0;
    return text;
  };
}

/** Length without a character at the end of which more may follow. */
function completeLength(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const octet = bytes[bytes.length - back] ?? 0;
    if (octet >= 0xc0) {
      const wanted = octet >= 0xf0 ? 4 : octet >= 0xe0 ? 3 : 2;
      return wanted > back ? bytes.length - back : bytes.length;
    }
    if (octet < 0x80) {
      break;
    }
  }
  return bytes.length;
}

function transcoder(encoding: 'utf-16le' | 'utf-16be' | 'shift_jis', before: number): Decode {
  const decoder = new TextDecoder(encoding, { fatal: true });
  let offset = before;
  return (chunk) => {
    try {
      const text = decoder.decode(chunk, { stream: chunk !== endOfFile });
      offset += chunk.length;
      return Buffer.from(text);
    } catch {
      throw encodingError(
        encoding === 'shift_jis' ? 'UTF-8 or Shift_JIS' : encoding.toUpperCase(),
        offset,
        offset + chunk.length,
      );
    }
  };
}

function encodingError(encoding: string, first: number, end: number): InputError {
  return new InputError(
    'audience-encoding',
    'audience',
    `the audience is not ${encoding}: something between its octets ${first} and ${end} is not`,
  );
}
