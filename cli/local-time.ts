import { momentOf, parseWallTime, zoneClock } from '../domain/wall-clock.ts';
import { UsageError } from './command.ts';

/** Of this machine. */
export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/**
 * Reads a time of a wall clock.
 *
 * @param zone - IANA name, for a time without an offset; that of this machine by default.
 * @returns epoch milliseconds
 * @throws UsageError for anything else, and for a time that a change of clocks leaves out
 */
export function parseLocalTime(text: string, zone = ownZone()): number {
  const [, wall = '', offset] = /^(.*?)(Z|[+-]\d\d:\d\d)?$/.exec(text) ?? [];
  const wallMs = parseWallTime(wall);
  if (wallMs === undefined) {
    throw new UsageError(`"${text}" is no time such as 2026-12-01T09:00 or 2026-12-01T09:00+09:00`);
  }
  if (offset !== undefined) {
    return Date.parse(text.replace(' ', 'T'));
  }
  const clock = zoneClock(zone);
  if (clock === undefined) {
    throw new UsageError(`--zone "${zone}" is no time zone such as Asia/Tokyo`);
  }
  const atMs = momentOf(clock, wallMs);
  if (atMs === undefined) {
    throw new UsageError(`${text} does not exist in ${zone}: clocks are changed then`);
  }
  return atMs;
}
