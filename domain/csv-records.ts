import { parse } from 'csv-parse/sync';
import { InputError } from './errors.ts';

/** What files are delimited with, the likeliest first: a header rarely has the last ones for another reason. */
const delimiters = [',', '\t', ';', '|', ':', '^', '~', '\x1f'];

/** A record of more octets than this is none: most likely a quote that was never closed. */
const maxRecordBytes = 262_144;

/** How the records of a file are told apart. */
interface Dialect {
  readonly delimiter: string;
  readonly newline: '\n' | '\r';
}

/**
 * The records of CSV (RFC 4180) in UTF-8, as many at a time as are complete: any delimiter, CR LF, LF or CR, blanks around fields and
 * blank lines dropped. Records that are written plainly, nearly all of them, are cut by the runtime's own search for strings, which
 * takes a fifth of the time of a parser that looks at each octet; whatever else there is, csv-parse reads or refuses.
 *
 * @param bytes - Pieces that end with a whole character.
 * @throws InputError `audience-row` naming the row, the header not counted
 */
export async function* csvRecords(bytes: AsyncIterable<Buffer>): AsyncGenerator<readonly string[][]> {
  let dialect: Dialect | undefined;
  let rest = '';
  let before = 0;
  for await (const chunk of bytes) {
    const text = rest + chunk.toString();
    dialect ??= dialectOf(text, false);
    const end = dialect === undefined ? 0 : endOfRecords(text, dialect.newline);
    if (dialect === undefined || (end === 0 && text.length <= maxRecordBytes)) {
      rest = text;
      continue;
    }
    const records = recordsIn(end === 0 ? text : text.slice(0, end), dialect, before);
    rest = end === 0 ? '' : text.slice(end);
    before += records.length;
    yield records;
  }
  yield recordsIn(rest, dialect ?? dialectOf(rest, true), before);
}

function dialectOf(text: string, all: true): Dialect;
function dialectOf(text: string, all: boolean): Dialect | undefined;
/** From the first line that is not blank; undefined where there is not all of it yet. */
function dialectOf(text: string, all: boolean): Dialect | undefined {
  const start = text.search(/[^\r\n ]/);
  const line = start < 0 ? '' : (text.slice(start).split(/[\r\n]/, 1)[0] ?? '');
  const after = start + line.length;
  // What follows a CR tells whether it is one of CR LF.
  if (!all && text.length <= maxRecordBytes && (start < 0 || after + 1 >= text.length)) {
    return undefined;
  }
  const unquoted = line.replaceAll(/"[^"]*"/g, '');
  const counts = delimiters.map((delimiter) => unquoted.split(delimiter).length);
  return {
    delimiter: delimiters[counts.indexOf(Math.max(...counts))] ?? ',',
    newline: text[after] === '\r' && text[after + 1] !== '\n' ? '\r' : '\n',
  };
}

/** Where the last record that is complete ends: at a line end with as many opening as closing quotes before it. */
function endOfRecords(text: string, newline: string): number {
  let inside = quotesIn(text) % 2 === 1;
  let until = text.length;
  for (;;) {
    const at = text.lastIndexOf(newline, until - 1);
    if (at < 0 || until === 0) {
      return 0;
    }
    if (quotesIn(text.slice(at + 1, until)) % 2 === 1) {
      inside = !inside;
    }
    if (!inside) {
      return at + 1;
    }
    until = at;
  }
}

function quotesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at + 1)) {
    count++;
  }
  return count;
}

function recordsIn(text: string, { delimiter, newline }: Dialect, before: number): string[][] {
  return plainRecords(text, delimiter, newline) ?? parsedRecords(text, delimiter, newline, before);
}

function parsedRecords(text: string, delimiter: string, newline: string, before: number): string[][] {
  try {
    return parse(text, {
      delimiter,
      record_delimiter: newline === '\r' ? '\r' : ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: maxRecordBytes,
      trim: true,
    });
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'records' in error) {
      // Not the parser's message: it quotes the row. The header is among the records.
      const row = Math.max(before + Number(error.records), 1);
      const code = String(error.code).replace(/^(?!CSV_)/, 'CSV_');
      throw new InputError('audience-row', `row ${row}`, `row ${row} is not CSV: ${code}`);
    }
    throw error;
  }
}

/** @returns undefined where there is anything that is not plain */
function plainRecords(text: string, delimiter: string, newline: string): string[][] | undefined {
  const quoted = text.includes('"');
  const records: string[][] = [];
  const lines = text.split(newline);
  for (let i = 0; i < lines.length; i++) {
    let line = lines[i] ?? '';
    const hasQuotes = quoted && line.includes('"');
    for (let quotes = hasQuotes ? quotesIn(line) : 0; quotes % 2 === 1 && i + 1 < lines.length; ) {
      i++;
      const more = lines[i] ?? '';
      quotes += quotesIn(more);
      line += newline + more;
    }
    // Of four octets at most for each unit of UTF-16, surely short enough.
    const fields =
      4 * line.length > maxRecordBytes
        ? undefined
        : hasQuotes
          ? quotedFields(line, delimiter)
          : unquotedFields(line, delimiter);
    if (fields === undefined) {
      return undefined;
    }
    if (fields.length > 1 || fields[0] !== '' || hasQuotes) {
      records.push(fields);
    }
  }
  return records;
}

function unquotedFields(line: string, delimiter: string): string[] {
  const fields = line.split(delimiter);
  for (let i = 0; i < fields.length; i++) {
    fields[i] = trimmed(fields[i] ?? '');
  }
  return fields;
}

function quotedFields(line: string, delimiter: string): string[] | undefined {
  const fields: string[] = [];
  for (let at = 0; ; ) {
    const next = line.indexOf(delimiter, at);
    const end = next < 0 ? line.length : next;
    const field = trimmed(line.slice(at, end));
    if (!field.startsWith('"')) {
      if (field.includes('"')) {
        return undefined;
      }
      fields.push(field);
      at = end;
    } else {
      const open = line.indexOf('"', at);
      let close = line.indexOf('"', open + 1);
      while (close >= 0 && line[close + 1] === '"') {
        close = line.indexOf('"', close + 2);
      }
      const following = close < 0 ? -1 : line.indexOf(delimiter, close);
      const after = following < 0 ? line.length : following;
      if (close < 0 || trimmed(line.slice(close + 1, after)) !== '') {
        return undefined;
      }
      fields.push(line.slice(open + 1, close).replaceAll('""', '"'));
      at = after;
    }
    if (at >= line.length) {
      return fields;
    }
    at += delimiter.length;
  }
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
  return code === 0x20 || (code >= 0x09 && code <= 0x0d && code !== 0x0b);
}
