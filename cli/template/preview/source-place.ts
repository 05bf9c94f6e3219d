/** Where in the sources something is, below the directory of the templates. */
export interface SourcePlace {
  /** `order-confirmation/template.mjml`, `_shared/ja.yaml`. */
  readonly file: string;
  /** From 1; with a key it counts within the string of that key. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
  /** The string of a YAML file: `sender.brand`. */
  readonly key?: string;
}

const shape = /^((?:[\w.-]+\/)+[\w.-]+\.(?:mjml|yaml|json))(?: \(([\w.-]+)\))?(?::(\d+):(\d+))?$/;

/**
 * Reads the field of a problem: `order-confirmation/ja.yaml (subject):1:7`. A shared file is named below the template
 * that uses it, `order-confirmation/_shared/head.mjml:3:1`, and is meant itself.
 *
 * @returns undefined when the field names no file.
 */
export function sourcePlace(field: string): SourcePlace | undefined {
  const [, path, key, line, column] = shape.exec(field) ?? [];
  if (path === undefined) return undefined;
  return {
    file: path.replace(/^[\w.-]+\/(?=_shared\/)/, ''),
    ...(key !== undefined && { key }),
    ...(line !== undefined && { line: Number(line) }),
    ...(column !== undefined && { column: Number(column) }),
  };
}
