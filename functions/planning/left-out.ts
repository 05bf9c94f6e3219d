import type { AudienceRow } from '../../domain/audience/audience-row.ts';
import { type Exclusion, exclusion, invalidRow } from '../../domain/campaign/exclusion.ts';
import type { RowSelector } from '../../domain/segment/row-selector.ts';

/** Of a row that is not in the segment. */
export const notSelected = 'not selected';

/** @returns undefined where the row is in the segment */
export function leftOut(
  audienceRow: AudienceRow,
  isSelected: RowSelector,
): Exclusion | typeof notSelected | undefined {
  const { row } = audienceRow;
  if ('error' in audienceRow) {
    return exclusion(row, 'invalid', audienceRow.error);
  }
  try {
    return isSelected(audienceRow) ? undefined : notSelected;
  } catch (error) {
    return invalidRow(row, error);
  }
}
