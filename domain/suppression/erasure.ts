import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { TokenKeys } from '../unsubscribe.ts';
import type { Suppression, SuppressionScope, SuppressionsByScope } from './suppression.ts';

/**
 * What stays of somebody who was erased: a keyed hash, by which the address is known again when somebody gives it, and which nobody
 * without the key can try addresses against. `k1.<22 characters>`, the first part naming the key.
 */
export function erasureMark(keys: TokenKeys, recipientId: string, keyId = keys.current): string {
  const mac = createHmac('sha256', derivedKey(keys, keyId)).update(recipientId);
  return `${keyId}.${mac.digest('base64url').slice(0, 22)}`;
}

/** Deriving takes longer than hashing, and a campaign asks for millions of marks. */
const derivedOf = new WeakMap<TokenKeys, Map<string, KeyObject>>();

function derivedKey(keys: TokenKeys, keyId: string): KeyObject {
  const known = derivedOf.get(keys) ?? new Map<string, KeyObject>();
  derivedOf.set(keys, known);
  const material = Object.hasOwn(keys.keys, keyId) ? keys.keys[keyId] : undefined;
  if (material === undefined) {
    throw new Error(`there is no key ${keyId} to make a mark of erasure with`);
  }
  const key =
    known.get(keyId) ?? createSecretKey(Buffer.from(hkdfSync('sha256', material, '', 'todoke erasure', 32)));
  known.set(keyId, key);
  return key;
}

/** The mark under each key: keys are added and never removed, and a mark stays under the key that it was made with. */
export function erasureMarks(keys: TokenKeys, recipientId: string): string[] {
  return Object.keys(keys.keys).map((keyId) => erasureMark(keys, recipientId, keyId));
}

/** What is stopped for somebody who was erased, by the mark. */
export type ErasedByMark = ReadonlyMap<string, SuppressionsByScope>;

export function erasedSuppressions(
  erased: ErasedByMark,
  keys: TokenKeys,
  recipientId: string,
): SuppressionsByScope | undefined {
  if (erased.size === 0) {
    return undefined;
  }
  for (const mark of erasureMarks(keys, recipientId)) {
    const found = erased.get(mark);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

/**
 * The suppressions that outlive an erasure: those there are, without what they rest on, and marketing in any case, since whoever wants
 * to be forgotten wants no advertising.
 */
export function suppressionsLeft(suppressions: SuppressionsByScope, nowMs: number): SuppressionsByScope {
  const left: Partial<Record<SuppressionScope, Suppression>> = {
    marketing: { reason: 'manual', source: 'erasure', atMs: nowMs },
  };
  for (const [scope, suppression] of Object.entries(suppressions)) {
    const { reason, source, atMs, expiresAtMs } = suppression as Suppression;
    left[scope as SuppressionScope] = {
      reason,
      source,
      atMs,
      ...(expiresAtMs === undefined || scope === 'marketing' ? {} : { expiresAtMs }),
    };
  }
  return left;
}
