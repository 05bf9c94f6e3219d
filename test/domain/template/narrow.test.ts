import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { schemaProblems } from '../../../domain/template/schema-check.ts';
import { aTemplate, compile, compiled, inText } from './a-template.ts';

const meta = { currency: 'JPY', timeZone: 'Asia/Tokyo' };
const mjml = inText(
  '{{code}} {{number count}} {{currency price coin}} {{date due}} {{#if note}}{{note}}{{/if}}' +
    '{{#each items}}{{name}}{{/each}}<a href="{{url}}">a</a>',
);
const data = {
  code: '0123',
  count: 5,
  price: 1,
  coin: 'JPY',
  due: '2026-12-05',
  note: 'n',
  items: [{ name: 'a' }],
  url: 'https://example.com/',
};
const narrowedBy = async (overrides: unknown) =>
  (await compiled(aTemplate({ mjml, meta, overrides }))).schema;
const codes = async (overrides: unknown, changes: Record<string, unknown>) =>
  schemaProblems(await narrowedBy(overrides), { ...data, ...changes }).map(
    ({ code, field }) => `${code} ${field}`,
  );

describe('a narrowing', () => {
  it.each([
    { overrides: { code: { pattern: '^\\d{4}$' } }, bad: { code: '12345' }, says: 'wrong-type code' },
    { overrides: { code: { type: 'string' } }, bad: { code: 1234 }, says: 'wrong-type code' },
    {
      overrides: { code: { enum: ['0123', '0124'] } },
      bad: { code: '0125' },
      says: 'value-not-allowed code',
    },
    { overrides: { code: { minLength: 4 } }, bad: { code: '012' }, says: 'value-too-short code' },
    { overrides: { code: { maxLength: 4 } }, bad: { code: '01234' }, says: 'value-too-long code' },
    { overrides: { code: { format: 'email' } }, bad: {}, says: 'wrong-type code' },
    { overrides: { count: { minimum: 5 } }, bad: { count: 4 }, says: 'number-out-of-range count' },
    { overrides: { count: { minimum: 5 } }, bad: { count: '4.5' }, says: 'number-out-of-range count' },
    { overrides: { count: { maximum: 5 } }, bad: { count: 5.1 }, says: 'number-out-of-range count' },
    { overrides: { count: { maximum: 5 } }, bad: { count: '6' }, says: 'number-out-of-range count' },
    { overrides: { count: { type: 'number' } }, bad: { count: '5' }, says: 'wrong-type count' },
    { overrides: { coin: { enum: ['JPY', 'USD'] } }, bad: { coin: 'EUR' }, says: 'value-not-allowed coin' },
    { overrides: { due: { format: 'date' } }, bad: { due: '2026-12-05T18:00Z' }, says: 'wrong-type due' },
    { overrides: { due: { format: 'date-time' } }, bad: { due: '2026-12-05' }, says: 'wrong-type due' },
    { overrides: { url: { format: 'https' } }, bad: { url: 'tel:1' }, says: 'wrong-type url' },
    {
      overrides: { url: { pattern: '^https://example\\.com/' } },
      bad: { url: 'https://example.net/' },
      says: 'wrong-type url',
    },
    { overrides: { note: { required: true } }, bad: { note: null }, says: 'missing-data note' },
    {
      overrides: { items: { maxItems: 1 } },
      bad: { items: [{ name: 1 }, { name: 2 }] },
      says: 'list-too-long items',
    },
    {
      overrides: { 'items[].name': { maxLength: 3 } },
      bad: { items: [{ name: 'abc' }, { name: 'abcd' }] },
      says: 'value-too-long items[1].name',
    },
  ])('$overrides refuses $bad', async ({ overrides, bad, says }) => {
    expect(await codes(overrides, bad)).toEqual([says]);
  });

  it('of a form that is derived already adds to it', async () => {
    expect(await codes({ url: { format: 'https' } }, {})).toEqual([]);
    expect(await codes({ url: { pattern: 'x' } }, { url: 'javascript:x' })).toEqual(['wrong-type url']);
  });

  it('describes its pattern in the message, and never tells the value', async () => {
    const schema = await narrowedBy({ code: { pattern: '^\\d{4}$', description: 'a code of 4 digits' } });
    const [problem] = schemaProblems(schema, { ...data, code: 'secret' });
    expect(problem?.message).toBe('code is not a code of 4 digits');
  });

  it('changes the hash, so that mail is pinned to it', async () => {
    const [plain, narrow] = await Promise.all([
      compiled(aTemplate({ mjml, meta })),
      compiled(aTemplate({ mjml, meta, overrides: { code: { maxLength: 4 } } })),
    ]);
    expect(narrow.hash).not.toBe(plain.hash);
  });

  it('is JSON Schema: a validator of the standard decides as ours does', async () => {
    const schema = await narrowedBy({
      code: { type: 'string', pattern: '^[a-c]+$', minLength: 2, maxLength: 3 },
      count: { type: 'number', minimum: 2, maximum: 3 },
      coin: { enum: ['JPY', 'USD'] },
      url: { format: 'https' },
      items: { maxItems: 1 },
    });
    const valid = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    const some = fc.record({
      code: fc.string({ unit: fc.constantFrom('a', 'b', 'd'), maxLength: 4 }),
      count: fc.integer({ min: 0, max: 5 }),
      coin: fc.constantFrom('JPY', 'EUR'),
      url: fc.constantFrom('https://example.com/', 'tel:1'),
      items: fc.array(fc.constant({ name: 'a' }), { maxLength: 2 }),
    });
    fc.assert(
      fc.property(some, (each) => {
        const all = { ...data, ...each };
        expect(schemaProblems(schema, all).length === 0).toBe(valid(all));
      }),
    );
  });

  it('never makes data valid that were not', async () => {
    const before = await narrowedBy({});
    const after = await narrowedBy({
      code: { type: 'string', maxLength: 3 },
      count: { maximum: 3 },
      note: { required: true },
      items: { maxItems: 2 },
    });
    const value = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.array(fc.record({ name: fc.string() })),
    );
    const some = fc.record({ code: value, count: value, note: value, items: value }, { requiredKeys: [] });
    fc.assert(
      fc.property(some, (each) => {
        const all = { ...data, ...each };
        if (schemaProblems(after, all).length === 0) expect(schemaProblems(before, all)).toEqual([]);
      }),
    );
  });
});

