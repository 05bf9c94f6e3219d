import { types } from 'node:util';
import { InputError } from '../../domain/errors.ts';
import { checkTemplate, type Samples } from '../../domain/template/check/check-template.ts';
import type { Rule } from '../../domain/template/check/checked-mail.ts';
import { type Finding, findingOf } from '../../domain/template/check/finding.ts';
import { compileTemplate } from '../../domain/template/compile/compile-template.ts';
import type { MjmlCompiler, TemplateSource } from '../../domain/template/compile/source.ts';
import type { CompiledTemplate } from '../../domain/template/compiled.ts';
import { CommandError } from '../command.ts';
import { loadMjml } from './mjml-compiler.ts';
import { readSample } from './preview/samples.ts';
import { readShared, readTemplate, type SharedSource, templateNames } from './read-folder.ts';

/** A template of a directory, and all that there is to say about it. */
export interface CheckedTemplate {
  readonly name: string;
  readonly source?: TemplateSource;
  /** Absent when it does not compile. */
  readonly template?: CompiledTemplate;
  readonly samples?: Samples;
  readonly findings: readonly Finding[];
}

/**
 * Compiles and checks templates of a directory.
 *
 * @param names - Those wanted; none means all.
 * @param moreRules - Rules beyond those that every check has, made with MJML at hand.
 */
export async function checkFolder(
  directory: string,
  names: readonly string[],
  moreRules: (mjml: MjmlCompiler) => Promise<readonly Rule[]> = async () => [],
): Promise<CheckedTemplate[]> {
  const there = await namesIn(directory);
  const unknown = names.find((name) => !there.includes(name));
  if (unknown !== undefined) throw new CommandError(`there is no template "${unknown}" in ${directory}`);
  const shared = await unlessWrong(() => readShared(directory));
  if (shared instanceof InputError) return [{ name: '_shared', findings: [findingOf(shared)] }];
  const mjml = compiler();
  const rules = await moreRules(mjml);
  const checked: CheckedTemplate[] = [];
  for (const name of there.filter((each) => names.length === 0 || names.includes(each))) {
    checked.push(await checkOne(directory, name, shared, mjml, rules));
  }
  return checked;
}

/** True when nothing keeps any of them from being published. */
export function isPublishable(checked: readonly CheckedTemplate[]): boolean {
  return checked.every(({ findings }) => findings.every(({ severity }) => severity !== 'error'));
}

async function checkOne(
  directory: string,
  name: string,
  shared: SharedSource,
  mjml: MjmlCompiler,
  rules: readonly Rule[],
): Promise<CheckedTemplate> {
  const source = await unlessWrong(() => readTemplate(directory, name, shared));
  if (source instanceof InputError) return { name, findings: [findingOf(source)] };
  const { template, problems } = await compiled(source, mjml);
  if (template === undefined) return { name, source, findings: problems.map(findingOf) };
  const [sample, worst] = await Promise.all([
    readSample(directory, name, 'sample'),
    readSample(directory, name, 'sample.worst'),
  ]);
  const samples = { sample: sample.problem ?? sample.data, worst: worst.problem ?? worst.data };
  return { name, source, template, samples, findings: checkTemplate(source, template, samples, rules) };
}

async function compiled(
  source: TemplateSource,
  mjml: MjmlCompiler,
): Promise<{ template?: CompiledTemplate; problems: readonly InputError[] }> {
  const compilation = await compileTemplate(source, mjml);
  return compilation.problems ? { problems: compilation.problems } : { ...compilation, problems: [] };
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await templateNames(directory);
  } catch (error) {
    if (!types.isNativeError(error) || !('code' in error) || error.code !== 'ENOENT') throw error;
    throw new CommandError(`there is no directory ${directory}`);
  }
}

function compiler(): MjmlCompiler {
  try {
    return loadMjml();
  } catch (error) {
    throw types.isNativeError(error) ? new CommandError(error.message) : error;
  }
}

async function unlessWrong<T>(step: () => Promise<T>): Promise<T | InputError> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}
