import { type Parser, parse } from 'csv-parse';
import { type AudienceRow, maxRowLength, rowError } from './audience-row.ts';
import { InputError } from './errors.ts';

/** Names of the columns that are not data; the first is ours, the others are what exports call them, in NFKC and small letters. */
const columns = {
  address: [
    'address',
    'email',
    'e-mail',
    'mail',
    'email address',
    'e-mail address',
    'mail address',
    'メールアドレス',
    'メール',
    'eメール',
    'eメールアドレス',
    'e-mailアドレス',
    'emailアドレス',
    'mailアドレス',
    '電子メール',
    '電子メールアドレス',
  ],
  name: ['name', '名前', '氏名', 'お名前', '姓名'],
  locale: ['locale', 'language', '言語'],
} as const;

/** What files are delimited with, the likeliest first: a header rarely has the last ones for another reason. */
const delimiters = [',', '\t', ';', '|', ':', '^', '~', '\x1f'];

/** Rows of CSV in UTF-8 with a header; see `rowsOf`. */
export async function* csvRows(bytes: AsyncIterable<Buffer>): AsyncGenerator<readonly AudienceRow[]> {
  const { first, all } = await peeked(bytes);
  const parser = parse({
    delimiter: delimiterOf(first),
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRowLength,
    trim: true,
  });
  let header: readonly string[] | undefined;
  let row = 0;
  try {
    for await (const records of recordsOf(parser, all)) {
      const rows: AudienceRow[] = [];
      for (const record of records) {
        if (header === undefined) {
          header = headerOf(record);
        } else {
          row++;
          rows.push(rowOf(header, record, row));
        }
      }
      yield rows;
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && /^(?:CSV_|INVALID_)/.test(String(error.code))) {
      // Not the parser's message: it quotes the row. Its count of records is ahead of ours, and has the header in it.
      const read = 'records' in error ? Number(error.records) : row + 1;
      const code = String(error.code).replace(/^INVALID_/, 'CSV_INVALID_');
      throw rowError('audience-row', Math.max(read, 1), `is not CSV: ${code}`);
    }
    throw error;
  }
}

/** Feeds a parser and takes out what each piece gave: waiting for every single record would take longer than parsing it. */
async function* recordsOf(parser: Parser, bytes: AsyncIterable<Buffer>): AsyncGenerator<string[][]> {
  // An error ends the loop at the end, which also is the one to throw it.
  parser.on('error', () => {});
  const taken = (): string[][] => {
    const records: string[][] = [];
    for (let record = parser.read(); record !== null; record = parser.read()) {
      records.push(record);
    }
    return records;
  };
  for await (const chunk of bytes) {
    if (parser.errored !== null) {
      break;
    }
    parser.write(chunk);
    yield taken();
  }
  parser.end();
  for await (const record of parser as AsyncIterable<string[]>) {
    yield [record];
  }
}

function rowOf(header: readonly string[], record: readonly string[], row: number): AudienceRow {
  if (record.length !== header.length) {
    const what = `has ${record.length} columns; the header has ${header.length}`;
    return { row, error: rowError('audience-columns', row, what) };
  }
  const values: Record<string, unknown> = {};
  for (let i = 0; i < header.length; i++) {
    const name = header[i] ?? '';
    if (name === '__proto__') {
      Object.defineProperty(values, name, { value: record[i], enumerable: true });
    } else {
      values[name] = record[i];
    }
  }
  return { row, values };
}

function headerOf(record: readonly string[]): string[] {
  const names = record.map((name) => {
    const folded = name.normalize('NFKC').trim().toLowerCase();
    const known = Object.entries(columns).find(([, aliases]) =>
      (aliases as readonly string[]).includes(folded),
    );
    return known?.[0] ?? name;
  });
  if (!names.includes('address')) {
    throw new InputError(
      'audience-header',
      'audience',
      'the first line of the audience names no column "address" or "email"',
    );
  }
  if (new Set(names).size < names.length) {
    const twice = Object.keys(columns).find((name) => names.indexOf(name) !== names.lastIndexOf(name));
    throw new InputError(
      'audience-header',
      'audience',
      `the first line of the audience names ${twice === undefined ? 'a column' : `a column for "${twice}"`} twice`,
    );
  }
  return names;
}

/** The delimiter that the first line has most of, outside quotes. */
function delimiterOf(first: Uint8Array): string {
  const line =
    Buffer.from(first)
      .toString('utf8')
      .replace(/^[\r\n ]+/, '')
      .split(/[\r\n]/, 1)[0]
      ?.replaceAll(/"[^"]*"/g, '') ?? '';
  const counts = delimiters.map((delimiter) => line.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** The first octets, up to the end of the first line at least, and all of them. */
async function peeked(bytes: AsyncIterable<Buffer>) {
  const iterator = bytes[Symbol.asyncIterator]();
  let first: Buffer = Buffer.alloc(0);
  while (first.length < maxRowLength && !/[\r\n]/.test(first.toString('latin1').trimStart())) {
    const { value, done } = await iterator.next();
    if (done) {
      break;
    }
    first = Buffer.concat([first, value]);
  }
  return {
    first,
    all: (async function* () {
      yield first;
      yield* { [Symbol.asyncIterator]: () => iterator };
    })(),
  };
}
