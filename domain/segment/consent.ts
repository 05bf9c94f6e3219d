import { PlainRow, type ReadRow, rowError } from '../audience/audience-row.ts';
import { fieldText } from '../audience/csv-scan.ts';

/** Columns that say why somebody may be mailed: when and where they agreed. They go with the row to where senders read it. */
export interface ConsentColumns {
  readonly columns: readonly string[];
  /** Rows that lack one of them are left out. */
  readonly required: boolean;
}

/** @throws InputError `consent-missing`: the row says nothing about one of the columns */
export function requireConsent(columns: readonly string[], row: ReadRow): void {
  for (const column of columns) {
    const value = row instanceof PlainRow ? plainValue(row, column) : row.values[column];
    if (value === undefined || value === null || String(value).trim() === '') {
      throw rowError('consent-missing', row.row, `has nothing in column "${column}", which proves consent`);
    }
  }
}

function plainValue({ header, record }: PlainRow, column: string): string | undefined {
  const at = header.indexOf(column);
  return at < 0 ? undefined : fieldText(record, at);
}
