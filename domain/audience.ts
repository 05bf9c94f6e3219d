import { pipeline, Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { type Address, parseAddress } from './address.ts';
import type { AudienceFormat } from './campaign.ts';
import { InputError } from './errors.ts';
import { checkHeaderText } from './header.ts';
import type { DataSchema } from './template/compiled.ts';

/** One row of an audience file, as far as it can be read. */
export type AudienceRow =
  | { readonly row: number; readonly values: Readonly<Record<string, unknown>> }
  | { readonly row: number; readonly error: InputError };

/** Who a row is about, and what the template gets. */
export interface AudienceRecipient {
  readonly address: Address;
  readonly name?: string;
  readonly locale?: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Names of the columns that are not data; the first is ours, the others are what exports call them. */
const columns = {
  address: ['address', 'email', 'e-mail', 'mail', 'email address', 'メールアドレス', 'メール'],
  name: ['name', '名前', '氏名', 'お名前'],
  locale: ['locale', 'language', '言語'],
} as const;

/** A row of more than this is not a row: most likely a quote that was never closed. */
const maxRowBytes = 262_144;

const delimiters = [',', '\t', ';', '|'];

/** Guesses the format from the name of a file: `.jsonl` and `.ndjson` are JSON Lines, the rest is CSV. */
export function audienceFormatOf(fileName: string): AudienceFormat {
  return /\.(?:jsonl|ndjson|json)$/i.test(fileName) ? 'jsonl' : 'csv';
}

/**
 * Reads the rows of an audience in one pass with flat memory. A row that cannot be read is a row with an error; rows count from 1
 * and leave the CSV header out.
 *
 * @throws InputError `audience-header` when a CSV file has no column with addresses; `audience-row` when it cannot be read on
 */
export async function* rowsOf(
  format: AudienceFormat,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<AudienceRow> {
  yield* format === 'csv' ? csvRows(bytes) : jsonLines(bytes);
}

async function* csvRows(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<AudienceRow> {
  const { first, all } = await peeked(bytes);
  const parser = parse({
    bom: true,
    delimiter: delimiterOf(first),
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: maxRowBytes,
    trim: true,
  });
  // Unlike pipe(), this passes on an error of the source, which then ends the loop below.
  pipeline(Readable.from(all), parser, () => {});
  let header: string[] | undefined;
  let row = 0;
  try {
    for await (const record of parser as AsyncIterable<string[]>) {
      if (header === undefined) {
        header = headerOf(record);
        continue;
      }
      row++;
      yield record.length === header.length
        ? { row, values: Object.fromEntries(header.map((name, i) => [name, record[i] ?? ''])) }
        : {
            row,
            error: rowError(
              'audience-columns',
              row,
              `has ${record.length} columns; the header has ${header.length}`,
            ),
          };
    }
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_')) {
      // Not the parser's message: it quotes the row. Its count of records is ahead of ours, and has the header in it.
      const read = 'records' in error ? Number(error.records) : row + 1;
      throw rowError('audience-row', Math.max(read, 1), `is not CSV: ${error.code}`);
    }
    throw error;
  }
}

function headerOf(record: readonly string[]): string[] {
  const names = record.map((name) => {
    const known = Object.entries(columns).find(([, aliases]) =>
      (aliases as readonly string[]).includes(name.toLowerCase()),
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
      .trimStart()
      .split(/[\r\n]/, 1)[0]
      ?.replaceAll(/"[^"]*"/g, '') ?? '';
  const counts = delimiters.map((delimiter) => line.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))] ?? ',';
}

/** The first octets, up to the end of the first line at least, and all of them. */
async function peeked(bytes: AsyncIterable<Uint8Array>) {
  const iterator = bytes[Symbol.asyncIterator]();
  let first: Uint8Array = new Uint8Array();
  while (first.length < maxRowBytes && !/[\r\n]/.test(Buffer.from(first).toString('latin1').trimStart())) {
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

async function* jsonLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<AudienceRow> {
  let row = 0;
  for await (const line of linesOf(bytes)) {
    if (line.trim() === '') {
      continue;
    }
    row++;
    yield jsonRow(line, row);
  }
}

function jsonRow(line: string, row: number): AudienceRow {
  if (line.length > maxRowBytes) {
    return { row, error: rowError('audience-row', row, `is longer than ${maxRowBytes} characters`) };
  }
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { row, error: rowError('audience-row', row, 'is not JSON') };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { row, error: rowError('audience-row', row, 'is not a JSON object') };
  }
  return { row, values: value as Record<string, unknown> };
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > 2 * maxRowBytes) {
      // Keeps only as much of an endless line as it takes to see that it is too long.
      rest = rest.slice(0, maxRowBytes + 1);
    }
  }
  yield rest + decoder.decode();
}

/**
 * Makes a recipient of a row. Columns other than address, name and locale are data: `plan.name` is `name` in `plan`, and texts
 * become numbers and booleans where the template's schema wants those.
 *
 * @throws InputError those of `parseAddress`, `audience-row`
 */
export function recipientOf(
  values: Readonly<Record<string, unknown>>,
  row: number,
  common: Readonly<Record<string, unknown>>,
  schema: DataSchema,
): AudienceRecipient {
  const { address, name, locale, data, ...rest } = values;
  if (typeof address !== 'string') {
    throw rowError('address-syntax', row, 'has no address');
  }
  const parsed = parseAddress(address, `row ${row} address`);
  const displayName = optionalText(name, row, 'name');
  const wanted = optionalText(locale, row, 'locale');
  const own: Record<string, unknown> = {};
  for (const [path, value] of Object.entries({ ...rest, ...(isRecord(data) ? data : {}) })) {
    setPath(own, path.split('.'), value, schema);
  }
  return {
    address: parsed,
    ...(displayName === undefined ? {} : { name: checkHeaderText(displayName, `row ${row} name`) }),
    ...(wanted === undefined ? {} : { locale: wanted }),
    data: { ...common, ...own },
  };
}

function optionalText(value: unknown, row: number, column: string): string | undefined {
  if (value === undefined || value === null || value === '') {
    return undefined;
  }
  if (typeof value !== 'string' || value.length > 128) {
    throw rowError('audience-row', row, `${column} is not a text of at most 128 characters`);
  }
  return value;
}

function setPath(
  target: Record<string, unknown>,
  path: readonly string[],
  value: unknown,
  schema: DataSchema,
): void {
  const [name = '', ...deeper] = path;
  const inner = propertyOf(schema, name);
  if (deeper.length === 0 || inner?.properties === undefined) {
    // An empty CSV field says nothing of a value, so that an optional one is absent and a required one missing.
    if (value !== '') {
      Object.defineProperty(target, path.join('.'), {
        value: typed(value, inner),
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return;
  }
  const next = Object.hasOwn(target, name) && isRecord(target[name]) ? target[name] : {};
  target[name] = next;
  setPath(next, deeper, value, inner);
}

/** Own properties only: a column may be called `constructor`. */
function propertyOf({ properties }: DataSchema, name: string): DataSchema | undefined {
  return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function typed(value: unknown, schema: DataSchema | undefined): unknown {
  if (typeof value !== 'string' || schema === undefined) {
    return value;
  }
  const types = typeof schema.type === 'string' ? [schema.type] : schema.type;
  if (types.includes('string')) {
    return value;
  }
  if (types.includes('number') && /^-?\d+(?:\.\d+)?$/.test(value)) {
    return Number(value);
  }
  return types.includes('boolean') && /^(?:true|false)$/.test(value) ? value === 'true' : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function rowError(code: string, row: number, what: string): InputError {
  return new InputError(code, `row ${row}`, `row ${row} ${what}`);
}
