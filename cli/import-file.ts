import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { audienceFormatOf, rowsOf } from '../domain/audience/audience.ts';
import type { AudienceRow } from '../domain/audience/audience-row.ts';
import { InputError } from '../domain/errors.ts';
import { CommandError, type Terminal } from './command.ts';

/** Rows that are worked off at the same time. */
const concurrency = 25;
/** Rows between two lines of progress. */
const progressRows = 10_000;
/** Wrong rows that are named; all are counted. */
const namedRows = 100;

/** A row that is wrong. */
export interface WrongRow {
  readonly row: number;
  readonly code: string;
  readonly message: string;
}

/** A file that is worked off row by row. */
export interface ImportFile {
  readonly path: string;
  /** Octets. */
  readonly size: number;
}

/** @throws CommandError when it cannot be read, or has nothing in it */
export async function importFile(path: string): Promise<ImportFile> {
  const { size } = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError(`cannot read ${path}: ${error.code}`);
  });
  if (size === 0) {
    throw new CommandError(`${path} is empty`);
  }
  return { path, size };
}

/**
 * Works off a file of any size, some rows at the same time.
 *
 * @param settle - What becomes of a row; an InputError that it throws makes the row a wrong one.
 * @returns how many rows there are, and came to each end
 */
export async function importRows<Outcome extends string>(
  { path, size }: ImportFile,
  outcomes: readonly Outcome[],
  settle: (row: AudienceRow) => Promise<Outcome>,
  { err }: Pick<Terminal, 'err'>,
) {
  const stream = createReadStream(path);
  const counts = Object.fromEntries(outcomes.map((each) => [each, 0])) as Record<Outcome, number>;
  const wrong: WrongRow[] = [];
  let invalid = 0;
  let rows = 0;
  async function settleOne(row: AudienceRow): Promise<void> {
    try {
      counts[await settle(row)]++;
    } catch (error) {
      if (!(error instanceof InputError)) {
        throw error;
      }
      invalid++;
      if (wrong.length < namedRows) {
        wrong.push({ row: row.row, code: error.code, message: error.message });
      }
    }
  }
  for await (const batch of rowsOf(audienceFormatOf(path), stream)) {
    for (let at = 0; at < batch.length; at += concurrency) {
      const some = batch.slice(at, at + concurrency);
      await Promise.all(some.map(settleOne));
      rows += some.length;
      if (Math.floor(rows / progressRows) > Math.floor((rows - some.length) / progressRows)) {
        err(`${rows} rows, ${Math.floor((100 * stream.bytesRead) / Math.max(size, 1))} % of the file`);
      }
    }
  }
  const invalidRows: readonly WrongRow[] = wrong.toSorted((one, other) => one.row - other.row);
  return { totals: { rows, ...counts, invalid }, invalidRows };
}
