import { chunkSize } from './campaign.ts';
import {
  digestOfId,
  homeSlot,
  lowOf,
  partitionCount,
  type RecipientTable,
  wordOf,
  wordsPerSlot,
} from './recipient-table.ts';

/** Values of recipients of the audience who have no place in a chunk, and why; `rejected`: their row does not fit the template. */
export const withoutPlace = {
  suppressed: 0xffff_ffff,
  capped: 0xffff_fffe,
  rejected: 0xffff_fffd,
} as const;

/** Places in chunks are less than this. */
export const placesEnd = withoutPlace.rejected;

/** What a plan says of a recipient. */
export type PlannedRecipient =
  | { readonly kind: 'planned'; readonly chunk: number; readonly index: number }
  | { readonly kind: keyof typeof withoutPlace };

/**
 * The file: words of 32 bits, little-endian. A header of version, recipients per chunk, number of partitions, and the slots of each
 * partition; then the partitions as `recipient-table.ts` has them, with `chunk × recipients per chunk + index` for a value.
 */
const version = 1;
const bytesPerWord = 4;
const fixedWords = 3;
const headerBytes = bytesPerWord * (fixedWords + partitionCount);
const slotBytes = bytesPerWord * wordsPerSlot;

/** Slots read at a time: in nearly all searches the first ones are enough. */
const slotsPerRead = 64;

/** Reads octets `first` to `last`, both inclusive; undefined when there is no such file. */
export type ReadRange = (first: number, last: number) => Promise<Uint8Array | undefined>;

/** The file as it is written; the table must not change until then. */
export function indexFile(table: Pick<RecipientTable, 'partitions'>): {
  readonly bytes: number;
  readonly pieces: () => Iterable<Uint8Array>;
} {
  const { partitions } = table;
  return {
    bytes: partitions.reduce((sum, words) => sum + words.byteLength, headerBytes),
    *pieces() {
      yield bytesOf(
        Uint32Array.of(
          version,
          chunkSize,
          partitions.length,
          ...partitions.map((words) => words.length / wordsPerSlot),
        ),
      );
      for (const words of partitions) {
        yield bytesOf(words);
      }
    },
  };
}

/** Every machine that Lambda offers is little-endian. */
function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

/**
 * Finds a recipient in two reads of a few hundred octets, very rarely three.
 *
 * @returns undefined when the recipient is in no row that could have been mailed, or there is no index
 */
export async function findInIndex(
  readRange: ReadRange,
  recipientId: string,
): Promise<PlannedRecipient | undefined> {
  const header = await readRange(0, headerBytes - 1);
  if (header === undefined) {
    return undefined;
  }
  const { rowsPerChunk, slots } = headerOf(header);
  const digest = digestOfId(recipientId);
  const high = wordOf(digest, 0);
  const low = lowOf(high, wordOf(digest, 1));
  const partition = high >>> 24;
  const start = slots.slice(0, partition).reduce((sum, each) => sum + each * slotBytes, headerBytes);
  const count = slots[partition] ?? 0;
  for (let searched = 0, slot = homeSlot(low, count); searched < count; ) {
    const end = Math.min(count, slot + slotsPerRead);
    const read = await readRange(start + slot * slotBytes, start + end * slotBytes - 1);
    for (const [foundHigh, foundLow, value] of slotsIn(read ?? new Uint8Array())) {
      if (foundHigh === 0 && foundLow === 0) {
        return undefined;
      }
      if (foundHigh === high && foundLow === low) {
        return plannedOf(value, rowsPerChunk);
      }
    }
    searched += end - slot;
    slot = end % count;
  }
  return undefined;
}

function plannedOf(value: number, rowsPerChunk: number): PlannedRecipient {
  if (value === withoutPlace.suppressed) {
    return { kind: 'suppressed' };
  }
  if (value === withoutPlace.capped) {
    return { kind: 'capped' };
  }
  if (value === withoutPlace.rejected) {
    return { kind: 'rejected' };
  }
  return { kind: 'planned', chunk: Math.floor(value / rowsPerChunk), index: value % rowsPerChunk };
}

/** Calls `see` with the words of everyone who has a place in a chunk. @throws Error when it is no index */
export async function eachPlanned(
  file: AsyncIterable<Uint8Array>,
  see: (high: number, low: number) => void,
): Promise<void> {
  let rest: Uint8Array = new Uint8Array();
  let isHeaderRead = false;
  for await (const chunk of file) {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    if (!isHeaderRead && bytes.length >= headerBytes) {
      headerOf(bytes);
      isHeaderRead = true;
      bytes = bytes.subarray(headerBytes);
    }
    const whole = isHeaderRead ? bytes.length - (bytes.length % slotBytes) : 0;
    for (const [high, low, value] of slotsIn(bytes.subarray(0, whole))) {
      if ((high !== 0 || low !== 0) && value < placesEnd) {
        see(high, low);
      }
    }
    rest = bytes.subarray(whole);
  }
}

function headerOf(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const wordAt = (word: number) => view.getUint32(bytesPerWord * word, true);
  if (bytes.length < headerBytes || wordAt(0) !== version || wordAt(2) !== partitionCount) {
    throw new Error('this is no index of recipients, or one of another version');
  }
  return {
    rowsPerChunk: wordAt(1),
    slots: Array.from({ length: partitionCount }, (_, partition) => wordAt(fixedWords + partition)),
  };
}

function* slotsIn(bytes: Uint8Array): Generator<readonly [high: number, low: number, value: number]> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + slotBytes <= bytes.length; at += slotBytes) {
    yield [view.getUint32(at, true), view.getUint32(at + 4, true), view.getUint32(at + 8, true)];
  }
}
