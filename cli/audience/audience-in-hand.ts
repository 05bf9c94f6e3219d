import { basename } from 'node:path';
import { bucket } from '../../aws/bucket.ts';
import { operatorBucket } from '../../aws/operator-bucket.ts';
import { rowsOf } from '../../domain/audience/audience.ts';
import { InputError } from '../../domain/errors.ts';
import type { AudienceDefinition } from '../../domain/segment/segment.ts';
import { CommandError, type Terminal } from '../command.ts';
import type { Connection } from '../connection.ts';
import type { AudienceChoice } from './audience-options.ts';
import { columnCheck, matchingRows } from './column-check.ts';
import { type LocalFile, readLocalFile, unchangedContent } from './local-file.ts';
import { progressBar } from './progress-bar.ts';

/** Where functions may read audiences, and where they are deleted after the retention days of the stage. */
const folder = 'audiences/';

/** A file of an audience: here and read, or in S3. */
type Source = LocalFile | { readonly key: string; readonly bucketName: string; readonly url: string };

/** An audience whose local files have all been read; nothing is uploaded so far. */
export interface AudienceInHand extends Omit<AudienceChoice, 'places'> {
  readonly sources: readonly Source[];
  /** Of the local files. */
  readonly rows: number;
  /** Those of them that the filter selects, where the rows alone tell. */
  readonly matching: number | undefined;
  /** Those of them of which the filter cannot tell, and what is wrong with the first: they are left out. */
  readonly refused: { readonly rows: number; readonly first?: string };
}

/** @throws CommandError, and InputError of `rowsOf` */
export async function readLocalFiles({ places, ...choice }: AudienceChoice): Promise<AudienceInHand> {
  const { format, columns } = choice;
  const check = columnCheck(choice);
  const matching = matchingRows(choice.where);
  const sources: Source[] = [];
  let rows = 0;
  for (const place of places) {
    const inS3 = s3Place(place);
    if (inS3 !== undefined) {
      sources.push(inS3);
      continue;
    }
    const file = await readLocalFile(place, format, columns, rows, (row) => {
      check(row);
      matching.see(row);
    }).catch((error: unknown) => {
      throw withPlace(error, place, places.length);
    });
    rows += file.rows;
    sources.push(file);
  }
  if (rows === 0 && sources.every((source) => 'path' in source)) {
    throw new CommandError('the audience has no rows');
  }
  return { ...choice, sources, rows, matching: matching.count(), refused: matching.refused() };
}

/** Says which of several files is wrong, and what to do where its columns are not known. */
function withPlace(error: unknown, place: string, files: number): unknown {
  if (!(error instanceof InputError)) {
    return error;
  }
  const hint = error.message.includes('names no column')
    ? '; --map address=NAME says what it is called'
    : error.message.includes('names a column for "address" twice')
      ? '; --map address=NAME says which one is meant'
      : '';
  const message = `${files > 1 ? `${place}: ` : ''}${error.message}${hint}`;
  return new InputError(error.code, error.field, message, { cause: error });
}

function s3Place(place: string): Source | undefined {
  const [, bucketName, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(place) ?? [];
  if (bucketName === undefined || key === undefined) {
    if (place.startsWith('s3://')) {
      throw new CommandError(`${place} is not s3://BUCKET/KEY`);
    }
    return undefined;
  }
  return { bucketName, key, url: place };
}

/**
 * Sees to it that files in S3 are there and begin as an audience does.
 *
 * @throws CommandError, and InputError of `rowsOf`
 */
export async function lookIntoS3({ outputs }: Connection, audience: AudienceInHand): Promise<void> {
  const { sources, format, columns } = audience;
  const check = columnCheck(audience);
  const store = bucket(outputs.BucketName);
  for (const source of sources) {
    if ('path' in source) {
      continue;
    }
    const { bucketName, key, url } = source;
    if (bucketName !== outputs.BucketName || !key.startsWith(folder)) {
      throw new CommandError(
        `${url}: audiences are read from s3://${outputs.BucketName}/${folder} only; copy it there, or give a file`,
      );
    }
    const content = await store.stream(key);
    if (content === undefined) {
      throw new CommandError(`there is no ${url}`);
    }
    try {
      for await (const batch of rowsOf(format, content, 0, columns)) {
        for (const row of batch) {
          check(row);
        }
        if (batch.length > 0) {
          break;
        }
      }
    } catch (error) {
      throw withPlace(error, url, sources.length);
    }
  }
}

/** Says that a filter leaves out rows because it cannot be asked about them, which is seldom what was meant. */
export function warnOfFilter({ refused, rows }: AudienceInHand, { err }: Pick<Terminal, 'err'>): void {
  if (refused.rows > 0) {
    err(
      `the filter cannot be asked about ${refused.rows} of ${rows} rows, which are left out: ${refused.first}`,
    );
  }
}

/** Whom a campaign would reach, for people. */
export function describeAudience({ sources, rows, matching, where }: AudienceInHand): string {
  const local = sources.flatMap((source) => ('path' in source ? basename(source.path) : []));
  const inS3 = sources.flatMap((source) => ('path' in source ? [] : source.url));
  const of = where === undefined ? ' of' : `, selected from ${rows} rows of`;
  return [
    ...(local.length === 0 ? [] : [`up to ${matching ?? rows} recipients${of} ${local.join(', ')}`]),
    ...(inS3.length === 0 ? [] : [`everyone in ${inS3.join(', ')}`]),
  ].join(' and ');
}

/**
 * Uploads what is local. Objects are named for their content: whoever loses a race for the owner's name must not have replaced the
 * winner's audience.
 *
 * @param owner - Folder of the objects: a campaign's id, say.
 */
export async function uploadAudience(
  { outputs }: Connection,
  { sources, format, columns, rows, where, consent }: AudienceInHand,
  owner: string,
  { err }: Pick<Terminal, 'err'>,
): Promise<AudienceDefinition> {
  const store = operatorBucket(outputs.BucketName);
  const keys: string[] = [];
  if (sources.some((source) => 'path' in source)) {
    err(`uploading ${rows} rows …`);
  }
  for (const source of sources) {
    if (!('path' in source)) {
      keys.push(source.key);
      continue;
    }
    const key = `${folder}${owner}/${source.sha256.slice(0, 32)}.${format}`;
    const bar = progressBar(basename(source.path), source.bytes);
    try {
      await store.upload({
        key,
        contentType: format === 'csv' ? 'text/csv' : 'application/x-ndjson',
        bytes: source.bytes,
        content: unchangedContent(source),
        progress: bar.add,
      });
    } finally {
      bar.end();
    }
    keys.push(key);
  }
  const [audienceKey = ''] = keys;
  return {
    audienceKey,
    audienceFormat: format,
    ...(keys.length > 1 ? { audienceKeys: keys } : {}),
    ...(Object.keys(columns).length > 0 ? { columns } : {}),
    ...(where === undefined ? {} : { where }),
    ...(consent === undefined ? {} : { consent }),
  };
}
