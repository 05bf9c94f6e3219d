import { compileTemplate } from '../../domain/template/compile/compile-template.ts';
import type { CompiledTemplate } from '../../domain/template/compiled.ts';
import { loadMjml } from './mjml-compiler.ts';
import { readTemplates } from './read-folder.ts';

/**
 * Compiles every template of a directory, in the order of their names.
 *
 * @throws InputError when a file cannot be read as what it is; AggregateError of InputErrors with all that is wrong
 *   in the templates.
 */
export async function compileFolder(directory: string): Promise<CompiledTemplate[]> {
  const sources = await readTemplates(directory);
  const mjml = loadMjml();
  const templates: CompiledTemplate[] = [];
  const problems: Error[] = [];
  for (const source of sources) {
    const compilation = await compileTemplate(source, mjml);
    if (compilation.problems) problems.push(...compilation.problems);
    else templates.push(compilation.template);
  }
  if (problems.length > 0) throw new AggregateError(problems, `${problems.length} problems in the templates`);
  return templates;
}
