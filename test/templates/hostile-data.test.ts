import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { compileFolder } from '../../cli/template/compile-folder.ts';
import { parseAddress } from '../../domain/address.ts';
import { InputError } from '../../domain/errors.ts';
import { composeMail, type Mail } from '../../domain/mail.ts';
import type { CompiledTemplate, DataSchema } from '../../domain/template/compiled.ts';
import { textOf } from '../../domain/template/pieces.ts';
import { missingData } from '../../domain/template/validate.ts';
import { sender } from './raw-mail.ts';
import { skeleton } from './skeleton.ts';

type Data = Record<string, unknown>;

const templates = await compileFolder('templates');
const cases = templates.flatMap((template) =>
  Object.keys(template.locales).map((locale) => ({ name: template.name, locale, template })),
);

/** What has broken out of one context or another somewhere. */
const tricks = [
  '"><b x="',
  "'><i>",
  '-->',
  '<![endif]-->',
  '</title>',
  '</td></table>',
  '<script>alert(1)</script>',
  '&lt;b&gt;',
  '{{x}}',
  '{{{x}}}',
  'x7f3a00000x',
  '" onload="x',
  ');x:url(',
  'javascript:alert(1)',
  '\ud800',
  '=?UTF-8?B?QQ==?=',
];
/** What no header takes, and no URL. */
const controls = ['\r\nBcc: x@example.com', '\nX-Header: y', '\u2028', '\u202eabc', '\0'];
const text = fc
  .oneof(
    { weight: 12, arbitrary: fc.constantFrom(...tricks) },
    { weight: 4, arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }) },
    { weight: 1, arbitrary: fc.constantFrom(...controls) },
  )
  .map((each) => `x${each}`);
const url = fc
  .tuple(fc.constantFrom('https://www.example.com/', 'https://www.example.com/?q='), text)
  .map(([start, each]) => start + each.replaceAll(' ', ''));

/** Data of the form that a template asks for, with anything at all where it takes a text. */
function dataOf(schema: DataSchema): fc.Arbitrary<unknown> {
  const types = [schema.type].flat();
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.properties !== undefined) {
    return fc.record(
      Object.fromEntries(Object.entries(schema.properties).map(([name, each]) => [name, dataOf(each)])),
    );
  }
  if (schema.items !== undefined) return fc.array(dataOf(schema.items), { minLength: 1, maxLength: 3 });
  if (types.includes('boolean')) return fc.boolean();
  if (isUrl(schema)) return url;
  if (schema.pattern !== undefined) return fc.constantFrom(...samples.filter((each) => fits(schema, each)));
  return text.map((each) => each.slice(0, schema.maxLength));
}

const samples = [
  '24',
  '1234',
  '123456',
  '12.5',
  'JPY',
  'USD',
  '2026-12-05T18:00:00+09:00',
  '2028-02-29T00:00Z',
];

function fits(schema: Pick<DataSchema, 'pattern' | 'allOf' | 'minimum' | 'maximum'>, value: string): boolean {
  const { pattern, allOf = [], minimum = Number(value), maximum = Number(value) } = schema;
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) return false;
  return !(Number(value) < minimum || Number(value) > maximum) && allOf.every((form) => fits(form, value));
}

function isUrl(schema: DataSchema): boolean {
  return schema.pattern !== undefined && fits(schema, 'https://www.example.com/');
}

/** The same, with words where it takes a text. */
function harmless(schema: DataSchema, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => harmless(schema.items ?? schema, item));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [
        name,
        harmless(schema.properties?.[name] ?? schema, each),
      ]),
    );
  }
  if (typeof value !== 'string' || schema.enum !== undefined) return value;
  if (isUrl(schema)) return 'https://www.example.com/x';
  return schema.pattern === undefined ? 'x' : value;
}

function mailOf(template: CompiledTemplate, locale: string, data: unknown, name: string): Mail {
  return composeMail(
    {
      key: { kind: 'notification', notificationId: 'n1' },
      template,
      recipient: { address: parseAddress('hanako@example.com', 'address'), name, locale },
      data: data as Data,
    },
    sender,
  );
}

/** Line ends of a value become `<br>`, which is no way out of its place. */
function tagsOf({ html }: Mail): string[] {
  return skeleton(textOf(html)).filter((tag) => !/^<\/?br ?>$/.test(tag));
}

function headerLines({ fromHeader, toHeader, subject, headers }: Mail): string[] {
  return [
    `From: ${fromHeader}`,
    `To: ${toHeader}`,
    `Subject: ${subject}`,
    ...Object.entries(headers).map((each) => each.join(': ')),
  ];
}

const refusals = new Set([
  'header-injection',
  'unsafe-url',
  'wrong-type',
  'subject-length',
  'value-not-allowed',
]);

describe.each(cases)('$name in $locale', ({ template, locale }) => {
  it('has the tags and the header of harmless data, whatever the data, or refuses them', () => {
    let rendered = 0;
    fc.assert(
      fc.property(dataOf(template.schema), text, (data, name) => {
        const plain = mailOf(template, locale, harmless(template.schema, data), 'x');
        let mail: Mail;
        try {
          mail = mailOf(template, locale, data, name);
        } catch (error) {
          if (error instanceof InputError && refusals.has(error.code)) return;
          throw error;
        }
        rendered++;
        expect(tagsOf(mail)).toEqual(tagsOf(plain));
        const fields = (lines: readonly string[]) => lines.map((line) => line.split(':', 1)[0]);
        expect(fields(headerLines(mail))).toEqual(fields(headerLines(plain)));
        for (const line of headerLines(mail))
          expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      }),
      { numRuns: 50 },
    );
    expect(rendered).toBeGreaterThan(15);
  });

  it('names a value of a wrong type, and never shows one', () => {
    const sample = JSON.parse(readFileSync(`templates/${template.name}/sample.json`, 'utf8'));
    for (const { path, types } of leavesOf(template.schema)) {
      const field = path.join('.').replaceAll('.0', '[0]');
      for (const wrong of [
        null,
        undefined,
        {},
        [],
        { toString: () => 'x' },
        () => 'x',
        Number.NaN,
        Number.POSITIVE_INFINITY,
      ]) {
        const data = withValue(sample, path, wrong);
        const [problem] = missingData(template, data, locale);
        if (problem === undefined) {
          const leftOut = wrong === null || wrong === undefined;
          // An optional value may be left out, and what only decides an #if may be anything.
          expect({ field, wrong, allowed: leftOut || types.includes('boolean') }).toEqual({
            field,
            wrong,
            allowed: true,
          });
          const { html, text: plainText, subject } = mailOf(template, locale, data, 'x');
          expect(`${textOf(html)}${plainText}${subject}`).not.toMatch(/undefined|\[object|NaN|Infinity|=> /);
        } else expect(problem.field).toBe(field);
      }
    }
  });
});

interface Leaf {
  readonly path: readonly string[];
  readonly types: readonly string[];
}

function leavesOf(schema: DataSchema, path: readonly string[] = []): Leaf[] {
  if (schema.items) return leavesOf(schema.items, [...path, '0']);
  if (!schema.properties) return [{ path, types: [schema.type].flat() }];
  return Object.entries(schema.properties).flatMap(([name, each]) => leavesOf(each, [...path, name]));
}

function withValue(data: unknown, [key = '', ...rest]: readonly string[], value: unknown): Data {
  const copy: Data | unknown[] = Array.isArray(data) ? [...data] : { ...(data as Data) };
  const record = copy as Data;
  record[key] = rest.length === 0 ? value : withValue(record[key], rest, value);
  return record;
}
