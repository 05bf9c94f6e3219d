import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { types } from 'node:util';
import { InputError } from '../../../domain/errors.ts';
import { checkTemplate } from '../../../domain/template/check/check-template.ts';
import type { Rule } from '../../../domain/template/check/checked-mail.ts';
import { findingOf } from '../../../domain/template/check/finding.ts';
import { compileTemplate } from '../../../domain/template/compile/compile-template.ts';
import type { MjmlCompiler, TemplateSource } from '../../../domain/template/compile/source.ts';
import type { CompiledTemplate } from '../../../domain/template/compiled.ts';
import { canonicalJson } from '../../../domain/template/content-hash.ts';
import { readShared, readTemplate, type SharedSource, templateNames } from '../read-folder.ts';
import { type ReadSource, type ShownFinding, shownFindings } from './finding.ts';
import { readSample, type Sample, type SampleName, sampleNames } from './samples.ts';

/** One template as it stands on disk. */
export interface Draft {
  readonly name: string;
  /** The last version that compiled since the preview started. */
  readonly template: CompiledTemplate | undefined;
  /** True when what is on disk now does not compile, so that `template` is an earlier version. */
  readonly stale: boolean;
  readonly findings: readonly ShownFinding[];
  readonly samples: Readonly<Record<SampleName, Sample>>;
}

export interface Workspace {
  /** In the order of their names. */
  readonly drafts: () => readonly Draft[];
  readonly draft: (name: string) => Draft | undefined;
  /**
   * Reads everything again and compiles what has changed: one template after its own file, all after a shared one.
   * Checks, which take longer, come after.
   *
   * @param first - The template that somebody looks at, which comes before the others.
   * @param onChange - Hears the name of each draft as soon as it has changed, come or gone.
   */
  readonly refresh: (first: string | undefined, onChange: (name: string) => void) => Promise<void>;
}

/** What a draft is made from. */
interface Sources {
  readonly source: TemplateSource | InputError;
  readonly samples: Draft['samples'];
}

interface Entry {
  readonly draft: Draft;
  readonly made: string;
}

/** A page that shows the first template asks three times for it; the others wait, for they keep the thread busy. */
const headStartMs = 120;

/** @param rules - Rules beyond those that every check has. */
export function openWorkspace(directory: string, mjml: MjmlCompiler, rules: readonly Rule[]): Workspace {
  const entries = new Map<string, Entry>();
  const read: ReadSource = (file) => sourceText(directory, file);

  const compiled = async (name: string, { source, samples }: Sources): Promise<Draft> => {
    const before = entries.get(name)?.draft;
    const compilation =
      source instanceof InputError ? { problems: [source] } : await compileTemplate(source, mjml);
    const stale = compilation.problems !== undefined;
    return {
      name,
      template: stale ? before?.template : compilation.template,
      stale,
      findings: stale
        ? await shownFindings(compilation.problems.map(findingOf), 'compiler', read)
        : before?.stale === false
          ? before.findings
          : [],
      samples,
    };
  };
  const checked = async (draft: Draft, { source, samples }: Sources): Promise<Draft> => {
    if (source instanceof InputError || draft.stale || !draft.template) return draft;
    const data = {
      sample: samples.sample.problem ?? samples.sample.data,
      worst: samples['sample.worst'].problem ?? samples['sample.worst'].data,
    };
    const findings = checkTemplate(source, draft.template, data, rules);
    return { ...draft, findings: await shownFindings(findings, 'check', read) };
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
      const changed: { draft: Draft; made: string; sources: Sources }[] = [];
      for (const name of names.toSorted((a, b) => Number(b === first) - Number(a === first))) {
        const sources = await sourcesOf(directory, name, shared);
        const made = canonicalJson(plain(sources));
        if (entries.get(name)?.made === made) continue;
        const draft = await compiled(name, sources);
        entries.set(name, { draft, made });
        changed.push({ draft, made, sources });
        onChange(name);
        if (name === first) await setTimeout(headStartMs);
      }
      for (const { draft, made, sources } of changed) {
        entries.set(draft.name, { draft: await checked(draft, sources), made });
        onChange(draft.name);
      }
    },
  };
}

async function sourcesOf(
  directory: string,
  name: string,
  shared: SharedSource | InputError,
): Promise<Sources> {
  const [source, usual, worst] = await Promise.all([
    shared instanceof InputError ? shared : orProblem(() => readTemplate(directory, name, shared)),
    readSample(directory, name, 'sample'),
    readSample(directory, name, 'sample.worst'),
  ]);
  return { source, samples: { sample: usual, 'sample.worst': worst } };
}

async function orProblem<T>(step: () => Promise<T>): Promise<T | InputError> {
  try {
    return await step();
  } catch (error) {
    if (error instanceof InputError) return error;
    // A folder that is renamed or deleted while it is read.
    if (isMissing(error))
      return new InputError('missing-file', 'templates', 'a file vanished while it was read');
    throw error;
  }
}

/** What JSON shows of sources; of errors it shows nothing by itself. */
function plain({ source, samples }: Sources): unknown {
  const told = (value: unknown) =>
    value instanceof InputError ? [value.code, value.field, value.message] : value;
  return [told(source), sampleNames.map((name) => told(samples[name].problem ?? samples[name].data))];
}

/** Findings name files below the directory; nothing else is read. */
async function sourceText(directory: string, file: string): Promise<string | undefined> {
  if (file.split('/').includes('..')) return undefined;
  try {
    return (await readFile(join(directory, file), 'utf8')).replaceAll('\r\n', '\n');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (
    types.isNativeError(error) && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
  );
}
