import type { ColumnMap } from '../audience/column-map.ts';
import { InputError } from '../errors.ts';
import type { Trial, Winner } from '../experiment/trial.ts';
import type { Variant } from '../experiment/variant.ts';
import type { VariantCounts } from '../experiment/variant-counts.ts';
import type { ProviderTurns } from '../provider-turn.ts';
import type { ConsentColumns } from '../segment/consent.ts';
import type { Category } from '../template/compiled.ts';
import type { Tracked } from '../tracking.ts';
import type { CampaignMove, CampaignStage, CampaignState, Halt, Resend } from './campaign-state.ts';
import { idOfName } from './id-of-name.ts';
import type { LocalTime, Release } from './local-release.ts';
import type { ProviderCounts, ProviderName } from './provider-counts.ts';

/** One template sent to every recipient of an audience. */
export interface Campaign {
  readonly campaignId: string;
  readonly name: string;
  readonly state: CampaignState;
  readonly template: string;
  readonly templateHash: string;
  /** Of the template; a campaign of unknown category is taken for marketing. */
  readonly category?: Category;
  /** Key of the audience file in the bucket. */
  readonly audienceKey: string;
  /** Where the audience is in several files, that one among them: they are read one after another as one. */
  readonly audienceKeys?: readonly string[];
  readonly audienceFormat: AudienceFormat;
  /** What is called something else in its files. */
  readonly columns?: ColumnMap;
  /** CEL expression that says which rows are meant; without it all are. */
  readonly where?: string;
  /** What its rows say about consent. */
  readonly consent?: ConsentColumns;
  /** Name of the segment that the audience was when the campaign was made; later changes of it change nothing. */
  readonly segment?: string;
  readonly tracing: Tracing;
  /** Values that are the same for every recipient; those of a row win. */
  readonly data: Readonly<Record<string, unknown>>;
  /** False sends to everyone at once; without it a large campaign begins with a canary. */
  readonly canary?: boolean;
  /** Where recipients get different mails: which, the one that `template` names first. */
  readonly variants?: readonly Variant[];
  /** Where the better variant is to be found before most get theirs. */
  readonly trial?: Trial;
  readonly winner?: Winner;
  /** What recipients do that is counted; absent where nothing is. */
  readonly track?: readonly Tracked[];
  /** Whoever is in as many campaigns of late is left out. */
  readonly frequencyCap?: FrequencyCap;
  /** Epoch milliseconds. */
  readonly createdAtMs: number;
  readonly plan?: PlanTotals;
  readonly stage?: CampaignStage;
  /** When it is to be started: epoch milliseconds, of a scheduled one. */
  readonly startAtMs?: number;
  /** Everybody gets it when their clocks show this time. */
  readonly local?: LocalTime;
  /** What was queued of it since it was last moved. */
  readonly queued?: QueuedChunks;
  /** When the planner has to look at it again, should it not have done so by itself: epoch milliseconds. */
  readonly dueAtMs?: number;
  /** Why it is halted. */
  readonly halt?: Halt;
  /** Mailbox providers that get no more of it. */
  readonly stops?: Readonly<Partial<Record<ProviderName, Halt>>>;
  /** How often it was resumed: chunks that were closed before have those opened again who were stopped. */
  readonly resumes: number;
  /** The last time that it was sent again to those it missed. */
  readonly resend?: Resend;
  /** Chunks at which that has not looked yet; may fall below 0 when it is cancelled meanwhile. */
  readonly chunksToResend?: number;
  /** So far: of two who move a campaign at the same time, one loses. */
  readonly moves: number;
  /** The last of them. */
  readonly history: readonly CampaignMove[];
  readonly chunksDone: number;
  /** When a chunk was last done: epoch milliseconds. */
  readonly lastChunkAtMs?: number;
  readonly outcomes: ChunkTotals;
  /** By mailbox provider, what guardrails go by. */
  readonly providers: ProviderCounts;
  /** By variant, where there are some. */
  readonly variantCounts: VariantCounts;
  /** Of the accepted ones, by what SES reported since. */
  readonly bounced: number;
  readonly complained: number;
  readonly completedAtMs?: number;
  /** Why the state is `failed`. */
  readonly failure?: string;
}

/** Chunks that were queued, from the first one on, while the campaign had been moved so often. */
export interface QueuedChunks {
  readonly moves: number;
  readonly chunks: number;
}

/** How many campaigns may mail somebody within some days. */
export interface FrequencyCap {
  readonly mails: number;
  readonly days: number;
}

/**
 * What SES reports of a campaign's mail: only failures, which costs next to nothing, or every delivery as well, with a row for each
 * recipient.
 */
export type Tracing = 'failures' | 'full';

/** What SES reports of a mail, opens and clicks as well where that is tracked; `all` is for notifications and includes its acceptance. */
export type Reporting = Tracing | `${Tracing}+engagement` | 'all';

export type AudienceFormat = 'csv' | 'jsonl';

/** What the planner found in the audience: `rows` is the sum of the seven that follow it. */
export interface PlanTotals {
  /** The run of the planner that counts: what it wrote is under `planKeys` of it. */
  readonly planId: string;
  /** Epoch milliseconds. */
  readonly plannedAtMs: number;
  /** Rows of the audience, good or not. */
  readonly rows: number;
  /** Rows whose recipients have a place in a chunk. */
  readonly recipients: number;
  readonly invalid: number;
  readonly duplicates: number;
  /** Rows that lack data for the template. */
  readonly rejected: number;
  /** Rows whose recipients did not want such mail, or could not get it, when the campaign was planned. */
  readonly suppressed: number;
  /** Rows whose recipients are in as many campaigns lately as the frequency cap allows. */
  readonly capped: number;
  /** Rows that the filter of the segment leaves out. */
  readonly filtered: number;
  readonly chunks: number;
  /** How many chunks, from the first on, are out with each canary: `[1, 2, 3]`. Empty where there is no canary. */
  readonly canaryChunks: readonly number[];
  /** How many are out with the trial of variants, canaries included, where there is one. */
  readonly trialChunks?: number;
  /** Recipients of one canary, where it is not of all recipients but of those who are mailed first. */
  readonly canarySize?: number;
  /** What is out when, the first first, where everybody is mailed at a local time. */
  readonly releases?: readonly Release[];
}

/** Outcomes of the recipients that the planner let through. */
export interface ChunkTotals {
  readonly accepted: number;
  readonly suppressed: number;
  readonly rejected: number;
  /** SES may or may not have accepted them: neither sent again nor forgotten. */
  readonly unknown: number;
  /** Not sent to, since the campaign or its mail to their provider was stopped. */
  readonly stopped: number;
}

const nothingYet = {
  resumes: 0,
  moves: 0,
  history: [],
  chunksDone: 0,
  bounced: 0,
  complained: 0,
  providers: {},
  variantCounts: {},
  outcomes: { accepted: 0, suppressed: 0, rejected: 0, unknown: 0, stopped: 0 },
} as const;

/** A campaign of which nothing has happened yet. */
export function draftCampaign(facts: Omit<Campaign, 'state' | keyof typeof nothingYet>): Campaign {
  return { ...nothingYet, ...facts, state: 'draft' };
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
  /** Turns at mailbox providers that were reserved before the chunk was given back. */
  readonly turns?: ProviderTurns;
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
  return idOfName(name, 'campaign');
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
