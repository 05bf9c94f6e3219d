import { InputError } from '../errors.ts';
import { fieldText, type PlainRecord } from './csv-scan.ts';

/** One row of an audience file, as far as it can be read. Rows count from 1 and leave a CSV header out. */
export type AudienceRow = ReadRow | { readonly row: number; readonly error: InputError };

export interface ReadRow {
  readonly row: number;
  readonly values: Readonly<Record<string, unknown>>;
}

export function rowError(code: string, row: number, what: string): InputError {
  return new InputError(code, `row ${row}`, `row ${row} ${what}`);
}

/** A row of CSV of which nothing is read before it is asked for. */
export class PlainRow implements ReadRow {
  readonly row: number;
  readonly header: readonly string[];
  /** Fields in the order of the header. */
  readonly record: PlainRecord;

  constructor(row: number, header: readonly string[], record: PlainRecord) {
    this.row = row;
    this.header = header;
    this.record = record;
  }

  get values(): Readonly<Record<string, unknown>> {
    return valuesOf(this.header, (column) => fieldText(this.record, column));
  }
}

export function valuesOf(
  header: readonly string[],
  fieldOf: (column: number) => string | undefined,
): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (let column = 0; column < header.length; column++) {
    const name = header[column] ?? '';
    const value = fieldOf(column);
    if (name === '__proto__') {
      Object.defineProperty(values, name, { value, enumerable: true });
    } else {
      values[name] = value;
    }
  }
  return values;
}
