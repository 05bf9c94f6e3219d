import { type AudienceRow, PlainRow, type ReadRow } from '../../domain/audience/audience-row.ts';
import { columnError } from '../../domain/audience/column-map.ts';
import { InputError } from '../../domain/errors.ts';
import { knownNothing, rowFilter } from '../../domain/segment/row-filter.ts';
import type { AudienceChoice } from './audience-options.ts';

/**
 * Sees to it that files have the columns that a filter or proof of consent names. Rows of JSON Lines need not have the same ones, so
 * that each decides for itself.
 *
 * @returns a function that throws InputError `audience-column`
 * @throws InputError `segment-filter`
 */
export function columnCheck({
  where,
  consent,
  format,
}: Pick<AudienceChoice, 'where' | 'consent' | 'format'>) {
  const filter = where === undefined ? undefined : rowFilter(where, Date.now());
  const wanted = [...(filter?.columns ?? []), ...(consent?.columns ?? [])];
  let checked: readonly string[] | undefined;
  return (row: AudienceRow): void => {
    if (format !== 'csv' || wanted.length === 0 || !(row instanceof PlainRow) || row.header === checked) {
      return;
    }
    checked = row.header;
    const missing = wanted.find((column) => !row.header.includes(column));
    if (missing !== undefined) {
      throw columnError(missing, row.header);
    }
  };
}

/**
 * Counts the rows that a filter selects, as far as that can be told from the rows alone.
 *
 * @returns functions: `count` gives undefined where the filter asks what is known of the recipient; `refused` gives rows that it cannot
 *   be asked about, with what is wrong with the first
 */
export function matchingRows(where: string | undefined) {
  const filter = where === undefined ? undefined : rowFilter(where, Date.now());
  const isTold = filter === undefined || filter.needs.size === 0;
  const refused: { rows: number; first?: string } = { rows: 0 };
  let matching = 0;
  function isMatching(row: ReadRow): boolean {
    try {
      return filter === undefined || filter.matches(row.row, row.values, knownNothing);
    } catch (error) {
      if (!(error instanceof InputError)) {
        throw error;
      }
      refused.rows++;
      refused.first ??= error.message;
      return false;
    }
  }
  return {
    see(row: AudienceRow): void {
      if (isTold && 'values' in row && isMatching(row)) {
        matching++;
      }
    },
    count: (): number | undefined => (isTold ? matching : undefined),
    refused: (): Readonly<typeof refused> => refused,
  };
}
