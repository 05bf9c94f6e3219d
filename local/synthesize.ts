import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('..', import.meta.url));

/**
 * Synthesizes the CDK app as `cdk synth` does, offline and without credentials.
 *
 * @returns the assembly's directory
 * @throws Error with what the app printed, when it fails
 */
export async function synthesize(stage: string, outputDirectory: string): Promise<string> {
  await mkdir(outputDirectory, { recursive: true });
  const child = spawn(process.execPath, ['infra/app.ts'], {
    cwd: project,
    env: {
      ...process.env,
      CDK_OUTDIR: outputDirectory,
      CDK_CONTEXT_JSON: JSON.stringify({ stage }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  if (code !== 0) {
    throw new Error(`the stack cannot be synthesized:\n${output}`);
  }
  return outputDirectory;
}
