import type { HeaderField } from './mail.ts';

/** Header block and the rest of an RFC 5322 message. */
export interface RawParts {
  readonly headers: readonly HeaderField[];
  /** As sent, each with its folding and line break. */
  readonly fields: readonly string[];
  /** From the empty line on. */
  readonly body: Buffer;
}

/** Splits a message at its first empty line. Both CRLF and a bare LF end a line, as for SES. */
export function splitRaw(source: Buffer): RawParts {
  const end = headerEnd(source);
  const fields = source
    .subarray(0, end)
    .toString('utf8')
    .split(/\r?\n(?![ \t])/)
    .filter((field) => field !== '');
  const headers = fields.flatMap((field) => {
    const match = /^([!-9;-~]+)[ \t]*:([\s\S]*)$/.exec(field);
    const [, name, value] = match ?? [];
    return name === undefined || value === undefined ? [] : [{ name, value: unfolded(value) }];
  });
  return { headers, fields, body: source.subarray(end) };
}

/** Puts a message together from the fields that stay and those that are new. */
export function joinRaw(fields: readonly string[], added: readonly HeaderField[], body: Buffer): Buffer {
  const lines = [...added.map(({ name, value }) => `${name}: ${value}`), ...fields];
  return Buffer.concat([
    Buffer.from(`${lines.join('\r\n')}\r\n`),
    body.length === 0 ? Buffer.from('\r\n') : body,
  ]);
}

/** Values of every field of that name, in order. */
export function valuesOf(headers: readonly HeaderField[], name: string): string[] {
  return headers.filter((field) => field.name.toLowerCase() === name).map(({ value }) => value);
}

function unfolded(value: string): string {
  return value.replace(/\r?\n(?=[ \t])/g, '').trim();
}

/** Index of the empty line, or the length when there is no body. */
function headerEnd(source: Buffer): number {
  const ends = ['\r\n\r\n', '\n\n'].flatMap((separator) => {
    const at = source.indexOf(separator);
    return at < 0 ? [] : [at + separator.length / 2];
  });
  return Math.min(source.length, ...ends);
}
