/**
 * What a spreadsheet takes for a formula, with any number of the apostrophes that keep it from doing so before it. Full-width signs as
 * well: a Japanese spreadsheet reads them like the others.
 */
const formula = /^'*[=+\-@\t\r\n＝＋－＠]/;
const guardedFormula = /^'+[=+\-@\t\r\n＝＋－＠]/;

/** A record of RFC 4180 without its line end. A field that a spreadsheet would take for a formula gets an apostrophe before it. */
export function csvRecord(fields: readonly string[]): string {
  return fields
    .map((field) => (formula.test(field) ? `'${field}` : field))
    .map((field) => (/[",\r\n]|^\s|\s$/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}

/** A field as it was before {@link csvRecord} guarded it. */
export function unguarded(field: string): string {
  return guardedFormula.test(field) ? field.slice(1) : field;
}
