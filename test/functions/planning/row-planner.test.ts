import fc from 'fast-check';
import { rowsOf } from '../../../domain/audience/audience.ts';
import { type AudienceRow, PlainRow } from '../../../domain/audience/audience-row.ts';
import { plainRowWriter } from '../../../domain/audience/plain-row.ts';
import { rowCheck } from '../../../domain/audience/row-check.ts';
import type { DataSchema, Part } from '../../../domain/template/compiled.ts';
import { rowPlanner } from '../../../functions/planning/row-planner.ts';
import { marketingTemplate } from '../../domain/compiled-template.ts';
import { campaign } from '../in-memory-campaigns.ts';

const schema: DataSchema = {
  type: 'object',
  properties: {
    code: { type: ['string', 'number'], minLength: 1, maxLength: 12, description: 'a code' },
    long: { type: 'string', minLength: 3 },
    points: { type: 'number' },
    shop: { type: 'string', maxLength: 30 },
  },
  required: ['code'],
};
const html: Part = ['Hello ', ['v', [0, 'code'], 't']];
const template = marketingTemplate({
  schema,
  locales: { en: { fromName: 'Todoke', subject: ['Hello'], html, text: html } },
  defaultLocale: 'en',
});

async function rowsIn(text: string): Promise<AudienceRow[]> {
  const rows: AudienceRow[] = [];
  const bytes = (async function* () {
    yield Buffer.from(text);
  })();
  for await (const batch of rowsOf('csv', bytes)) {
    rows.push(...batch);
  }
  return rows;
}

/** What a planner says of a row: its line and the recipient, or why there is none. */
function saysOf(plan: ReturnType<typeof rowPlanner>, row: AudienceRow): unknown {
  const planned = plan(row);
  if ('why' in planned || 'refused' in planned) {
    return planned;
  }
  const target = Buffer.alloc(planned.mostBytes + 7);
  const end = planned.write(target, 7);
  expect(end - 7).toBeLessThanOrEqual(planned.mostBytes);
  return [planned.row, planned.high, planned.low, target.toString('utf8', 7, end)];
}

/** The row as one of JSON Lines would come, which goes the long way. */
function long(row: AudienceRow): AudienceRow {
  return row instanceof PlainRow ? { row: row.row, values: row.values } : row;
}

const weird = fc.constantFrom(
  ...[
    'a b',
    ' x ',
    '山田 太郎',
    '"',
    'a""b',
    '\\',
    '\t',
    '\u0085',
    '\u2028',
    '\u202e',
    '\x7f',
    '\x00',
    '–',
    '㈱',
  ],
  ...['y'.repeat(13), 'z'.repeat(129), '0', '007', '-1', '1.50', '12345678901234567', '5', '123456789012345'],
  '',
);
const local = fc.constantFrom(
  'taro',
  'a.b',
  'a..b',
  '.a',
  'a.',
  'A',
  'a+b',
  'x'.repeat(65),
  "o'neil",
  '"a b"',
  '',
);
const domain = fc.constantFrom(
  ...['example.com', 'EXAMPLE.com', 'a-b.example.com', '-a.example.com', 'a--b.example.com', 'docomo.ne.jp'],
  ...[
    'example',
    'example.c0m',
    '192.0.2.1',
    '例え.jp',
    'xn--r8jz45g.jp',
    'example..com',
    'example.com.',
    '1.jp',
  ],
  `${'l'.repeat(64)}.jp`,
);
const address = fc.oneof(
  { weight: 9, arbitrary: fc.nat(999).map((n) => `recipient.${n}@example.com`) },
  { weight: 3, arbitrary: fc.tuple(local, domain).map((sides) => sides.join('@')) },
  { weight: 1, arbitrary: weird },
);
const text = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('ASAGIRI', '東京', 'x', 'a "b"', '') },
  { weight: 1, arbitrary: weird },
);
const number = fc.oneof(
  { weight: 5, arbitrary: fc.nat(100_000).map(String) },
  { weight: 1, arbitrary: weird },
);

