import { InputError } from '../../../../domain/errors.ts';
import { checkTemplate } from '../../../../domain/template/check/check-template.ts';
import { exampleOf } from '../../../../domain/template/check/example-data.ts';
import { missingData } from '../../../../domain/template/validate.ts';
import { compiled } from '../a-template.ts';
import { aGoodTemplate } from './a-good-template.ts';

const missing = (file: string) => new InputError('missing-file', `demo/${file}`, `demo/${file} is missing`);
const source = aGoodTemplate({
  content: `<mj-text>{{a}} {{number n}} {{date d 'long' 'Asia/Tokyo'}} {{currency p c}} <a href="{{u}}">a link</a>
    {{#if o}}{{o}}{{/if}}{{#if f}}!{{/if}}{{#each l}}{{x}}{{/each}}</mj-text><mj-image src="{{u}}" />`,
});

it('data that do not fit are errors, in the locale that cannot be rendered', async () => {
  const found = checkTemplate(source, await compiled(source), { sample: {}, worst: { a: 'x' } });
  expect(found.map(({ severity, rule, file, locale }) => [severity, rule, file, locale])).toEqual([
    ['error', 'missing-data', 'sample.json', 'en'],
    ['error', 'missing-data', 'sample.worst.json', 'en'],
  ]);
});

it('without samples the check makes data up, and finds what there is to find', async () => {
  const samples = { sample: missing('sample.json'), worst: missing('sample.worst.json') };
  const found = checkTemplate(source, await compiled(source), samples);
  expect(found.map(({ severity, rule }) => [severity, rule])).toEqual([
    ['warning', 'missing-sample'],
    ['warning', 'missing-sample'],
    ['error', 'missing-alt'],
  ]);
});

it('a sample that is not JSON is an error', async () => {
  const samples = {
    sample: new InputError('json', 'demo/sample.json', 'demo/sample.json is not JSON'),
    worst: {},
  };
  expect(checkTemplate(source, await compiled(source), samples)[0]).toMatchObject({
    severity: 'error',
    rule: 'json',
  });
});

it('made-up data satisfy the schema that they are made from', async () => {
  const template = await compiled(source);
  expect(missingData(template, Object(exampleOf(template.schema)))).toEqual([]);
});
