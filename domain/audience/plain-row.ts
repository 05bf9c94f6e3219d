import type { Campaign } from '../campaign/campaign.ts';
import type { CompiledTemplate } from '../template/compiled.ts';
import { endOf, fieldIs, flagsOf, type PlainRecord, spanLength } from './csv-scan.ts';
import { isPlainAddress } from './plain-address.ts';
import { type DataColumn, type PlainColumn, plainColumns } from './plain-columns.ts';

/** Octets of a name and of a locale that are surely not more than 128 characters. */
const mostNameBytes = 128;

const octets = {
  quote: 0x22,
  backslash: 0x5c,
  comma: 0x2c,
  zero: 0x30,
  nine: 0x39,
} as const;

/** Row numbers have no more digits. */
const mostRowDigits = 16;

/** Writes rows straight from an audience file to an audience part. */
export type PlainRowWriter = NonNullable<ReturnType<typeof plainRowWriter>>;

/**
 * The way of most rows of most audiences from file to part without a text being made of them: rows of CSV that are written plainly, with
 * an address that is, and data that the schema alone decides on. What it does not take goes the long way of `recipientReader`,
 * `rowCheck` and `chunkLine`, which would write the same octets.
 *
 * @param schemaDecidesUpTo - Of `rowCheck`.
 * @returns undefined where no row of such a file can go this way
 */
export function plainRowWriter(
  header: readonly string[],
  common: Campaign['data'],
  template: Pick<CompiledTemplate, 'schema'>,
  schemaDecidesUpTo: number,
) {
  const columns = schemaDecidesUpTo === 0 ? undefined : plainColumns(header, common, template.schema);
  if (columns === undefined) {
    return undefined;
  }
  const addressColumn = header.indexOf('address');
  const nameColumn = header.indexOf('name');
  const localeColumn = header.indexOf('locale');
  const dataColumns = columns.flatMap(({ is }, column) => (is === 'text' || is === 'number' ? [column] : []));
  const keys = header.map((name) => Buffer.from(`${JSON.stringify(name)}:`));
  const head = Buffer.from('{"r":');
  const beforeAddress = Buffer.from(',"a":"');
  const beforeName = Buffer.from('","n":"');
  const beforeLocale = Buffer.from('","l":"');
  const commonJson = JSON.stringify(common).slice(1, -1);
  const beforeData = Buffer.from(`","d":{${commonJson}`);
  const fixedBytes =
    [head, beforeAddress, beforeName, beforeLocale, beforeData, ...keys].reduce(
      (sum, { length }) => sum + length,
      0,
    ) +
    mostRowDigits +
    3 * header.length +
    3;

  /** Octets that the line has at most: of each octet in a field come no more than two. */
  function mostBytes({ spans, at, fields }: PlainRecord): number {
    const last = at + spanLength * (fields - 1);
    return fixedBytes + 2 * (endOf(spans[last + 1] ?? 0) - (spans[at] ?? 0));
  }

  return {
    mostBytes,
    takes(record: PlainRecord): boolean {
      const { bytes, spans, at } = record;
      for (let column = 0, span = at; column < columns.length; column++, span += spanLength) {
        const first = spans[span] as number;
        const end = endOf(spans[span + 1] as number);
        const flags = flagsOf(spans[span + 1] as number);
        const { is } = columns[column] as PlainColumn;
        if ((flags & fieldIs.odd) !== 0) {
          return false;
        }
        if (is === 'address') {
          if (!isPlainAddress(bytes, first, end)) {
            return false;
          }
        } else if (is === 'name' || is === 'locale') {
          if (end - first > mostNameBytes || (is === 'name' && (flags & fieldIs.doubtful) !== 0)) {
            return false;
          }
        } else {
          const rule = columns[column] as DataColumn;
          const length = end - first;
          if (
            length === 0
              ? rule.isRequired
              : length < rule.leastBytes ||
                length > rule.mostBytes ||
                (is === 'number' && !isWhole(bytes, first, end))
          ) {
            return false;
          }
        }
      }
      return mostBytes(record) <= schemaDecidesUpTo;
    },
    /** Wire form of the address. */
    address({ bytes, spans, at }: PlainRecord): string {
      const span = at + spanLength * addressColumn;
      return bytes.toString('latin1', spans[span], endOf(spans[span + 1] ?? 0));
    },
    /** Writes the line of a row that it takes. @returns where it ends */
    write({ bytes, spans, at }: PlainRecord, row: number, target: Uint8Array, start: number): number {
      const addField = (column: number, to: number): number => {
        const span = at + spanLength * column;
        const end = spans[span + 1] as number;
        return (flagsOf(end) & fieldIs.doubled) !== 0
          ? copyUndoubled(bytes, spans[span] as number, endOf(end), target, to)
          : copy(bytes, spans[span] as number, endOf(end), target, to);
      };
      const isEmpty = (column: number): boolean => {
        const span = at + spanLength * column;
        return spans[span] === endOf(spans[span + 1] as number);
      };
      let to = copy(head, 0, head.length, target, start);
      to = writeNumber(row, target, to);
      to = copy(beforeAddress, 0, beforeAddress.length, target, to);
      to = addField(addressColumn, to);
      if (nameColumn >= 0 && !isEmpty(nameColumn)) {
        to = copy(beforeName, 0, beforeName.length, target, to);
        to = addField(nameColumn, to);
      }
      if (localeColumn >= 0 && !isEmpty(localeColumn)) {
        to = copy(beforeLocale, 0, beforeLocale.length, target, to);
        to = addField(localeColumn, to);
      }
      to = copy(beforeData, 0, beforeData.length, target, to);
      let isFirst = commonJson === '';
      for (let i = 0; i < dataColumns.length; i++) {
        const column = dataColumns[i] as number;
        if (isEmpty(column)) {
          continue;
        }
        if (!isFirst) {
          target[to++] = octets.comma;
        }
        isFirst = false;
        const key = keys[column] as Buffer;
        to = copy(key, 0, key.length, target, to);
        const isText = columns[column]?.is === 'text';
        if (isText) {
          target[to++] = octets.quote;
        }
        to = addField(column, to);
        if (isText) {
          target[to++] = octets.quote;
        }
      }
      target[to] = 0x7d;
      target[to + 1] = 0x7d;
      target[to + 2] = 0x0a;
      return to + 3;
    },
  };
}

