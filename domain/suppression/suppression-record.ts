import {
  isMirror,
  type Suppression,
  type SuppressionScope,
  type SuppressionsByScope,
  saySame,
} from './suppression.ts';

/** One thing that happened to the suppressions of a recipient, with who or what did it and what that rests on. */
export type SuppressionChange = Suppressed | Released | Bounced;

interface Suppressed extends Suppression {
  readonly kind: 'suppressed';
  readonly scope: SuppressionScope;
}

type Releasable = 'unsubscribe' | 'mirror';

interface Released {
  readonly kind: 'released';
  readonly scope: SuppressionScope;
  /** Only these: unsubscribes, which the recipient takes back, or what repeated a list of SES. Absent: all that there is. */
  readonly only?: Releasable;
  readonly source: string;
  readonly actor?: string;
  readonly atMs: number;
  readonly evidence?: string;
}

/** A mail bounced in a way that suppresses only when it happens again. */
export interface Bounced {
  readonly kind: 'bounced';
  /** Bounces that count together. */
  readonly counts: 'soft' | 'refusal';
  /** What follows when there are enough of them; the rule of the last one counts. */
  readonly rule: RepeatRule;
  /** Of `domain/bounce`. */
  readonly code: string;
  /** The same mail counts once. */
  readonly sesMessageId: string;
  readonly source: string;
  readonly atMs: number;
  readonly evidence: string;
}

/** "So many within so many days stop these mails, for so many days from the last of them or for ever." */
export interface RepeatRule {
  readonly count: number;
  readonly withinDays: number;
  readonly scope: SuppressionScope;
  readonly forDays?: number;
}

/** All that is known of the suppressions of one recipient. */
export interface SuppressionRecord {
  /** Those in force, and those that have expired since. */
  readonly suppressions: SuppressionsByScope;
  /** Until when what was reported is void, by scope: an event that is older than a release does not bring back what it released. */
  readonly releases: Readonly<Partial<Record<SuppressionScope, Release>>>;
  /** Oldest first, the last {@link historyLength}. */
  readonly history: readonly SuppressionChange[];
}

/** Epoch milliseconds of everything, and of some kinds only. */
type Release = Readonly<Partial<Record<'all' | Releasable, number>>>;

export const emptyRecord: SuppressionRecord = { suppressions: {}, releases: {}, history: [] };

/** Before any time. */
const never = Number.NEGATIVE_INFINITY;

/** At some 250 octets each they stay within 16 KB. */
export const historyLength = 50;

/**
 * Adds a change to a record. The result depends on which changes there were and not on their order, and a change that is there already
 * changes nothing: events come twice and out of order. Holds as long as there are no more than {@link historyLength}.
 *
 * @returns the same record when there is nothing new in it
 */
export function withChange(record: SuppressionRecord, change: SuppressionChange): SuppressionRecord {
  const name = nameOf(change);
  if (record.history.some((each) => nameOf(each) === name)) {
    return record;
  }
  const history = [...record.history, change].toSorted(inOrder).slice(-historyLength);
  const releases = change.kind === 'released' ? withRelease(record.releases, change) : record.releases;
  const suppressions: Partial<Record<SuppressionScope, Suppression>> = {};
  for (const { kind: _, scope, ...suppression } of [
    // A full history may have dropped what they follow from.
    ...(history.length === historyLength ? changesOf(record.suppressions) : []),
    ...[...history, change].filter((each) => each.kind === 'suppressed'),
    ...repeated(history, releases),
  ]) {
    const other = suppressions[scope];
    if (!isVoid(suppression, releases[scope]) && (other === undefined || outranks(suppression, other))) {
      suppressions[scope] = suppression;
    }
  }
  return { suppressions, releases, history };
}

function changesOf(suppressions: SuppressionsByScope): Suppressed[] {
  return Object.entries(suppressions).map(([scope, suppression]) => ({
    kind: 'suppressed',
    scope: scope as SuppressionScope,
    ...(suppression as Suppression),
  }));
}

/**
 * Suppresses as of now, on the word of a person. What is said again changes nothing.
 *
 * @param change - `atMs` is moved behind a release of the same millisecond, or of a clock that is ahead
 */
export function suppressedNow(
  record: SuppressionRecord,
  change: Omit<Suppressed, 'kind'>,
): SuppressionRecord {
  const { scope, atMs } = change;
  const release = record.releases[scope];
  const saidBefore = record.history.some(
    (each) =>
      each.kind === 'suppressed' && each.scope === scope && saySame(each, change) && !isVoid(each, release),
  );
  if (saidBefore) {
    return record;
  }
  return withChange(record, {
    ...change,
    kind: 'suppressed',
    atMs: Math.max(atMs, releasedMs(change, release) + 1),
  });
}

