import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { synthesize } from '../local/synthesize.ts';
import { assemblies } from './assembly.ts';

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

/** Synthesizes the stages once for all tests; again only when something that they are made of is newer. */
export default async function setUp(): Promise<void> {
  const changedMs = newest(sources.map((source) => join(project, source)));
  await Promise.all(
    Object.entries(assemblies)
      .filter(([, directory]) => changedMs > (mtimeMs(join(directory, 'cdk.out')) ?? 0))
      .map(([stage, directory]) => synthesize(stage, directory)),
  );
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
