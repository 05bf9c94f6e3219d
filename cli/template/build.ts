import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InputError } from '../../domain/errors.ts';
import { renderFinding } from '../../domain/template/check/finding.ts';
import type { CompiledTemplate } from '../../domain/template/compiled.ts';
import { canonicalJson } from '../../domain/template/content-hash.ts';
import { checkFolder } from './check-folder.ts';
import { compileFolder } from './compile-folder.ts';

/**
 * `node cli/template/build.ts [--check] <templates dir> <out dir>`: writes `<name>.<hash>.json` for every template and
 * `index.json`, a list of `{name, hash}`. The same templates give the same bytes. With `--check`, a template that
 * `todoke template publish` would refuse is refused here too.
 */
async function build(from: string, to: string, check: boolean): Promise<void> {
  const templates = check ? await checkedTemplates(from) : await compileFolder(from);
  await mkdir(to, { recursive: true });
  for (const template of templates) {
    await writeFile(join(to, `${template.name}.${template.hash}.json`), canonicalJson(template));
  }
  const index = templates.map(({ name, hash }) => ({ name, hash }));
  await writeFile(join(to, 'index.json'), `${JSON.stringify(index, undefined, 2)}\n`);
}

/** @throws AggregateError of the lines that say what is wrong. */
async function checkedTemplates(from: string): Promise<CompiledTemplate[]> {
  const checked = await checkFolder(from, []);
  const errors = checked.flatMap(({ findings }) => findings.filter(({ severity }) => severity === 'error'));
  if (errors.length > 0) throw new AggregateError(errors.map(renderFinding), 'templates have errors');
  return checked.flatMap(({ template }) => template ?? []);
}

const { values, positionals } = parseArgs({
  options: { check: { type: 'boolean' } },
  allowPositionals: true,
});
const [from, to] = positionals;
if (from === undefined || to === undefined) {
  console.error('usage: node cli/template/build.ts [--check] <templates dir> <out dir>');
  process.exitCode = 2;
} else {
  try {
    await build(from, to, values.check === true);
  } catch (error) {
    const problems = error instanceof AggregateError ? error.errors : [error];
    for (const problem of problems) {
      console.error(problem instanceof InputError ? `${problem.message} [${problem.code}]` : problem);
    }
    process.exitCode = 1;
  }
}
