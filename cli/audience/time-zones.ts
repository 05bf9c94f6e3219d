import { bucket } from '../../aws/bucket.ts';
import { mailboxIn } from '../../domain/audience/audience-recipient.ts';
import type { ReadRow } from '../../domain/audience/audience-row.ts';
import { readAudience } from '../../domain/audience/read-audience.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { type LocalTime, zoneMoments, zoneReader } from '../../domain/campaign/local-release.ts';
import { recipientDigest, wordOf } from '../../domain/campaign/recipient-table.ts';
import { InputError } from '../../domain/errors.ts';
import type { KnownRecipients } from '../../domain/segment/known-recipients.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import { CommandError, type Terminal } from '../command.ts';
import type { Connection } from '../connection.ts';
import { readKnownIn } from '../segment/known.ts';
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
  { outputs }: Connection,
  campaign: Campaign,
  local: LocalTime,
): Promise<AudienceZone[]> {
  const momentIn = zoneMoments(local);
  const zoneOf = zoneReader();
  const known = await readKnownIn(outputs)({ needs: new Set(['timeZone'] as const) }, Date.now());
  const rowsIn = new Map<string, number>();
  await readAudience(bucket(outputs.BucketName), campaign, (row) => {
    if ('values' in row) {
      const zone = zoneOf(row) ?? contactZone(known, row) ?? local.zone;
      rowsIn.set(zone, (rowsIn.get(zone) ?? 0) + 1);
    }
    return undefined;
  });
  return [...rowsIn]
    .map(([zone, rows]) => ({ zone, rows, atMs: momentIn(zone) }))
    .sort((one, other) => (one.atMs ?? Number.POSITIVE_INFINITY) - (other.atMs ?? Number.POSITIVE_INFINITY));
}

/** Of a row whose address is none it does not matter. */
function contactZone(known: KnownRecipients, { row, values }: ReadRow): string | undefined {
  try {
    const digest = recipientDigest(mailboxIn(values, row).wire.toLowerCase());
    return known.of(wordOf(digest, 0), wordOf(digest, 1)).timeZone;
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
