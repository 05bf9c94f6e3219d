import type { Bucket } from '../../aws/bucket.ts';
import { type ChunkPointer, chunkSize } from '../../domain/campaign/campaign.ts';
import type { InFlight } from './in-flight.ts';
import type { MailableRow } from './row-planner.ts';

/** Chunks in one object of the bucket: few enough to keep in memory, many enough that objects cost next to nothing. */
const chunksPerPart = 50;

/** Octets of a part at first; most rows are far shorter than this allows for. */
const initialPartBytes = 2_097_152;

/**
 * Collects rows as lines into chunks and chunks into objects, which are written while the next ones are collected. Memory holds the parts that
 * are under way, used again when they are written, and three numbers for each chunk.
 */
export function audienceParts(
  target: Pick<Bucket, 'put'>,
  keyOf: (part: number) => string,
  writes: InFlight,
) {
  /** First octet, last octet and recipients of each chunk in turn. */
  let chunks = new Float64Array(3 * 64);
  let chunkCount = 0;
  const free: Buffer[] = [];
  let part: Buffer | undefined;
  let partBytes = 0;
  let chunkStart = 0;
  let linesOfChunk = 0;
  let lines = 0;

  const partOf = (chunk: number) => keyOf(Math.floor(chunk / chunksPerPart));

  function write(row: MailableRow): void {
    part ??= free.pop() ?? Buffer.allocUnsafeSlow(initialPartBytes);
    const needed = partBytes + row.mostBytes;
    if (needed > part.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * part.length));
      part.copy(larger, 0, 0, partBytes);
      part = larger;
    }
    partBytes = row.write(part, partBytes);
  }

  /** What follows begins a new chunk. */
  function closeChunk(): void {
    if (linesOfChunk === 0) {
      return;
    }
    if (3 * chunkCount === chunks.length) {
      const larger = new Float64Array(2 * chunks.length);
      larger.set(chunks);
      chunks = larger;
    }
    chunks.set([chunkStart, partBytes - 1, linesOfChunk], 3 * chunkCount);
    chunkCount++;
    chunkStart = partBytes;
    linesOfChunk = 0;
  }

  async function closePart(): Promise<void> {
    if (part === undefined || partBytes === 0) {
      return;
    }
    const key = partOf(chunkCount - 1);
    const written = part;
    const bytes = part.subarray(0, partBytes);
    part = undefined;
    partBytes = 0;
    chunkStart = 0;
    await writes.begin(async () => {
      await target.put(key, bytes, 'application/x-ndjson');
      free.push(written);
    });
  }

  return {
    /** @returns a promise where a part is full: it resolves when there is room for the next one */
    add(row: MailableRow): Promise<void> | undefined {
      write(row);
      lines++;
      linesOfChunk++;
      if (linesOfChunk < chunkSize) {
        return undefined;
      }
      closeChunk();
      return chunkCount % chunksPerPart === 0 ? closePart() : undefined;
    },
    closeChunk,
    async finish(): Promise<void> {
      closeChunk();
      await closePart();
    },
    chunkCount: () => chunkCount,
    lineCount: () => lines,
    /** @param before - Chunks that come before the first one. */
    *pointers(campaignId: string, before: number): Generator<ChunkPointer> {
      for (let chunk = 0; chunk < chunkCount; chunk++) {
        const [firstByte = 0, lastByte = 0, count = 0] = chunks.subarray(3 * chunk);
        yield { campaignId, chunk: before + chunk, key: partOf(chunk), firstByte, lastByte, count };
      }
    },
  };
}
