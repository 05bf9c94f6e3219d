import fc from 'fast-check';
import Handlebars from 'handlebars';
import { type CompiledTemplate, limits, type Part } from '../../../domain/template/compiled.ts';
import { localeOf } from '../../../domain/template/locale.ts';
import { textOf } from '../../../domain/template/pieces.ts';
import { fillMail, renderMail, renderPart } from '../../../domain/template/render.ts';
import { missingData } from '../../../domain/template/validate.ts';
import { aTemplate, compiled, inBody, inText } from './a-template.ts';

/** A template whose HTML and text are one part, with a schema that asks for nothing. */
function ofPart(html: Part, locales: readonly string[] = ['en']): CompiledTemplate {
  const locale = { fromName: 'Example', subject: ['Hello'], html, text: html };
  return {
    name: 'demo',
    hash: '',
    category: 'transactional',
    defaultLocale: 'en',
    from: { localPart: 'no-reply' },
    locales: Object.fromEntries(locales.map((tag) => [tag, locale])),
    schema: { type: 'object' },
  };
}

const name: Part = [['v', [0, 'order', 'name'], 't']];
const names: Part = [['e', [0, 'items'], [['v', [0, 'name'], 't'], ' ', ['v', [1, 'x'], 't']], ['none']]];

describe('renderMail', () => {
  it.each([
    { when: 'a value is absent', part: name, data: { order: {} }, code: 'missing-data', field: 'order.name' },
    {
      when: 'a value is null',
      part: name,
      data: { order: { name: null } },
      code: 'missing-data',
      field: 'order.name',
    },
    {
      when: 'a value is undefined',
      part: name,
      data: { order: { name: undefined } },
      code: 'missing-data',
      field: 'order.name',
    },
    {
      when: 'the object around it is absent',
      part: name,
      data: {},
      code: 'missing-data',
      field: 'order.name',
    },
    {
      when: 'the object around it is a list',
      part: name,
      data: { order: [] },
      code: 'missing-data',
      field: 'order.name',
    },
    {
      when: 'the value is inherited',
      part: name,
      data: { order: Object.create({ name: 'x' }) },
      code: 'missing-data',
      field: 'order.name',
    },
    {
      when: 'a value is an object',
      part: name,
      data: { order: { name: {} } },
      code: 'wrong-type',
      field: 'order.name',
    },
    {
      when: 'a value is a list',
      part: name,
      data: { order: { name: ['x'] } },
      code: 'wrong-type',
      field: 'order.name',
    },
    {
      when: 'a value is a boolean',
      part: name,
      data: { order: { name: true } },
      code: 'wrong-type',
      field: 'order.name',
    },
    {
      when: 'a value is not a number',
      part: name,
      data: { order: { name: Number.NaN } },
      code: 'wrong-type',
      field: 'order.name',
    },
    {
      when: 'a value is a function',
      part: name,
      data: { order: { name: () => 'x' } },
      code: 'wrong-type',
      field: 'order.name',
    },
    {
      when: 'a value is too long',
      part: name,
      data: { order: { name: 'x'.repeat(limits.valueLength + 1) } },
      code: 'value-too-long',
      field: 'order.name',
    },
    { when: 'a list is absent', part: names, data: {}, code: 'missing-data', field: 'items' },
    { when: 'a list is a string', part: names, data: { items: 'abc' }, code: 'wrong-type', field: 'items' },
    {
      when: 'an item lacks a value',
      part: names,
      data: { x: 1, items: [{ name: 'a' }, {}] },
      code: 'missing-data',
      field: 'items[1].name',
    },
    {
      when: 'an item is null',
      part: names,
      data: { x: 1, items: [null] },
      code: 'missing-data',
      field: 'items[0].name',
    },
    {
      when: 'a value outside the list is absent',
      part: names,
      data: { items: [{ name: 'a' }] },
      code: 'missing-data',
      field: 'x',
    },
    {
      when: 'a list is too long',
      part: names,
      data: { items: Array(limits.listLength + 1).fill({ name: '' }) },
      code: 'list-too-long',
      field: 'items',
    },
  ])('throws $code at $field when $when', ({ part, data, code, field }) => {
    expect(() => renderMail(ofPart(part), 'en', data)).toThrow(
      expect.objectContaining({ name: 'InputError', code, field }),
    );
  });

  it('stops when a mail grows beyond its limit', () => {
    const inner: Part = [['e', [1, 'items'], [['v', [0], 't']], []]];
    const items = Array(limits.listLength).fill('x'.repeat(1000));
    expect(() => renderMail(ofPart([['e', [0, 'items'], inner, []]]), 'en', { items })).toThrow(
      expect.objectContaining({ code: 'mail-too-large' }),
    );
  });

  it.each([
    { subject: 'a\r\nBcc: x@example.com', code: 'header-injection', field: 'title' },
    { subject: 'a\u202eb', code: 'header-injection', field: 'title' },
    { subject: ' ', code: 'subject-length', field: 'subject' },
    { subject: 'x'.repeat(limits.subjectLength + 1), code: 'subject-length', field: 'subject' },
  ])('refuses $subject as a subject', ({ subject, code, field }) => {
    const template = ofPart([]);
    const locales = {
      en: { fromName: 'Example', html: [], text: [], subject: [['v', [0, 'title'], 'h']] },
    } as const;
    expect(() => renderMail({ ...template, locales }, 'en', { title: subject })).toThrow(
      expect.objectContaining({ code, field }),
    );
  });

  it('fills an empty list, numbers and own properties that look like others', () => {
    expect(renderPart(names, 'en', { items: [] })).toBe('none');
    expect(renderPart([['v', [0, 'n'], 't']], 'en', { n: 0 })).toBe('0');
    expect(
      renderPart([['v', [0, 'length'], 't']], 'en', JSON.parse('{"__proto__":{"a":1},"length":"5"}')),
    ).toBe('5');
  });

  it('escapes what a formatter writes: Swiss German groups digits with apostrophes', () => {
    const part: Part = [['f', 'number', [[0, 'n']], 'a']];
    expect(new Intl.NumberFormat('de-CH').format(1234567)).toMatch(/['’]/);
    expect(renderPart(part, 'de-CH', { n: 1234567 })).not.toContain("'");
  });

  it('never looks at values twice', async () => {
    const template = await compiled(aTemplate({ mjml: inText('{{x}}') }));
    expect(renderMail(template, 'en', { x: '{{y}} x7f3a00000x' }).html).toContain('>{{y}} x7f3a00000x<');
  });

  it.each([
    { value: false },
    { value: 0 },
    { value: '' },
    { value: [] },
    { value: null },
    { value: true },
    { value: 1 },
    { value: '0' },
    { value: [0] },
    { value: {} },
  ])('decides an #if on $value as Handlebars does', ({ value }) => {
    const ours = renderPart([['i', [0, 'x'], ['yes'], ['no']]], 'en', { x: value });
    expect(ours).toBe(Handlebars.compile('{{#if x}}yes{{else}}no{{/if}}')({ x: value }));
  });

  it('means what Handlebars means, whatever the harmless data', async () => {
    const text =
      '{{a}} {{o.b}}{{#if a}} A{{else if o.c}} C{{else}} none{{/if}}{{#unless a}} no{{/unless}}' +
      '{{#each list}} [{{n}} {{../a}}{{#each m}}<{{this}} {{../n}} {{../../o.b}}>{{else}}-{{/each}}]{{else}} empty{{/each}}';
    const template = await compiled(
      aTemplate({ mjml: inBody(''), en: { subject: 'S', fromName: 'F', text } }),
    );
    const theirs = Handlebars.compile(text, { noEscape: true });
    const word = fc.stringMatching(/^[a-z0-9]{0,5}$/);
    const plain = { noNullPrototype: true };
    const item = fc.record({ n: word, m: fc.array(word, { maxLength: 3 }) }, plain);
    const data = fc.record(
      { a: word, o: fc.record({ b: word, c: fc.boolean() }, plain), list: fc.array(item, { maxLength: 3 }) },
      plain,
    );
    fc.assert(fc.property(data, (each) => expect(renderMail(template, 'en', each).text).toBe(theirs(each))));
  });
});

describe('localeOf', () => {
  it.each([
    { wanted: 'ja', taken: 'ja' },
    { wanted: 'ja-JP', taken: 'ja' },
    { wanted: 'JA_jp', taken: 'ja' },
    { wanted: 'ja-Hira-JP', taken: 'ja' },
    { wanted: 'pt-BR', taken: 'pt-BR' },
    { wanted: 'pt-br', taken: 'pt-BR' },
    { wanted: 'pt', taken: 'en' },
    { wanted: 'fr', taken: 'en' },
    { wanted: '__proto__', taken: 'en' },
    { wanted: '', taken: 'en' },
    { wanted: undefined, taken: 'en' },
  ])('takes $taken for $wanted', ({ wanted, taken }) => {
    expect(localeOf(ofPart([], ['en', 'ja', 'pt-BR']), wanted)).toBe(taken);
  });
});

describe('missingData', () => {
  const source = aTemplate({
    mjml: inText(
      '{{order.id}} {{#each order.items}}{{name}}{{/each}}{{#if note}}{{note}}{{/if}}{{#if gift}}{{from}}{{/if}}',
    ),
  });
  const good = { order: { id: 'A', items: [{ name: 'a' }] }, gift: false };

  it.each([
    { what: 'nothing wrong', data: good, fields: [] },
    { what: 'more than needed', data: { ...good, more: 1 }, fields: [] },
    { what: 'an optional value', data: { ...good, note: 'n' }, fields: [] },
    { what: 'an optional null', data: { ...good, note: null }, fields: [] },
    { what: 'an absent condition', data: { order: good.order }, fields: ['gift'] },
    { what: 'an absent object', data: { gift: true }, fields: ['order.id'] },
    {
      what: 'several absences',
      data: { order: { items: [{}, { name: {} }] } },
      fields: ['gift', 'order.id', 'order.items[0].name', 'order.items[1].name'],
    },
    { what: 'an optional value of a wrong type', data: { ...good, note: {} }, fields: ['note'] },
    { what: 'a value that a true condition needs', data: { ...good, gift: true }, fields: ['from'] },
    {
      what: 'reserved names',
      data: { ...good, recipient: {}, unsubscribeUrl: '' },
      fields: ['recipient', 'unsubscribeUrl'],
    },
  ])('finds $fields for $what', async ({ data, fields }) => {
    expect(missingData(await compiled(source), data).map(({ field }) => field)).toEqual(fields);
  });
});

describe('fillMail', () => {
  const long = `<p>${'ようこそ。'.repeat(50)}</p>`;
  const greeting: Part = ['<b>', ...name, '</b>', long, ['e', [0, 'items'], [['v', [0], 't'], long], []]];
  const fill = (order: string, items: readonly string[]) =>
    fillMail(template, 'en', { order: { name: order }, items }).html;
  const template = ofPart(greeting);

  it('leaves long literals in pieces of their own, the same objects in every mail', () => {
    const [first, second] = [fill('<Taro>', ['a']), fill('Hanako', ['b', 'c'])];
    expect(first).toEqual(['<b>&lt;Taro&gt;</b>', { literal: long }, 'a', { literal: long }]);
    expect(second).toEqual([
      '<b>Hanako</b>',
      { literal: long },
      'b',
      { literal: long },
      'c',
      { literal: long },
    ]);
    expect([second[1], second[3], second[5]].map((each) => each === first[1] || each === first[3])).toEqual([
      true,
      true,
      true,
    ]);
  });

  it('is what `renderMail` renders', () => {
    const data = { order: { name: 'Taro' }, items: ['a', 'b'] };
    const { html, ...rest } = fillMail(template, 'en', data);
    expect({ ...rest, html: textOf(html) }).toEqual(renderMail(template, 'en', data));
    expect(textOf(html)).toBe(`<b>Taro</b>${long}a${long}b${long}`);
  });
});
