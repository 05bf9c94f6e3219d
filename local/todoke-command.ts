import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../cli/main.ts', import.meta.url));

/** Runs `todoke` as a person would, in a process of its own, against the pipeline of `localFile`. */
export type Todoke = (args: readonly string[], input?: string) => Promise<unknown>;

/** @returns a function that runs a command with `--json` and gives what it printed; it throws what the command said went wrong */
export function todokeCommand(localFile: string): Todoke {
  return async (args, input = '') => {
    const child = spawn(process.execPath, [main, ...args, '--json'], {
      env: { ...process.env, TODOKE_LOCAL_FILE: localFile },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.stdin.end(input);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', resolve);
    });
    if (code !== 0) {
      throw new Error(`todoke ${args.join(' ')} ended with ${code}:\n${err}${out}`);
    }
    return JSON.parse(out);
  };
}
