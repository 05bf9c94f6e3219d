import { rowsOf } from '../../../domain/audience/audience.ts';
import type { AudienceRow } from '../../../domain/audience/audience-row.ts';
import { type ColumnMap, parseColumnMap } from '../../../domain/audience/column-map.ts';
import type { AudienceFormat } from '../../../domain/campaign/campaign.ts';

async function valuesOf(format: AudienceFormat, text: string, map: ColumnMap): Promise<unknown[]> {
  const bytes = (async function* () {
    yield Buffer.from(text);
  })();
  const rows: AudienceRow[] = [];
  for await (const batch of rowsOf(format, bytes, 0, map)) {
    rows.push(...batch);
  }
  return rows.map((row) => ('values' in row ? row.values : row.error.code));
}

describe('a column that is called something else', () => {
  it.each([
    ['gets its place', 'csv', '連絡先,氏名\na@example.com,花子\n', { address: '連絡先' }],
    [
      'goes before one that would be recognised',
      'csv',
      'mail,連絡先,name\nx,a@example.com,花子\n',
      { address: '連絡先' },
    ],
    [
      'gets its place in JSON Lines',
      'jsonl',
      '{"連絡先":"a@example.com","name":"花子"}\n',
      { address: '連絡先' },
    ],
    [
      'takes the place of another in JSON Lines',
      'jsonl',
      '{"address":"x","連絡先":"a@example.com","name":"花子"}\n',
      { address: '連絡先' },
    ],
  ] as const)('%s', async (_, format, text, map) => {
    expect(await valuesOf(format, text, map)).toEqual([
      expect.objectContaining({ address: 'a@example.com', name: '花子' }),
    ]);
  });

  it('may be data of the template', async () => {
    expect(await valuesOf('csv', 'mail,ランク\na@example.com,gold\n', { 'plan.name': 'ランク' })).toEqual([
      { address: 'a@example.com', 'plan.name': 'gold' },
    ]);
  });

  it('is refused where it is not there, with the columns that are', async () => {
    await expect(valuesOf('csv', 'mail,氏名\na@example.com,花子\n', { address: '連絡先' })).rejects.toThrow(
      'the audience has no column "連絡先"; it has "mail", "氏名"',
    );
  });

  it('is refused without quoting addresses of a file that has no header', async () => {
    const wide = `a@example.com,${Array.from({ length: 40 }, (_, i) => `c${i}`).join(',')}`;
    await expect(valuesOf('csv', wide, { address: 'mail' })).rejects.toThrow(
      /it has \(an address\), "c0", .* and 11 more$/,
    );
  });
});

describe('parseColumnMap', () => {
  it('takes what is mapped, to the first sign', () => {
    expect(parseColumnMap(['address=メール', 'total=a=b'])).toEqual({ address: 'メール', total: 'a=b' });
  });

  it.each([
    [['address'], '"address" is not OURS=THEIRS'],
    [['=x'], '"=x" is not OURS=THEIRS'],
    [['x='], '"x=" is not OURS=THEIRS'],
    [['address=a', 'address=b'], '"address" is mapped twice'],
    [['address=a', 'name=a'], '"a" is mapped twice'],
  ])('refuses %j', (options, message) => {
    expect(() => parseColumnMap(options)).toThrow(message);
  });
});
