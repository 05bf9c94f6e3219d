import { createHash } from 'node:crypto';
import { InputError } from './errors.ts';

/** Life of a campaign as far as it goes by itself. */
export type CampaignState = 'draft' | 'planning' | 'sending' | 'completed' | 'cancelled' | 'failed';

/** One template sent to every recipient of an audience. */
export interface Campaign {
  readonly campaignId: string;
  readonly name: string;
  readonly state: CampaignState;
  readonly template: string;
  readonly templateHash: string;
  /** Key of the audience file in the bucket. */
  readonly audienceKey: string;
  readonly audienceFormat: AudienceFormat;
  readonly tracing: Tracing;
  /** Values that are the same for every recipient; those of a row win. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Epoch milliseconds. */
  readonly createdAtMs: number;
  readonly plan?: PlanTotals;
  readonly chunksDone: number;
  readonly outcomes: ChunkTotals;
  /** Of the accepted ones, by what SES reported since. */
  readonly bounced: number;
  readonly complained: number;
  readonly completedAtMs?: number;
  /** Why the state is `failed`. */
  readonly failure?: string;
}

/**
 * What SES reports of a campaign's mail: only failures, which costs next to nothing, or every delivery as well, with a row for each
 * recipient.
 */
export type Tracing = 'failures' | 'full';

/** What SES reports of a mail; `all` is for notifications and includes its acceptance. */
export type Reporting = Tracing | 'all';

export type AudienceFormat = 'csv' | 'jsonl';

/** What the planner found in the audience. */
export interface PlanTotals {
  /** Rows of the audience, good or not. */
  readonly rows: number;
  readonly invalid: number;
  readonly duplicates: number;
  /** Rows that lack data for the template. */
  readonly rejected: number;
  readonly chunks: number;
}

/** Outcomes of the recipients that the planner let through. */
export interface ChunkTotals {
  readonly accepted: number;
  readonly suppressed: number;
  readonly rejected: number;
  /** SES may or may not have accepted them: neither sent again nor forgotten. */
  readonly unknown: number;
}

/** A message on the chunks queue: which consecutive recipients of a campaign, and where their rows are. */
export interface ChunkPointer {
  readonly campaignId: string;
  readonly chunk: number;
  /** Key of the audience part in the bucket. */
  readonly key: string;
  /** Octets of the part, first and last inclusive as in an HTTP range. */
  readonly firstByte: number;
  readonly lastByte: number;
  readonly count: number;
}

/** One recipient of a campaign as the planner writes it: short names, since there are millions of them. */
export interface ChunkRow {
  /** Number of the row in the audience, from 1. */
  readonly r: number;
  /** Wire form of the address. */
  readonly a: string;
  /** Display name. */
  readonly n?: string;
  /** Locale. */
  readonly l?: string;
  /** Data of the row itself. */
  readonly d: Readonly<Record<string, unknown>>;
}

/** Recipients of a chunk: small enough to be done well within a Lambda's time at the slowest production rate. */
export const chunkSize = 200;

/** A name that is given twice names the same campaign, so that pressing "start" twice does not mail twice. */
export function campaignIdOf(name: string): string {
  if (!/^[^\p{Cc}]{1,128}$/u.test(name)) {
    throw new InputError(
      'campaign-name',
      'name',
      'a campaign name has 1 to 128 characters and no control characters',
    );
  }
  if (/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) {
    return name;
  }
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 40);
  return [slug, createHash('sha256').update(name).digest('hex').slice(0, 8)].filter(Boolean).join('-');
}

/** @throws InputError `chunk-pointer`: the message was not written by the planner. */
export function parseChunkPointer(body: string): ChunkPointer {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new InputError('chunk-pointer', '', 'chunk message is not JSON');
  }
  if (!isChunkPointer(value)) {
    throw new InputError(
      'chunk-pointer',
      '',
      'chunk message lacks campaignId, chunk, key, firstByte, lastByte or count',
    );
  }
  return value;
}

/** @throws InputError `chunk-part`: not what the planner wrote. Without the parser's message, which quotes the row. */
export function parseChunkRow(line: string): ChunkRow {
  try {
    return JSON.parse(line) as ChunkRow;
  } catch {
    throw new InputError('chunk-part', 'row', 'audience part has a row that is not JSON');
  }
}

function isChunkPointer(value: unknown): value is ChunkPointer {
  if (typeof value !== 'object' || value === null) {
    return false;
  }
  const pointer = value as Partial<Record<keyof ChunkPointer, unknown>>;
  return (
    typeof pointer.campaignId === 'string' &&
    typeof pointer.key === 'string' &&
    [pointer.chunk, pointer.firstByte, pointer.lastByte, pointer.count].every((n) => Number.isSafeInteger(n))
  );
}
