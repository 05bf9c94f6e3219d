import { UsageError } from './command.ts';

const shape = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?(Z|[+-]\d\d:\d\d)?$/;

/**
 * Reads a time of a wall clock.
 *
 * @param zone - IANA name, for a time without an offset; that of this machine by default.
 * @returns epoch milliseconds
 * @throws UsageError for anything else, and for a time that a change of clocks leaves out
 */
export function parseLocalTime(
  text: string,
  zone = Intl.DateTimeFormat().resolvedOptions().timeZone,
): number {
  const [, ...parts] = shape.exec(text) ?? [];
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(0, 6)
    .map((part) => Number(part ?? 0));
  const asUtcMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const isReal =
    parts.length > 0 && new Date(asUtcMs).toISOString().startsWith(text.slice(0, 16).replace(' ', 'T'));
  if (!isReal) {
    throw new UsageError(`"${text}" is no time such as 2026-12-01T09:00 or 2026-12-01T09:00+09:00`);
  }
  const offset = parts[6];
  if (offset !== undefined) {
    return Date.parse(text.replace(' ', 'T'));
  }
  // The offset depends on the time that is looked for, and is the same a few hours before or after, but for a change of clocks.
  const clock = clockOf(zone);
  for (const nearMs of [asUtcMs - clock(asUtcMs), asUtcMs - clock(asUtcMs - 86_400_000)]) {
    const atMs = asUtcMs - clock(nearMs);
    if (atMs + clock(atMs) === asUtcMs) {
      return atMs;
    }
  }
  throw new UsageError(`${text} does not exist in ${zone}: clocks are changed then`);
}

/** How far the clocks of a zone are ahead of UTC at a time, in milliseconds. */
function clockOf(zone: string): (atMs: number) => number {
  let format: Intl.DateTimeFormat;
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw new UsageError(`--zone "${zone}" is no time zone such as Asia/Tokyo`);
  }
  return (atMs) => {
    const part = Object.fromEntries(
      format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 0, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1000) * 1000;
  };
}
