import { parseLocalTime } from '../../cli/local-time.ts';

it.each([
  ['2026-12-01T09:00', 'Asia/Tokyo', '2026-12-01T00:00:00Z'],
  ['2026-12-01 09:00:30', 'Asia/Tokyo', '2026-12-01T00:00:30Z'],
  ['2026-12-01T09:00+09:00', 'America/New_York', '2026-12-01T00:00:00Z'],
  ['2026-12-01T09:00Z', undefined, '2026-12-01T09:00:00Z'],
  ['2026-07-01T09:00', 'America/New_York', '2026-07-01T13:00:00Z'],
  ['2026-12-01T09:00', 'America/New_York', '2026-12-01T14:00:00Z'],
  // Clocks go from 02:00 to 03:00 on 8 March, and from 02:00 back to 01:00 on 1 November.
  ['2026-03-08T03:30', 'America/New_York', '2026-03-08T07:30:00Z'],
  ['2026-03-08T01:30', 'America/New_York', '2026-03-08T06:30:00Z'],
  ['2026-11-01T02:30', 'America/New_York', '2026-11-01T07:30:00Z'],
  ['2028-02-29T00:00', 'Pacific/Kiritimati', '2028-02-28T10:00:00Z'],
])('reads %s in %s as %s', (text, zone, utc) => {
  expect(new Date(parseLocalTime(text, zone)).toISOString()).toBe(utc.replace('Z', '.000Z'));
});

it.each([
  ['2026-03-08T02:30', 'America/New_York', 'does not exist in America/New_York: clocks are changed then'],
  ['2026-02-30T09:00', 'Asia/Tokyo', 'is no time such as'],
  ['tomorrow', 'Asia/Tokyo', 'is no time such as'],
  ['2026-12-01', 'Asia/Tokyo', 'is no time such as'],
  ['2026-12-01T24:30', 'Asia/Tokyo', 'is no time such as'],
  ['2026-12-01T09:00', 'Mars/Olympus', 'is no time zone such as Asia/Tokyo'],
])('refuses %s in %s', (text, zone, says) => {
  expect(() => parseLocalTime(text, zone)).toThrow(says);
});
