import { excerptOf, placeInFile } from '../../../cli/template/preview/excerpt.ts';

const text = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'].join('\n');

describe('excerptOf', () => {
  it.each([
    { line: 1, numbers: [1, 2, 3] },
    { line: 4, numbers: [2, 3, 4, 5, 6] },
    { line: 7, numbers: [5, 6, 7] },
  ])('shows line $line with two lines around it', ({ line, numbers }) => {
    const excerpt = excerptOf({ file: 'demo/template.mjml', line, column: 2 }, text);
    expect(excerpt).toMatchObject({ line, column: 2 });
    expect(excerpt?.lines.map(({ number }) => number)).toEqual(numbers);
    expect(excerpt?.lines.find(({ number }) => number === line)?.text).toBe(text.split('\n')[line - 1]);
  });

  it.each([
    { when: 'the place has no line', place: { file: 'demo/meta.yaml' } },
    { when: 'the file has become shorter', place: { file: 'demo/template.mjml', line: 8 } },
  ])('is nothing when $when', ({ place }) => {
    expect(excerptOf(place, text)).toBeUndefined();
  });

  it('cuts a line that nobody would read to its end', () => {
    const [line] = excerptOf({ file: 'demo/template.mjml', line: 1 }, 'x'.repeat(5000))?.lines ?? [];
    expect(line?.text).toBe(`${'x'.repeat(240)}…`);
  });
});

describe('placeInFile', () => {
  const yaml = [
    '# strings',
    'subject: Hello',
    'sender:',
    '  brand: Aoba',
    'lead: |',
    '  first line',
    '  second line',
    'a.b: dotted',
    'list: []',
  ].join('\n');

  it.each([
    { key: 'subject', within: 1, line: 2, column: 10 },
    { key: 'sender.brand', within: 1, line: 4, column: 10 },
    { key: 'lead', within: 1, line: 6, column: undefined },
    { key: 'lead', within: 2, line: 7, column: undefined },
    { key: 'a.b', within: 1, line: 8, column: 6 },
  ])('finds line $within of $key at line $line of the file', ({ key, within, line, column }) => {
    const place = placeInFile({ file: 'demo/en.yaml', key, line: within, column: 99 }, yaml);
    expect([place.file, place.key, place.line, place.column]).toEqual(['demo/en.yaml', key, line, column]);
  });

  it.each([{ key: 'nowhere' }, { key: 'list' }, { key: 'sender' }])(
    'does not guess where $key is',
    ({ key }) => {
      expect(placeInFile({ file: 'demo/en.yaml', key, line: 1 }, yaml)).toEqual({
        file: 'demo/en.yaml',
        key,
      });
    },
  );
});
