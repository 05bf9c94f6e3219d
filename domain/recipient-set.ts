/** Slots at first; always a power of two. */
const initialSlots = 1 << 14;

/** Share of slots taken before the table doubles: beyond it, searches get long. */
const maxLoad = 0.8;

/**
 * Remembers recipients by 64 of the 132 bits of their ids, in 10 to 20 octets each whatever their addresses are. Two of n recipients
 * are taken for one with a probability of n² / 2⁶⁵: 0.000003 % for a million, 0.03 % for a hundred million. Since the ids are
 * SHA-256, nobody can choose an address that shuts another one out.
 */
export function recipientSet() {
  let slots = initialSlots;
  /** Two words for each slot; both 0 where it is free. */
  let words = new Uint32Array(2 * slots);
  let size = 0;

  /** The slot that holds it, or the free one where it belongs: open addressing, linear probing. */
  function find(high: number, low: number): number {
    let slot = low & (slots - 1);
    for (;;) {
      const foundHigh = words[2 * slot];
      const foundLow = words[2 * slot + 1];
      if ((foundHigh === high && foundLow === low) || (foundHigh === 0 && foundLow === 0)) {
        return slot;
      }
      slot = (slot + 1) & (slots - 1);
    }
  }

  function put(slot: number, high: number, low: number): void {
    words[2 * slot] = high;
    words[2 * slot + 1] = low;
  }

  function grow(): void {
    const old = words;
    slots *= 2;
    words = new Uint32Array(2 * slots);
    for (let i = 0; i < old.length; i += 2) {
      const high = old[i] ?? 0;
      const low = old[i + 1] ?? 0;
      if (high !== 0 || low !== 0) {
        put(find(high, low), high, low);
      }
    }
  }

  return {
    /** @returns false when the recipient was added before */
    add(recipientId: string): boolean {
      if (size >= maxLoad * slots) {
        grow();
      }
      const [high, low] = wordsOf(recipientId);
      const slot = find(high, low);
      if (words[2 * slot] !== 0 || words[2 * slot + 1] !== 0) {
        return false;
      }
      size++;
      put(slot, high, low);
      return true;
    },
  };
}

/** 64 bits in two words, never both 0. */
function wordsOf(recipientId: string): readonly [high: number, low: number] {
  const last = sixBits(recipientId, 10);
  const high = ((thirtyBits(recipientId, 0) << 2) | (last & 3)) >>> 0;
  const low = ((thirtyBits(recipientId, 5) << 2) | ((last >> 2) & 3)) >>> 0;
  return [high, high === 0 && low === 0 ? 1 : low];
}

function thirtyBits(id: string, from: number): number {
  let bits = 0;
  for (let i = from; i < from + 5; i++) {
    bits = (bits << 6) | sixBits(id, i);
  }
  return bits;
}

/** Values of the base64url letters (RFC 4648 §5) by their code. */
const values = new Uint8Array(128);
for (const [value, letter] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_',
].entries()) {
  values[letter.charCodeAt(0)] = value;
}

function sixBits(id: string, at: number): number {
  return values[id.charCodeAt(at)] ?? 0;
}
