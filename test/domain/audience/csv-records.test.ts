import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvRecords, fieldsOf } from '../../../domain/audience/csv-records.ts';

async function recordsOf(...pieces: readonly string[]): Promise<(readonly string[])[]> {
  const records: (readonly string[])[] = [];
  const bytes = (async function* () {
    yield* pieces.map((piece) => Buffer.from(piece));
  })();
  for await (const batch of csvRecords(bytes)) {
    records.push(...batch.map(fieldsOf));
  }
  return records;
}

/** What csv-parse makes of it, or its code. */
function reference(text: string): unknown {
  try {
    return parse(text, {
      delimiter: ',',
      record_delimiter: ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
  } catch (error) {
    const { code } = Object(error);
    return code === 'CSV_QUOTE_NOT_CLOSED'
      ? 'a quote in it is never closed'
      : expect.stringContaining('out of place');
  }
}

const bit = fc.constantFrom('a', 'é', '山', ' ', '"', '""', ',', ',', '\n', '\r\n', '\t', "'");
const soup = fc.array(bit, { maxLength: 30 }).map((bits) => `h,i\n${bits.join('')}`);
const cell = fc.array(fc.constantFrom('a', '山', ' ', '"', ',', '\n'), { maxLength: 4 });
const table = fc
  .array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 6 })
  .map((rows) =>
    rows
      .map((cells) => `${cells.map((bits) => `"${bits.join('').replaceAll('"', '""')}"`).join(' , ')}\n`)
      .join(''),
  )
  .map((text) => `h,i\n${text}`);

describe('csvRecords', () => {
  it('reads and refuses what csv-parse does, wherever the text is cut', async () => {
    const either = fc.oneof(soup, table);
    await fc.assert(
      fc.asyncProperty(either, fc.nat(40), async (text, at) => {
        const ours = await recordsOf(text.slice(0, at), text.slice(at)).catch(
          (error: Error) => error.message.split(': ')[1],
        );
        expect(ours).toEqual(reference(text));
      }),
      { numRuns: 3000 },
    );
  });

  it.each([
    ['commas', ','],
    ['tabs', '\t'],
    ['semicolons', ';'],
    ['bars', '|'],
    ['colons', ':'],
    ['carets', '^'],
    ['tildes', '~'],
    ['unit separators', '\x1f'],
  ])('finds out that fields are delimited by %s', async (_, delimiter) => {
    const text = `"a,b;c"${delimiter}b${delimiter}c\n1${delimiter}2${delimiter}3\n`;
    expect(await recordsOf(text)).toEqual([
      ['a,b;c', 'b', 'c'],
      ['1', '2', '3'],
    ]);
  });

  it('takes no more than linear time for blanks, quotes and lines without end', async () => {
    const startMs = performance.now();
    await recordsOf(`h,i\na,x${' '.repeat(60_000)}x\n`);
    await recordsOf('h,i\n', `a,"${'b\n'.repeat(100_000)}"`).catch(() => {});
    await recordsOf('h,i\n', ...Array.from({ length: 100 }, () => 'x'.repeat(100_000))).catch(() => {});
    expect(performance.now() - startMs).toBeLessThan(5_000);
  });
});
