import { parse } from 'csv-parse/sync';
import { InputError } from '../errors.ts';
import { endOf, fieldIs, fieldText, flagsOf, notPlain, type PlainRecord, recordScanner } from './csv-scan.ts';

/** What files are delimited with, the likeliest first: a header rarely has the last ones for another reason. */
const delimiters = [',', '\t', ';', '|', ':', '^', '~', '\x1f'];

/** A record of more octets than this is none: most likely a quote that was never closed. */
const maxRecordBytes = 262_144;

/** A plain record of more octets than this is left to csv-parse, which knows what is too large. */
const maxPlainBytes = 65_536;

const quote = 0x22;

/** How the records of a file are told apart. */
interface Dialect {
  readonly delimiter: string;
  readonly newline: '\n' | '\r';
}

/** One that is written plainly, or the fields of one that had to be read with more care. */
export type CsvRecord = PlainRecord | readonly string[];

export function fieldsOf(record: CsvRecord): readonly string[] {
  return 'spans' in record
    ? Array.from({ length: record.fields }, (_, field) => fieldText(record, field))
    : record;
}

/**
 * The records of CSV (RFC 4180) in UTF-8, as many at a time as are complete: any delimiter, CR LF, LF or CR, blanks around fields and
 * blank lines dropped. Records that are written plainly, nearly all of them, stay where they are in the file; whatever else there is,
 * csv-parse reads or refuses.
 *
 * @param bytes - Pieces that end with a whole character.
 * @param before - Rows of files before this one.
 * @throws InputError `audience-row` naming the row, the header not counted
 */
export async function* csvRecords(
  bytes: AsyncIterable<Buffer>,
  before = 0,
): AsyncGenerator<readonly CsvRecord[]> {
  let reader: RecordReader | undefined;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    let next = chunk;
    if (reader !== undefined && rest.length > 0) {
      // What was cut in two is put together, not all of the piece.
      const lineEnd = reader.lineEndIn(chunk);
      const joined = Buffer.concat([rest, chunk.subarray(0, lineEnd)]);
      const records = reader.read(joined);
      rest = joined.subarray(reader.end);
      next = chunk.subarray(lineEnd);
      yield records;
    }
    rest = rest.length === 0 ? next : Buffer.concat([rest, next]);
    if (reader === undefined) {
      const dialect = dialectOf(rest.toString(), false);
      reader = dialect && new RecordReader(dialect, before);
    }
    if (reader !== undefined) {
      yield reader.read(rest);
      rest = rest.subarray(reader.end);
    }
  }
  reader ??= new RecordReader(dialectOf(rest.toString(), true), before);
  yield reader.readLast(rest);
}

/** Reads records out of one piece after another. */
class RecordReader {
  /** Where the first record begins that is not complete yet. */
  end = 0;
  readonly #dialect: Dialect;
  readonly #newline: number;
  readonly #scanner: ReturnType<typeof recordScanner>;
  /** Records of earlier pieces and files. */
  #before: number;

  constructor(dialect: Dialect, before: number) {
    this.#before = before;
    this.#dialect = dialect;
    this.#newline = dialect.newline.charCodeAt(0);
    this.#scanner = recordScanner(dialect.delimiter.charCodeAt(0), this.#newline);
  }

  /** Where the first line of a piece ends, with its line end. */
  lineEndIn(bytes: Buffer): number {
    return bytes.indexOf(this.#newline) + 1 || bytes.length;
  }

  read(bytes: Buffer): CsvRecord[] {
    const records: CsvRecord[] = [];
    this.end = 0;
    this.#readComplete(bytes, records);
    if (bytes.length - this.end > maxRecordBytes) {
      this.#readCarefully(bytes, bytes.length, records);
    }
    this.#before += records.length;
    return records;
  }

  /** A record that the file ends with may lack its line end. */
  readLast(bytes: Buffer): CsvRecord[] {
    const records: CsvRecord[] = [];
    this.end = 0;
    this.#readComplete(Buffer.concat([bytes, Buffer.of(this.#newline)]), records);
    if (this.end < bytes.length) {
      this.#readCarefully(bytes, bytes.length, records);
    }
    return records;
  }

  #readComplete(bytes: Buffer, records: CsvRecord[]): void {
    const scanner = this.#scanner;
    const lastLineEnd = bytes.lastIndexOf(this.#newline);
    scanner.use(bytes);
    while (this.end <= lastLineEnd) {
      const at = scanner.position();
      const next = scanner.scan(this.end);
      const record = next === notPlain ? undefined : scanner.recordFrom(at);
      if (record !== undefined && next - this.end <= maxPlainBytes && !isLoneOdd(record)) {
        if (isBlank(record)) {
          scanner.back(at);
        } else {
          records.push(record);
        }
        this.end = next;
      } else {
        const end = this.#endOfCareful(bytes, lastLineEnd);
        if (end === undefined) {
          return;
        }
        this.#readCarefully(bytes, end, records);
      }
    }
  }

  /** Where records end that are to be read with care: csv-parse takes longer to begin than for one of them. */
  #endOfCareful(bytes: Buffer, lastLineEnd: number): number | undefined {
    const scanner = this.#scanner;
    let end = endOfRecord(bytes, this.end, this.#newline);
    for (let next = end; next !== undefined && next <= lastLineEnd; ) {
      const at = scanner.position();
      if (scanner.scan(next) !== notPlain) {
        scanner.back(at);
        break;
      }
      next = endOfRecord(bytes, next, this.#newline);
      end = next ?? end;
    }
    return end;
  }

  #readCarefully(bytes: Buffer, end: number, records: CsvRecord[]): void {
    const text = bytes.toString('utf8', this.end, end);
    records.push(...parsedRecords(text, this.#dialect, this.#before + records.length));
    this.end = end;
  }
}

/** Where the record ends: at a line end with as many opening as closing quotes before it. */
function endOfRecord(bytes: Buffer, from: number, newline: number): number | undefined {
  let isInside = false;
  let nextQuote = bytes.indexOf(quote, from);
  for (
    let lineEnd = bytes.indexOf(newline, from);
    lineEnd >= 0;
    lineEnd = bytes.indexOf(newline, lineEnd + 1)
  ) {
    while (nextQuote >= 0 && nextQuote < lineEnd) {
      isInside = !isInside;
      nextQuote = bytes.indexOf(quote, nextQuote + 1);
    }
    if (!isInside) {
      return lineEnd + 1;
    }
  }
  return undefined;
}

function isBlank({ fields, spans, at }: PlainRecord): boolean {
  const end = spans[at + 1] ?? 0;
  return fields === 1 && spans[at] === endOf(end) && flagsOf(end) === 0;
}

/** A line of nothing but tabs and the like is blank, which takes trimming to find out. */
function isLoneOdd({ fields, spans, at }: PlainRecord): boolean {
  return fields === 1 && flagsOf(spans[at + 1] ?? 0) === fieldIs.odd;
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

function parsedRecords(text: string, { delimiter, newline }: Dialect, before: number): string[][] {
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
      throw new InputError(
        'audience-row',
        `row ${row}`,
        `row ${row} is not CSV: ${whatIsWrong(String(error.code))}`,
      );
    }
    throw error;
  }
}

/** What csv-parse found, for people. A quote that is never closed may go on for longer than a row may. */
function whatIsWrong(code: string): string {
  return code === 'CSV_MAX_RECORD_SIZE'
    ? `it is longer than ${maxRecordBytes / 1024} KiB, or a quote in it is never closed`
    : code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'a quote in it is never closed'
      : 'a quote in it is out of place; within a quoted field it is written twice';
}
