import type { Bucket, ObjectPieces } from '../../aws/bucket.ts';
import type { AudienceRow } from '../../domain/audience/audience-row.ts';
import type { Campaign, ChunkPointer, PlanTotals } from '../../domain/campaign/campaign.ts';
import { type Exclusion, exclusion, invalidRow } from '../../domain/campaign/exclusion.ts';
import type { MomentOf } from '../../domain/campaign/local-release.ts';
import { planKeys } from '../../domain/campaign/plan-keys.ts';
import { indexFile } from '../../domain/campaign/recipient-index.ts';
import { InputError } from '../../domain/errors.ts';
import type { RowSelector } from '../../domain/segment/row-selector.ts';
import type { CompiledTemplate } from '../../domain/template/compiled.ts';
import { excludedRows } from './excluded-rows.ts';
import { inFlight } from './in-flight.ts';
import { leftOut, notSelected } from './left-out.ts';
import { atOnceMs, recipientPlacement } from './recipient-placement.ts';
import { rowPlanner } from './row-planner.ts';
import type { Unwanted } from './unwanted-recipients.ts';

/** Objects that are written at the same time, and so kept in memory: some 2 MB each. */
const writesInFlight = 4;

/** Octets of the list of pointers that are handed over at a time. */
const pieceBytes = 65_536;

const whyUnwanted = {
  suppressed: 'the recipient is suppressed for such mail',
  capped: 'the recipient is in as many campaigns lately as the frequency cap allows',
} as const;

export interface PlanRun {
  readonly planId: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** More than memory and time have room for. */
  readonly mostRecipients: number;
}

/** What decides on recipients, besides the template. */
export interface RecipientRules {
  readonly unwanted: Unwanted;
  /** Without it all rows are meant. */
  readonly selects?: RowSelector | undefined;
  /** Without it everybody is mailed at once. */
  readonly momentOf?: MomentOf | undefined;
}

/** What a run of the planner makes of an audience: rows go in one after another, and what senders need comes into the bucket. */
export function audiencePlan(
  target: Pick<Bucket, 'put' | 'putPieces'>,
  campaign: Campaign,
  templates: readonly CompiledTemplate[],
  run: PlanRun,
  { unwanted, selects, momentOf }: RecipientRules,
) {
  const { planId, atMs: plannedAtMs, mostRecipients } = run;
  const { campaignId } = campaign;
  const keys = planKeys(campaignId, planId);
  const writes = inFlight(writesInFlight);
  const placement = recipientPlacement(target, keys, writes, campaign);
  const excluded = excludedRows(target, keys.excluded, writes);
  const planRow = rowPlanner(campaign, templates);
  let rows = 0;
  let recipients = 0;
  let filtered = 0;

  /**
   * @param file - Which of several files it is in.
   * @returns a promise where the next row has to wait for room
   * @throws InputError `audience-too-large`
   */
  function add(audienceRow: AudienceRow, file?: number): Promise<void> | undefined {
    rows++;
    const left = selects === undefined ? undefined : leftOut(audienceRow, selects);
    if (left === notSelected) {
      filtered++;
      return undefined;
    }
    const planned = left ?? planRow(audienceRow);
    if ('why' in planned) {
      return exclude(planned, file);
    }
    if ('refused' in planned) {
      placement.know(planned.high, planned.low, atOnceMs, 'rejected');
      return exclude(planned.refused, file);
    }
    const { row, high, low } = planned;
    const atMs = timeFor(audienceRow, high, low);
    if (typeof atMs !== 'number') {
      return exclude(atMs, file);
    }
    const why = unwanted(high, low);
    const isFirst = placement.know(high, low, atMs, why);
    if (why !== undefined) {
      return exclude(unwantedRow(row, why), file);
    }
    if (!isFirst) {
      return exclude(duplicateRow(row), file);
    }
    recipients++;
    if (recipients > mostRecipients) {
      throw tooLarge(mostRecipients);
    }
    return placement.place(planned, atMs);
  }

  /** When the recipient of a row is mailed, or why there is no telling. */
  function timeFor(audienceRow: AudienceRow, high: number, low: number): number | Exclusion {
    if (momentOf === undefined || 'error' in audienceRow) {
      return atOnceMs;
    }
    try {
      // Whose time has passed gets it with the others whose time has come.
      return Math.max(momentOf(audienceRow, high, low), plannedAtMs);
    } catch (error) {
      return invalidRow(audienceRow.row, error);
    }
  }

  function exclude(row: Exclusion, file: number | undefined): Promise<void> | undefined {
    return excluded.add(file === undefined ? row : { ...row, file });
  }

  async function finish(): Promise<PlanTotals> {
    const placed = await placement.settle();
    await excluded.finish();
    await writes.begin(() =>
      target.putPieces(keys.chunks, pointersFile(placement.pointers), 'application/x-ndjson'),
    );
    await writes.begin(() =>
      target.putPieces(keys.recipients, indexFile(placement.places), 'application/octet-stream'),
    );
    await writes.allDone();
    const { duplicate: duplicates, ...counts } = excluded.counts;
    return { planId, plannedAtMs, rows, recipients, duplicates, ...counts, filtered, ...placed };
  }

  return {
    add,
    /** Resolves when everything is in the bucket. */
    finish,
    /** Resolves when nothing is under way any more, however it ended. */
    ended: writes.allEnded,
  };
}

function tooLarge(mostRecipients: number): InputError {
  return new InputError(
    'audience-too-large',
    'audience',
    `the audience has more than ${mostRecipients} recipients; split it into several campaigns`,
  );
}

function unwantedRow(row: number, why: 'suppressed' | 'capped'): Exclusion {
  const message = `row ${row}: ${whyUnwanted[why]}`;
  return exclusion(row, why, { code: why, field: `row ${row} address`, message });
}

function duplicateRow(row: number): Exclusion {
  const message = `row ${row} has the address of an earlier row`;
  return exclusion(row, 'duplicate', { code: 'duplicate', field: `row ${row} address`, message });
}

/** The pointers as an object of the bucket: lines of ASCII, since campaign ids and keys have nothing else. */
function pointersFile(pointers: () => Iterable<ChunkPointer>): ObjectPieces {
  function* pieces() {
    let text = '';
    for (const pointer of pointers()) {
      text += `${JSON.stringify(pointer)}\n`;
      if (text.length >= pieceBytes) {
        yield Buffer.from(text);
        text = '';
      }
    }
    yield Buffer.from(text);
  }
  let bytes = 0;
  for (const piece of pieces()) {
    bytes += piece.length;
  }
  return { bytes, pieces };
}
