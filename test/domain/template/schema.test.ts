import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import type { DataSchema } from '../../../domain/template/compiled.ts';
import { schemaProblems } from '../../../domain/template/schema-check.ts';
import { aTemplate, compiled, inBody, inColumn, inText, problemCodes } from './a-template.ts';

const meta = { currency: 'JPY', timeZone: 'Asia/Tokyo' };
const schemaOf = async (content: string) =>
  (await compiled(aTemplate({ mjml: inText(content), meta }))).schema;

describe('the derived schema', () => {
  it('holds every value of HTML, subject and text, with its type', async () => {
    const mjml = inColumn(
      '<mj-text>{{order.id}} {{currency order.total order.currency}} {{date due}} {{lines note}}' +
        '{{#each order.items}}{{name}} {{number qty}}{{/each}}{{#each tags}}{{this}}{{/each}}</mj-text>' +
        '<mj-button href="{{order.url}}">go</mj-button>',
    );
    const { schema } = await compiled(
      aTemplate({ mjml, meta, en: { subject: 'Hi {{title}}', fromName: 'F' } }),
    );
    expect(schema).toMatchObject({
      type: 'object',
      required: ['due', 'note', 'order', 'tags', 'title'],
      properties: {
        due: { type: 'string' },
        note: { type: ['string', 'number'] },
        title: { type: ['string', 'number'] },
        tags: { type: 'array', items: { type: ['string', 'number'] }, maxItems: 200 },
        order: {
          type: 'object',
          required: ['currency', 'id', 'items', 'total', 'url'],
          properties: {
            total: { type: ['number', 'string'] },
            url: { type: 'string', format: 'uri' },
            items: {
              items: { required: ['name', 'qty'], properties: { qty: { type: ['number', 'string'] } } },
            },
          },
        },
      },
    });
  });

  it.each([
    { content: '{{x}}', required: ['x'] },
    { content: '{{#if x}}{{x}}{{/if}}', required: undefined },
    { content: '{{#if x}}{{x}}{{/if}}{{x}}', required: ['x'] },
    { content: '{{#if x}}a{{/if}}', required: ['x'] },
    { content: '{{#if x}}{{y}}{{/if}}', required: ['x'] },
    { content: '{{#if x}}{{#each x}}{{n}}{{/each}}{{/if}}', required: undefined },
    { content: '{{#if o.x}}{{o.x}}{{/if}}', required: undefined },
    { content: '{{#if o.x}}{{o.x}}{{/if}}{{o.y}}', required: ['o'] },
    { content: '{{#each x}}{{../y}}{{/each}}', required: ['x', 'y'] },
    { content: '{{#if recipient.name}}{{recipient.name}}{{/if}}{{recipient.address}}', required: undefined },
  ])('of $content requires $required', async ({ content, required }) => {
    expect((await schemaOf(content)).required).toEqual(required);
  });

  it('makes what an item uses under its own #if optional in the item', async () => {
    const schema = await schemaOf('{{#if l}}{{#each l}}{{a}}{{#if b}}{{b}}{{/if}}{{/each}}{{/if}}');
    expect(schema.properties?.l?.items).toMatchObject({
      required: ['a'],
      properties: { b: { type: ['string', 'number', 'null'] } },
    });
  });

  it('leaves out what the pipeline provides', async () => {
    expect((await schemaOf('{{recipient.address}}')).properties).toEqual({});
  });

  it('is JSON Schema: a validator of the standard decides as ours does', async () => {
    const schema = await schemaOf(
      '{{a}}{{#if b}}{{b}}{{/if}}{{number c}}{{#each d}}{{e}}{{/each}}{{#if f}}1{{/if}}',
    );
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    const valid = ajv.compile(schema);
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant('12.5'), fc.constant({}));
    const list = fc.array(fc.record({ e: value }, { requiredKeys: [] }), { maxLength: 3 });
    const data = fc.record(
      { a: value, b: fc.oneof(value, fc.constant(null)), c: value, d: list, f: value },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(data, (each) => expect(schemaProblems(schema, each).length === 0).toBe(valid(each))),
    );
  });
});

