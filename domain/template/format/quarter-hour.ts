const minuteMs = 60_000;
const quarterMs = 15 * minuteMs;
/** 1973-01-01: from then on all offsets from UTC are multiples of a quarter of an hour, and they change at such times. */
const regularFromMs = 94_694_400_000;
const twoDigits = Array.from({ length: 60 }, (_, minute) => String(minute).padStart(2, '0'));

/** What stands around the minute in all times of a quarter of an hour. */
interface Quarter {
  readonly number: number;
  /** Undefined where nothing can be said for all of them. */
  readonly text: { readonly before: string; readonly after: string; readonly minute: number } | undefined;
}

/**
 * Writes times as a formatter of days, hours and minutes would. Most mail tells of what happens now: its time is in the
 * same quarter of an hour as that of the mail before, and then only the minute has to be written.
 */
export function quarterHourWriter(format: Intl.DateTimeFormat): (epochMs: number) => string {
  let seen = Number.NaN;
  let known: Quarter | undefined;
  return (epochMs) => {
    const number = Math.floor(epochMs / quarterMs);
    // A time by itself is not worth the look.
    if (number === seen && known?.number !== number)
      known = { number, text: readOff(format, number * quarterMs) };
    seen = number;
    if (known?.number !== number || known.text === undefined) return format.format(epochMs);
    const { before, after, minute } = known.text;
    if (Number.isNaN(minute)) return before;
    return before + twoDigits[minute + Math.floor((epochMs - number * quarterMs) / minuteMs)] + after;
  };
}

function readOff(format: Intl.DateTimeFormat, startMs: number): Quarter['text'] {
  if (startMs < regularFromMs) return undefined;
  const parts = format.formatToParts(startMs);
  const at = parts.findIndex(({ type }) => type === 'minute');
  const textOf = (some: readonly Intl.DateTimeFormatPart[]): string =>
    some.map(({ value }) => value).join('');
  const before = textOf(at < 0 ? parts : parts.slice(0, at));
  const after = at < 0 ? '' : textOf(parts.slice(at + 1));
  const minute = at < 0 ? Number.NaN : Number(parts[at]?.value);
  const last = before + (at < 0 ? '' : twoDigits[minute + 14]) + after;
  // Not so for minutes in other digits than ours.
  const isSo = last === format.format(startMs + 14 * minuteMs);
  return isSo ? { before, after, minute } : undefined;
}
