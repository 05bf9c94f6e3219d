import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { announce } from '../../local/announcement.ts';
import { type Pipeline, startPipeline } from '../../local/runner/pipeline.ts';
import { assemblyDirectory } from '../assembly.ts';

/** What a command printed, and its exit code. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** `out` as JSON. */
  readonly json: () => unknown;
}

/** Runs a command in this process. */
export type Todoke = (
  args: readonly string[],
  stdin?: string,
  /** A person at a terminal, who answers so; without it there is none. */
  person?: (question: string) => string,
) => Promise<Ran>;

export interface RunningTodoke {
  readonly pipeline: Pipeline;
  readonly todoke: Todoke;
  /** Writes a file and gives its path. */
  readonly file: (name: string, content: string | Uint8Array) => string;
  readonly close: () => Promise<void>;
}

/** A command line for the pipeline that `localFile` announces. */
export async function commandLine(localFile: string): Promise<Todoke> {
  process.env.TODOKE_LOCAL_FILE = localFile;
  const { main } = await import('../../cli/main.ts');
  return async (args, stdin = '', person) => {
    const out: string[] = [];
    const err: string[] = [];
    const code = await main(args, {
      out: (text) => out.push(text),
      err: (text) => err.push(text),
      stdin: async () => stdin,
      ask: person && (async (question) => person(question)),
    });
    return { code, out: out.join('\n'), err: err.join('\n'), json: () => JSON.parse(out.join('\n')) };
  };
}

/** The whole stack, and the command line that belongs to it. */
export async function startTodoke(): Promise<RunningTodoke> {
  const pipeline = await startPipeline({
    assemblyDirectory,
    seed: 1,
    onLog: () => {},
    ses: { account: { maxSendRate: 500 } },
  });
  pipeline.ses.createIdentity(pipeline.outputs.MailDomain ?? '', { verified: true });
  const directory = mkdtempSync(join(tmpdir(), 'todoke-cli-'));
  const announcement = announce(directory, pipeline);
  return {
    pipeline,
    todoke: await commandLine(announcement.file),
    file(name, content) {
      const path = join(directory, name);
      writeFileSync(path, content);
      return path;
    },
    async close() {
      await pipeline.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A one-time password that can be sent. */
export function aPassword(notificationId: string, changes: Record<string, unknown> = {}) {
  return {
    notificationId,
    template: 'one-time-password',
    recipient: { address: 'taro@example.com', name: '山田 太郎', locale: 'ja' },
    data: { code: '482913', expiresInMinutes: 10 },
    ...changes,
  };
}
