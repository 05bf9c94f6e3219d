import fc from 'fast-check';
import type { Suppression, SuppressionScope } from '../../../domain/suppression/suppression.ts';
import {
  emptyRecord,
  historyLength,
  type RepeatRule,
  releasedNow,
  type SuppressionChange,
  type SuppressionRecord,
  suppressedNow,
  withChange,
} from '../../../domain/suppression/suppression-record.ts';

const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 24);
const softRule: RepeatRule = { count: 3, withinDays: 30, scope: 'marketing', forDays: 90 };
const refusalRule: RepeatRule = { count: 2, withinDays: 180, scope: 'all' };

const bounce: Suppression = { reason: 'bounce', source: 'ses', atMs: nowMs, evidence: 'user_unknown' };
const complaint: Suppression = { reason: 'complaint', source: 'ses', atMs: nowMs };
const manual: Suppression = { reason: 'manual', source: 'cli', actor: 'hanako', atMs: nowMs };
const unsubscribe: Suppression = { reason: 'unsubscribe', source: 'one-click', atMs: nowMs };

const suppressed = (suppression: Suppression, scope: SuppressionScope = 'all'): SuppressionChange => ({
  kind: 'suppressed',
  scope,
  ...suppression,
});
const released = (atMs: number, scope: SuppressionScope = 'all'): SuppressionChange => ({
  kind: 'released',
  scope,
  source: 'cli',
  atMs,
});
const bounced = (
  day: number,
  counts: 'soft' | 'refusal' = 'soft',
  sesMessageId = `ses-${day}`,
): SuppressionChange => ({
  kind: 'bounced',
  counts,
  rule: counts === 'soft' ? softRule : refusalRule,
  code: 'mailbox_full',
  sesMessageId,
  source: 'ses',
  atMs: nowMs + day * dayMs,
  evidence: sesMessageId,
});
const recordOf = (...changes: readonly SuppressionChange[]): SuppressionRecord =>
  changes.reduce(withChange, emptyRecord);

