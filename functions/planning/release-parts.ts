import type { Bucket } from '../../aws/bucket.ts';
import { type ChunkPointer, chunkSize } from '../../domain/campaign/campaign.ts';
import type { Release } from '../../domain/campaign/local-release.ts';
import type { planKeys } from '../../domain/campaign/plan-keys.ts';
import { InputError } from '../../domain/errors.ts';
import { audienceParts } from './audience-parts.ts';
import type { InFlight } from './in-flight.ts';
import type { MailableRow } from './row-planner.ts';

/** Lines that one of them has at most: more than a campaign has recipients. */
const mostLines = 2 ** 26;

/** So that a number of 32 bits says which of them, and which line of it, and two are left for those who have no place. */
const mostReleases = 63;

interface Part {
  readonly atMs: number;
  readonly place: number;
  readonly parts: ReturnType<typeof audienceParts>;
}

/**
 * Parts of an audience by the time at which they are to go out. Where each chunk of them comes is known only when all are complete: until
 * then a recipient's place is the line within the release, as a number of 32 bits.
 */
export function releaseParts(
  target: Pick<Bucket, 'put'>,
  keys: Pick<ReturnType<typeof planKeys>, 'part'>,
  writes: InFlight,
) {
  const byTime = new Map<number, Part>();
  /** The last one that was asked for; mostly it is asked for again. */
  let last: Part | undefined;

  function partAt(atMs: number): Part {
    if (last?.atMs !== atMs) {
      last = byTime.get(atMs) ?? newPart(atMs);
    }
    return last;
  }

  function newPart(atMs: number): Part {
    const place = byTime.size;
    if (place === mostReleases) {
      throw new InputError(
        'local-times',
        'audience',
        `the time zones of the audience give more than ${mostReleases} different times`,
      );
    }
    const parts = audienceParts(target, (part) => keys.part(part, place), writes);
    const made = { atMs, place, parts };
    byTime.set(atMs, made);
    return made;
  }

  /** Without those of whose recipients all are duplicates. */
  const inOrder = () =>
    [...byTime.values()]
      .filter(({ parts }) => parts.chunkCount() > 0)
      .sort((one, other) => one.atMs - other.atMs);
  const chunksOf = (some: readonly Part[]) => some.reduce((sum, { parts }) => sum + parts.chunkCount(), 0);

  return {
    /** Place of the next one who is added for that time. */
    placeAt: (atMs: number): number => {
      const { place, parts } = partAt(atMs);
      return place * mostLines + parts.lineCount();
    },
    /** @returns a promise where the next row has to wait for room */
    add: (row: MailableRow, atMs: number): Promise<void> | undefined => partAt(atMs).parts.add(row),
    async finish(): Promise<void> {
      for (const { parts } of byTime.values()) {
        await parts.finish();
      }
    },
    chunkCount: () => chunksOf(inOrder()),
    /** @param before - Chunks that come before the first one. @returns what makes a place in the campaign of one that was given before */
    placesAfter(before: number): (place: number) => number {
      const first = new Map<number, number>();
      let chunks = before;
      for (const { place, parts } of inOrder()) {
        first.set(place, chunks * chunkSize);
        chunks += parts.chunkCount();
      }
      return (place) => (first.get(Math.floor(place / mostLines)) ?? 0) + (place % mostLines);
    },
    /** @param before - Chunks that come before the first one, and are out with it. */
    releasesAfter(before: number): Release[] {
      const parts = inOrder();
      return parts.map(({ atMs }, i) => ({ atMs, chunks: before + chunksOf(parts.slice(0, i + 1)) }));
    },
    /** @param before - Chunks that come before the first one. */
    *pointers(campaignId: string, before: number): Generator<ChunkPointer> {
      let chunks = before;
      for (const { parts } of inOrder()) {
        yield* parts.pointers(campaignId, chunks);
        chunks += parts.chunkCount();
      }
    },
  };
}
