import { changesOf } from '../../../domain/template/changes.ts';
import type { CompiledTemplate } from '../../../domain/template/compiled.ts';
import { compiledTemplate, marketingTemplate } from '../compiled-template.ts';
import { aTemplate, compiled, inText } from './a-template.ts';

const meta = { currency: 'JPY', timeZone: 'Asia/Tokyo' };
const withContent = (content: string, overrides?: unknown): Promise<CompiledTemplate> =>
  compiled(aTemplate({ mjml: inText(content), meta, ...(overrides !== undefined && { overrides }) }));

describe('changesOf', () => {
  it.each([
    {
      change: 'a new required value',
      before: '{{a}}',
      after: '{{a}}{{b}}',
      breaking: ['b is new and required'],
    },
    {
      change: 'a new required value in an object',
      before: '{{o.a}}',
      after: '{{o.a}}{{o.b}}',
      breaking: ['o.b is new and required'],
    },
    {
      change: 'a new object',
      before: '{{a}}',
      after: '{{a}}{{o.b.c}}',
      breaking: ['o.b.c is new and required'],
    },
    {
      change: 'a new required value in the items of a list',
      before: '{{#each l}}{{a}}{{/each}}',
      after: '{{#each l}}{{a}}{{b}}{{/each}}',
      breaking: ['l[].b is new and required'],
    },
    {
      change: 'an optional value that becomes required',
      before: '{{#if a}}{{a}}{{/if}}',
      after: '{{a}}',
      breaking: ['a is required now'],
    },
    {
      change: 'a text that becomes a date',
      before: '{{a}}',
      after: '{{date a}}',
      breaking: [
        'a can no longer be a number',
        'a must be a date such as 2026-12-05 or 2026-12-05T18:00:00+09:00',
      ],
    },
    {
      change: 'a value that becomes a list',
      before: '{{a}}',
      after: '{{#each a}}x{{/each}}',
      breaking: ['a can no longer be a string or a number'],
    },
    {
      change: 'a new optional value',
      before: '{{a}}',
      after: '{{a}}{{#if b}}{{b}}{{/if}}',
      breaking: [],
      harmless: ['b is new and optional'],
    },
    {
      change: 'a value less',
      before: '{{a}}{{b}}',
      after: '{{a}}',
      breaking: [],
      harmless: ['b is no longer used'],
    },
    {
      change: 'a required value that becomes optional',
      before: '{{a}}',
      after: '{{#if a}}{{a}}{{/if}}',
      breaking: [],
      harmless: ['a is optional now'],
    },
    { change: 'other words', before: '{{a}}', after: 'Hello {{a}}', breaking: [], harmless: [] },
  ])('finds $change', async ({ before, after, breaking, harmless }) => {
    const changes = changesOf(await withContent(before), await withContent(after));
    const told = (wanted: boolean) =>
      changes.filter((each) => each.breaking === wanted).map(({ message }) => message);
    expect(told(true)).toEqual(breaking);
    if (harmless) expect(told(false)).toEqual(harmless);
  });

  it.each([
    { before: {}, after: { a: { maxLength: 5 } }, breaking: ['a has the maxLength 5 now'] },
    { before: { a: { maxLength: 5 } }, after: {}, breaking: [] },
    { before: {}, after: { a: { enum: ['x'] } }, breaking: ['a can only be x'] },
    {
      before: { a: { enum: ['x', 'y'] } },
      after: { a: { enum: ['y'] } },
      breaking: ['a can no longer be x'],
    },
    { before: { a: { enum: ['y'] } }, after: { a: { enum: ['x', 'y'] } }, breaking: [] },
    { before: {}, after: { a: { pattern: '^x' } }, breaking: ['a must be of another form'] },
    { before: { a: { pattern: '^x' } }, after: { a: { pattern: '^x' } }, breaking: [] },
    { before: {}, after: { n: { minimum: 1 } }, breaking: ['n has the minimum 1 now'] },
    { before: { n: { minimum: 1 } }, after: { n: { minimum: 0 } }, breaking: [] },
    { before: { n: { maximum: 1 } }, after: { n: { maximum: 0 } }, breaking: ['n has the maximum 0 now'] },
  ])('compares narrowings: $before and $after', async ({ before, after, breaking }) => {
    const content = '{{a}}{{number n}}';
    const changes = changesOf(await withContent(content, before), await withContent(content, after));
    expect(changes.filter((each) => each.breaking).map(({ message }) => message)).toEqual(breaking);
  });

  it.each([
    {
      what: 'a locale that is gone',
      before: compiledTemplate(),
      after: compiledTemplate({ locales: { en: { fromName: 'S', subject: ['S'], html: [], text: [] } } }),
      message: 'locale ja is gone',
      breaking: true,
    },
    {
      what: 'a locale that is new',
      before: compiledTemplate({ locales: {} }),
      after: compiledTemplate(),
      message: 'locale en is new',
      breaking: false,
    },
    {
      what: 'another topic',
      before: marketingTemplate(),
      after: marketingTemplate({ topic: 'events' }),
      message: 'topic is another one: who unsubscribed from the old one gets this mail again',
      breaking: true,
    },
    {
      what: 'another category',
      before: compiledTemplate(),
      after: compiledTemplate({ category: 'marketing', topic: 'news' }),
      message: 'category is marketing, and was transactional',
      breaking: true,
    },
    {
      what: 'another sender',
      before: compiledTemplate(),
      after: compiledTemplate({ from: { localPart: 'info' } }),
      message: 'from has another local part',
      breaking: false,
    },
    {
      what: 'another default locale',
      before: compiledTemplate(),
      after: compiledTemplate({ defaultLocale: 'ja' }),
      message: 'default locale is ja',
      breaking: false,
    },
  ])('finds $what', ({ before, after, message, breaking }) => {
    expect(changesOf(before, after)).toContainEqual(expect.objectContaining({ message, breaking }));
  });
});