/** Whether it is a number that is written as JSON writes it. */
function isWhole(bytes: Uint8Array, first: number, end: number): boolean {
  for (let i = first; i < end; i++) {
    const octet = bytes[i] as number;
    if (octet < octets.zero || octet > octets.nine) {
      return false;
    }
  }
  return bytes[first] !== octets.zero || end === first + 1;
}

/** For a few octets this is faster than asking the runtime. */
function copy(from: Uint8Array, first: number, end: number, target: Uint8Array, to: number): number {
  let at = to;
  for (let i = first; i < end; i++) {
    target[at++] = from[i] as number;
  }
  return at;
}

/** Quotes that are doubled in CSV have a backslash before them in JSON. */
function copyUndoubled(from: Uint8Array, first: number, end: number, target: Uint8Array, to: number): number {
  let at = to;
  for (let i = first; i < end; i++) {
    const octet = from[i] as number;
    if (octet === octets.quote) {
      target[at++] = octets.backslash;
      i++;
    }
    target[at++] = octet;
  }
  return at;
}

function writeNumber(number: number, target: Uint8Array, to: number): number {
  let digits = 1;
  for (let power = 10; power <= number; power *= 10) {
    digits++;
  }
  let rest = number;
  for (let at = to + digits - 1; at >= to; at--) {
    const tenth = Math.floor(rest / 10);
    target[at] = octets.zero + rest - 10 * tenth;
    rest = tenth;
  }
  return to + digits;
}
