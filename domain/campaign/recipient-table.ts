import { hash } from 'node:crypto';

/**
 * SHA-256 of a wire form in lower case, of which a recipient id is the beginning: octets as characters, since that is what the runtime
 * gives soonest.
 */
export function recipientDigest(lowerCaseWire: string): string {
  return hash('sha256', lowerCaseWire, 'binary');
}

/** As far as a recipient id tells: 16 of the 32 octets. */
export function digestOfId(recipientId: string): string {
  return Buffer.from(recipientId, 'base64url').toString('latin1');
}

/** A word of 32 bits; a table knows recipients by words 0 and 1. */
export function wordOf(digest: string, word: 0 | 1): number {
  const at = 4 * word;
  return (
    ((digest.charCodeAt(at) << 24) |
      (digest.charCodeAt(at + 1) << 16) |
      (digest.charCodeAt(at + 2) << 8) |
      digest.charCodeAt(at + 3)) >>>
    0
  );
}

/** What `add` says of a recipient who is new. */
export const isNew = -1;

/** Parts of a table, told apart by the first octet of the digest: each grows on its own, so that growing needs next to no room. */
export const partitionCount = 256;

/** Words of a slot: two of the digest, both 0 where it is free, and the value. */
export const wordsPerSlot = 3;

/** Share of slots taken before a partition grows by half: beyond it, searches get long. */
const maxLoad = 0.8;
const initialSlots = 8;

/** Where a search for a recipient begins in a partition of so many slots; it ends at the first slot that is free. */
export function homeSlot(low: number, slots: number): number {
  return Math.floor((low * slots) / 0x1_0000_0000);
}

/** Both words of a digest may be 0, but those of a slot that is taken may not. */
export function lowOf(high: number, low: number): number {
  return high === 0 && low === 0 ? 1 : low;
}

export type RecipientTable = ReturnType<typeof recipientTable>;

/**
 * Remembers a number of 32 bits for each recipient, in 15 to 23 octets each whatever their addresses are: by 64 of the bits of their
 * digests. Two of n recipients are taken for one with a probability of n² / 2⁶⁵: 0.000003 % for a million, 0.03 % for a hundred million.
 * Since it is SHA-256, nobody can choose an address that shuts another one out.
 */
export function recipientTable() {
  const partitions = Array.from(
    { length: partitionCount },
    () => new Uint32Array(initialSlots * wordsPerSlot),
  );
  const sizes = new Uint32Array(partitionCount);
  let size = 0;

  /** First word of the slot that holds it, or of the free one where it belongs. */
  function find(words: Uint32Array, high: number, low: number): number {
    let at = wordsPerSlot * homeSlot(low, words.length / wordsPerSlot);
    for (;;) {
      const foundHigh = words[at];
      const foundLow = words[at + 1];
      if ((foundHigh === high && foundLow === low) || (foundHigh === 0 && foundLow === 0)) {
        return at;
      }
      at += wordsPerSlot;
      if (at === words.length) {
        at = 0;
      }
    }
  }

  function grown(old: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
    const slots = old.length / wordsPerSlot;
    const words = new Uint32Array(wordsPerSlot * Math.ceil(1.5 * slots));
    for (let from = 0; from < old.length; from += wordsPerSlot) {
      const high = old[from] ?? 0;
      const low = old[from + 1] ?? 0;
      if (high !== 0 || low !== 0) {
        const at = find(words, high, low);
        words[at] = high;
        words[at + 1] = low;
        words[at + 2] = old[from + 2] ?? 0;
      }
    }
    // Gives the memory back at once, not when the collector comes by.
    old.buffer.transfer(0);
    return words;
  }

  function partitionOf(high: number): Uint32Array {
    return partitions[high >>> 24] as Uint32Array;
  }

  /** Adds a recipient who is new; @returns the value of one who is not, which stays, or {@link isNew} */
  function add(high: number, someLow: number, value: number): number {
    const low = lowOf(high, someLow);
    const partition = high >>> 24;
    let words = partitions[partition] as Uint32Array<ArrayBuffer>;
    let at = find(words, high, low);
    if (words[at] !== 0 || words[at + 1] !== 0) {
      return words[at + 2] ?? 0;
    }
    const taken = (sizes[partition] ?? 0) + 1;
    if (taken * wordsPerSlot > maxLoad * words.length) {
      words = grown(words);
      partitions[partition] = words;
      at = find(words, high, low);
    }
    sizes[partition] = taken;
    size++;
    words[at] = high;
    words[at + 1] = low;
    words[at + 2] = value;
    return isNew;
  }

  /** Changes the value of a recipient who was added. */
  function set(high: number, someLow: number, value: number): void {
    const words = partitionOf(high);
    words[find(words, high, lowOf(high, someLow)) + 2] = value;
  }

  return {
    add,
    set,
    /** @returns {@link isNew} where there is none */
    get(high: number, someLow: number): number {
      const words = partitionOf(high);
      const at = find(words, high, lowOf(high, someLow));
      return words[at] === 0 && words[at + 1] === 0 ? isNew : (words[at + 2] ?? 0);
    },
    /** Adds one to the value of a recipient, who begins with none. */
    count(high: number, low: number): void {
      const value = add(high, low, 1);
      if (value !== isNew) {
        set(high, low, value + 1);
      }
    },
    /** Makes other values of those that are less than `limit`. */
    relocate(limit: number, placeOf: (value: number) => number): void {
      for (const words of partitions) {
        for (let at = 0; at < words.length; at += wordsPerSlot) {
          const value = words[at + 2] ?? 0;
          if ((words[at] !== 0 || words[at + 1] !== 0) && value < limit) {
            words[at + 2] = placeOf(value);
          }
        }
      }
    },
    size: () => size,
    /** The slots, partition by partition. */
    partitions: partitions as readonly Uint32Array<ArrayBuffer>[],
  };
}
