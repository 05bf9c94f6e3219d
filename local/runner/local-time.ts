/** A wall clock reading, to the minute. Months count from 1. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** What clocks in `timeZone` (IANA name) show at `epochMs`. */
export function localTimeOf(epochMs: number, timeZone: string): LocalTime {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(epochMs).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
  return {
    year: part('year'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
  };
}

/** The first moment at which clocks in `timeZone` show `local`; undefined when a change of clocks skips it. */
export function epochMsOf(local: LocalTime, timeZone: string): number | undefined {
  const asUtc = utcOf(local);
  // Offsets a day before and after cover both sides of any change of clocks.
  const offsets = [asUtc - 86_400_000, asUtc + 86_400_000].map((ms) => utcOf(localTimeOf(ms, timeZone)) - ms);
  const candidates = offsets.map((offset) => asUtc - offset).sort((a, b) => a - b);
  return candidates.find((ms) => utcOf(localTimeOf(ms, timeZone)) === asUtc);
}

function utcOf({ year, month, day, hour, minute }: LocalTime): number {
  return Date.UTC(year, month - 1, day, hour, minute);
}