/** Takes suppressions back as of now; the record stays the same where there is nothing to take back. */
export function releasedNow(record: SuppressionRecord, change: Omit<Released, 'kind'>): SuppressionRecord {
  const found = record.suppressions[change.scope];
  const release = record.releases[change.scope];
  const there =
    found !== undefined &&
    (change.only === undefined ||
      kindOf(found) === change.only ||
      record.history.some(
        (each) =>
          each.kind === 'suppressed' &&
          each.scope === change.scope &&
          kindOf(each) === change.only &&
          !isVoid(each, release),
      ));
  return there
    ? withChange(record, { ...change, kind: 'released', atMs: Math.max(change.atMs, found.atMs) })
    : record;
}

function nameOf(change: SuppressionChange): string {
  return JSON.stringify(Object.entries(change).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function inOrder(one: SuppressionChange, other: SuppressionChange): number {
  return one.atMs - other.atMs || (nameOf(one) < nameOf(other) ? -1 : 1);
}

function withRelease(
  releases: SuppressionRecord['releases'],
  { scope, only, atMs }: Released,
): SuppressionRecord['releases'] {
  const old = releases[scope];
  const what = only ?? 'all';
  return { ...releases, [scope]: { ...old, [what]: Math.max(old?.[what] ?? never, atMs) } };
}

function kindOf(suppression: Suppression): Releasable | undefined {
  return isMirror(suppression) ? 'mirror' : suppression.reason === 'unsubscribe' ? 'unsubscribe' : undefined;
}

/** Until when such suppressions were released. */
function releasedMs(suppression: Suppression, { all = never, ...some }: Release = {}): number {
  const kind = kindOf(suppression);
  return Math.max(all, (kind && some[kind]) ?? never);
}

function isVoid(suppression: Suppression, release: Release | undefined): boolean {
  return suppression.atMs <= releasedMs(suppression, release);
}

const weights = { unsubscribe: 1, bounce: 2, manual: 3, complaint: 4 } as const;

/**
 * Which of two suppressions of the same scope stands: the one that holds longer, else the weightier, else the earlier. So a complaint is
 * not forgotten over an unsubscribe that is taken back later.
 */
function outranks(one: Suppression, other: Suppression): boolean {
  const until = ({ expiresAtMs = Number.MAX_SAFE_INTEGER }: Suppression) => expiresAtMs;
  const weight = (each: Suppression) => (isMirror(each) ? 0 : weights[each.reason]);
  const order = until(one) - until(other) || weight(one) - weight(other) || other.atMs - one.atMs;
  return order === 0 ? JSON.stringify(one) < JSON.stringify(other) : order > 0;
}

/** Suppressions that follow from bounces that came again. */
function repeated(
  history: readonly SuppressionChange[],
  releases: SuppressionRecord['releases'],
): Suppressed[] {
  return (['soft', 'refusal'] as const).flatMap((counts) => {
    const bounces = eachMailOnce(history, counts);
    return bounces.flatMap((last, i) => {
      const { count, withinDays, scope, forDays } = last.rule;
      const first = bounces[i - count + 1];
      const sinceMs = Math.max(
        last.atMs - withinDays * 86_400_000,
        // What was forgiven does not count again.
        (releases[scope]?.all ?? never) + 1,
      );
      return first === undefined || first.atMs < sinceMs
        ? []
        : {
            kind: 'suppressed' as const,
            scope,
            reason: 'bounce' as const,
            source: last.source,
            atMs: last.atMs,
            evidence: `${count} in ${withinDays} days, the last: ${last.evidence}`,
            ...(forDays === undefined ? {} : { expiresAtMs: last.atMs + forDays * 86_400_000 }),
          };
    });
  });
}

/** How many soft bounces count: each mail once, within the days of their rule, unless they were forgiven. */
export function softBouncesNow({ history, releases }: SuppressionRecord, nowMs: number): number {
  return eachMailOnce(history, 'soft').filter(
    ({ atMs, rule: { scope, withinDays } }) =>
      atMs > nowMs - withinDays * 86_400_000 && atMs > (releases[scope]?.all ?? never),
  ).length;
}

function eachMailOnce(history: readonly SuppressionChange[], counts: Bounced['counts']): Bounced[] {
  const byMail = new Map<string, Bounced>();
  for (const change of history) {
    if (change.kind === 'bounced' && change.counts === counts && !byMail.has(change.sesMessageId)) {
      byMail.set(change.sesMessageId, change);
    }
  }
  return [...byMail.values()];
}
