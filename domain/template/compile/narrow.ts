import { type DataSchema, limits } from '../compiled.ts';
import { applyKeyword, keywords } from './narrowing-keyword.ts';

/** Says what is wrong with the narrowing of a path. */
type Report = (path: string, message: string) => void;

interface Narrowed {
  readonly schema: DataSchema;
  readonly required: boolean;
}

/**
 * Applies `schema.overrides.yaml`: by path (`order.items[].name`), what its values must be beyond what the template
 * itself needs. It can only ever make fewer data valid.
 *
 * @param report - Gets every path that the template does not use, and every keyword that is unknown, does not apply
 *   or would widen.
 */
export function narrow(schema: DataSchema, overrides: unknown, report: Report): DataSchema {
  if (!isRecord(overrides)) {
    report('', 'the file is not a set of paths');
    return schema;
  }
  let result = schema;
  for (const [path, wanted] of Object.entries(overrides)) {
    if (!isRecord(wanted)) {
      report(path, 'is not a set of keywords such as {maxLength: 40}');
      continue;
    }
    const segments = path.split(/\.|(?=\[\])/);
    const changed = applyAt(result, segments, (derived) => narrowed(derived, wanted, path, report));
    if (changed === undefined) report(path, 'is not used by the template');
    else result = changed;
  }
  return result;
}

function applyAt(
  schema: DataSchema,
  [head, ...rest]: readonly string[],
  change: (schema: DataSchema) => Narrowed,
): DataSchema | undefined {
  if (head === undefined) return undefined;
  const inner =
    head === '[]'
      ? schema.items
      : Object.hasOwn(schema.properties ?? {}, head)
        ? schema.properties?.[head]
        : undefined;
  if (inner === undefined) return undefined;
  const last = rest.length === 0 ? change(inner) : undefined;
  const changed = last?.schema ?? applyAt(inner, rest, change);
  if (changed === undefined) return undefined;
  if (head === '[]') return { ...schema, items: changed };
  const required = new Set([...(schema.required ?? []), ...(last?.required ? [head] : [])]);
  return {
    ...schema,
    properties: { ...schema.properties, [head]: changed },
    ...(required.size > 0 && { required: [...required].sort() }),
  };
}

function narrowed(
  derived: DataSchema,
  wanted: Readonly<Record<string, unknown>>,
  path: string,
  report: Report,
): Narrowed {
  let schema = derived;
  for (const [keyword, value] of Object.entries(wanted)) {
    const known = keywords.find((each) => each === keyword);
    if (known === undefined) {
      report(path, `has no keyword ${keyword}; there are ${keywords.join(', ')}`);
      continue;
    }
    const result = applyKeyword(known, value, schema, wanted);
    if (typeof result === 'string') report(path, `${keyword} ${result}`);
    else schema = result;
  }
  if ((schema.minLength ?? 0) > (schema.maxLength ?? limits.valueLength)) {
    report(path, 'minLength exceeds maxLength');
  }
  if ((schema.minimum ?? Number.NEGATIVE_INFINITY) > (schema.maximum ?? Number.POSITIVE_INFINITY)) {
    report(path, 'minimum exceeds maximum');
  }
  return { schema, required: wanted.required === true };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
