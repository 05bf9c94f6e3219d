import fc from 'fast-check';
import { quarterHourWriter } from '../../../../domain/template/format/quarter-hour.ts';

const minuteMs = 60_000;
const zones = [
  'Asia/Tokyo',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'Africa/Monrovia',
  'America/St_Johns',
  'America/New_York',
  'Europe/Amsterdam',
  'Pacific/Chatham',
  'UTC',
];
const locales = ['ja', 'en', 'de', 'fr', 'ar-EG', 'hi', 'th', 'zh-Hant', 'ko'];
const styles: readonly Intl.DateTimeFormatOptions[] = [
  { dateStyle: 'long', timeStyle: 'short' },
  { dateStyle: 'full' },
  { timeStyle: 'short' },
];

it('writes every time as the formatter does, in every zone, language and age, also where clocks are changed', () => {
  const changes = [
    '2026-03-08T07:00Z',
    '2026-10-25T01:00Z',
    '2026-04-04T15:00Z',
    '1972-01-07T00:44Z',
    '1937-07-01T00:00Z',
  ];
  const about = fc.oneof(
    fc.constantFrom(...changes).map((time) => Date.parse(time)),
    fc.date({ min: new Date('1890-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }).map(Number),
  );
  const steps = fc.array(fc.integer({ min: -20 * minuteMs, max: 20 * minuteMs }), {
    minLength: 3,
    maxLength: 12,
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...locales),
      fc.constantFrom(...zones),
      fc.constantFrom(...styles),
      about,
      steps,
      (locale, timeZone, style, start, offsets) => {
        const format = new Intl.DateTimeFormat(locale, { ...style, timeZone });
        const write = quarterHourWriter(format);
        for (const epochMs of [start, start, ...offsets.map((offset) => start + offset)]) {
          expect(write(epochMs)).toBe(format.format(epochMs));
        }
      },
    ),
    { numRuns: 400 },
  );
});

it('asks the formatter no more for the times of a quarter of an hour that goes on', () => {
  const format = new Intl.DateTimeFormat('ja', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'Asia/Tokyo',
  });
  const asked: number[] = [];
  const counted = {
    formatToParts: (ms: number) => format.formatToParts(ms),
    format: (ms: number) => {
      asked.push(ms);
      return format.format(ms);
    },
  };
  const write = quarterHourWriter(counted as Intl.DateTimeFormat);
  const start = Date.parse('2026-11-24T00:00Z');
  write(start);
  write(start + minuteMs);
  const before = asked.length;
  expect(write(start + 9 * minuteMs + 59_999)).toBe('2026年11月24日 9:09');
  expect(asked.length).toBe(before);
});
