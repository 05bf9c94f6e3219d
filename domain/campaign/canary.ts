/** Recipients of one canary: a hundredth of the campaign, between these. */
const size = { share: 0.01, least: 200, most: 2_000 };

/** The first one, one for when that was not clear, and one for after a halt. */
const mostCanaries = 3;

/** In a campaign of fewer recipients the canary would be the half of it or more. */
const leastRecipients = 2 * size.least + 1;

/** So many recipients are in canaries at most. */
const mostInCanaries = mostCanaries * size.most;

/** How many canaries a campaign of so many recipients has, and of what size; what is left goes out afterwards. */
export function canariesOf(recipients: number): { readonly count: number; readonly size: number } {
  if (recipients < leastRecipients) {
    return { count: 0, size: 0 };
  }
  const each = Math.min(size.most, Math.max(size.least, Math.ceil(recipients * size.share)));
  return { count: Math.min(mostCanaries, Math.ceil(recipients / each) - 1), size: each };
}

/**
 * Draws who may be in a canary while recipients go by: those with the smallest lots, which are as good as random. Nobody knows how many
 * will come, so it holds as many as the largest campaign needs.
 */
export function canaryDraw<T>() {
  // A heap whose top has the largest lot, so that it is known which one has to go.
  const heap: { readonly lot: number; readonly held: T }[] = [];

  function sink(): void {
    const moving = heap[0];
    if (moving === undefined) {
      return;
    }
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const larger = lotAt(right) > lotAt(left) ? right : left;
      const child = heap[larger];
      if (child === undefined || child.lot <= moving.lot) {
        break;
      }
      heap[at] = child;
      at = larger;
    }
    heap[at] = moving;
  }

  function lotAt(at: number): number {
    return heap[at]?.lot ?? Number.NEGATIVE_INFINITY;
  }

  return {
    /** Whether somebody with that lot is held if offered; among equals the first ones. */
    takes: (lot: number) => heap.length < mostInCanaries || lot < lotAt(0),
    /** @returns who is in no canary from now on, if somebody had to go for this one */
    offer(lot: number, held: T): T | undefined {
      if (heap.length < mostInCanaries) {
        let at = heap.length;
        for (let parent = (at - 1) >> 1; at > 0 && lotAt(parent) < lot; parent = (at - 1) >> 1) {
          heap[at] = heap[parent] as (typeof heap)[number];
          at = parent;
        }
        heap[at] = { lot, held };
        return undefined;
      }
      const gone = heap[0]?.held;
      heap[0] = { lot, held };
      sink();
      return gone;
    },
    /** Everybody who is held, the smallest lot first. */
    drawn: (): T[] => heap.sort((one, other) => one.lot - other.lot).map(({ held }) => held),
  };
}

/** A lot for each recipient of a campaign: another one in another campaign, so that it is not always the same who goes first. */
export function lotsOf(campaignId: string): (high: number, low: number) => number {
  let key = 0x811c9dc5;
  for (let i = 0; i < campaignId.length; i++) {
    key = mixed(key ^ campaignId.charCodeAt(i));
  }
  // 53 bits, as many as a number holds; the bits of a SHA-256 are random already, the key only has to set campaigns apart.
  return (high, low) => (mixed(high ^ key) >>> 0) * 0x200000 + (mixed(low ^ key) >>> 11);
}

/** The finalizer of MurmurHash3: each bit of the input changes half of those of the output. */
function mixed(bits: number): number {
  let h = bits;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
