import type { Category } from '../template/compiled.ts';

/** What mail is not wanted: all of it, one category, or one topic. */
export type SuppressionScope = 'all' | Category | `topic:${string}`;

export const suppressionReasons = ['bounce', 'complaint', 'unsubscribe', 'manual'] as const;

/** "Do not mail this address", with where that comes from. */
export interface Suppression {
  readonly reason: (typeof suppressionReasons)[number];
  /** Where it comes from: `ses`, `one-click`, `unsubscribe-page`, `cli`, `import`, or a list of SES, see {@link mirrorSource}. */
  readonly source: string;
  /** Who did it, where that was a person: the name of an operator's account. */
  readonly actor?: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** What it rests on, without personal data: `5.1.1`, an SES feedback id. */
  readonly evidence?: string;
  /** Epoch milliseconds; absent means for ever. */
  readonly expiresAtMs?: number;
}

/** Suppressions that only repeat what a list of SES has: SES would not deliver, whatever we think. */
export const mirrorSource = { account: 'ses-account-list', global: 'ses-global-list' } as const;

export function isMirror({ source }: Pick<Suppression, 'source'>): boolean {
  return source === mirrorSource.account || source === mirrorSource.global;
}

/** All suppressions of one recipient. */
export type SuppressionsByScope = Readonly<Partial<Record<SuppressionScope, Suppression>>>;

/** What decides whether a suppression applies to a mail. */
export interface MailClass {
  readonly category: Category;
  /** Every marketing mail has one. */
  readonly topic?: string;
}

/** Scopes that hold for such a mail. */
export function scopesOf({ category, topic }: MailClass): readonly SuppressionScope[] {
  return ['all', category, ...(topic === undefined ? [] : [`topic:${topic}` as const])];
}

/** The first suppression that applies to such a mail, or undefined. */
export function suppressionOf(
  suppressions: SuppressionsByScope,
  mail: MailClass,
  nowMs: number,
): (Suppression & { readonly scope: SuppressionScope }) | undefined {
  for (const scope of scopesOf(mail)) {
    const suppression = suppressions[scope];
    if (suppression && isInForce(suppression, nowMs)) {
      return { ...suppression, scope };
    }
  }
  return undefined;
}

/** Whether two suppressions say the same, whoever said it and when. */
export function saySame(one: Suppression, other: Omit<Suppression, 'atMs'>): boolean {
  return (
    one.reason === other.reason &&
    one.source === other.source &&
    one.evidence === other.evidence &&
    one.expiresAtMs === other.expiresAtMs
  );
}

export function isInForce({ expiresAtMs }: Suppression, nowMs: number): boolean {
  return expiresAtMs === undefined || expiresAtMs > nowMs;
}

/** Reads a scope as a person writes it. */
export function parseScope(text: string): SuppressionScope | undefined {
  if (text === 'all' || text === 'marketing' || text === 'transactional') {
    return text;
  }
  return /^topic:[a-z0-9][a-z0-9-]{0,63}$/.test(text) ? (text as SuppressionScope) : undefined;
}
