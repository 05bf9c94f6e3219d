import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadMjml } from '../../../cli/template/mjml-compiler.ts';
import { openWorkspace, type Workspace } from '../../../cli/template/preview/workspace.ts';

const shipped = fileURLToPath(new URL('../../../templates', import.meta.url));
const mjml = loadMjml();
const names = ['one-time-password', 'shipping-notice'];

let directory: string;
let workspace: Workspace;
let compiled: number;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'todoke-workspace-'));
  for (const name of ['_shared', ...names])
    cpSync(join(shipped, name), join(directory, name), { recursive: true });
  workspace = openWorkspace(
    directory,
    (source) => {
      compiled += 1;
      return mjml(source);
    },
    [],
  );
  await changed();
  compiled = 0;
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function changed(first?: string): Promise<string[]> {
  const heard: string[] = [];
  await workspace.refresh(first, (name) => heard.push(name));
  return heard;
}
const edit = (path: string, from: string, to: string) => {
  const text = readFileSync(join(directory, path), 'utf8');
  expect(text).toContain(from);
  writeFileSync(join(directory, path), text.replace(from, to));
};
const errors = (name: string) =>
  workspace.draft(name)?.findings.filter(({ severity }) => severity === 'error') ?? [];

it('holds every template, compiled, with its samples', () => {
  expect(workspace.drafts().map(({ name, stale }) => [name, stale])).toEqual(
    names.map((name) => [name, false]),
  );
  expect(workspace.draft('one-time-password')?.template?.locales).toHaveProperty('ja');
  expect(workspace.draft('one-time-password')?.samples.sample.data).toHaveProperty('code');
  expect(names.flatMap(errors)).toEqual([]);
});

it('compiles nothing when nothing has changed', async () => {
  expect([await changed(), compiled]).toEqual([[], 0]);
});

it('compiles one template after its own file, and tells once it is compiled and once it is checked', async () => {
  edit('one-time-password/ja.yaml', 'title: ', 'title: 新しい');
  expect(await changed()).toEqual(['one-time-password', 'one-time-password']);
  expect(compiled).toBe(2);
});

it('compiles all after a shared file, the one on show first', async () => {
  edit('_shared/ja.yaml', 'あおば商店', 'わかば商店');
  expect((await changed('shipping-notice')).slice(0, 2)).toEqual(['shipping-notice', 'one-time-password']);
  expect(compiled).toBe(4);
});

it('keeps the last version that compiled beside what is wrong now, until it is mended', async () => {
  const before = workspace.draft('one-time-password')?.template;
  edit('one-time-password/template.mjml', '{{@t.expiry}}', '{{@t.expired}}');
  await changed();
  expect(workspace.draft('one-time-password')).toMatchObject({ stale: true, template: before });
  expect(errors('one-time-password')).toMatchObject([
    {
      rule: 'unknown-reference',
      locales: ['en', 'ja'],
      place: { file: 'one-time-password/template.mjml' },
      excerpt: {
        lines: expect.arrayContaining([
          { number: expect.any(Number), text: expect.stringContaining('{{@t.expired}}') },
        ]),
      },
    },
  ]);
  edit('one-time-password/template.mjml', '{{@t.expired}}', '{{@t.expiry}}');
  await changed();
  expect(workspace.draft('one-time-password')).toMatchObject({ stale: false, template: before });
  expect(errors('one-time-password')).toEqual([]);
});

it.each([
  {
    what: 'YAML of its own',
    path: 'one-time-password/ja.yaml',
    text: 'a: [',
    rule: 'yaml',
    stale: [true, false],
  },
  { what: 'shared YAML', path: '_shared/ja.yaml', text: 'a: [', rule: 'yaml', stale: [true, true] },
  {
    what: 'its settings',
    path: 'one-time-password/meta.yaml',
    text: 'a: b',
    rule: 'meta',
    stale: [true, false],
  },
])('names the file when $what cannot be read', async ({ path, text, rule, stale }) => {
  writeFileSync(join(directory, path), text);
  await changed();
  expect(workspace.drafts().map((draft) => draft.stale)).toEqual(stale);
  expect(errors('one-time-password')).toMatchObject([{ rule, place: { file: path } }]);
});

it('tells when a sample is not enough for a mail', async () => {
  writeFileSync(join(directory, 'one-time-password/sample.json'), '{}');
  await changed();
  expect(workspace.draft('one-time-password')?.stale).toBe(false);
  expect(errors('one-time-password')[0]?.message).toMatch(/ is missing$/);
});

it('hears of templates that come and go', async () => {
  cpSync(join(directory, 'one-time-password'), join(directory, 'fresh'), { recursive: true });
  rmSync(join(directory, 'shipping-notice'), { recursive: true });
  expect(new Set(await changed())).toEqual(new Set(['shipping-notice', 'fresh']));
  expect(workspace.drafts().map(({ name }) => name)).toEqual(['fresh', 'one-time-password']);
});
