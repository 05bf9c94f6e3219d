import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';

/** One line of a benchmark: flat, numbers rounded by whoever measured them. */
export type Row = Readonly<
  Record<string, string | number | boolean | null | Readonly<Record<string, number>>>
>;

/** A benchmark: a file of this folder. All its figures come from one run, and are ratios where time is measured. */
export interface Benchmark {
  /** One sentence on what is measured, and against what. */
  readonly about: string;
  /** @param args - What was given after the name, without `--json`. */
  readonly run: (args: readonly string[]) => AsyncIterable<Row>;
}

const names = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && entry.name !== 'main.ts')
  .map(({ name }) => name.replace(/\.ts$/, ''));

const { positionals, values } = parseArgs({
  allowPositionals: true,
  strict: false,
  options: { json: { type: 'boolean', default: false } },
});
const [name = ''] = positionals;
if (!names.includes(name)) {
  process.stderr.write(`npm run bench -- NAME [--json]\n\n  ${names.join('\n  ')}\n`);
  process.exitCode = 2;
} else {
  const { benchmark } = (await import(`./${name}.ts`)) as { benchmark: Benchmark };
  process.stderr.write(`${benchmark.about}\n`);
  const args = process.argv.slice(process.argv.indexOf(name) + 1).filter((arg) => arg !== '--json');
  for await (const row of benchmark.run(args)) {
    process.stdout.write(values.json ? `${JSON.stringify(row)}\n` : `${renderRow(row)}\n`);
  }
}

function renderRow(row: Row): string {
  return Object.entries(row)
    .map(([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : value}`)
    .join('   ');
}
