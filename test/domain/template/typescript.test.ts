import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { typeScriptOf } from '../../../domain/template/typescript.ts';
import { aTemplate, compiled, inText } from './a-template.ts';

let directory = '';
let types = '';

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'todoke-types-'));
  const order = await compiled(
    aTemplate({
      name: 'order',
      mjml: inText(
        '{{no}} {{currency total coin}} {{date due}} {{#if note}}{{note}}{{/if}}{{#if vip}}!{{/if}}' +
          '{{#each items}}{{name}}{{/each}}{{#each tags}}{{this}}{{/each}}',
      ),
      meta: { timeZone: 'Asia/Tokyo' },
      overrides: {
        coin: { enum: ['JPY', 'USD'] },
        no: { type: 'string', pattern: '*/'.slice(1), description: 'a */ b' },
      },
    }),
  );
  const plain = await compiled(aTemplate({ name: 'plain' }));
  types = typeScriptOf([plain, order]);
  writeFileSync(join(directory, 'templates.ts'), types);
});
afterAll(() => rmSync(directory, { recursive: true }));

/** What the TypeScript compiler has to say about each use, in one run. */
function compileAll(uses: readonly string[]): Promise<string> {
  const head = `import type { Notification } from './templates.ts';\nconst recipient = { address: 'a@example.com' };\n`;
  const files = uses.map((use, order) => {
    const file = join(directory, `use-${order}.ts`);
    writeFileSync(
      file,
      `${head}export const it: Notification = { notificationId: 'n', recipient, ${use} };\n`,
    );
    return file;
  });
  const options = ['--noEmit', '--strict', '--allowImportingTsExtensions', '--ignoreConfig', '--types', ''];
  return new Promise((done) => {
    execFile(
      process.execPath,
      [resolve('node_modules/typescript/bin/tsc'), ...options, ...files],
      { cwd: directory },
      (_error, stdout) => done(stdout),
    );
  });
}

const order = (data: string) => `template: 'order', data: ${data}`;
const good =
  "{ no: 'A', total: 1, coin: 'JPY', due: '2026-12-05', vip: true, items: [{ name: 'a' }], tags: ['b'] }";

const cases = [
  { use: order(good), wrong: '' },
  { use: order(good.replace('{ n', "{ note: 'x', n")), wrong: '' },
  { use: "template: 'plain', data: {}", wrong: '' },
  { use: order(good.replace("no: 'A', ", '')), wrong: "'no' is missing" },
  { use: order(good.replace('no:', 'nomber:')), wrong: 'not assignable' },
  { use: order(good.replace("'A'", '1')), wrong: "'number' is not assignable to type 'string'" },
  { use: order(good.replace("'JPY'", "'EUR'")), wrong: `"EUR"' is not assignable` },
  { use: order(good.replace("'2026-12-05'", 'new Date(0)')), wrong: "'Date' is not assignable" },
  {
    use: order(good.replace("[{ name: 'a' }]", "{ name: 'a' }")),
    wrong: "'name' does not exist in type 'readonly",
  },
  { use: "template: 'oder', data: {}", wrong: `"oder"' is not assignable` },
  { use: "template: 'plain', data: { code: 1 }", wrong: 'not assignable' },
];

it('publishing compiles with the data that the template needs, and with nothing else', async () => {
  const said = await compileAll(cases.map(({ use }) => use));
  for (const [order, { wrong }] of cases.entries()) {
    const about = said
      .split(/^(?=use-)/m)
      .filter((line) => line.startsWith(`use-${order}.ts`))
      .join('');
    if (wrong === '') expect([order, about]).toEqual([order, '']);
    else expect(about).toContain(wrong);
  }
});

it('the same templates give the same text in any order, and a comment cannot be left', async () => {
  expect(types).toContain('/** a * / b */');
  const templates = await Promise.all(['b', 'a'].map((name) => compiled(aTemplate({ name }))));
  expect(typeScriptOf(templates)).toBe(typeScriptOf([...templates].reverse()));
});
