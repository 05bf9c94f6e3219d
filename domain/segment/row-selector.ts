import { mailboxIn } from '../audience/audience-recipient.ts';
import type { ReadRow } from '../audience/audience-row.ts';
import { recipientDigest, wordOf } from '../campaign/recipient-table.ts';
import { type ConsentColumns, requireConsent } from './consent.ts';
import type { KnownRecipients } from './known-recipients.ts';
import { knownNothing, type RowFilter, rowFilter } from './row-filter.ts';

/**
 * Whether a row belongs to the segment.
 *
 * @throws InputError `segment-filter` where the filter cannot tell; those of `parseMailbox`, where it asks who it is about;
 *   `consent-missing`, where proof is required of rows that are meant
 */
export type RowSelector = (row: ReadRow) => boolean;

/**
 * Says which rows of an audience are meant, by what is known now.
 *
 * @param readKnown - Reads what the filter asks about.
 * @returns undefined where all are
 * @throws InputError `segment-filter`, `segment-known`
 */
export async function rowSelector(
  { where, consent }: { readonly where?: string; readonly consent?: ConsentColumns },
  readKnown: (filter: RowFilter, nowMs: number) => Promise<KnownRecipients>,
  nowMs: number,
): Promise<RowSelector | undefined> {
  const filter = where === undefined ? undefined : rowFilter(where, nowMs);
  const isMeant = filter && selectorOf(filter, await readKnown(filter, nowMs));
  if (consent?.required !== true) {
    return isMeant;
  }
  return (row) => {
    const selected = isMeant === undefined || isMeant(row);
    if (selected) {
      requireConsent(consent.columns, row);
    }
    return selected;
  };
}

function selectorOf(filter: RowFilter, known: KnownRecipients): RowSelector {
  const asksWho = filter.needs.size > 0;
  return (audienceRow) => {
    const { row, values } = audienceRow;
    if (!asksWho) {
      return filter.matches(row, values, knownNothing);
    }
    const digest = recipientDigest(mailboxIn(values, row).wire.toLowerCase());
    return filter.matches(row, values, known.of(wordOf(digest, 0), wordOf(digest, 1)));
  };
}