describe('withChange', () => {
  it('is the same record when the same change comes again', () => {
    const record = recordOf(suppressed(bounce), bounced(1));
    expect(withChange(record, suppressed({ ...bounce }))).toBe(record);
    expect(withChange(record, bounced(1))).toBe(record);
  });

  it('comes to the same end in any order and however often changes come', () => {
    const scope = fc.constantFrom<SuppressionScope>('all', 'marketing', 'topic:news');
    const day = fc.integer({ min: 0, max: 60 });
    const change: fc.Arbitrary<SuppressionChange> = fc.oneof(
      fc
        .tuple(fc.constantFrom(bounce, complaint, manual, unsubscribe), scope, day, fc.boolean())
        .map(([suppression, of, at, ends]) =>
          suppressed(
            {
              ...suppression,
              atMs: nowMs + at * dayMs,
              ...(ends ? { expiresAtMs: nowMs + (at + 9) * dayMs } : {}),
            },
            of,
          ),
        ),
      fc.tuple(scope, day).map(([of, at]) => released(nowMs + at * dayMs, of)),
      fc
        .tuple(scope, day)
        .map(
          ([of, at]) => ({ ...released(nowMs + at * dayMs, of), only: 'unsubscribe' }) as SuppressionChange,
        ),
      fc
        .tuple(day, fc.constantFrom('soft' as const, 'refusal' as const))
        .map(([at, counts]) => bounced(at, counts)),
    );
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: historyLength }),
        fc.array(fc.nat(), { minLength: 100, maxLength: 100 }),
        (changes, places) => {
          const shuffled = [...changes, ...changes]
            .map((each, i) => ({ each, place: places[i] ?? 0 }))
            .sort((one, other) => one.place - other.place)
            .map(({ each }) => each);
          expect(recordOf(...shuffled)).toEqual(recordOf(...changes));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('keeps the last fifty changes, and what they came to', () => {
    const many = Array.from({ length: 80 }, (_, i) =>
      suppressed({ ...unsubscribe, atMs: nowMs + i }, 'topic:news'),
    );
    const record = recordOf(suppressed(bounce), ...many);
    expect(record.history).toHaveLength(historyLength);
    expect(record.history.at(-1)).toMatchObject({ atMs: nowMs + 79 });
    expect(record.suppressions.all).toEqual(bounce);
  });

  it.each([
    { of: 'complaint over unsubscribe', stands: complaint, other: unsubscribe },
    { of: 'complaint over bounce', stands: complaint, other: bounce },
    { of: 'an operator over a bounce', stands: manual, other: bounce },
    {
      of: 'a bounce over what repeats SES’s list',
      stands: bounce,
      other: { ...bounce, source: 'ses-account-list' },
    },
    { of: 'the earlier of two bounces', stands: bounce, other: { ...bounce, atMs: nowMs + 1 } },
    {
      of: 'what holds for ever over what ends',
      stands: unsubscribe,
      other: { ...complaint, expiresAtMs: nowMs + 1 },
    },
    {
      of: 'what ends later',
      stands: { ...bounce, expiresAtMs: nowMs + 2 },
      other: { ...manual, expiresAtMs: nowMs + 1 },
    },
  ])('lets $of stand', ({ stands, other }) => {
    expect(recordOf(suppressed(stands), suppressed(other)).suppressions).toEqual({ all: stands });
    expect(recordOf(suppressed(other), suppressed(stands)).suppressions).toEqual({ all: stands });
  });

  it('does not bring back what was released, and suppresses for what comes after', () => {
    const old = recordOf(suppressed(bounce), released(nowMs + 5), suppressed({ ...bounce, atMs: nowMs + 4 }));
    expect(old.suppressions).toEqual({});
    expect(old.history).toHaveLength(3);
    const fresh = { ...bounce, atMs: nowMs + 6 };
    expect(withChange(old, suppressed(fresh)).suppressions).toEqual({ all: fresh });
  });

  it('shows what a released suppression stood over', () => {
    const record = recordOf(suppressed(complaint, 'marketing'), suppressed(unsubscribe, 'topic:news'));
    expect(withChange(record, released(nowMs, 'marketing')).suppressions).toEqual({
      'topic:news': unsubscribe,
    });
  });
});

describe('soft bounces', () => {
  it.each([
    { days: [0, 10], suppressed: false },
    { days: [0, 10, 30], suppressed: true },
    { days: [0, 10, 31], suppressed: false },
    { days: [0, 10, 31, 40], suppressed: true },
  ])('on the days $days suppress=$suppressed', ({ days, suppressed: is }) => {
    const last = days.at(-1) ?? 0;
    expect(recordOf(...days.map((day) => bounced(day))).suppressions).toEqual(
      is
        ? {
            marketing: {
              reason: 'bounce',
              source: 'ses',
              atMs: nowMs + last * dayMs,
              evidence: `3 in 30 days, the last: ses-${last}`,
              expiresAtMs: nowMs + (last + 90) * dayMs,
            },
          }
        : {},
    );
  });

  it('of one mail count once', () => {
    expect(recordOf(bounced(1, 'soft', 'm'), bounced(2, 'soft', 'm'), bounced(3)).suppressions).toEqual({});
  });

  it('that were forgiven do not count again', () => {
    const forgiven = recordOf(bounced(1), bounced(2), bounced(3), released(nowMs + 4 * dayMs, 'marketing'));
    expect(forgiven.suppressions).toEqual({});
    expect(withChange(forgiven, bounced(5)).suppressions).toEqual({});
    expect(recordOf(...forgiven.history, bounced(5), bounced(6), bounced(7)).suppressions).toHaveProperty(
      'marketing',
    );
  });

  it('do not add up with refusals, of which two give the address up', () => {
    expect(recordOf(bounced(1), bounced(2), bounced(3, 'refusal')).suppressions).toEqual({});
    expect(recordOf(bounced(1, 'refusal'), bounced(100, 'refusal')).suppressions.all).not.toHaveProperty(
      'expiresAtMs',
    );
    expect(recordOf(bounced(1, 'refusal'), bounced(182, 'refusal')).suppressions).toEqual({});
  });
});

describe('suppressedNow', () => {
  it('changes nothing when it is said again', () => {
    const record = suppressedNow(emptyRecord, { ...unsubscribe, scope: 'topic:news' });
    const again = { ...unsubscribe, atMs: nowMs + 5, scope: 'topic:news' } as const;
    expect(suppressedNow(record, again)).toBe(record);
    // Also where something weightier stands over it.
    const complained = withChange(record, suppressed(complaint, 'topic:news'));
    expect(suppressedNow(complained, again)).toBe(complained);
  });

  it('changes nothing when what is over already is said again', () => {
    const over = { ...manual, scope: 'all', expiresAtMs: nowMs - dayMs } as const;
    const record = suppressedNow(emptyRecord, over);
    expect(suppressedNow(record, { ...over, atMs: nowMs + 5 })).toBe(record);
  });

  it('holds also when the clock is behind that of a release', () => {
    const record = recordOf(suppressed(manual), released(nowMs + 100));
    const said = suppressedNow(record, { ...manual, scope: 'all' });
    expect(said.suppressions.all).toMatchObject({ reason: 'manual', atMs: nowMs + 101 });
  });
});

describe('releasedNow', () => {
  const restored = {
    scope: 'topic:news',
    only: 'unsubscribe',
    source: 'unsubscribe-page',
    atMs: nowMs,
  } as const;

  it.each([
    { what: 'nothing', record: emptyRecord },
    { what: 'a complaint', record: recordOf(suppressed(complaint, 'topic:news')) },
    { what: 'another topic', record: recordOf(suppressed(unsubscribe, 'topic:offers')) },
  ])('leaves $what as it is when an unsubscribe is taken back', ({ record }) => {
    expect(releasedNow(record, restored)).toBe(record);
  });

  it('takes an unsubscribe back, also one of the same millisecond, and lets the complaint behind it stand', () => {
    expect(releasedNow(recordOf(suppressed(unsubscribe, 'topic:news')), restored).suppressions).toEqual({});
    const both = recordOf(suppressed(unsubscribe, 'topic:news'), suppressed(complaint, 'topic:news'));
    const left = releasedNow(both, restored);
    expect(left.suppressions).toEqual({ 'topic:news': complaint });
    expect(releasedNow(left, { scope: 'topic:news', source: 'cli', atMs: nowMs + 1 }).suppressions).toEqual(
      {},
    );
  });

  it('and suppressed once more in the same millisecond, it is suppressed', () => {
    const record = releasedNow(recordOf(suppressed(unsubscribe, 'topic:news')), restored);
    expect(suppressedNow(record, { ...unsubscribe, scope: 'topic:news' }).suppressions).toHaveProperty(
      'topic:news',
    );
  });
});
