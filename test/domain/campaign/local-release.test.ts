import fc from 'fast-check';
import { rowsOf } from '../../../domain/audience/audience.ts';
import type { AudienceRow } from '../../../domain/audience/audience-row.ts';
import { localMoments } from '../../../domain/campaign/local-release.ts';
import { momentOf, momentOrNext, parseWallTime, zoneClock } from '../../../domain/wall-clock.ts';

const tokyo = { at: '2026-12-01T09:00', zone: 'Asia/Tokyo' };

async function rowsIn(text: string, format: 'csv' | 'jsonl'): Promise<AudienceRow[]> {
  const rows: AudienceRow[] = [];
  const bytes = (async function* () {
    yield Buffer.from(text);
  })();
  for await (const batch of rowsOf(format, bytes)) {
    rows.push(...batch);
  }
  return rows;
}

async function timesOf(text: string, format: 'csv' | 'jsonl' = 'csv'): Promise<string[]> {
  const momentFor = localMoments(tokyo);
  return (await rowsIn(text, format)).map((row) => {
    if ('error' in row) {
      return row.error.code;
    }
    try {
      return new Date(momentFor(row, 0, 0)).toISOString();
    } catch (error) {
      return String(Object(error).message);
    }
  });
}

it.each([
  ['timeZone', 'csv'],
  ['TimeZone', 'csv'],
  ['time_zone', 'csv'],
  ['タイムゾーン', 'csv'],
  ['timeZone', 'jsonl'],
  ['タイムゾーン', 'jsonl'],
] as const)(
  'takes the zone of each from a column %s of %s, and the default for who has none',
  async (column, format) => {
    const zones = ['America/New_York', '', 'Europe/London', ' Asia/Kolkata '];
    const text =
      format === 'csv'
        ? `email,${column}\n${zones.map((zone) => `a@example.com,${zone}\n`).join('')}`
        : zones.map((zone) => `${JSON.stringify({ address: 'a@example.com', [column]: zone })}\n`).join('');
    expect(await timesOf(text, format)).toEqual([
      '2026-12-01T14:00:00.000Z',
      '2026-12-01T00:00:00.000Z',
      '2026-12-01T09:00:00.000Z',
      '2026-12-01T03:30:00.000Z',
    ]);
  },
);

it('takes the zone of the row before that of the contact, and that before the default', async () => {
  const zoneOfContact = (high: number) => (high === 1 ? 'Europe/Berlin' : undefined);
  const momentFor = localMoments(tokyo, zoneOfContact);
  const rows = await rowsIn('email,timezone\na@example.com,\nb@example.com,America/New_York\n', 'csv');
  const hours = rows.flatMap((row) =>
    'error' in row ? [] : [1, 2].map((high) => new Date(momentFor(row, high, 0)).getUTCHours()),
  );
  expect(hours).toEqual([8, 0, 14, 14]);
});

it('takes the default where there is no such column, and names the row of a zone that is none', async () => {
  expect(await timesOf('email\na@example.com\n')).toEqual(['2026-12-01T00:00:00.000Z']);
  expect(await timesOf('email,timezone\na@example.com,Tokyo\n')).toEqual([
    'row 1 has a time zone that is none, such as Asia/Tokyo is one',
  ]);
});

it.each([
  ['2026-12-01', 'Asia/Tokyo'],
  ['2026-12-01T09:00Z', 'Asia/Tokyo'],
  ['2026-02-30T09:00', 'Asia/Tokyo'],
  ['2026-12-01T09:00', 'Tokyo'],
])('takes %s in %s for no local time', (at, zone) => {
  expect(() => localMoments({ at, zone })).toThrow('is no local time such as 2026-12-01T09:00');
});

describe('a change of clocks', () => {
  const newYork = zoneClock('America/New_York');
  const at = (text: string) => parseWallTime(text) ?? Number.NaN;

  it('that leaves a time out puts it as much later', () => {
    if (newYork === undefined) throw new Error('no such zone');
    expect(momentOf(newYork, at('2026-03-08T02:30'))).toBeUndefined();
    expect(new Date(momentOrNext(newYork, at('2026-03-08T02:30'))).toISOString()).toBe(
      '2026-03-08T07:30:00.000Z',
    );
  });

  it('that has a time twice gives one of the two', () => {
    if (newYork === undefined) throw new Error('no such zone');
    const moment = momentOf(newYork, at('2026-11-01T01:30')) ?? Number.NaN;
    expect(['2026-11-01T05:30:00.000Z', '2026-11-01T06:30:00.000Z']).toContain(
      new Date(moment).toISOString(),
    );
  });

  it('or not: the clocks of the zone show the time, wherever it exists', () => {
    const zones = [
      'Asia/Tokyo',
      'America/New_York',
      'Europe/Berlin',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'UTC',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true }),
        (zone, date) => {
          const clock = zoneClock(zone);
          const wallMs = at(date.toISOString().slice(0, 16));
          const moment = clock && momentOf(clock, wallMs);
          if (clock !== undefined && moment !== undefined) {
            expect(moment + clock(moment)).toBe(wallMs);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
