import { commonSchema } from '../../../domain/experiment/common-schema.ts';
import type { DataSchema } from '../../../domain/template/compiled.ts';
import { marketingTemplate } from '../compiled-template.ts';

const text: DataSchema = { type: ['string', 'number'], maxLength: 10 };
const optional: DataSchema = { ...text, type: ['string', 'number', 'null'] };
const of = (properties: Record<string, DataSchema>, ...required: string[]) =>
  marketingTemplate({ schema: { type: 'object', properties, ...(required.length > 0 && { required }) } });

it('is the schema itself where all have the same', () => {
  const { schema } = of({ plan: text }, 'plan');
  expect(commonSchema([of({ plan: text }, 'plan'), of({ plan: text }, 'plan')])).toEqual(schema);
});

it('wants all that any of them wants, within objects too', () => {
  const owner: DataSchema = { type: 'object', properties: { id: text }, required: ['id'] };
  const more: DataSchema = { type: 'object', properties: { city: text } };
  expect(
    commonSchema([of({ plan: optional, owner }), of({ plan: text, owner: more, code: text }, 'plan')]),
  ).toEqual({
    type: 'object',
    properties: {
      code: text,
      owner: { type: 'object', properties: { city: text, id: text }, required: ['id'] },
      plan: text,
    },
    required: ['plan'],
  });
});

it.each<[string, DataSchema]>([
  ['a list', { type: 'array', maxItems: 200 }],
  ['a link', { type: 'string', format: 'uri' }],
  ['an object', { type: 'object', properties: {} }],
  ['a shorter text', { ...text, maxLength: 5 }],
])('refuses what one takes for a text and another for %s', (_, other) => {
  expect(() =>
    commonSchema([of({ plan: text }), of({ plan: text, code: text }), of({ plan: other })]),
  ).toThrow(
    expect.objectContaining({
      code: 'variant',
      message: 'variant C takes plan for something else than the variants before it',
    }),
  );
});
