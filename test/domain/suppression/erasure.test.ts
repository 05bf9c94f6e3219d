import { recipientIdOf } from '../../../domain/address.ts';
import {
  erasedSuppressions,
  erasureMark,
  erasureMarks,
  suppressionsLeft,
} from '../../../domain/suppression/erasure.ts';
import type { TokenKeys } from '../../../domain/unsubscribe.ts';

const taro = recipientIdOf('taro@example.com');
const old: TokenKeys = { current: 'k1', keys: { k1: 'a-key-of-at-least-32-characters-..' } };
const rotated: TokenKeys = { current: 'k2', keys: { ...old.keys, k2: 'another-key-of-32-characters-....' } };
const nowMs = Date.UTC(2026, 10, 24);

describe('erasureMark', () => {
  it('names its key and says nothing of the recipient to those without it', () => {
    const mark = erasureMark(old, taro);
    expect(mark).toMatch(/^k1\.[A-Za-z0-9_-]{22}$/);
    expect(mark).not.toContain(taro);
    expect(erasureMark(rotated, taro)).toMatch(/^k2\./);
    expect(erasureMark({ current: 'k1', keys: { k1: 'quite-another-key-................' } }, taro)).not.toBe(
      mark,
    );
    expect(erasureMark(old, recipientIdOf('jiro@example.com'))).not.toBe(mark);
  });

  it('fails for a key that is gone', () => {
    expect(() => erasureMark(old, taro, 'k9')).toThrow('no key k9');
    expect(() => erasureMark(old, taro, 'constructor')).toThrow('no key constructor');
  });
});

it('an erasure is known again after the key was replaced', () => {
  const left = suppressionsLeft({}, nowMs);
  const erased = new Map([[erasureMark(old, taro), left]]);
  expect(erasedSuppressions(erased, rotated, taro)).toEqual(left);
  expect(erasedSuppressions(erased, rotated, recipientIdOf('jiro@example.com'))).toBeUndefined();
  expect(erasureMarks(rotated, taro)).toHaveLength(2);
});

it('what is left of an erased recipient tells nothing of where it comes from', () => {
  const bounce = {
    reason: 'bounce',
    source: 'ses',
    atMs: 5,
    evidence: 'user_unknown ses-1',
    actor: 'hanako',
  } as const;
  expect(
    suppressionsLeft({ all: { ...bounce, expiresAtMs: 9 }, marketing: { ...bounce, expiresAtMs: 9 } }, nowMs),
  ).toEqual({
    all: { reason: 'bounce', source: 'ses', atMs: 5, expiresAtMs: 9 },
    marketing: { reason: 'bounce', source: 'ses', atMs: 5 },
  });
  expect(suppressionsLeft({}, nowMs)).toEqual({
    marketing: { reason: 'manual', source: 'erasure', atMs: nowMs },
  });
});
