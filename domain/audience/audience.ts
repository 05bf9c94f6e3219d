import type { AudienceFormat, Campaign } from '../campaign/campaign.ts';
import { csvRows } from './audience-csv.ts';
import { jsonLines } from './audience-lines.ts';
import type { AudienceRow } from './audience-row.ts';
import { utf8Of } from './audience-text.ts';
import type { ColumnMap } from './column-map.ts';

/** Guesses the format from the name of a file: `.jsonl` and `.ndjson` are JSON Lines, the rest is CSV. */
export function audienceFormatOf(fileName: string): AudienceFormat {
  return /\.(?:jsonl|ndjson|json)$/i.test(fileName) ? 'jsonl' : 'csv';
}

/** The files of an audience, in the order in which they are read. */
export function audienceKeysOf({ audienceKey, audienceKeys }: AudienceFiles): readonly string[] {
  return audienceKeys ?? [audienceKey];
}

type AudienceFiles = Pick<Campaign, 'audienceKey' | 'audienceKeys'>;

/**
 * Reads the rows of an audience in one pass with flat memory, as many at a time as came with one piece of the file. A row that
 * cannot be read is a row with an error.
 *
 * @param before - Rows of the files before this one: rows count on.
 * @param map - Columns that are called something else in this file.
 * @throws InputError `audience-encoding` of `utf8Of`; `audience-header` when a CSV file has no column with addresses; `audience-column`
 *   when it lacks one of `map`; `audience-row` when it cannot be read on
 */
export function rowsOf(
  format: AudienceFormat,
  bytes: AsyncIterable<Uint8Array>,
  before = 0,
  map: ColumnMap = {},
): AsyncIterable<readonly AudienceRow[]> {
  return format === 'csv'
    ? csvRows(utf8Of(inPieces(bytes, csvPieceBytes)), before, map)
    : jsonLines(utf8Of(inPieces(bytes, textPieceBytes)), before, map);
}

/** Texts that fit into V8's nursery, where what is used up at once costs nothing; larger ones would pile up until a full collection. */
const textPieceBytes = 16_384;

/** Of CSV no text is made. */
const csvPieceBytes = 65_536;

async function* inPieces(bytes: AsyncIterable<Uint8Array>, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      yield chunk.subarray(at, at + pieceBytes);
    }
  }
}
