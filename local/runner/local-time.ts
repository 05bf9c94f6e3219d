import { type ZoneClock, zoneClock } from '../../domain/wall-clock.ts';

/** A wall clock reading, to the minute. Months count from 1. */
export interface LocalTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

const clocks = new Map<string, ZoneClock>();

/** What clocks in `timeZone` (IANA name) show at `epochMs`. */
export function localTimeOf(epochMs: number, timeZone: string): LocalTime {
  const clock = clocks.get(timeZone) ?? zoneClock(timeZone);
  if (clock === undefined) {
    throw new RangeError(`${timeZone} is no time zone such as Asia/Tokyo`);
  }
  clocks.set(timeZone, clock);
  const shown = new Date(epochMs + clock(epochMs));
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
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