/** A field as CSV has it: bare, or in quotes with quotes doubled, with blanks around it. */
const field = (value: fc.Arbitrary<string>) =>
  fc.tuple(value, fc.boolean(), fc.constantFrom('', '', '', ' ')).map(([content, isQuoted, blank]) => {
    const needsQuotes = isQuoted || /[",\n]/.test(content);
    return blank + (needsQuotes ? `"${content.replaceAll('"', '""')}"` : content) + blank;
  });

const columns: Readonly<Record<string, fc.Arbitrary<string>>> = {
  email: address,
  name: text,
  locale: fc.constantFrom('ja', 'en', '', 'x'.repeat(129)),
  code: text,
  long: text,
  points: number,
  other: text,
};
const header = fc
  .shuffledSubarray(Object.keys(columns), { minLength: 2 })
  .filter((names) => names.includes('email') && (names.includes('code') || names.length > 3));
const common = fc.constantFrom(
  {},
  { shop: '銀座' },
  { shop: 'x'.repeat(31) },
  { code: 'C', list: [1, { a: 'b' }] },
);
const file = header.chain((names) =>
  fc.record({
    names: fc.constant(names),
    rows: fc.array(fc.tuple(...names.map((name) => field(columns[name] ?? text))), {
      maxLength: 20,
      size: 'max',
    }),
    end: fc.constantFrom('\n', '\r\n'),
  }),
);

describe('rowPlanner', () => {
  it('says of rows that are written plainly what the long way says, octet by octet', async () => {
    let taken = 0;
    let rows = 0;
    await fc.assert(
      fc.asyncProperty(file, common, async ({ names, rows: cells, end }, data) => {
        const csv = [names, ...cells].map((each) => each.join(',') + end).join('');
        const { schemaDecidesUpTo } = rowCheck(template);
        const short = rowPlanner(campaign({ data }), [template]);
        const longer = rowPlanner(campaign({ data }), [template]);
        for (const row of await rowsIn(csv)) {
          expect(saysOf(short, row)).toEqual(saysOf(longer, long(row)));
          rows++;
          if (row instanceof PlainRow) {
            const writer = plainRowWriter(row.header, data, template, schemaDecidesUpTo);
            taken += Number(writer?.takes(row.record) ?? false);
          }
        }
      }),
      { numRuns: 300 },
    );
    expect(taken).toBeGreaterThan(50);
    expect(taken).toBeLessThan(rows);
  });

  it.each([
    [
      'a column leads into an object',
      'email,shop.name',
      { shop: { type: 'object', properties: { name: { type: 'string' } } } },
    ],
    ['a column has a pattern', 'email,code', { code: { type: 'string', pattern: '^a' } }],
    ['a column has choices', 'email,code', { code: { type: 'string', enum: ['a'] } }],
    ['a column is a boolean', 'email,code', { code: { type: 'boolean' } }],
    ['a column is called by a number', 'email,1', {}],
    ['a column is reserved', 'email,recipient', {}],
    ['a column is called data', 'email,data', {}],
  ] as const)('goes the long way where %s', (_, names, properties) => {
    const other = { ...template, schema: { type: 'object' as const, properties } };
    const written = names.replace('email', 'address').split(',');
    expect(plainRowWriter(written, {}, other, 10_000)).toBeUndefined();
    expect(plainRowWriter(['address', 'x'], {}, other, 10_000)).toBeDefined();
  });

  it('goes the long way where something has to be rendered for each row, and where what is required is nowhere', () => {
    expect(plainRowWriter(['address', 'code'], {}, template, 0)).toBeUndefined();
    expect(plainRowWriter(['address', 'name'], {}, template, 10_000)).toBeUndefined();
    expect(plainRowWriter(['address', 'name'], { code: 'x' }, template, 10_000)).toBeDefined();
    expect(plainRowWriter(['address', 'name'], { code: null }, template, 10_000)).toBeUndefined();
  });
});
