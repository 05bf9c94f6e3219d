import { bucket } from '../../aws/bucket.ts';
import type { Campaign } from '../../domain/campaign.ts';
import { InputError } from '../../domain/errors.ts';
import { type LocalTime, localMoments, zoneReader } from '../../domain/local-release.ts';
import { readAudience } from '../../domain/read-audience.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import { CommandError, type Terminal } from '../command.ts';
import type { Connection } from '../connection.ts';
import { renderTable } from '../table.ts';

/** A time zone of an audience. */
interface AudienceZone {
  readonly zone: string;
  readonly rows: number;
  /** When a clock there shows the time: epoch milliseconds; undefined where there is no such zone. */
  readonly atMs: number | undefined;
}

/** Reads an audience through, and says how many rows are in which time zone. The earliest comes first. */
async function zonesOf(
  connection: Connection,
  campaign: Campaign,
  local: LocalTime,
): Promise<AudienceZone[]> {
  const momentFor = localMoments(local);
  const zoneOf = zoneReader();
  const found = new Map<string, { rows: number; readonly atMs: number | undefined }>();
  await readAudience(bucket(connection.outputs.BucketName), campaign, (row) => {
    if ('values' in row) {
      const zone = zoneOf(row) ?? local.zone;
      const known = found.get(zone) ?? { rows: 0, atMs: momentOrNone(() => momentFor(row)) };
      known.rows++;
      found.set(zone, known);
    }
    return undefined;
  });
  return [...found]
    .map(([zone, { rows, atMs }]) => ({ zone, rows, atMs }))
    .sort((one, other) => (one.atMs ?? Number.POSITIVE_INFINITY) - (other.atMs ?? Number.POSITIVE_INFINITY));
}

function momentOrNone(momentFor: () => number): number | undefined {
  try {
    return momentFor();
  } catch (error) {
    if (error instanceof InputError) {
      return undefined;
    }
    throw error;
  }
}

/**
 * When a campaign starts that reaches everybody at a local time: with the zone that has it first. Says which zones there are.
 *
 * @param late - Whether those whose time is over get it as soon as it starts.
 * @throws CommandError where it is over somewhere and that is not wanted, and where no row has a zone
 */
export async function localStart(
  connection: Connection,
  campaign: Campaign,
  local: LocalTime,
  late: boolean,
  { err }: Pick<Terminal, 'err'>,
): Promise<number> {
  const zones = await zonesOf(connection, campaign, local);
  const nowMs = Date.now();
  const whenIn = ({ atMs }: AudienceZone) =>
    atMs === undefined
      ? 'no such time zone: left out'
      : `${formatTimestamp(atMs)}${atMs <= nowMs ? ', which is over' : ''}`;
  err(
    renderTable(
      ['time zone', 'rows', 'its time'],
      zones.map((each) => [each.zone, each.rows, whenIn(each)]),
    ),
  );
  const over = zones.filter(({ atMs }) => atMs !== undefined && atMs <= nowMs);
  if (over.length > 0 && !late) {
    const where = over.map(({ zone, rows }) => `${zone} (${rows} rows)`).join(', ');
    throw new CommandError(
      `${local.at} is over in ${where}. Choose a later time, or --late to send there as soon as it starts: "todoke campaign schedule ${campaign.name} --at … --local"`,
    );
  }
  const [firstMs] = zones.flatMap(({ atMs }) => atMs ?? []);
  if (firstMs === undefined) {
    throw new CommandError('no row of the audience has a time zone that there is');
  }
  return Math.max(firstMs, nowMs + 1_000);
}
