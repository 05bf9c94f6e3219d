const shape = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d))?$/;

const dayMs = 86_400_000;

/** How far the clocks of a zone are ahead of UTC at a time, both in milliseconds. */
export type ZoneClock = (atMs: number) => number;

/**
 * Reads what a clock on a wall shows: `2026-12-01T09:00`, seconds optional.
 *
 * @returns epoch milliseconds as if it were the time of UTC; undefined for anything else, 30 February included
 */
export function parseWallTime(text: string): number | undefined {
  const [, ...parts] = shape.exec(text) ?? [];
  if (parts.length === 0) {
    return undefined;
  }
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.map((part) =>
    Number(part ?? 0),
  );
  const wallMs = utcOf(year, month, day, hour, minute, second);
  // biome-ignore lint/style/noRestrictedGlobals: formatting a given time reads no clock.
  const again = new Date(wallMs).toISOString();
  return again.startsWith(text.slice(0, 16).replace(' ', 'T')) ? wallMs : undefined;
}

/** @returns undefined where there is no such zone */
export function zoneClock(zone: string): ZoneClock | undefined {
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
    return undefined;
  }
  return (atMs) => {
    const part = Object.fromEntries(
      format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 0, hour = 0, minute = 0, second = 0 } = part;
    return utcOf(year, month, day, hour, minute, second) - Math.floor(atMs / 1000) * 1000;
  };
}

/**
 * When the clocks of a zone show a time.
 *
 * @param wallMs - Of `parseWallTime`.
 * @returns epoch milliseconds; undefined for a time that a change of clocks leaves out
 */
export function momentOf(clock: ZoneClock, wallMs: number): number | undefined {
  // The offset depends on the time that is looked for, and is the same a few hours before or after, but for a change of clocks.
  for (const nearMs of [wallMs - clock(wallMs), wallMs - clock(wallMs - dayMs)]) {
    const atMs = wallMs - clock(nearMs);
    if (atMs + clock(atMs) === wallMs) {
      return atMs;
    }
  }
  return undefined;
}

/** The same; a time that is left out is as much later as the clocks are put forward. */
export function momentOrNext(clock: ZoneClock, wallMs: number): number {
  return momentOf(clock, wallMs) ?? wallMs - clock(wallMs - dayMs);
}

function utcOf(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number {
  // biome-ignore lint/style/noRestrictedGlobals: Date.UTC reads no clock.
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
