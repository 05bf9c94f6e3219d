import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from '../../infra/bundled-code.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'todoke-bundle-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

it.each(['send-notification', 'send-chunk'])('%s renders, and holds no template compiler', (sender) => {
  const { inputs } = bundle(`functions/${sender}.ts`, join(directory, 'index.mjs'));
  const files = Object.keys(inputs);
  expect(files).toContain('domain/template/render.ts');
  expect(files.filter((file) => /domain\/template\/compile\//.test(file))).toEqual([]);
  expect(
    files.filter((file) => /node_modules\/(?:mjml|handlebars|htmlnano|juice|cheerio)/.test(file)),
  ).toEqual([]);
});
