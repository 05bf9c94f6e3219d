import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { FunctionPool } from '../../local/runner/lambda/function-pool.ts';
import type { Pipeline } from '../../local/runner/pipeline.ts';
import type { BareLoopEvent } from './bare-loop.ts';
import type { CapturedMail } from './captured-mail.ts';
import type { WorkerFacts } from './stack-facts.ts';

/** The bare loop in as many threads as a worker of the stack has, with its memory, and signing as it does. */
export interface BareSenders {
  /** Sends all mails so many times, an equal share in each thread. */
  send(times: number): Promise<void>;
  close(): Promise<void>;
}

const entryPoint = fileURLToPath(new URL('./bare-loop.ts', import.meta.url));

/** @param inFlight - Calls that each thread has under way. */
export async function startBareSenders(
  { endpoint, place }: Pipeline,
  worker: WorkerFacts,
  mails: readonly CapturedMail[],
  inFlight: number,
): Promise<BareSenders> {
  const directory = mkdtempSync(join(tmpdir(), 'todoke-bare-'));
  const pool = new FunctionPool({
    place,
    endpoint: () => endpoint,
    onLog: (_, line) => process.stderr.write(`${line}\n`),
  });
  // As `infra/bundled-code.ts` bundles a function: the same client in the same form.
  buildSync({
    entryPoints: [entryPoint],
    outfile: join(directory, 'index.mjs'),
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minify: true,
    mainFields: ['module', 'main'],
    logLevel: 'warning',
  });
  pool.add({
    logicalId: worker.logicalId,
    name: 'bare-loop',
    arn: 'bare-loop',
    roleArn: '',
    codeDirectory: directory,
    handler: 'index.handler',
    timeoutSeconds: 900,
    memoryMb: worker.memoryMegabytes,
    variables: {},
  });

  /** In every thread at once, so that each of them gets one. */
  async function everywhere(eventOf: (thread: number) => BareLoopEvent): Promise<void> {
    const threads = Array.from({ length: worker.maxConcurrency }, (_, thread) => thread);
    const results = await Promise.all(
      threads.map((thread) => pool.invoke(worker.logicalId, JSON.stringify(eventOf(thread)))),
    );
    const failed = results.find((result) => result.outcome !== 'done' || result.functionError !== undefined);
    if (failed !== undefined) {
      throw new Error(`the bare loop failed: ${JSON.stringify(failed)}`);
    }
  }

  const share = Math.ceil(mails.length / worker.maxConcurrency);
  const fileOf = (thread: number) => join(directory, `${thread}.json`);
  for (let thread = 0; thread < worker.maxConcurrency; thread++) {
    writeFileSync(fileOf(thread), JSON.stringify(mails.slice(thread * share, (thread + 1) * share)));
  }
  await everywhere((thread) => ({ kind: 'load', file: fileOf(thread) }));
  return {
    send: (times) => everywhere(() => ({ kind: 'send', inFlight, times })),
    async close() {
      await pool.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
