import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../domain/errors.ts';
import { canonicalJson } from '../../domain/template/content-hash.ts';
import { compileFolder } from './compile-folder.ts';

/**
 * `node cli/template/build.ts <templates dir> <out dir>`: writes `<name>.<hash>.json` for every template and
 * `index.json`, a list of `{name, hash}`. The same templates give the same bytes.
 */
async function build(from: string, to: string): Promise<void> {
  const templates = await compileFolder(from);
  await mkdir(to, { recursive: true });
  for (const template of templates) {
    await writeFile(join(to, `${template.name}.${template.hash}.json`), canonicalJson(template));
  }
  const index = templates.map(({ name, hash }) => ({ name, hash }));
  await writeFile(join(to, 'index.json'), `${JSON.stringify(index, undefined, 2)}\n`);
}

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) {
  console.error('usage: node cli/template/build.ts <templates dir> <out dir>');
  process.exitCode = 2;
} else {
  try {
    await build(from, to);
  } catch (error) {
    const problems = error instanceof AggregateError ? error.errors : [error];
    for (const problem of problems) {
      console.error(problem instanceof InputError ? `${problem.message} [${problem.code}]` : problem);
    }
    process.exitCode = 1;
  }
}
