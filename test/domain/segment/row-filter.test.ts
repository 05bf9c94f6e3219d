import { InputError } from '../../../domain/errors.ts';
import { type Known, knownNothing, rowFilter } from '../../../domain/segment/row-filter.ts';

const nowMs = Date.UTC(2026, 10, 24);
const row = { 都道府県: '東京都', pref: 'Tokyo', points: '150', joined: '2026-01-31T00:00:00Z', note: '' };
const known: Known = {
  lastMailedMs: Date.UTC(2026, 10, 20),
  bounces: 2n,
  subscribed: ['newsletter'],
  unsubscribed: ['product-updates'],
  timeZone: 'Asia/Tokyo',
};

it.each([
  ['row.pref == "Tokyo"', true],
  ['row["都道府県"] == "東京都"', true],
  ['row["都道府県"] in ["大阪府", "京都府"]', false],
  ['int(row.points) >= 100 && double(row.points) < 150.5', true],
  ['timestamp(row.joined) < now', true],
  ['now - timestamp(row.joined) > duration("8760h")', false],
  ['has(row.rank) && row.rank == "gold"', false],
  ['row.note == "" || int(row.note) > 1', true],
  // As the library has it, and docs/campaigns.md says.
  ['int(row.note) == 0', true],
  ['row.pref.startsWith("To") && row.pref.contains("ky") && !row.pref.endsWith("x")', true],
  ['"newsletter" in known.subscribed && !("newsletter" in known.unsubscribed)', true],
  ['known.bounces < 3', true],
  ['known.timeZone.startsWith("Asia/")', true],
  ['!has(known.lastMailed) || now - known.lastMailed > duration("168h")', false],
])('answers %s', (expression, expected) => {
  expect(rowFilter(expression, nowMs).matches(1, row, known)).toBe(expected);
});

it('takes somebody of whom nothing is known for never mailed', () => {
  const filter = rowFilter('!has(known.lastMailed) && known.bounces == 0', nowMs);
  expect(filter.matches(1, {}, knownNothing)).toBe(true);
});

it('says what an expression looks at', () => {
  const { columns, needs } = rowFilter(
    'row.pref == "Tokyo" && (row["会員"] == "gold" ? known.bounces < 3 : has(known.lastMailed))',
    nowMs,
  );
  expect([...columns]).toEqual(['pref', '会員']);
  expect([...needs].sort()).toEqual(['bounces', 'lastMailed']);
  expect(rowFilter('true', nowMs).needs.size).toBe(0);
});

it.each([
  ['row.pref ==', 'Unexpected|got EOF', /character \d+/],
  ['prefecture == "Tokyo"', 'Unknown variable: prefecture', /character 1/],
  ['known.age > 3', 'No such key: age', /character 7/],
  ['known.bounces == "two"', 'no such overload', /character \d+/],
  ['row.pref', 'answers with a value as it is', /true or false/],
  ['row.pref.matches("^(a+)+$")', 'matches\\(\\), which is not offered', /contains/],
  [`row.pref == "${'x'.repeat(5_000)}"`, 'characters; the limit is 4096', /5,?0/],
  [Array(600).fill('true').join('&&'), 'Exceeded max', /filter/],
  [`${'('.repeat(60)}true${')'.repeat(60)}`, 'Exceeded max', /filter/],
])('refuses what is no filter: %#', (expression, what, where) => {
  const compile = () => rowFilter(expression, nowMs);
  expect(compile).toThrow(InputError);
  expect(compile).toThrow(new RegExp(what, 'i'));
  expect(compile).toThrow(where);
});

it.each([
  ['row.rank == "gold"', 'row 7 cannot be filtered: it lacks a column of the filter'],
  [
    'int(row.pref) > 1',
    'row 7 cannot be filtered: a value is not of the kind that the filter wants; those of CSV are texts, of which int() makes numbers',
  ],
])('says of which row it cannot tell, and quotes nothing of it: %s', (expression, message) => {
  expect(() => rowFilter(expression, nowMs).matches(7, row, known)).toThrow(
    expect.objectContaining({ code: 'segment-filter', field: 'row 7', message }),
  );
});
