import type { Finding } from '../../../domain/template/check/finding.ts';

/** Where in the sources something is, below the directory of the templates. */
export interface SourcePlace {
  /** `order-confirmation/template.mjml`, `_shared/ja.yaml`. */
  readonly file: string;
  /** The string of a YAML file: `sender.brand`. */
  readonly key?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
}

/** @returns undefined when the finding names no file. */
export function sourcePlace({ template, file, line, column }: Finding): SourcePlace | undefined {
  const [, path, key] = /^(.+?)(?: \((.+)\))?$/.exec(file ?? '') ?? [];
  if (path === undefined) return undefined;
  return {
    file: path.startsWith('_shared/') ? path : `${template}/${path}`,
    ...(key !== undefined && { key }),
    ...(line !== undefined && { line }),
    ...(column !== undefined && { column }),
  };
}
