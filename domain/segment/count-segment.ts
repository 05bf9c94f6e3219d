import { mailboxIn } from '../audience/audience-recipient.ts';
import type { AudienceRow } from '../audience/audience-row.ts';
import { isNew, recipientDigest, recipientTable, wordOf } from '../campaign/recipient-table.ts';
import { InputError } from '../errors.ts';
import type { RowSelector } from './row-selector.ts';

/** What the rows of a segment come to: `rows` is the sum of the others. */
export interface SegmentTotals {
  readonly rows: number;
  readonly matching: number;
  readonly filtered: number;
  readonly invalid: number;
  readonly duplicates: number;
  readonly suppressed: number;
}

/** Rows that cannot be used of which a count says why. */
const mostNamed = 100;

/**
 * Counts a segment as a campaign's planner would, but for what only a template knows.
 *
 * @param selects - Without it all rows are meant.
 * @param isSuppressed - By the words of a recipient's digest.
 */
export function segmentCounter(
  selects: RowSelector | undefined,
  isSuppressed: (high: number, low: number) => boolean,
) {
  const counts = { matching: 0, filtered: 0, invalid: 0, duplicates: 0, suppressed: 0 };
  const seen = recipientTable();
  const named: InputError[] = [];
  let rows = 0;

  function outcomeOf(audienceRow: AudienceRow): keyof typeof counts {
    if ('error' in audienceRow) {
      throw audienceRow.error;
    }
    if (selects !== undefined && !selects(audienceRow)) {
      return 'filtered';
    }
    const { wire } = mailboxIn(audienceRow.values, audienceRow.row);
    const digest = recipientDigest(wire.toLowerCase());
    const [high, low] = [wordOf(digest, 0), wordOf(digest, 1)];
    if (isSuppressed(high, low)) {
      return 'suppressed';
    }
    return seen.add(high, low, 0) === isNew ? 'matching' : 'duplicates';
  }

  return {
    see(audienceRow: AudienceRow): void {
      rows++;
      try {
        counts[outcomeOf(audienceRow)]++;
      } catch (error) {
        if (!(error instanceof InputError)) {
          throw error;
        }
        counts.invalid++;
        if (named.length < mostNamed) {
          named.push(error);
        }
      }
    },
    totals: (): SegmentTotals => ({ rows, ...counts }),
    /** Why rows are invalid, the first ones. */
    invalid: named as readonly InputError[],
  };
}
