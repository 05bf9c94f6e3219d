import { InputError } from './errors.ts';

/** One row of an audience file, as far as it can be read. Rows count from 1 and leave a CSV header out. */
export type AudienceRow =
  | { readonly row: number; readonly values: Readonly<Record<string, unknown>> }
  | { readonly row: number; readonly error: InputError };

export function rowError(code: string, row: number, what: string): InputError {
  return new InputError(code, `row ${row}`, `row ${row} ${what}`);
}
