import { csvRows } from './audience-csv.ts';
import { jsonLines } from './audience-lines.ts';
import type { AudienceRow } from './audience-row.ts';
import { utf8Of } from './audience-text.ts';
import type { AudienceFormat } from './campaign.ts';

/** Guesses the format from the name of a file: `.jsonl` and `.ndjson` are JSON Lines, the rest is CSV. */
export function audienceFormatOf(fileName: string): AudienceFormat {
  return /\.(?:jsonl|ndjson|json)$/i.test(fileName) ? 'jsonl' : 'csv';
}

/**
 * Reads the rows of an audience in one pass with flat memory, as many at a time as came with one piece of the file. A row that
 * cannot be read is a row with an error.
 *
 * @throws InputError `audience-encoding` of `utf8Of`; `audience-header` when a CSV file has no column with addresses; `audience-row`
 *   when it cannot be read on
 */
export function rowsOf(
  format: AudienceFormat,
  bytes: AsyncIterable<Uint8Array>,
): AsyncIterable<readonly AudienceRow[]> {
  const text = utf8Of(inPieces(bytes));
  return format === 'csv' ? csvRows(text) : jsonLines(text);
}

/** Texts that fit into V8's nursery, where what is used up at once costs nothing; larger ones would pile up until a full collection. */
const pieceBytes = 16_384;

async function* inPieces(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      yield chunk.subarray(at, at + pieceBytes);
    }
  }
}
