import type { Erasures } from '../aws/erasures.ts';
import type { Suppressions } from '../aws/suppressions.ts';
import { type ErasedByMark, erasedSuppressions } from '../domain/suppression/erasure.ts';
import type { TokenKeys } from '../domain/unsubscribe.ts';

export interface ErasedRecipientsPorts {
  readonly suppressions: Pick<Suppressions, 'find'>;
  readonly erasures: Pick<Erasures, 'all'>;
  readonly tokenKeys: () => Promise<TokenKeys>;
  readonly nowMs: () => number;
}

/** An erasure counts within this time. */
const cacheMs = 60_000;

/** Suppressions with those of recipients who were erased, of whom only a keyed mark is left. */
export function withErased({
  suppressions,
  erasures,
  tokenKeys,
  nowMs,
}: ErasedRecipientsPorts): Pick<Suppressions, 'find'> {
  let cached: { readonly erased: ErasedByMark; readonly untilMs: number } | undefined;
  async function marks(): Promise<ErasedByMark> {
    if (cached === undefined || cached.untilMs <= nowMs()) {
      cached = { erased: await erasures.all(), untilMs: nowMs() + cacheMs };
    }
    return cached.erased;
  }
  return {
    async find(recipientIds, consistency) {
      const [found, erased, keys] = await Promise.all([
        suppressions.find(recipientIds, consistency),
        marks(),
        tokenKeys(),
      ]);
      for (const recipientId of erased.size === 0 ? [] : recipientIds) {
        const left = erasedSuppressions(erased, keys, recipientId);
        if (left !== undefined) {
          found.set(recipientId, { ...left, ...found.get(recipientId) });
        }
      }
      return found;
    },
  };
}
