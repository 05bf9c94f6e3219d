import fc from 'fast-check';
import { epochMsOf, localTimeOf } from '../../../local/runner/local-time.ts';
import { parseSchedule } from '../../../local/runner/schedule-expression.ts';

const startMs = Date.parse('2027-01-01T00:00:30Z');
const iso = (ms: number | undefined) => (ms === undefined ? undefined : new Date(ms).toISOString());

describe('parseSchedule', () => {
  it.each([
    ['rate(5 minutes)', 'UTC', '2027-01-01T00:00:30Z', '2027-01-01T00:05:30.000Z'],
    ['rate(1 day)', 'UTC', '2027-01-03T12:00:00Z', '2027-01-04T00:00:30.000Z'],
    ['at(2027-03-01T09:00:15)', 'UTC', '2027-01-01T00:00:00Z', '2027-03-01T09:00:15.000Z'],
    ['at(2027-03-01T09:00:00)', 'Asia/Tokyo', '2027-01-01T00:00:00Z', '2027-03-01T00:00:00.000Z'],
    ['at(2027-03-01T09:00:00)', 'UTC', '2027-03-01T09:00:00Z', undefined],
    ['cron(0 9 * * ? *)', 'UTC', '2027-01-01T09:00:00Z', '2027-01-02T09:00:00.000Z'],
    ['cron(0 9 * * ? *)', 'Asia/Tokyo', '2027-01-01T00:00:00Z', '2027-01-02T00:00:00.000Z'],
    ['cron(0/15 * * * ? *)', 'UTC', '2027-01-01T10:16:00Z', '2027-01-01T10:30:00.000Z'],
    ['cron(30 8 ? * MON-FRI *)', 'UTC', '2027-01-01T09:00:00Z', '2027-01-04T08:30:00.000Z'],
    ['cron(0 0 ? * 1 *)', 'UTC', '2027-01-01T00:00:00Z', '2027-01-03T00:00:00.000Z'],
    ['cron(0 0 L * ? *)', 'UTC', '2027-02-01T00:00:00Z', '2027-02-28T00:00:00.000Z'],
    ['cron(0 0 15W * ? *)', 'UTC', '2027-05-01T00:00:00Z', '2027-05-14T00:00:00.000Z'],
    ['cron(0 0 1W * ? *)', 'UTC', '2027-05-01T00:00:00Z', '2027-05-03T00:00:00.000Z'],
    ['cron(0 0 ? * 6L *)', 'UTC', '2027-01-01T00:00:00Z', '2027-01-29T00:00:00.000Z'],
    ['cron(0 0 ? * MON#3 *)', 'UTC', '2027-01-01T00:00:00Z', '2027-01-18T00:00:00.000Z'],
    ['cron(0 12 1,15 JAN,JUL ? 2028-2030)', 'UTC', '2027-06-01T00:00:00Z', '2028-01-01T12:00:00.000Z'],
    ['cron(0 0 29 2 ? *)', 'UTC', '2027-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['cron(0 0 1 1 ? 2026)', 'UTC', '2027-01-01T00:00:00Z', undefined],
    // Clocks in New York go from 02:00 to 03:00 on 2027-03-14, and back on 2027-11-07.
    ['cron(30 2 * * ? *)', 'America/New_York', '2027-03-13T12:00:00Z', '2027-03-15T06:30:00.000Z'],
    ['cron(30 1 * * ? *)', 'America/New_York', '2027-11-07T00:00:00Z', '2027-11-07T05:30:00.000Z'],
    ['cron(30 1 * * ? *)', 'America/New_York', '2027-11-07T05:30:00Z', '2027-11-08T06:30:00.000Z'],
  ])('%s in %s, after %s, is at %s', (expression, timeZone, after, expected) => {
    expect(iso(parseSchedule(expression, timeZone, startMs, 'here').next(Date.parse(after)))).toBe(expected);
  });

  it.each([
    'rate(0 minutes)',
    'rate(5 fortnights)',
    'at(2027-13-01T00:00:00Z)',
    'cron(* * * * *)',
    'cron(0 9 * * * *)',
    'cron(0 9 ? * ? *)',
    'cron(60 9 * * ? *)',
    'cron(0 9 * * ? * *)',
    'every day',
  ])('refuses %s', (expression) => {
    expect(() => parseSchedule(expression, 'UTC', startMs, 'here')).toThrow('schedule expression at here');
  });

  it('gives times that always lie after the one asked for', () => {
    const expressions = ['rate(7 minutes)', 'cron(5 4 * * ? *)', 'cron(0/20 * ? * MON *)'];
    fc.assert(
      fc.property(
        fc.constantFrom(...expressions),
        fc.constantFrom('UTC', 'Asia/Tokyo', 'America/New_York'),
        fc.integer({ min: startMs, max: startMs + 3 * 365 * 86_400_000 }),
        (expression, timeZone, afterMs) => {
          const nextMs = parseSchedule(expression, timeZone, startMs, 'here').next(afterMs);
          expect(nextMs).toBeGreaterThan(afterMs);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('epochMsOf', () => {
  it('is the inverse of localTimeOf wherever clocks show a time once', () => {
    const zones = ['UTC', 'Asia/Kolkata', 'Australia/Lord_Howe', 'America/Sao_Paulo'];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 20_000_000, max: 32_000_000 }),
        (zone, minutes) => {
          const ms = minutes * 60_000;
          const back = epochMsOf(localTimeOf(ms, zone), zone);
          // A repeated local time gives its first moment, at most an hour earlier.
          expect(ms - (back ?? Number.NaN)).toBeGreaterThanOrEqual(0);
          expect(ms - (back ?? Number.NaN)).toBeLessThanOrEqual(3_600_000);
        },
      ),
      { numRuns: 100 },
    );
  });
});
