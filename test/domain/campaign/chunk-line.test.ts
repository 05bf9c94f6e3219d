import fc from 'fast-check';
import { chunkLine } from '../../../domain/campaign/chunk-line.ts';

it('writes what JSON.stringify writes, and a line end', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', '\ud800', '山') }),
    fc.jsonValue(),
    fc.constant(undefined),
  );
  const row = fc.record(
    {
      r: fc.nat(),
      a: fc.string(),
      n: fc.string({ unit: 'binary' }),
      l: fc.string(),
      d: fc.dictionary(fc.string(), value, { noNullPrototype: true }),
    },
    { requiredKeys: ['r', 'a', 'd'] },
  );
  fc.assert(
    fc.property(row, ({ r, a, n, l, d }) => {
      expect(chunkLine({ r, a, n, l, d })).toBe(`${JSON.stringify({ r, a, n, l, d })}\n`);
    }),
    { numRuns: 500 },
  );
});
