const dayMs = 86_400_000;
const shape =
  /^(\d{4})-(\d{2})-(\d{2})(?:[Tt](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:([Zz])|([+-])(\d{2}):(\d{2})))?$/;

/** A point in time, or a calendar day that is the same everywhere. */
export interface Instant {
  readonly epochMs: number;
  /** True for `2026-12-05`: a day without a time, which no time zone may move. */
  readonly dayOnly: boolean;
}

/**
 * Reads `2026-12-05`, `2026-12-05T18:00Z` or `2026-12-05T18:00:00.5+09:00` (RFC 3339 §5.6, seconds optional).
 *
 * @returns undefined for anything else, a local time without an offset and 30 February included.
 */
export function parseInstant(text: string): Instant | undefined {
  const match = shape.exec(text);
  if (!match) return undefined;
  const part = (group: number): number => Number(match[group] ?? 0);
  const [year, month, day, hour, minute, second] = [part(1), part(2), part(3), part(4), part(5), part(6)];
  if (month < 1 || month > 12 || day < 1 || day > daysOfMonth(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59 || part(10) > 23 || part(11) > 59) return undefined;
  const offsetMinutes = (match[9] === '-' ? -1 : 1) * (part(10) * 60 + part(11));
  const fractionMs = Math.floor(Number(`0.${match[7] ?? 0}`) * 1000);
  const timeMs = ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1000 + fractionMs;
  return { epochMs: daysSinceEpoch(year, month, day) * dayMs + timeMs, dayOnly: match[4] === undefined };
}

function daysOfMonth(year: number, month: number): number {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Days from 1970-01-01 in the proleptic Gregorian calendar; years are counted from March so that leap days come last. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  return marchYear * 365 + leapDays + dayOfYear - 719_468;
}
