import { formatTimestamp, parseTimestamp } from '../../domain/timestamp.ts';

describe('parseTimestamp', () => {
  it.each([
    ['2026-11-24T09:00:00Z', Date.UTC(2026, 10, 24, 9)],
    ['2026-11-24t09:00:00z', Date.UTC(2026, 10, 24, 9)],
    ['2026-11-24T09:00:00.123+09:00', Date.UTC(2026, 10, 24, 0, 0, 0, 123)],
    ['2026-11-24T09:00:00-0700', Date.UTC(2026, 10, 24, 16)],
    ['1970-01-01T00:00:00Z', 0],
  ])('reads %s', (text, epochMs) => {
    expect(parseTimestamp(text)).toBe(epochMs);
  });

  it.each([
    '2026-11-24',
    '2026-11-24T09:00:00',
    '2026-11-24T09:00Z',
    '2026-11-24 09:00:00Z',
    '2026-13-24T09:00:00Z',
    '2026-11-24T24:00:01Z',
    '2016-12-31T23:59:60Z',
    'Tue, 24 Nov 2026 09:00:00 GMT',
    '1790000000',
    '',
  ])('answers NaN to %p', (text) => {
    expect(parseTimestamp(text)).toBeNaN();
  });

  it('reads back what formatTimestamp writes', () => {
    expect(formatTimestamp(1_790_000_000_123)).toBe('2026-09-21T14:13:20.123Z');
    expect(parseTimestamp(formatTimestamp(1_790_000_000_123))).toBe(1_790_000_000_123);
  });
});