it('narrowed, too, it is JSON Schema, but that bounds hold for decimals in texts', () => {
  const schema = {
    type: 'object',
    properties: {
      word: {
        type: ['string', 'number', 'null'],
        minLength: 2,
        maxLength: 4,
        pattern: '^[a-c]',
        allOf: [{ pattern: 'c$' }],
      },
      one: { type: 'string', enum: ['abc', 'b'] },
      count: { type: 'number', minimum: 0, maximum: 3 },
      least: { type: ['number', 'boolean'], minimum: -1 },
      list: {
        type: 'array',
        maxItems: 2,
        items: { type: 'object', properties: { one: { type: 'string', enum: ['b'] } }, required: ['one'] },
      },
    },
    required: ['one', 'count'],
  } as const satisfies DataSchema;
  const valid = new Ajv2020({ strict: false }).compile(schema);
  const value = fc.oneof(
    fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 }),
    fc.constantFrom('abc', 'b', 'ac'),
    fc.double({ min: -3, max: 5, noNaN: true }),
    fc.boolean(),
    fc.constant({}),
  );
  const list = fc.array(fc.record({ one: value }, { requiredKeys: [] }), { maxLength: 3 });
  const data = fc.record(
    {
      word: fc.oneof(value, fc.constant(null)),
      one: fc.oneof(fc.constant('b'), value),
      count: fc.oneof(fc.constant(1), value),
      least: value,
      list,
    },
    { requiredKeys: [] },
  );
  let right = 0;
  fc.assert(
    fc.property(data, (each) => {
      const isRight = schemaProblems(schema, each).length === 0;
      expect(isRight).toBe(valid(each));
      right += isRight ? 1 : 0;
    }),
    { numRuns: 3000 },
  );
  expect(right).toBeGreaterThan(20);
  const texts = { one: 'b', count: 1 };
  const amount = {
    type: 'object',
    properties: { count: { type: ['string', 'number'], minimum: 2, maximum: 3 } },
  } as const;
  for (const [count, problems] of [
    ['1.5', 1],
    ['2', 0],
    ['3.1', 1],
    [2.5, 0],
  ] as const) {
    expect(schemaProblems(amount, { ...texts, count })).toHaveLength(problems);
  }
});

describe('a template is refused', () => {
  const marketing = { category: 'marketing', topic: 'news' } as const;

  it.each([
    { code: 'schema-conflict', mjml: inText('{{a}} {{a.b}}') },
    { code: 'schema-conflict', mjml: inText('{{a}} {{#each a}}x{{/each}}') },
    { code: 'schema-conflict', mjml: inText('{{number a}} {{date a}}') },
    { code: 'schema-conflict', mjml: inText('{{../a}}') },
    { code: 'unguarded-name', mjml: inText('{{recipient.name}}') },
    { code: 'unguarded-name', mjml: inText('{{#if recipient.name}}a{{else}}{{recipient.name}}{{/if}}') },
    { code: 'reserved-name', mjml: inText('{{recipient.locale}}') },
    { code: 'reserved-name', mjml: inColumn('<mj-button href="{{unsubscribeUrl}}">a</mj-button>') },
  ])('with $code: $mjml', async ({ code, mjml }) => {
    expect(await problemCodes(aTemplate({ mjml, meta }))).toContain(code);
  });

  it('as marketing without an unsubscribe link that is always there', async () => {
    const link = '<a href="{{unsubscribeUrl}}">unsubscribe</a>';
    expect(await problemCodes(aTemplate({ meta: marketing }))).toEqual(['no-unsubscribe']);
    expect(
      await problemCodes(aTemplate({ meta: marketing, mjml: inText(`{{#if a}}${link}{{/if}}`) })),
    ).toEqual(['no-unsubscribe']);
    expect(await problemCodes(aTemplate({ meta: marketing, mjml: inText(link) }))).toEqual([]);
  });

  it('as marketing without a topic, and as transactional with one', async () => {
    expect(await problemCodes(aTemplate({ meta: { topic: 'news' } }))).toEqual(['topic']);
    expect(await problemCodes(aTemplate({ meta: { category: 'marketing' } }))).toContain('topic');
  });

  it('when its locales differ in strings or values, or the default one is absent', async () => {
    const strings = { subject: 'S', fromName: 'F' };
    const two = (ja: Record<string, string>, en: Record<string, string>) =>
      problemCodes(
        aTemplate({
          mjml: inText('{{@t.a}}'),
          messages: { ja: { ...strings, ...ja }, en: { ...strings, ...en } },
        }),
      );
    expect(await two({ a: '{{x}}' }, { a: '{{x}}!' })).toEqual([]);
    expect(await two({ a: '{{x}}' }, { a: '' })).toEqual(['locale-mismatch']);
    expect(await two({ a: 'x' }, {})).toContain('missing-string');
    expect(await problemCodes(aTemplate({ meta: { defaultLocale: 'fr' } }))).toEqual(['default-locale']);
  });

  it.each(['a\nb', '', 'a{{b}}', 'a\u202eb'])('with the From name %j', async (fromName) => {
    expect(await problemCodes(aTemplate({ mjml: inBody(''), en: { subject: 'S', fromName } }))).toEqual([
      'from-name',
    ]);
  });
});
