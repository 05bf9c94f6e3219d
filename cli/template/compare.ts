import type { Templates } from '../../aws/templates.ts';
import { InputError } from '../../domain/errors.ts';
import { type Change, changesOf } from '../../domain/template/changes.ts';
import type { CompiledTemplate } from '../../domain/template/compiled.ts';

/** How a template of the directory differs from the published one. */
export interface Comparison {
  readonly name: string;
  /** Hash of the template in the directory; absent when it is there no longer. */
  readonly hash?: string;
  /** Hash of the published version; absent when there is none. */
  readonly published?: string;
  readonly outcome: 'new' | 'same' | 'changed' | 'removed';
  readonly changes: readonly Change[];
}

export async function compare(template: CompiledTemplate, catalogue: Templates): Promise<Comparison> {
  const { name, hash } = template;
  const published = await readable(name, catalogue);
  if (published === undefined) return { name, hash, outcome: 'new', changes: [] };
  const outcome = published.hash === hash ? 'same' : 'changed';
  return { name, hash, published: published.hash, outcome, changes: changesOf(published, template) };
}

/** One that cannot be read is as good as none: publishing is what mends it. */
async function readable(name: string, catalogue: Templates): Promise<CompiledTemplate | undefined> {
  try {
    return await catalogue.find(name);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

export function isBreaking({ changes }: Comparison): boolean {
  return changes.some(({ breaking }) => breaking);
}

/** What people read about a comparison, a line per change. */
export function describe({ outcome, changes }: Comparison): string {
  if (outcome !== 'changed') return outcome;
  if (changes.length === 0) return 'words or looks';
  return changes.map(({ breaking, message }) => `${breaking ? 'BREAKING: ' : ''}${message}`).join('; ');
}
