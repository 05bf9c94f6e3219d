import { shownFindings } from '../../../cli/template/preview/finding.ts';
import { sourcePlace } from '../../../cli/template/preview/source-place.ts';
import { InputError } from '../../../domain/errors.ts';
import { type Finding, findingOf } from '../../../domain/template/check/finding.ts';

const about = { template: 'demo', severity: 'error', rule: 'r', message: 'm' } as const;
const none = async () => undefined;

it.each([
  { file: 'template.mjml', path: 'demo/template.mjml', key: undefined },
  { file: 'ja.yaml (sender.brand)', path: 'demo/ja.yaml', key: 'sender.brand' },
  { file: '_shared/head.mjml', path: '_shared/head.mjml', key: undefined },
  { file: '_shared/ja.yaml (greeting)', path: '_shared/ja.yaml', key: 'greeting' },
])('$file is a file below the templates', ({ file, path, key }) => {
  const place = sourcePlace({ ...about, file, line: 3, column: 4 });
  expect(place).toEqual({ file: path, line: 3, column: 4, ...(key !== undefined && { key }) });
});

it('has no place when the finding names no file', async () => {
  expect(sourcePlace(about)).toBeUndefined();
  expect(await shownFindings([about], 'check', none)).toEqual([
    { severity: 'error', rule: 'r', message: 'm', locales: [] },
  ]);
});

it('tells once what was found in several locales', async () => {
  const findings = ['ja', 'en'].map((locale) =>
    findingOf(
      new InputError(
        'unknown-reference',
        'demo/template.mjml:2:3',
        `demo/template.mjml:2:3 (${locale}): {{@t.x}} is no string`,
      ),
    ),
  );
  const shown = await shownFindings(findings, 'compiler', async () => 'one\ntwo\nthree');
  expect(shown).toMatchObject([
    { message: '{{@t.x}} is no string', locales: ['ja', 'en'], excerpt: { line: 2, column: 3 } },
  ]);
});

it.each([
  { by: 'compiler', line: 3, says: 'counts within the string' },
  { by: 'check', line: 1, says: 'counts within the file' },
] as const)('shows line $line when the $by $says', async ({ by, line }) => {
  const finding: Finding = { ...about, file: 'en.yaml (subject)', line: 1, column: 1 };
  const [shown] = await shownFindings([finding], by, async () => 'a: b\nc: d\nsubject: Hello');
  expect(shown?.excerpt?.line).toBe(line);
});

it('shows a finding without lines when the file is gone', async () => {
  const [shown] = await shownFindings([{ ...about, file: 'template.mjml', line: 1 }], 'check', none);
  expect([shown?.place?.file, shown?.excerpt]).toEqual(['demo/template.mjml', undefined]);
});
