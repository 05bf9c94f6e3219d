import { parseTimestamp } from '../timestamp.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** `Tue, 24 Nov 2026 04:00:00 +0900`, as RFC 5322 §3.3 has it; what stands in brackets behind it says nothing. */
const dateTime =
  /^(?:[a-z]{3},)?\s*(\d{1,2})\s+([a-z]{3})\s+(\d{4})\s+(\d\d):(\d\d)(?::(\d\d))?\s+([+-]\d\d)(\d\d)\b/i;

/** Epoch milliseconds of a date of RFC 5322; undefined where it is none. Names of zones are obsolete, and not read. */
export function mailDateMs(text: string): number | undefined {
  const [, day = '', monthName = '', year = '', hour, minute, second = '00', zoneHour, zoneMinute] =
    dateTime.exec(text.trim()) ?? [];
  const month = months.indexOf(monthName.toLowerCase()) + 1;
  if (month === 0) {
    return undefined;
  }
  const two = (value: string | number) => String(value).padStart(2, '0');
  const epochMs = parseTimestamp(
    `${year}-${two(month)}-${two(day)}T${hour}:${minute}:${second}${zoneHour}:${zoneMinute}`,
  );
  return Number.isNaN(epochMs) ? undefined : epochMs;
}
