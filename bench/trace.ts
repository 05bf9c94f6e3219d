import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { announce } from '../local/announcement.ts';
import type { Benchmark } from './main.ts';
import { noLimit, startStack, withAssembly } from './send/running-stack.ts';
import { fill } from './trace/filled-stack.ts';
import { addressOf, sesMessageIdOf } from './trace/rows.ts';

const filling = { notifications: 100_000, recipients: 40_000, campaigns: 5, recipientsPerCampaign: 20_000 };

const script = fileURLToPath(new URL('../cli/todoke.js', import.meta.url));

/** What is asked: whom there is mail of both kinds for, whom there is none for, and single mails. */
const questions: readonly (readonly string[])[] = [
  ...Array.from({ length: 8 }, (_, i) => [addressOf(i * 2_501)]),
  ['nobody@example.com'],
  ...['notification-77777', 'notification-15', 'notification-1021', 'notification-2042'].map((id) => [id]),
  [`<${sesMessageIdOf(50_001)}@email.amazonses.com>`],
  ['c#news-3#17#42'],
];

interface Answer {
  readonly mails: readonly { readonly verdict: { readonly code: string } }[];
}

export const benchmark: Benchmark = {
  about:
    'How long "todoke trace" takes over 200,000 deliveries, as a process of its own and the start of Node included: npm run bench -- trace [--json]. traceSeconds is the longest of a dozen questions.',
  async *run() {
    const directory = mkdtempSync(join(tmpdir(), 'todoke-trace-'));
    try {
      yield* await withAssembly(async (assemblyDirectory) => {
        const pipeline = await startStack(assemblyDirectory, noLimit);
        try {
          const { file } = announce(directory, pipeline);
          const startMs = performance.now();
          const deliveries = await fill(pipeline, filling, Date.now());
          const fillSeconds = secondsSince(startMs);
          const seconds: number[] = [];
          const verdicts: Record<string, number> = {};
          let mails = 0;
          for (const question of questions) {
            const askedMs = performance.now();
            const answer = await ask(file, question);
            seconds.push(secondsSince(askedMs));
            mails += answer.mails.length;
            for (const { verdict } of answer.mails) {
              verdicts[verdict.code] = (verdicts[verdict.code] ?? 0) + 1;
            }
          }
          const sorted = seconds.toSorted((one, other) => one - other);
          const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
          return [
            {
              deliveries,
              traceSeconds: sorted.at(-1) ?? 0,
              medianSeconds: median,
              questions: questions.length,
              mails,
              verdicts,
              fillSeconds,
            },
          ];
        } finally {
          await pipeline.close();
        }
      });
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

function secondsSince(startMs: number): number {
  return Number(((performance.now() - startMs) / 1000).toFixed(3));
}

/** Exit code 1 is an answer: there is no such mail. */
async function ask(localFile: string, question: readonly string[]): Promise<Answer> {
  const child = spawn(process.execPath, [script, 'trace', ...question, '--json'], {
    env: { ...process.env, TODOKE_LOCAL_FILE: localFile },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  return JSON.parse(out) as Answer;
}
