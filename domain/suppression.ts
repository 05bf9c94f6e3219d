import type { Category } from './template/compiled.ts';

/** What mail is not wanted: all of it, one category, or one topic. */
export type SuppressionScope = 'all' | Category | `topic:${string}`;

/** "Do not mail this address", with where that comes from. */
export interface Suppression {
  readonly reason: 'bounce' | 'complaint' | 'unsubscribe' | 'manual';
  /** Who said so: `ses`, `one-click`, `preference-page`, `cli`. */
  readonly source: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** What it rests on, without personal data: `5.1.1`, an SES feedback id. */
  readonly evidence?: string;
  /** Epoch milliseconds; absent means for ever. */
  readonly expiresAtMs?: number;
}

/** All suppressions of one recipient. */
export type SuppressionsByScope = Readonly<Partial<Record<SuppressionScope, Suppression>>>;

/** What decides whether a suppression applies to a mail. */
export interface MailClass {
  readonly category: Category;
  /** Every marketing mail has one. */
  readonly topic?: string;
}

/** The first suppression that applies to such a mail, or undefined. */
export function suppressionOf(
  suppressions: SuppressionsByScope,
  { category, topic }: MailClass,
  nowMs: number,
): (Suppression & { readonly scope: SuppressionScope }) | undefined {
  const scopes: SuppressionScope[] = [
    'all',
    category,
    ...(topic === undefined ? [] : [`topic:${topic}` as const]),
  ];
  for (const scope of scopes) {
    const suppression = suppressions[scope];
    if (suppression && (suppression.expiresAtMs === undefined || suppression.expiresAtMs > nowMs)) {
      return { ...suppression, scope };
    }
  }
  return undefined;
}

/** Reads a scope as a person writes it. */
export function parseScope(text: string): SuppressionScope | undefined {
  if (text === 'all' || text === 'marketing' || text === 'transactional') {
    return text;
  }
  return /^topic:[a-z0-9][a-z0-9-]{0,63}$/.test(text) ? (text as SuppressionScope) : undefined;
}
