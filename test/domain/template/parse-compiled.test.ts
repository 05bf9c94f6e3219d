import type { CompiledTemplate } from '../../../domain/template/compiled.ts';
import { contentHash } from '../../../domain/template/content-hash.ts';
import { parseCompiledTemplate } from '../../../domain/template/parse-compiled.ts';
import { compiledTemplate, marketingTemplate } from '../compiled-template.ts';

/** JSON under the hash that its content has, so that nothing but the change is wrong. */
function json(template: object): string {
  const content: CompiledTemplate = { ...compiledTemplate(), ...template };
  return JSON.stringify({ ...content, hash: contentHash(content) });
}

/** A template with one operation in a place where any may be. */
function withOp(op: unknown): string {
  const en = { fromName: 'S', subject: ['S'], html: [op], text: ['t'] };
  return json({ locales: { en } });
}

it.each([
  { what: 'transactional', template: compiledTemplate() },
  { what: 'marketing', template: marketingTemplate() },
])('takes a $what template as it was published', ({ template }) => {
  const content = { ...template, hash: contentHash(template) };
  expect(parseCompiledTemplate(JSON.stringify(content), content)).toEqual(content);
});

it.each([
  ['v', [0, 'a'], 't'],
  ['i', [0, 'a'], ['b'], [['v', [1, 'c'], 'x']]],
  ['e', [0], [], []],
  ['f', 'currency', [[0, 'a'], 'JPY'], 't'],
  ['f', 'number', [[0, 'a'], 2], 'h'],
])('takes the operation %j', (...op) => {
  expect(() => parseCompiledTemplate(withOp(op))).not.toThrow();
});

describe('refuses', () => {
  const marketing = marketingTemplate();
  const en = marketing.locales.en;
  const hidden = [['i', [0, 'plan'], [['v', [0, 'unsubscribeUrl'], 'u']], []]];

  it.each([
    { what: 'what is not JSON', text: '{', says: 'it is not JSON' },
    { what: 'a list', text: '[]', says: 'it is not an object' },
    { what: 'null', text: 'null', says: 'it is not an object' },
    { what: 'an object without a name', text: '{}', says: 'it has no name' },
    { what: 'a name that is a path', text: json({ name: '../a' }), says: 'it has no name' },
    { what: 'no hash', text: JSON.stringify({ ...compiledTemplate(), hash: 'x' }), says: 'it has no hash' },
    { what: 'an unknown category', text: json({ category: 'spam' }), says: 'its category is neither' },
    { what: 'no sender', text: json({ from: {} }), says: 'it has no from.localPart' },
    { what: 'no schema', text: json({ schema: null }), says: 'its schema is not one' },
    {
      what: 'a schema of something else',
      text: json({ schema: { type: 'object', properties: { a: 1 } } }),
      says: 'its schema',
    },
    { what: 'no locales', text: json({ locales: undefined }), says: 'it has no locales' },
    {
      what: 'a default locale that is missing',
      text: json({ defaultLocale: 'fr' }),
      says: 'its default locale is missing',
    },
    {
      what: 'a From name with a line break',
      text: json({ locales: { en: { fromName: 'a\nb', subject: [], html: [], text: [] } } }),
      says: 'locale en: it has no From name',
    },
    {
      what: 'a part that is missing',
      text: json({ locales: { en: { fromName: 'a', subject: [], html: [] } } }),
      says: 'locale en: text: it is not a list of operations',
    },
    {
      what: 'an unknown operation',
      text: withOp(['x', [0]]),
      says: 'html: it has an operation that this version does not know',
    },
    {
      what: 'an operation that is none',
      text: withOp(7),
      says: 'html: it has something that is no operation',
    },
    { what: 'an unknown context', text: withOp(['v', [0, 'a'], 'z']), says: 'html: a value is malformed' },
    { what: 'a path that is none', text: withOp(['v', ['a'], 't']), says: 'html: a value is malformed' },
    {
      what: 'a path that steps down',
      text: withOp(['v', [-1, 'a'], 't']),
      says: 'html: a value is malformed',
    },
    {
      what: 'a block without a branch',
      text: withOp(['i', [0, 'a'], []]),
      says: 'html: a block is malformed',
    },
    {
      what: 'something wrong inside a block',
      text: withOp(['e', [0, 'a'], [['v']], []]),
      says: 'html: a value is malformed',
    },
    {
      what: 'an unknown helper',
      text: withOp(['f', 'eval', [[0, 'a']], 't']),
      says: 'html: a helper is malformed',
    },
    {
      what: 'a helper without a value',
      text: withOp(['f', 'number', [], 't']),
      says: 'html: a helper is malformed',
    },
    {
      what: 'marketing without a topic',
      text: json({ ...marketing, topic: undefined }),
      says: 'it is marketing without a topic',
    },
    {
      what: 'transactional with a topic',
      text: json({ topic: 'news' }),
      says: 'it is transactional and has a topic',
    },
    {
      what: 'marketing with an unsubscribe link that data can hide',
      text: json({ ...marketing, locales: { en: { ...en, html: hidden } } }),
      says: 'does not show an unsubscribe link',
    },
    {
      what: 'marketing without an unsubscribe link in the text',
      text: json({ ...marketing, locales: { en: { ...en, text: ['News'] } } }),
      says: 'does not show an unsubscribe link',
    },
    {
      what: 'content that was changed after it was published',
      text: json({}).replace('Order ', 'Odder '),
      says: 'its content does not fit its hash',
    },
  ])('$what', ({ text, says }) => {
    expect(() => parseCompiledTemplate(text)).toThrow(
      expect.objectContaining({
        code: 'compiled-template',
        message: expect.stringMatching(/^compiled template .*is refused: .*; compile and publish it again$/),
      }),
    );
    expect(() => parseCompiledTemplate(text)).toThrow(says);
  });

  it.each([
    { name: 'another', hash: contentHash(compiledTemplate()) },
    { name: 'order-confirmation', hash: '1'.repeat(32) },
  ])('a template that is stored as $name, $hash', (expected) => {
    expect(() => parseCompiledTemplate(json({}), expected)).toThrow('it is stored as another one');
  });
});
