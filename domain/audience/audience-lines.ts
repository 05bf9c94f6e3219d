import { type AudienceRow, rowError } from './audience-row.ts';
import { type ColumnMap, renamed } from './column-map.ts';

/** A row of more characters than this is not a row. */
const maxRowLength = 262_144;

/** Rows of JSON Lines in UTF-8; blank lines do not count. */
export async function* jsonLines(
  bytes: AsyncIterable<Uint8Array>,
  before: number,
  map: ColumnMap,
): AsyncGenerator<readonly AudienceRow[]> {
  let row = before;
  for await (const lines of linesOf(bytes)) {
    const rows: AudienceRow[] = [];
    for (const line of lines) {
      if (line.trim() !== '') {
        row++;
        rows.push(jsonRow(line, row, map));
      }
    }
    yield rows;
  }
}

function jsonRow(line: string, row: number, map: ColumnMap): AudienceRow {
  if (line.length > maxRowLength) {
    return { row, error: rowError('audience-row', row, `is longer than ${maxRowLength} characters`) };
  }
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { row, error: rowError('audience-row', row, 'is not JSON') };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return {
      row,
      error: rowError(
        'audience-row',
        row,
        Array.isArray(value) ? 'is a list; each line is one JSON object' : 'is not a JSON object',
      ),
    };
  }
  return { row, values: renamed(value as Record<string, unknown>, map) };
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string[]> {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  for await (const chunk of bytes) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield lines;
    if (rest.length > 2 * maxRowLength) {
      // Keeps only as much of an endless line as it takes to see that it is too long.
      rest = rest.slice(0, maxRowLength + 1);
    }
  }
  yield [rest + decoder.decode()];
}
