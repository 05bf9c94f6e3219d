import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSample } from '../../../cli/template/preview/samples.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'todoke-samples-'));
  mkdirSync(join(directory, 'demo'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const written = (text: string) => {
  writeFileSync(join(directory, 'demo/sample.json'), text);
  return readSample(directory, 'demo', 'sample');
};

it('reads an object', async () => {
  expect(await written('{"a": [1]}')).toEqual({ data: { a: [1] } });
});

it.each([
  { what: 'a missing comma', text: '{\n  "a": 1\n  "b": 2\n}', field: 'demo/sample.json:3:3' },
  { what: 'a word, of which V8 does not tell the place', text: '{"a": x}', field: 'demo/sample.json' },
  { what: 'an early end', text: '{\n  "a": 1\n', field: 'demo/sample.json:3:1' },
  { what: 'a list', text: '[]', field: 'demo/sample.json:1:1' },
  { what: 'null', text: 'null', field: 'demo/sample.json:1:1' },
])('tells the place of $what, and nothing of the data', async ({ text, field }) => {
  const { problem } = await written(text);
  expect([problem?.code, problem?.field]).toEqual(['json', field]);
  expect(problem?.message).toMatch(
    /^demo\/sample\.json is not JSON$|^demo\/sample\.json is not a JSON object$/,
  );
});

it('says that there is none', async () => {
  const { problem } = await readSample(directory, 'demo', 'sample.worst');
  expect([problem?.code, problem?.field]).toEqual(['missing-file', 'demo/sample.worst.json']);
});
