import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { types } from 'node:util';
import { rowsOf } from '../../domain/audience/audience.ts';
import type { AudienceRow } from '../../domain/audience/audience-row.ts';
import type { ColumnMap } from '../../domain/audience/column-map.ts';
import type { AudienceFormat } from '../../domain/campaign/campaign.ts';
import { CommandError } from '../command.ts';
import { progressBar } from './progress-bar.ts';

/** A file of an audience on this machine, which was read once from end to end. */
export interface LocalFile {
  readonly path: string;
  readonly bytes: number;
  readonly rows: number;
  /** SHA-256 in hexadecimal. */
  readonly sha256: string;
}

/**
 * Reads a file before anything is uploaded, so that one that cannot be read starts nothing. Memory stays flat whatever its size.
 *
 * @param see - Gets one row after another.
 * @throws CommandError, and InputError of `rowsOf`
 */
export async function readLocalFile(
  path: string,
  format: AudienceFormat,
  columns: ColumnMap,
  before: number,
  see: (row: AudienceRow) => void,
): Promise<LocalFile> {
  const found = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (found.isDirectory()) {
    throw new CommandError(`cannot read ${path}: EISDIR`);
  }
  if (!found.isFile()) {
    throw new CommandError(`${path} is no file: it is read twice, so it has to be one`);
  }
  const hash = createHash('sha256');
  let bytes = 0;
  let rows = 0;
  const bar = progressBar(`reading ${basename(path)}`, found.size);
  const octets = contentOf(path, (chunk) => {
    hash.update(chunk);
    bytes += chunk.length;
    bar.add(chunk.length);
  });
  try {
    for await (const batch of rowsOf(format, octets, before, columns)) {
      rows += batch.length;
      for (const row of batch) {
        see(row);
      }
    }
  } finally {
    bar.end();
  }
  return { path, bytes, rows, sha256: hash.digest('hex') };
}

/** The same octets once more. @throws CommandError at their end, when they are others by now */
export async function* unchangedContent({ path, sha256 }: LocalFile): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  yield* contentOf(path, (chunk) => hash.update(chunk));
  if (hash.digest('hex') !== sha256) {
    throw new CommandError(`${path} was changed while it was being read`);
  }
}

async function* contentOf(path: string, see: (chunk: Buffer) => void): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(path)) {
      see(chunk);
      yield chunk;
    }
  } catch (error) {
    throw types.isNativeError(error) && 'syscall' in error ? unreadable(path, error) : error;
  }
}

function unreadable(path: string, error: unknown): CommandError {
  const why = types.isNativeError(error) && 'code' in error ? error.code : error;
  return new CommandError(`cannot read ${path}: ${why}`);
}
