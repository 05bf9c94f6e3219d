import { linesOn, renderTable } from '../../cli/table.ts';

it('aligns texts to the left and numbers to the right, under a rule', () => {
  expect(
    renderTable(
      ['campaign', 'accepted'],
      [
        ['autumn', 970],
        ['winter-sale', 5],
      ],
    ).split('\n'),
  ).toEqual([
    'campaign     accepted',
    '───────────  ────────',
    'autumn            970',
    'winter-sale         5',
  ]);
});

it.each([
  { kind: 'Japanese', text: '届け', columns: 4 },
  { kind: 'half-width katakana', text: 'ﾄﾄﾞｹ', columns: 4 },
  { kind: 'full-width Latin', text: 'ＡＢ', columns: 4 },
  { kind: 'Korean', text: '도착', columns: 4 },
  { kind: 'an emoji', text: '📮', columns: 2 },
  { kind: 'a rare ideograph', text: '𠮷', columns: 2 },
  { kind: 'a combining mark', text: 'e\u0301', columns: 1 },
])('gives $kind the columns of a terminal', ({ text, columns }) => {
  const [, rule, row] = renderTable(['', 'end'], [[text, 'x']]).split('\n');
  expect(rule).toBe(`${'─'.repeat(columns)}  ───`);
  expect(row).toBe(`${text}  x`);
});

it.each([
  { kind: 'an escape sequence', text: '\x1b[31mred\x1b[0m', shown: '�[31mred�[0m' },
  { kind: 'a line break', text: 'a\r\nb', shown: 'a��b' },
  { kind: 'a C1 control', text: 'a\x9bb', shown: 'a�b' },
  { kind: 'an override of direction', text: 'a\u202eb', shown: 'a�b' },
])('shows $kind instead of obeying it', ({ text, shown }) => {
  expect(renderTable(['a'], [[text]]).split('\n')[2]).toBe(shown);
});

it('leaves what is not known blank, and ends no line with blanks', () => {
  expect(renderTable(['a', 'b', 'c'], [['x', undefined, undefined]]).split('\n')[2]).toBe('x');
});

it('is a header for no rows', () => {
  expect(renderTable(['queue', 'n'], [])).toBe('queue  n\n─────  ─');
});

it.each([
  ['', 80, 1],
  ['a\nb', 80, 2],
  ['x'.repeat(80), 80, 1],
  ['x'.repeat(81), 80, 2],
  [`${'件'.repeat(41)}\n\nx`, 80, 4],
])('takes up the lines that a terminal gives it: %#', (text, columns, lines) => {
  expect(linesOn(text, columns)).toBe(lines);
});
