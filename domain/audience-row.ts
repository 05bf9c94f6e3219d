import { InputError } from './errors.ts';

/** One row of an audience file, as far as it can be read. Rows count from 1 and leave a CSV header out. */
export type AudienceRow =
  | { readonly row: number; readonly values: Readonly<Record<string, unknown>> }
  | { readonly row: number; readonly error: InputError };

/** A row of more than this is not a row: most likely a quote that was never closed. Octets in CSV, characters in JSON Lines. */
export const maxRowLength = 262_144;

export function rowError(code: string, row: number, what: string): InputError {
  return new InputError(code, `row ${row}`, `row ${row} ${what}`);
}
