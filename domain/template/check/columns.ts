import type { CheckedMail } from './checked-mail.ts';
import type { Issue } from './finding.ts';
import { placesOfMarkup } from './locate.ts';

/** Columns that data hide or repeat: MJML divides the width when it compiles, and nobody does afterwards. */
export function columnsRule({ source }: CheckedMail): Issue[] {
  const block = /<mj-raw>\s*\{\{#[^}]*\}\}\s*<\/mj-raw>\s*<mj-column\b/;
  return placesOfMarkup(source, block, () => true).map((place) => ({
    severity: 'warning',
    rule: 'column-width',
    ...place,
    message: 'a block hides or repeats columns, and their width is fixed when the template is compiled',
    remedy: 'use rows of an mj-table, or put the block around the whole section',
  }));
}