describe('a narrowing is refused, with template, path and reason,', () => {
  const refused: readonly { readonly overrides: unknown; readonly says: string }[] = [
    { overrides: { nothing: { maxLength: 1 } }, says: 'nothing is not used by the template' },
    { overrides: { 'items[].price': { maxLength: 1 } }, says: 'items[].price is not used by the template' },
    { overrides: { 'code.x': { maxLength: 1 } }, says: 'code.x is not used by the template' },
    { overrides: { toString: { maxLength: 1 } }, says: 'toString is not used by the template' },
    { overrides: { code: { maxLength: 10_001 } }, says: 'code maxLength would widen it; it is 10000' },
    { overrides: { items: { maxItems: 201 } }, says: 'items maxItems would widen it; it is 200' },
    {
      overrides: { code: { type: 'boolean' } },
      says: 'code type would widen it; it can be string or number',
    },
    { overrides: { code: { required: false } }, says: 'code required can only be true' },
    { overrides: { coin: { enum: ['yen'] } }, says: 'coin enum has a value that the template cannot use' },
    { overrides: { coin: { enum: [] } }, says: 'coin enum is not a list of values' },
    { overrides: { code: { pattern: '(' } }, says: 'code pattern is not a regular expression' },
    {
      overrides: { code: { format: 'colour' } },
      says: 'code format is one of date, date-time, email, https, uuid',
    },
    { overrides: { code: { maxlength: 4 } }, says: 'code has no keyword maxlength; there are' },
    { overrides: { code: { maxItems: 4 } }, says: 'code maxItems applies to lists, which this is not' },
    { overrides: { items: { pattern: 'a' } }, says: 'items pattern applies to strings, which this is not' },
    { overrides: { code: { minimum: 4 } }, says: 'code minimum applies to numbers, which this is not' },
    { overrides: { code: { maxLength: -1 } }, says: 'code maxLength is not a whole number from 0' },
    { overrides: { count: { minimum: 'low' } }, says: 'count minimum is not a number' },
    { overrides: { code: { minLength: 5, maxLength: 4 } }, says: 'code minLength exceeds maxLength' },
    { overrides: { count: { minimum: 5, maximum: 4 } }, says: 'count minimum exceeds maximum' },
    {
      overrides: { code: { description: 'a code' } },
      says: 'code description is a text that goes with a pattern',
    },
    { overrides: { code: 4 }, says: 'code is not a set of keywords' },
    { overrides: ['code'], says: 'the file is not a set of paths' },
    { overrides: null, says: 'the file is not a set of paths' },
  ];

  it.each(refused)('as $overrides: $says', async ({ overrides, says }) => {
    const { problems } = await compile(aTemplate({ mjml, meta, overrides }));
    expect(problems?.map(({ code, field }) => [code, field])).toEqual([
      ['narrowing', 'demo/schema.overrides.yaml'],
    ]);
    expect(problems?.[0]?.message).toContain(`demo/schema.overrides.yaml: ${says}`);
  });

  it('and all that is wrong is told at once', async () => {
    const { problems } = await compile(
      aTemplate({ mjml, meta, overrides: { a: { maxLength: 1 }, code: { maxLength: -1, minLength: -1 } } }),
    );
    expect(problems?.length).toBe(3);
  });
});
