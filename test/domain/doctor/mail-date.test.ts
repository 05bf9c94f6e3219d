import { mailDateMs } from '../../../domain/doctor/mail-date.ts';

it.each([
  ['Tue, 24 Nov 2026 04:00:05 +0000', Date.UTC(2026, 10, 24, 4, 0, 5)],
  ['24 Nov 2026 13:00 +0900 (JST)', Date.UTC(2026, 10, 24, 4)],
  [' Sun,  1 Mar 2026 00:00:00 -0500', Date.UTC(2026, 2, 1, 5)],
  ['soon', undefined],
  ['', undefined],
  ['Tue, 24 Foo 2026 04:00:05 +0000', undefined],
  ['Tue, 34 Nov 2026 04:00:05 +0000', undefined],
  ['Tue, 24 Nov 2026 25:00:05 +0000', undefined],
])('reads "%s" as %p', (text, epochMs) => {
  expect(mailDateMs(text)).toBe(epochMs);
});
