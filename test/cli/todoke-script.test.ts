import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const project = fileURLToPath(new URL('../..', import.meta.url));
const script = join(project, 'cli/todoke.js');
const run = promisify(execFile);

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'todoke-script-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Runs `todoke` as a process of its own. */
async function todoke(node: string, args: readonly string[], env: Record<string, string> = {}) {
  try {
    const { stdout, stderr } = await run(node, [script, ...args], { env: { PATH: pathOfOthers, ...env } });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

/** The search path without this project, where `node` is what the machine has. */
const pathOfOthers = (process.env.PATH ?? '')
  .split(delimiter)
  .filter((folder) => !folder.startsWith(project))
  .join(delimiter);

describe.each([
  { which: 'this one', node: process.execPath },
  { which: "the machine's", node: 'node' },
])('todoke under $which node', ({ node }) => {
  it('runs, and hands on the exit code', async () => {
    const [help, wrong] = await Promise.all([todoke(node, ['--help']), todoke(node, ['frobnicate'])]);
    expect(help).toMatchObject({ code: 0, err: '' });
    expect(help.out).toContain('campaign start');
    expect(wrong).toMatchObject({ code: 2, out: '' });
  });
});

it('goes on in silence when nobody reads its output any more', async () => {
  const child = spawn(process.execPath, [script, 'bounce', 'explain', '--json']);
  let said = '';
  child.stderr.on('data', (data) => {
    said += data;
  });
  child.stdout.destroy();
  child.stdin.end('{"diagnosticCode":"550 5.1.1 user unknown"}\n'.repeat(2_000));
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(said).toBe('');
});

it.each([['status'], ['inbox']])('%s says that a pipeline which is announced is gone', async (command) => {
  // Nothing listens on the discard port, and nobody but root could.
  const endpoint = 'http://127.0.0.1:9';
  const localFile = join(directory, 'local.json');
  writeFileSync(localFile, JSON.stringify({ endpoint, stackName: 'Todoke-dev', region: 'us-east-1' }));
  // What the user has set up for AWS itself plays no part.
  const settings = { AWS_PROFILE: 'production', AWS_ENDPOINT_URL_CLOUDFORMATION: 'http://127.0.0.1:10' };
  const ran = await todoke(process.execPath, [command], { TODOKE_LOCAL_FILE: localFile, ...settings });
  expect(ran).toMatchObject({ code: 1, out: '' });
  expect(ran.err).toMatch(/^todoke: nothing answers at http:\/\/127\.0\.0\.1:9: "npm start" runs [^\n]+\n$/);
});
