import { type AudienceRow, PlainRow } from '../../domain/audience-row.ts';
import { columnError } from '../../domain/column-map.ts';
import { rowFilter } from '../../domain/segment/row-filter.ts';
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
