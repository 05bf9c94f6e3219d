import { InputError } from '../errors.ts';
import { type AudienceRow, PlainRow, rowError, valuesOf } from './audience-row.ts';
import { type ColumnMap, columnError } from './column-map.ts';
import { type CsvRecord, csvRecords, fieldsOf } from './csv-records.ts';

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

/** Rows of CSV in UTF-8 with a header; see `rowsOf`. */
export async function* csvRows(
  bytes: AsyncIterable<Buffer>,
  before: number,
  map: ColumnMap,
): AsyncGenerator<readonly AudienceRow[]> {
  let header: readonly string[] | undefined;
  let row = before;
  for await (const records of csvRecords(bytes, before)) {
    const rows: AudienceRow[] = [];
    for (const record of records) {
      if (header === undefined) {
        header = headerOf(fieldsOf(record), map);
      } else {
        row++;
        rows.push(rowOf(header, record, row));
      }
    }
    yield rows;
  }
}

function rowOf(header: readonly string[], record: CsvRecord, row: number): AudienceRow {
  const fields = 'spans' in record ? record.fields : record.length;
  if (fields !== header.length) {
    const what = `has ${fields} columns; the header has ${header.length}`;
    return { row, error: rowError('audience-columns', row, what) };
  }
  return 'spans' in record
    ? new PlainRow(row, header, record)
    : { row, values: valuesOf(header, (column) => record[column]) };
}

function headerOf(record: readonly string[], map: ColumnMap): string[] {
  const mapped = new Map(Object.entries(map).map(([ours, theirs]) => [theirs, ours]));
  const missing = [...mapped.keys()].find((theirs) => !record.includes(theirs));
  if (missing !== undefined) {
    throw columnError(missing, record);
  }
  const names = record.map((name) => mapped.get(name) ?? recognised(name, map));
  if (!names.includes('address')) {
    throw new InputError(
      'audience-header',
      'audience',
      record.some((name) => name.includes('@'))
        ? 'the first line of the audience has an address; it has to name the columns'
        : 'the first line of the audience names no column "address" or "email"',
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

/** Our word for a column that is called what exports call it, unless another column was named for it. */
function recognised(name: string, map: ColumnMap): string {
  const folded = name.normalize('NFKC').trim().toLowerCase();
  const known = Object.entries(columns).find(([, aliases]) =>
    (aliases as readonly string[]).includes(folded),
  );
  return known === undefined || Object.hasOwn(map, known[0]) ? name : known[0];
}
