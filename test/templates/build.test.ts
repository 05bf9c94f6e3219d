import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readTemplates } from '../../cli/template/read-folder.ts';

const script = resolve('cli/template/build.ts');
let directory = '';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'todoke-templates-'));
  cpSync('templates/one-time-password', join(directory, 'in/one-time-password'), { recursive: true });
  cpSync('templates/_shared', join(directory, 'in/_shared'), { recursive: true });
});

afterEach(() => rmSync(directory, { recursive: true }));

function build(out = 'out'): Promise<{ code: number; stderr: string }> {
  return new Promise((done) => {
    execFile(process.execPath, [script, 'in', out], { cwd: directory }, (error, _stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), stderr });
    });
  });
}

function write(file: string, text: string): void {
  writeFileSync(join(directory, 'in', file), text);
}

function contents(out: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(join(directory, out)).map((file) => [file, readFileSync(join(directory, out, file), 'utf8')]),
  );
}

describe('build.ts', () => {
  it('writes a file per template under its hash, and an index; the same bytes every time', async () => {
    expect(await build('out')).toMatchObject({ code: 0 });
    expect(await build('again')).toMatchObject({ code: 0 });
    const written = contents('out');
    expect(contents('again')).toEqual(written);
    const [{ name, hash }] = JSON.parse(written['index.json'] ?? '');
    expect(Object.keys(written).sort()).toEqual(['index.json', `one-time-password.${hash}.json`]);
    expect(JSON.parse(written[`one-time-password.${hash}.json`] ?? '')).toMatchObject({ name, hash });
  });

  it('tells all that is wrong on stderr and writes nothing', async () => {
    write('one-time-password/template.mjml', '<mjml><mj-body>{{code}}{{{x}}}</mj-body></mjml>');
    const { code, stderr } = await build();
    expect(code).toBe(1);
    expect(stderr).toContain('one-time-password/template.mjml:1:24 (ja): {{{x}}}: values are always escaped');
    expect(stderr).toContain('[unescaped]');
    expect(readdirSync(directory)).toEqual(['in']);
  });

  it.each([
    { file: 'one-time-password/meta.yaml', text: 'category: spam\n', says: 'one-time-password/meta.yaml: ' },
    { file: 'one-time-password/meta.yaml', text: 'a: [', says: 'one-time-password/meta.yaml:' },
    {
      file: 'one-time-password/ja.yaml',
      text: 'title: 3\n',
      says: 'one-time-password/ja.yaml: title is not',
    },
    { file: '_shared/en.yaml', text: '- a\n', says: '_shared/en.yaml: the file is not' },
  ])('says where $file is wrong', async ({ file, text, says }) => {
    write(file, text);
    await expect(readTemplates(join(directory, 'in'))).rejects.toThrow(says);
  });

  it('refuses to run beside a .mjmlconfig, which could make MJML run code', async () => {
    writeFileSync(join(directory, '.mjmlconfig'), '{"packages":["./evil.js"]}');
    const { code, stderr } = await build();
    expect(code).toBe(1);
    expect(stderr).toContain('.mjmlconfig');
  });

  it('names a folder without a template', async () => {
    mkdirSync(join(directory, 'in/empty'));
    await expect(readTemplates(join(directory, 'in'))).rejects.toThrow('empty/template.mjml is missing');
  });
});
