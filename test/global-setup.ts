import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { synthesize } from '../local/synthesize.ts';
import { assemblyDirectory } from './assembly.ts';

const project = fileURLToPath(new URL('..', import.meta.url));

/** What an assembly is made of. */
const sources = [
  'infra',
  'functions',
  'aws',
  'domain',
  'templates',
  'cli/template',
  'cdk.json',
  'package-lock.json',
];

/** Synthesizes the stack once for all tests that run it; again only when something that it is made of is newer. */
export default async function setUp(): Promise<void> {
  if (
    newest(sources.map((source) => join(project, source))) >
    (mtimeMs(join(assemblyDirectory, 'cdk.out')) ?? 0)
  ) {
    await synthesize('dev', assemblyDirectory);
  }
}

function newest(paths: readonly string[]): number {
  const times = paths.map((path) => {
    const stat = statSync(path);
    return stat.isDirectory()
      ? Math.max(stat.mtimeMs, newest(readdirSync(path).map((name) => join(path, name))))
      : stat.mtimeMs;
  });
  return Math.max(0, ...times);
}

function mtimeMs(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs;
}
