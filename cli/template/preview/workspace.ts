import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { types } from 'node:util';
import { InputError } from '../../../domain/errors.ts';
import { compileTemplate } from '../../../domain/template/compile/compile-template.ts';
import type { MjmlCompiler, TemplateSource } from '../../../domain/template/compile/source.ts';
import type { CompiledTemplate } from '../../../domain/template/compiled.ts';
import { canonicalJson } from '../../../domain/template/content-hash.ts';
import { missingData } from '../../../domain/template/validate.ts';
import { readShared, readTemplate, type SharedSource, templateNames } from '../read-folder.ts';
import { type Finding, findingOf, mergedLocales, type ReadSource } from './finding.ts';
import { readSample, type Sample, type SampleName, sampleNames } from './samples.ts';

/** One template as it stands on disk. */
export interface Draft {
  readonly name: string;
  /** The last version that compiled since the preview started. */
  readonly template: CompiledTemplate | undefined;
  /** True when what is on disk now does not compile, so that `template` is an earlier version. */
  readonly stale: boolean;
  readonly findings: readonly Finding[];
  readonly samples: Readonly<Record<SampleName, Sample>>;
}

export interface Workspace {
  /** In the order of their names. */
  readonly drafts: () => readonly Draft[];
  readonly draft: (name: string) => Draft | undefined;
  /**
   * Reads everything again and compiles what has changed: one template after its own file, all after a shared one.
   *
   * @param first - The template that somebody looks at, which is compiled before the others.
   * @param onChange - Hears the name of each draft as soon as it has changed, come or gone.
   */
  readonly refresh: (first: string | undefined, onChange: (name: string) => void) => Promise<void>;
}

interface Entry {
  readonly draft: Draft;
  /** What the draft was made from. */
  readonly made: string;
}

export function openWorkspace(directory: string, mjml: MjmlCompiler): Workspace {
  const entries = new Map<string, Entry>();
  const read: ReadSource = (file) => sourceText(directory, file);

  const draftOf = async (
    name: string,
    source: TemplateSource | InputError,
    samples: Draft['samples'],
  ): Promise<Draft> => {
    const compilation =
      source instanceof InputError ? { problems: [source] } : await compileTemplate(source, mjml);
    const template = compilation.problems ? undefined : compilation.template;
    const problems = compilation.problems ?? sampleProblems(name, compilation.template, samples);
    return {
      name,
      template: template ?? entries.get(name)?.draft.template,
      stale: template === undefined,
      findings: mergedLocales(await Promise.all(problems.map((problem) => findingOf(problem, read)))),
      samples,
    };
  };

  return {
    drafts: () => [...entries.values()].map(({ draft }) => draft).sort((a, b) => (a.name < b.name ? -1 : 1)),
    draft: (name) => entries.get(name)?.draft,
    async refresh(first, onChange) {
      const [names, shared] = await Promise.all([
        templateNames(directory),
        orProblem(() => readShared(directory)),
      ]);
      for (const gone of [...entries.keys()].filter((name) => !names.includes(name))) {
        entries.delete(gone);
        onChange(gone);
      }
      for (const name of names.toSorted((a, b) => Number(b === first) - Number(a === first))) {
        const source = await sourceOf(directory, name, shared);
        const samples = await samplesOf(directory, name);
        const made = canonicalJson([plain(source), sampleNames.map((each) => plain(samples[each]))]);
        if (entries.get(name)?.made === made) continue;
        entries.set(name, { draft: await draftOf(name, source, samples), made });
        onChange(name);
      }
    },
  };
}

async function sourceOf(
  directory: string,
  name: string,
  shared: SharedSource | InputError,
): Promise<TemplateSource | InputError> {
  return shared instanceof InputError ? shared : orProblem(() => readTemplate(directory, name, shared));
}

async function samplesOf(directory: string, name: string): Promise<Draft['samples']> {
  const [usual, worst] = await Promise.all([
    readSample(directory, name, 'sample'),
    readSample(directory, name, 'sample.worst'),
  ]);
  return { sample: usual, 'sample.worst': worst };
}

/** The samples are there so that they can be rendered. */
function sampleProblems(name: string, template: CompiledTemplate, samples: Draft['samples']): InputError[] {
  return sampleNames.flatMap((each) => {
    const { problem } = samples[each];
    if (problem) return [problem];
    const [first] = missingData(template, samples[each].data);
    const file = `${name}/${each}.json`;
    return first ? [new InputError(first.code, file, `${file}: ${first.message}`)] : [];
  });
}

async function orProblem<T>(step: () => Promise<T>): Promise<T | InputError> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof InputError) return error;
    // A folder that is renamed or deleted while it is read.
    if (types.isNativeError(error) && 'code' in error && error.code === 'ENOENT') {
      return new InputError('missing-file', 'templates', 'a file vanished while it was read');
    }
    throw error;
  }
}

/** Errors have no properties that JSON shows. */
function plain(value: unknown): unknown {
  return value instanceof InputError ? [value.code, value.field, value.message] : value;
}

/** Only files below the directory: the places of problems name no others. */
async function sourceText(directory: string, file: string): Promise<string | undefined> {
  if (file.split('/').includes('..')) return undefined;
  try {
    return (await readFile(join(directory, file), 'utf8')).replaceAll('\r\n', '\n');
  } catch (error) {
    if (types.isNativeError(error) && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
