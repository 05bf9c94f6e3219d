import type { Bucket } from '../../aws/bucket.ts';
import {
  type Campaign,
  type ChunkPointer,
  chunkSize,
  type PlanTotals,
} from '../../domain/campaign/campaign.ts';
import { canariesOf, canaryDraw, lotsOf } from '../../domain/campaign/canary.ts';
import type { planKeys } from '../../domain/campaign/plan-keys.ts';
import { placesEnd, withoutPlace } from '../../domain/campaign/recipient-index.ts';
import { isNew, recipientTable } from '../../domain/campaign/recipient-table.ts';
import { isInTrial, trialChunksOf } from '../../domain/experiment/trial.ts';
import { audienceParts } from './audience-parts.ts';
import type { InFlight } from './in-flight.ts';
import { releaseParts } from './release-parts.ts';
import { detached, type MailableRow } from './row-planner.ts';

/** Of someone who may be in a canary, until that is known. */
const placeToCome = 0;

/** The time of everybody, where nobody is mailed at a local one. */
export const atOnceMs = 0;

/** What a plan says of its chunks. */
type Placed = Pick<PlanTotals, 'chunks' | 'canaryChunks' | 'canarySize' | 'trialChunks' | 'releases'>;

/**
 * Gives each recipient of a campaign a place in a chunk, once. Canaries are drawn meanwhile, of those who are mailed first, so that a row
 * that may be in one is held until it is known; the rest keep the order of the audience, but for those who were held.
 */
export function recipientPlacement(
  target: Pick<Bucket, 'put'>,
  keys: Pick<ReturnType<typeof planKeys>, 'part' | 'canary'>,
  writes: InFlight,
  { campaignId, canary, local, trial }: Pick<Campaign, 'campaignId' | 'canary' | 'local' | 'trial'>,
) {
  const canaries = audienceParts(target, () => keys.canary, writes);
  const rest = releaseParts(target, keys, writes);
  const places = recipientTable();
  const lotOf = lotsOf(campaignId);
  let draw = canary === false ? undefined : canaryDraw<MailableRow>();
  /** When those are mailed of whom canaries are drawn: nobody is earlier. */
  let drawnForMs = local === undefined ? atOnceMs : Number.POSITIVE_INFINITY;
  let mailedFirst = 0;
  let placed: Placed = { chunks: 0, canaryChunks: [] };

  /**
   * @param barred - Why the recipient gets no place. A row that was refused for its data is in nobody's way.
   * @returns false where there was the same recipient before
   */
  function know(
    high: number,
    low: number,
    atMs: number,
    barred: keyof typeof withoutPlace | undefined,
  ): boolean {
    const value = barred === undefined ? rest.placeAt(atMs) : withoutPlace[barred];
    const earlier = places.add(high, low, value);
    if (earlier === withoutPlace.rejected && barred !== 'rejected') {
      places.set(high, low, value);
      return true;
    }
    return earlier === isNew;
  }

  /** @returns a promise where the next row has to wait for room */
  function place(planned: MailableRow, atMs: number): Promise<void> | undefined {
    if (atMs < drawnForMs) {
      return drawAnew(planned, atMs);
    }
    if (atMs === drawnForMs) {
      mailedFirst++;
      const lot = draw === undefined ? 0 : lotOf(planned.high, planned.low);
      if (draw?.takes(lot)) {
        return hold(lot, planned);
      }
    }
    return rest.add(planned, atMs);
  }

  /** Somebody is mailed earlier than all before: canaries are to be of those. */
  async function drawAnew(planned: MailableRow, atMs: number): Promise<void> {
    const first = detached(planned);
    for (const held of (draw?.drawn() ?? []).sort(byRow)) {
      await addToRest(held);
    }
    draw = draw && canaryDraw<MailableRow>();
    drawnForMs = atMs;
    mailedFirst = 0;
    await place(first, atMs);
  }

  function hold(lot: number, planned: MailableRow): Promise<void> | undefined {
    places.set(planned.high, planned.low, placeToCome);
    const gone = draw?.offer(lot, detached(planned));
    return gone && addToRest(gone);
  }

  function addToRest(held: MailableRow): Promise<void> | undefined {
    places.set(held.high, held.low, rest.placeAt(drawnForMs));
    return rest.add(held, drawnForMs);
  }

  /** Closes all parts. */
  async function settle(): Promise<Placed> {
    const drawn = draw?.drawn() ?? [];
    const { count, size } = canariesOf(draw === undefined ? 0 : mailedFirst);
    for (const held of drawn.slice(count * size).sort(byRow)) {
      await addToRest(held);
    }
    await rest.finish();
    const canaryChunks: number[] = [];
    const members: { readonly member: MailableRow; readonly place: number }[] = [];
    for (let number = 0; number < count; number++) {
      const first = canaries.chunkCount() * chunkSize;
      for (const [i, member] of drawn
        .slice(number * size, (number + 1) * size)
        .sort(byRow)
        .entries()) {
        members.push({ member, place: first + i });
        await canaries.add(member);
      }
      canaries.closeChunk();
      canaryChunks.push(canaries.chunkCount());
    }
    await canaries.finish();
    const before = canaries.chunkCount();
    places.relocate(placesEnd, rest.placesAfter(before));
    for (const { member, place: settled } of members) {
      places.set(member.high, member.low, settled);
    }
    placed = { chunks: before + rest.chunkCount(), canaryChunks };
    if (trial !== undefined) {
      const trialChunks = trialChunksOf(trial.share, placed, mailedFirst, members.length);
      placed = { ...placed, trialChunks };
    }
    return {
      ...placed,
      ...(local === undefined ? {} : { canarySize: size, releases: rest.releasesAfter(before) }),
    };
  }

  function* pointers(): Generator<ChunkPointer> {
    yield* canaries.pointers(campaignId, 0);
    if (placed.trialChunks === undefined) {
      yield* rest.pointers(campaignId, canaries.chunkCount());
      return;
    }
    // Those who wait for the better variant come last.
    for (const waits of [false, true]) {
      for (const pointer of rest.pointers(campaignId, canaries.chunkCount())) {
        if (isInTrial(placed, pointer.chunk) !== waits) {
          yield pointer;
        }
      }
    }
  }

  return { know, place, settle, pointers, places };
}

function byRow(one: MailableRow, other: MailableRow): number {
  return one.row - other.row;
}
