#!/usr/bin/env node
// Runs the command line under Node 24, which executes TypeScript as it is. On an older Node it starts the one that
// `npm ci` put into the project.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('main.ts', import.meta.url));
const bundledNode = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));

if (Number.parseInt(process.versions.node, 10) >= 24) {
  const { runProcess } = await import('./main.ts');
  await runProcess();
} else if (existsSync(bundledNode)) {
  const { status } = spawnSync(bundledNode, [main, ...process.argv.slice(2)], { stdio: 'inherit' });
  process.exitCode = status ?? 1;
} else {
  console.error(
    `todoke needs Node 24; this is ${process.version}, and "npm ci" has not installed one into the project.`,
  );
  process.exitCode = 1;
}
