import type { Bucket } from '../aws/bucket.ts';
import { audienceKeysOf, rowsOf } from '../domain/audience.ts';
import type { AudienceRow } from '../domain/audience-row.ts';
import type { Campaign } from '../domain/campaign.ts';
import { InputError } from '../domain/errors.ts';

/**
 * Gives one row of an audience after another to `add`, file after file.
 *
 * @param add - Gets the number of the file where there are several; what it returns is waited for.
 * @throws InputError of `rowsOf`, naming the file where there are several; `audience-missing`
 */
export async function readAudience(
  bucket: Pick<Bucket, 'stream'>,
  campaign: Campaign,
  add: (row: AudienceRow, file: number | undefined) => Promise<void> | undefined,
): Promise<void> {
  const keys = audienceKeysOf(campaign);
  let rows = 0;
  for (const [i, key] of keys.entries()) {
    const file = keys.length === 1 ? undefined : i + 1;
    try {
      const audience = await bucket.stream(key);
      if (audience === undefined) {
        throw new InputError('audience-missing', 'audience', 'the audience is not in the bucket');
      }
      for await (const batch of rowsOf(campaign.audienceFormat, audience, rows)) {
        rows += batch.length;
        for (const row of batch) {
          const full = add(row, file);
          if (full !== undefined) {
            await full;
          }
        }
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
