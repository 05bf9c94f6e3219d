import fc from 'fast-check';
import {
  hasStopped,
  indicesBegun,
  indicesInDoubt,
  isInDoubt,
  newOutcomes,
  nextUntried,
  type Outcome,
  providerTotalsOf,
  reopened,
  settleInterrupted,
  stopUntried,
  totalsOf,
  withOutcomes,
} from '../../../domain/campaign/chunk-ledger.ts';

const outcome = fc.constantFrom<Outcome>('.', 'a', 'A', 'S', 'R', 'U', 'u', 'H');
const outcomes = fc.array(outcome, { maxLength: 100 }).map((each) => each.join(''));

describe('the outcomes of a chunk', () => {
  it('begin untried', () => {
    expect(newOutcomes(3)).toBe('...');
    expect(newOutcomes(0)).toBe('');
  });

  it.each([
    { changes: [], after: 'A..S' },
    {
      changes: [
        [1, 'a'],
        [2, 'R'],
      ],
      after: 'AaRS',
    },
    {
      changes: [
        [4, 'A'],
        [-1, 'A'],
      ],
      after: 'A..S',
    },
  ] as { changes: [number, Outcome][]; after: string }[])(
    'become $after by $changes',
    ({ changes, after }) => {
      expect(withOutcomes('A..S', new Map(changes))).toBe(after);
    },
  );

  it('say whose attempt was begun, and who is in doubt', () => {
    expect(indicesBegun('.aAaSRUu')).toEqual([1, 3]);
    expect(indicesInDoubt('.aAaSRUu')).toEqual([6, 7]);
    expect(Array.from('.aAaSRUu', isInDoubt)).toEqual([...Array(6).fill(false), true, true]);
    expect(isInDoubt(undefined)).toBe(false);
  });

  it.each([
    { of: '......', count: 3, next: [0, 1, 2] },
    { of: 'A.aS.U.', count: 2, next: [1, 4] },
    { of: 'A.', count: 5, next: [1] },
    { of: 'AaSRU', count: 5, next: [] },
    { of: 'AuUu', count: 5, next: [1, 3] },
    { of: '...', count: 0, next: [] },
  ])('$of offers $next', ({ of, count, next }) => {
    expect(nextUntried(of, count)).toEqual(next);
  });

  it.each([
    ['.aAaSRUu.', '.UAUSRUu.'],
    ['...', '...'],
  ])('%s are %s after an interruption', (before, after) => {
    expect(settleInterrupted(before)).toBe(after);
  });

  it('give up who is stopped, but for the doubt about them, and take them back', () => {
    const stopped = stopUntried('A.u.R.', [1, 2, 3]);
    expect(stopped).toBe('AHUHR.');
    expect([hasStopped(stopped), hasStopped('AUR.')]).toEqual([true, false]);
    expect(reopened(stopped, ['stopped'])).toBe('A.U.R.');
  });

  it('are counted at each provider', () => {
    const providers = ['google', 'google', 'other', 'docomo', 'google', 'docomo'] as const;
    expect(providerTotalsOf('AAHHS.', providers)).toEqual({
      ...{ 'google:accepted': 2, 'other:stopped': 1, 'docomo:stopped': 1 },
    });
  });

  it('add up to the count of recipients with those who are still to be tried', () => {
    fc.assert(
      fc.property(outcomes, fc.array(fc.tuple(fc.nat(99), outcome)), (before, changes) => {
        const after = withOutcomes(before, new Map(changes));
        expect(after).toHaveLength(before.length);
        const sum = Object.values(totalsOf(after)).reduce((one, other) => one + other);
        const open = after.split('').filter((each) => ['.', 'a', 'u'].includes(each)).length;
        expect(sum + open).toBe(before.length);
        expect(totalsOf('AAASSRUH..aHH')).toEqual({
          ...{ accepted: 3, suppressed: 2, rejected: 1, unknown: 1, stopped: 3 },
        });
      }),
    );
  });

  it('never offer a recipient that an attempt was begun for, unless it is to be tried again', () => {
    fc.assert(
      fc.property(outcomes, fc.nat(100), (of, count) => {
        for (const index of nextUntried(settleInterrupted(of), count)) {
          expect(['.', 'u']).toContain(of[index]);
        }
      }),
    );
  });
});
