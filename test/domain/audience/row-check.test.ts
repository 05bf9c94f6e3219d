import fc from 'fast-check';
import { rowCheck } from '../../../domain/audience/row-check.ts';
import type { CompiledTemplate, DataSchema, Part } from '../../../domain/template/compiled.ts';
import { missingData } from '../../../domain/template/validate.ts';
import { marketingTemplate } from '../compiled-template.ts';

const schema: DataSchema = {
  type: 'object',
  properties: {
    plan: { type: 'string', maxLength: 50 },
    code: { type: ['string', 'number', 'null'] },
    link: { type: 'string' },
    when: { type: 'string' },
    deep: { type: 'object', properties: { note: { type: 'string', maxLength: 50 } }, required: ['note'] },
    list: { type: 'array', items: { type: 'string' } },
  },
  required: ['plan'],
};

const op = fc.constantFrom<Part[number]>(
  'literal',
  ['v', [0, 'plan'], 't'],
  ['v', [0, 'plan'], 'p'],
  ['v', [0, 'plan'], 'u'],
  ['v', [0, 'plan'], 'c'],
  ['v', [0, 'code'], 'x'],
  ['v', [0, 'link'], 'l'],
  ['v', [0, 'deep', 'note'], 'a'],
  ['v', [0, 'unsubscribeUrl'], 'u'],
  ['v', [0, 'recipient', 'name'], 't'],
  ['i', [0, 'code'], [['v', [0, 'code'], 't']], ['no']],
  ['i', [0, 'code'], [['v', [0, 'link'], 't']], []],
  ['i', [0, 'deep', 'note'], [['v', [0, 'deep', 'note'], 't']], [['v', [0, 'code'], 't']]],
  ['i', [0, 'deep'], [['v', [0, 'deep', 'note'], 't']], []],
  ['f', 'date', [[0, 'when'], 'medium', 'Asia/Tokyo'], 't'],
  ['e', [0, 'list'], [['v', [0], 't']], ['none']],
);
const part = fc.array(op, { maxLength: 3 });
const good = fc.constantFrom('Pro', 'https://example.com/x', '2026-11-24T09:00:00Z', '#fff');
const bad = fc.constantFrom(
  '',
  'a\nb',
  'javascript:x',
  'x'.repeat(40),
  '"'.repeat(9_000),
  'y'.repeat(10_001),
);
const text = fc.oneof({ weight: 9, arbitrary: good }, { weight: 1, arbitrary: bad });
const plain = fc.record(
  {
    plan: text,
    code: fc.oneof(text, fc.integer(), fc.constant(null)),
    link: text,
    when: text,
    deep: fc.record({ note: text }),
    list: fc.array(text, { maxLength: 3 }),
  },
  { requiredKeys: ['plan'] },
);
const odd = fc.record(
  {
    plan: fc.oneof(text, fc.constant(null), fc.integer()),
    code: fc.boolean(),
    deep: fc.oneof(fc.constant({}), text),
    recipient: text,
  },
  { requiredKeys: [] },
);
const data = fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: odd });

describe('rowCheck', () => {
  it('answers as missingData does, whatever the template and the data', () => {
    const locale = fc.record({
      fromName: fc.constant('Todoke'),
      subject: fc.constantFrom<Part>(['Hello'], ['Hi ', ['v', [0, 'plan'], 'h']], [['v', [0, 'plan'], 'h']]),
      html: part,
      text: part,
    });
    let fine = 0;
    fc.assert(
      fc.property(locale, locale, fc.array(data, { maxLength: 5 }), (ja, en, rows) => {
        const template: CompiledTemplate = marketingTemplate({ schema, locales: { ja, en } });
        const { firstProblem: check } = rowCheck(template);
        for (const row of rows) {
          for (const wanted of [undefined, 'en', 'fr']) {
            const [expected] = missingData(template, row, wanted);
            fine += Number(expected === undefined);
            expect(check(row, wanted, JSON.stringify(row).length)).toEqual(expected);
          }
        }
      }),
      { numRuns: 1500 },
    );
    expect(fine).toBeGreaterThan(1_000);
  });

  it('finds out that a mail grows too large, though no value is', () => {
    const html = Array.from({ length: 60 }, (): Part[number] => ['v', [0, 'plan'], 't']);
    const base = marketingTemplate({
      schema: {
        type: 'object',
        properties: { plan: { type: 'string', maxLength: 10_000 } },
        required: ['plan'],
      },
    });
    const locales = { en: { fromName: 'Todoke', subject: ['Hello'], html, text: [] } };
    const { firstProblem: check } = rowCheck({ ...base, locales, defaultLocale: 'en' });
    const row = (plan: string) => check({ plan }, 'en', JSON.stringify({ plan }).length)?.code;
    expect([row('x'), row('x'.repeat(8_000)), row('x'.repeat(9_000)), row('"'.repeat(2_000))]).toEqual([
      undefined,
      undefined,
      'mail-too-large',
      'mail-too-large',
    ]);
  });
});
