import type { Campaign } from '../campaign/campaign.ts';
import { InputError } from '../errors.ts';
import { audienceKeysOf, rowsOf } from './audience.ts';
import type { AudienceRow } from './audience-row.ts';

/** Where the rows of an audience are, and how they are read. */
export type AudienceFiles = Pick<Campaign, 'audienceKey' | 'audienceKeys' | 'audienceFormat' | 'columns'>;

/** Where files come from; undefined when there is no such file. */
export interface FileStore {
  readonly stream: (key: string) => Promise<AsyncIterable<Uint8Array> | undefined>;
}

/**
 * Gives one row of an audience after another to `add`, file after file.
 *
 * @param add - Gets the number of the file where there are several; what it returns is waited for.
 * @throws InputError of `rowsOf`, naming the file where there are several; `audience-missing`
 */
export async function readAudience(
  store: FileStore,
  files: AudienceFiles,
  add: (row: AudienceRow, file: number | undefined) => Promise<void> | undefined,
): Promise<void> {
  for await (const { rows, file } of audienceBatches(store, files)) {
    for (const row of rows) {
      const full = add(row, file);
      if (full !== undefined) {
        await full;
      }
    }
  }
}

/** Rows as many at a time as `rowsOf` gives, with the number of their file where there are several. */
export async function* audienceBatches(
  store: FileStore,
  files: AudienceFiles,
): AsyncGenerator<{ readonly rows: readonly AudienceRow[]; readonly file: number | undefined }> {
  const keys = audienceKeysOf(files);
  let before = 0;
  for (const [i, key] of keys.entries()) {
    const file = keys.length === 1 ? undefined : i + 1;
    try {
      const audience = await store.stream(key);
      if (audience === undefined) {
        throw new InputError('audience-missing', 'audience', 'the audience is not in the bucket');
      }
      for await (const rows of rowsOf(files.audienceFormat, audience, before, files.columns)) {
        before += rows.length;
        yield { rows, file };
      }
    } catch (error) {
      throw error instanceof InputError && file !== undefined ? inFile(error, file, keys.length) : error;
    }
  }
}

function inFile(error: InputError, file: number, files: number): InputError {
  const { code, field, message } = error;
  return new InputError(code, field, `file ${file} of ${files}: ${message}`, { cause: error });
}
