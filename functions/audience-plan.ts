import type { Bucket, ObjectPieces } from '../aws/bucket.ts';
import type { AudienceRow } from '../domain/audience-row.ts';
import { type Campaign, type ChunkPointer, chunkSize, type PlanTotals } from '../domain/campaign.ts';
import { canariesOf, canaryDraw, lotsOf } from '../domain/canary.ts';
import { InputError } from '../domain/errors.ts';
import { type Exclusion, exclusion } from '../domain/exclusion.ts';
import { planKeys } from '../domain/plan-keys.ts';
import { indexFile, placesEnd, withoutPlace } from '../domain/recipient-index.ts';
import { isNew, recipientTable } from '../domain/recipient-table.ts';
import type { RowSelector } from '../domain/segment/row-selector.ts';
import type { CompiledTemplate } from '../domain/template/compiled.ts';
import { audienceParts } from './audience-parts.ts';
import { excludedRows } from './excluded-rows.ts';
import { inFlight } from './in-flight.ts';
import { leftOut, notSelected } from './left-out.ts';
import { detached, type MailableRow, rowPlanner } from './row-planner.ts';
import type { Unwanted } from './unwanted-recipients.ts';

/** Objects that are written at the same time, and so kept in memory: some 2 MB each. */
const writesInFlight = 4;

/** Octets of the list of pointers that are handed over at a time. */
const pieceBytes = 65_536;

/** Of someone who may be in a canary, until that is known. */
const placeToCome = 0;

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

/**
 * What a run of the planner makes of an audience: rows go in one after another, and what senders need comes into the bucket. Canaries
 * are drawn meanwhile, so that a row that may be in one is held until it is known; the rest keep the order of the audience, but for
 * those who were held.
 */
export function audiencePlan(
  target: Pick<Bucket, 'put' | 'putPieces'>,
  campaign: Campaign,
  templates: readonly CompiledTemplate[],
  run: PlanRun,
  unwanted: Unwanted,
  /** Without it all rows are meant. */
  selects?: RowSelector,
) {
  const { planId, atMs: plannedAtMs, mostRecipients } = run;
  const { campaignId } = campaign;
  const keys = planKeys(campaignId, planId);
  const writes = inFlight(writesInFlight);
  const canaries = audienceParts(target, () => keys.canary, writes);
  const rest = audienceParts(target, keys.part, writes);
  const excluded = excludedRows(target, keys.excluded, writes);
  const planRow = rowPlanner(campaign, templates);
  const places = recipientTable();
  const lotOf = lotsOf(campaignId);
  const draw = campaign.canary === false ? undefined : canaryDraw<MailableRow>();
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
      places.add(planned.high, planned.low, withoutPlace.rejected);
      return exclude(planned.refused, file);
    }
    const { row, high, low } = planned;
    const why = unwanted(high, low);
    const place = why === undefined ? rest.lineCount() : withoutPlace[why];
    const earlier = places.add(high, low, place);
    // A row that was refused is in nobody's way.
    if (earlier === withoutPlace.rejected) {
      places.set(high, low, place);
    }
    if (why !== undefined) {
      return exclude(unwantedRow(row, why), file);
    }
    if (earlier !== isNew && earlier !== withoutPlace.rejected) {
      return exclude(duplicateRow(row), file);
    }
    recipients++;
    if (recipients > mostRecipients) {
      throw tooLarge(mostRecipients);
    }
    const lot = draw === undefined ? 0 : lotOf(high, low);
    return draw?.takes(lot) ? hold(lot, planned) : rest.add(planned);
  }

  function exclude(row: Exclusion, file: number | undefined): Promise<void> | undefined {
    return excluded.add(file === undefined ? row : { ...row, file });
  }

  function hold(lot: number, planned: MailableRow): Promise<void> | undefined {
    places.set(planned.high, planned.low, placeToCome);
    const gone = draw?.offer(lot, detached(planned));
    return gone && addToRest(gone);
  }

  function addToRest(held: MailableRow): Promise<void> | undefined {
    places.set(held.high, held.low, rest.lineCount());
    return rest.add(held);
  }

  /** Closes the parts; @returns how many chunks are out with each canary */
  async function settleDraw(): Promise<number[]> {
    const drawn = draw?.drawn() ?? [];
    const { count, size } = canariesOf(draw === undefined ? 0 : recipients);
    const byRow = (one: MailableRow, other: MailableRow) => one.row - other.row;
    for (const held of drawn.slice(count * size).sort(byRow)) {
      await addToRest(held);
    }
    await rest.finish();
    const cumulative: number[] = [];
    const members: { readonly member: MailableRow; readonly place: number }[] = [];
    for (let canary = 0; canary < count; canary++) {
      const first = canaries.chunkCount() * chunkSize;
      for (const [i, member] of drawn
        .slice(canary * size, (canary + 1) * size)
        .sort(byRow)
        .entries()) {
        members.push({ member, place: first + i });
        await canaries.add(member);
      }
      canaries.closeChunk();
      cumulative.push(canaries.chunkCount());
    }
    await canaries.finish();
    places.shift(canaries.chunkCount() * chunkSize, placesEnd);
    for (const { member, place } of members) {
      places.set(member.high, member.low, place);
    }
    return cumulative;
  }

  function* pointers(): Generator<ChunkPointer> {
    yield* canaries.pointers(campaignId, 0);
    yield* rest.pointers(campaignId, canaries.chunkCount());
  }

  async function finish(): Promise<PlanTotals> {
    const canaryChunks = await settleDraw();
    await excluded.finish();
    await writes.begin(() => target.putPieces(keys.chunks, pointersFile(pointers), 'application/x-ndjson'));
    await writes.begin(() =>
      target.putPieces(keys.recipients, indexFile(places), 'application/octet-stream'),
    );
    await writes.allDone();
    const { duplicate: duplicates, ...counts } = excluded.counts;
    const chunks = canaries.chunkCount() + rest.chunkCount();
    return { planId, plannedAtMs, rows, recipients, duplicates, ...counts, filtered, chunks, canaryChunks };
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
