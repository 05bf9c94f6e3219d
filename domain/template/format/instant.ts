const dayMs = 86_400_000;
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
  const [year, month, day] = [digitsAt(text, 0, 4), digitsAt(text, 5, 2), digitsAt(text, 8, 2)];
  if (text[4] !== '-' || text[7] !== '-' || !isBetween(year, 0, 9999) || !isBetween(month, 1, 12))
    return undefined;
  if (!isBetween(day, 1, daysOfMonth(year, month))) return undefined;
  const dayStartMs = daysSinceEpoch(year, month, day) * dayMs;
  if (text.length === 10) return { epochMs: dayStartMs, dayOnly: true };
  const [hour, minute] = [digitsAt(text, 11, 2), digitsAt(text, 14, 2)];
  if ((text[10] !== 'T' && text[10] !== 't') || text[13] !== ':') return undefined;
  if (!isBetween(hour, 0, 23) || !isBetween(minute, 0, 59)) return undefined;
  const hasSeconds = text[16] === ':';
  const second = hasSeconds ? digitsAt(text, 17, 2) : 0;
  if (!isBetween(second, 0, 59)) return undefined;
  const zone = hasSeconds ? endOfFraction(text) : 16;
  const offsetMinutes = offsetAt(text, zone);
  if (offsetMinutes === undefined) return undefined;
  const fractionMs = zone > 19 ? Math.floor(Number(`0${text.slice(19, zone)}`) * 1000) : 0;
  const timeMs = ((hour * 60 + minute - offsetMinutes) * 60 + second) * 1000 + fractionMs;
  return { epochMs: dayStartMs + timeMs, dayOnly: false };
}

/** @returns NaN when not all of them are digits. */
function digitsAt(text: string, at: number, count: number): number {
  let number = 0;
  for (let each = at; each < at + count; each++) {
    const digit = text.charCodeAt(each) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

function isBetween(number: number, least: number, most: number): boolean {
  return number >= least && number <= most;
}

/** The first offset behind `.5` and up to nine digits, which may follow the seconds. */
function endOfFraction(text: string): number {
  if (text[19] !== '.') return 19;
  let end = 20;
  while (end < 29 && isBetween(text.charCodeAt(end), 48, 57)) end++;
  return end === 20 ? text.length : end;
}

/** @returns The minutes that the local time is ahead of UTC; undefined when anything but `Z` or `+09:00` ends the text. */
function offsetAt(text: string, at: number): number | undefined {
  const sign = text[at];
  if ((sign === 'Z' || sign === 'z') && text.length === at + 1) return 0;
  if ((sign !== '+' && sign !== '-') || text.length !== at + 6 || text[at + 3] !== ':') return undefined;
  const [hours, minutes] = [digitsAt(text, at + 1, 2), digitsAt(text, at + 4, 2)];
  if (!isBetween(hours, 0, 23) || !isBetween(minutes, 0, 59)) return undefined;
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes);
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
