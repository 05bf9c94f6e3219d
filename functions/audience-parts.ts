import type { Bucket } from '../aws/bucket.ts';
import { type ChunkPointer, chunkSize } from '../domain/campaign.ts';
import type { InFlight } from './in-flight.ts';

/** Chunks in one object of the bucket: few enough to keep in memory, many enough that objects cost next to nothing. */
const chunksPerPart = 50;

/**
 * Collects lines into chunks and chunks into objects, which are written while the next ones are collected. Memory holds the parts that
 * are under way, and three numbers for each chunk.
 */
export function audienceParts(target: Pick<Bucket, 'put'>, campaignId: string, writes: InFlight) {
  /** First octet, last octet and recipients of each chunk in turn. */
  let chunks = new Float64Array(3 * 1024);
  let chunkCount = 0;
  let lines: string[] = [];
  let part: Buffer[] = [];
  let partBytes = 0;

  const partKey = (chunk: number) =>
    `campaigns/${campaignId}/parts/${String(Math.floor(chunk / chunksPerPart)).padStart(6, '0')}.jsonl`;

  function closeChunk(): void {
    if (lines.length === 0) {
      return;
    }
    const bytes = Buffer.from(lines.join(''));
    if (3 * chunkCount === chunks.length) {
      const larger = new Float64Array(2 * chunks.length);
      larger.set(chunks);
      chunks = larger;
    }
    chunks.set([partBytes, partBytes + bytes.length - 1, lines.length], 3 * chunkCount);
    chunkCount++;
    part.push(bytes);
    partBytes += bytes.length;
    lines = [];
  }

  async function closePart(): Promise<void> {
    if (part.length === 0) {
      return;
    }
    const key = partKey(chunkCount - 1);
    const bytes = Buffer.concat(part);
    part = [];
    partBytes = 0;
    await writes.begin(() => target.put(key, bytes, 'application/x-ndjson'));
  }

  return {
    /** @returns a promise where a part is full: it resolves when there is room for the next one */
    add(line: string): Promise<void> | undefined {
      lines.push(line);
      if (lines.length < chunkSize) {
        return undefined;
      }
      closeChunk();
      return part.length < chunksPerPart ? undefined : closePart();
    },
    /** @returns the number of chunks */
    async finish(): Promise<number> {
      closeChunk();
      await closePart();
      return chunkCount;
    },
    *pointers(): Generator<ChunkPointer> {
      for (let chunk = 0; chunk < chunkCount; chunk++) {
        const [firstByte = 0, lastByte = 0, count = 0] = chunks.subarray(3 * chunk);
        yield { campaignId, chunk, key: partKey(chunk), firstByte, lastByte, count };
      }
    },
  };
}
