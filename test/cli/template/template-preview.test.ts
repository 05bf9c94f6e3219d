import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { commandLine, type Todoke } from '../running-todoke.ts';

const project = fileURLToPath(new URL('../../..', import.meta.url));

let directory: string;
let todoke: Todoke;
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'todoke-preview-'));
  todoke = await commandLine(join(directory, 'local.json'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it.each([
  {
    when: 'the port is no port',
    args: ['--port', '70000'],
    code: 2,
    says: '--port takes a whole number from 0 to 65535',
  },
  {
    when: 'the port is a word',
    args: ['--port', 'any'],
    code: 2,
    says: '--port takes a whole number from 0 to 65535',
  },
  { when: 'there are two names', args: ['a', 'b'], code: 2, says: 'unexpected argument "b"' },
  {
    when: 'the directory is missing',
    args: ['--templates', 'no/such'],
    code: 1,
    says: 'there is no directory',
  },
  {
    when: 'the template is missing',
    args: ['no-such', '--port', '0'],
    code: 1,
    says: 'there is no template "no-such" in',
  },
])('ends with $code when $when', async ({ args, code, says }) => {
  const templates = args.includes('--templates') ? [] : ['--templates', directory];
  const ran = await todoke(['template', 'preview', ...args, ...templates]);
  expect([ran.code, ran.out]).toEqual([code, '']);
  expect(ran.err).toContain(says);
});

it('writes the address of its page, serves it, and ends when it is interrupted', async () => {
  const args = ['cli/main.ts', 'template', 'preview', 'one-time-password', '--port', '0'];
  const preview = spawn(process.execPath, args, { cwd: project, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => preview.once('exit', resolve));
  const [url] = await new Promise<string[]>((resolve) =>
    preview.stdout.setEncoding('utf8').once('data', (text: string) => resolve(text.split('\n'))),
  );
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?template=one-time-password$/);
  expect((await fetch(url ?? '')).status).toBe(200);
  preview.kill('SIGINT');
  expect(await ended).toBe(0);
});
