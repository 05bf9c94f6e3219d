import { InputError } from '../../../../domain/errors.ts';
import { findingOf, renderFinding } from '../../../../domain/template/check/finding.ts';

it.each([
  {
    field: 'demo/template.mjml:3:12',
    message: 'demo/template.mjml:3:12 (en): {{{x}}}: values are always escaped; write {{…}}',
    finding: {
      template: 'demo',
      locale: 'en',
      file: 'template.mjml',
      line: 3,
      column: 12,
      remedy: 'write {{…}}',
    },
  },
  {
    field: 'demo/en.yaml (subject):1:3',
    message: 'demo/en.yaml (subject):1:3 (en): {{x',
    finding: {
      template: 'demo',
      locale: 'en',
      file: 'en.yaml (subject)',
      line: 1,
      column: 3,
      message: '{{x',
    },
  },
  {
    field: 'demo/_shared/foot.mjml:2:2',
    message: 'demo/_shared/foot.mjml:2:2 (ja): a; b',
    finding: {
      template: 'demo',
      locale: 'ja',
      file: '_shared/foot.mjml',
      line: 2,
      column: 2,
      message: 'a',
      remedy: 'b',
    },
  },
  {
    field: 'demo/meta.yaml',
    message: 'demo/meta.yaml: there is no fr.yaml',
    finding: { template: 'demo', file: 'meta.yaml', message: 'there is no fr.yaml' },
  },
  {
    field: 'demo/template.mjml',
    message: 'demo/template.mjml is missing',
    finding: { template: 'demo', file: 'template.mjml', message: 'demo/template.mjml is missing' },
  },
  {
    field: '_shared/en.yaml:1:1',
    message: '_shared/en.yaml:1:1: BAD',
    finding: { template: '_shared', file: 'en.yaml' },
  },
])('$message is read as a finding', ({ field, message, finding }) => {
  expect(findingOf(new InputError('code', field, message))).toMatchObject({
    severity: 'error',
    rule: 'code',
    ...finding,
  });
});

it('a problem of the compiler reads the same as a finding and on its own', () => {
  const message = 'demo/template.mjml:3:12 (en): {{{x}}}: values are always escaped; write {{…}}';
  expect(renderFinding(findingOf(new InputError('unescaped', 'demo/template.mjml:3:12', message)))).toBe(
    `${message} [unescaped]`,
  );
});

it('a warning says that it is one', () => {
  expect(renderFinding({ template: 'demo', severity: 'warning', rule: 'contrast', message: 'a' })).toBe(
    'demo: warning: a [contrast]',
  );
});
