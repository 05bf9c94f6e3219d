import { PlainRow, type ReadRow, rowError } from '../audience/audience-row.ts';
import { fieldText } from '../audience/csv-scan.ts';
import { InputError } from '../errors.ts';
import { momentOrNext, parseWallTime, zoneClock } from '../wall-clock.ts';

/** The time at which everybody is to be mailed, on the clocks of wherever they are. */
export interface LocalTime {
  /** What those clocks show: `2026-12-01T09:00`. */
  readonly at: string;
  /** IANA name of the zone of those of whom none is known. */
  readonly zone: string;
}

/** Some of a campaign's chunks, which are out from a time on. */
export interface Release {
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** How many chunks, from the first one on, are out then. */
  readonly chunks: number;
}

/** What exports call the column, in NFKC and small letters. */
const zoneColumns: readonly string[] = ['timezone', 'time zone', 'time_zone', 'time-zone', 'タイムゾーン'];

/** Names that are remembered, there are some 600; rows may have others for ever. */
const mostZones = 2_000;

/** Tells of each recipient when to mail them: by the row, and by the words of the digest. */
export type MomentOf = (row: ReadRow, high: number, low: number) => number;

/**
 * The zone of a recipient is that of the row, else that of the contact, else the default.
 *
 * @param zoneOfContact - By the words of the digest.
 * @returns a function that gives epoch milliseconds; it throws InputError `time-zone` where the row has one that there is not
 * @throws InputError `local-time`: the time or its zone is none
 */
export function localMoments(
  local: LocalTime,
  zoneOfContact: (high: number, low: number) => string | undefined = () => undefined,
): MomentOf {
  const momentIn = zoneMoments(local);
  const zoneOf = zoneReader();
  return (row, high, low) => {
    const atMs = momentIn(zoneOf(row) ?? zoneOfContact(high, low) ?? local.zone);
    if (atMs === undefined) {
      throw rowError('time-zone', row.row, 'has a time zone that is none, such as Asia/Tokyo is one');
    }
    return atMs;
  };
}

/**
 * When the clocks of a zone show the time.
 *
 * @returns a function that gives epoch milliseconds; undefined where there is no such zone
 * @throws InputError `local-time`: the time or its zone is none
 */
export function zoneMoments({ at, zone }: LocalTime): (zone: string) => number | undefined {
  const wallMs = parseWallTime(at);
  if (wallMs === undefined || momentIn(zone, wallMs) === undefined) {
    throw new InputError('local-time', 'at', `"${at}" in ${zone} is no local time such as 2026-12-01T09:00`);
  }
  const known = new Map<string, number | undefined>();
  return (name) => {
    if (!known.has(name) && known.size < mostZones) {
      known.set(name, momentIn(name, wallMs));
    }
    return known.has(name) ? known.get(name) : momentIn(name, wallMs);
  };
}

function momentIn(zone: string, wallMs: number): number | undefined {
  const clock = zoneClock(zone);
  return clock && momentOrNext(clock, wallMs);
}

/** Finds the time zone of a row: undefined where it says none. */
export function zoneReader(): (row: ReadRow) => string | undefined {
  let header: readonly string[] | undefined;
  let column = -1;
  return (row) => {
    if (row instanceof PlainRow) {
      if (row.header !== header) {
        header = row.header;
        column = header.findIndex(isZoneColumn);
      }
      return column < 0 ? undefined : nameIn(fieldText(row.record, column));
    }
    const name = Object.keys(row.values).find(isZoneColumn);
    return name === undefined ? undefined : nameIn(row.values[name]);
  };
}

function isZoneColumn(name: string): boolean {
  return zoneColumns.includes(name.normalize('NFKC').trim().toLowerCase());
}

function nameIn(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}
