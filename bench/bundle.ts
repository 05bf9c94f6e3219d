import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundle } from '../infra/bundled-code.ts';
import type { Benchmark } from './main.ts';
import { medianOf } from './timing/rounds.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const senders = ['send-notification', 'send-chunk'];
/** Of each bundle; every one takes a process of its own. */
const imports = 31;

/**
 * The bundles of both senders, as the stack deploys them. `importRatio` is the CPU time that Node takes to import one,
 * over that of a bundle of nothing but the AWS clients and commands in it: what the pipeline's own code adds to a cold
 * start. Every import happens in a fresh process, the two by turns; the median of the ratios of all turns.
 * `compilers` counts the modules of MJML and Handlebars inside.
 */
export const benchmark: Benchmark = {
  about: 'bundles of the senders: their size, and their time to import against that of the AWS clients alone',
  async *run() {
    const directory = mkdtempSync(join(tmpdir(), 'todoke-bundle-'));
    try {
      for (const sender of senders) {
        const [file, clientsFile] = [
          join(directory, `${sender}.mjs`),
          join(directory, `${sender}-clients.mjs`),
        ];
        const inputs = Object.keys(bundle(join(root, `functions/${sender}.ts`), file).inputs);
        const entry = join(directory, `${sender}-clients.ts`);
        writeFileSync(entry, clientsModule(inputs));
        bundle(entry, clientsFile);
        const turns = Array.from({ length: imports }, () => [importMs(file), importMs(clientsFile)] as const);
        const code = readFileSync(file);
        yield {
          bundle: sender,
          bytes: code.length,
          gzipBytes: gzipSync(code).length,
          clientsBytes: readFileSync(clientsFile).length,
          compilers: inputs.filter((input) => /node_modules\/(?:mjml|handlebars)/.test(input)).length,
          importRatio: rounded(medianOf(turns.map(([all, clients]) => all / clients))),
          importMs: rounded(medianOf(turns.map(([all]) => all))),
        };
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
};

/** A module that imports from the AWS SDK what those files import from it, and does nothing with it. */
function clientsModule(inputs: readonly string[]): string {
  const names = new Map<string, Set<string>>();
  for (const input of inputs.filter((each) => /^(?:aws|functions)\//.test(each))) {
    const text = readFileSync(join(root, input), 'utf8');
    for (const [, list = '', from = ''] of text.matchAll(/import \{([^}]*)\} from '(@aws-sdk\/[^']+)'/g)) {
      const values = list.split(',').map((name) => name.trim());
      const known = names.get(from) ?? new Set();
      for (const name of values) if (name !== '' && !name.startsWith('type ')) known.add(name);
      names.set(from, known);
    }
  }
  const all = [...names].map(([from, some], n) => ({
    from,
    list: [...some].map((name) => `${name} as m${n}${name}`),
  }));
  const used = all.flatMap(({ list }) => list.map((name) => name.split(' as ')[1]));
  return [
    ...all.map(
      ({ from, list }) => `import { ${list.join(', ')} } from '${join(root, 'node_modules', from)}';`,
    ),
    `globalThis.used = [${used.join(', ')}];`,
  ].join('\n');
}

function importMs(file: string): number {
  const script = `const start = process.cpuUsage();
    await import(${JSON.stringify(pathToFileURL(file).href)});
    const { user, system } = process.cpuUsage(start);
    process.stdout.write(String((user + system) / 1000));`;
  return Number(
    execFileSync(process.execPath, ['--input-type=module', '--eval', script], { encoding: 'utf8' }),
  );
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
