/** Columns that a terminal gives a character: two for the wide ones of East Asian scripts (UAX #11, the common ranges). */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** Marks that stand on the character before them, and invisible ones. */
const zeroWidth = /[\p{Mn}\p{Me}\p{Cf}]/u;

function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    width += zeroWidth.test(character) ? 0 : wide.test(character) ? 2 : 1;
  }
  return width;
}

/** Lines that a text takes on a terminal of so many columns, where long ones go on in the next. */
export function linesOn(text: string, columns: number): number {
  const lines = text.split('\n').map((line) => Math.ceil(widthOf(line) / columns));
  return lines.reduce((sum, count) => sum + Math.max(1, count), 0);
}

/** A table for people: a header, a rule, a line per row; numbers to the right. Control characters, those for direction included, are shown, not obeyed. */
export function renderTable(
  header: readonly string[],
  rows: readonly (readonly (string | number | undefined)[])[],
): string {
  const cells = [
    header,
    ...rows.map((row) => row.map((cell) => String(cell ?? '').replaceAll(/[\p{Cc}\p{Bidi_Control}]/gu, '�'))),
  ];
  const widths = header.map((_, column) => Math.max(...cells.map((row) => widthOf(row[column] ?? ''))));
  const line = (row: readonly string[], source?: readonly (string | number | undefined)[]) =>
    widths
      .map((width, column) => {
        const cell = row[column] ?? '';
        const padding = ' '.repeat(width - widthOf(cell));
        return typeof source?.[column] === 'number' ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd();
  const [head = [], ...body] = cells;
  return [
    line(head),
    widths.map((width) => '─'.repeat(width)).join('  '),
    ...body.map((row, i) => line(row, rows[i])),
  ].join('\n');
}
