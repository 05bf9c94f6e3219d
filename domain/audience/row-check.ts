import type { InputError } from '../errors.ts';
import {
  type CompiledLocale,
  type CompiledTemplate,
  type Context,
  type DataSchema,
  limits,
  type Op,
  type Part,
  type Path,
  reservedNames,
} from '../template/compiled.ts';
import { schemaProblems } from '../template/schema-check.ts';
import { missingData } from '../template/validate.ts';

/** What the pipeline provides, by path. */
const providedTexts: ReadonlySet<string> = new Set(['recipient.address', 'recipient.name', 'unsubscribeUrl']);

/** What one character of a value can become: `&quot;`, or `%E3%81%82` in a URL. */
const maxGrowth = 9;

/**
 * `missingData` for millions of rows: its answer, in a fraction of its time. Of the template only those places are rendered for each
 * row of which the schema cannot know whether they will work out: links, formats, what depends on a condition. That can only tell
 * that nothing is wrong; any problem is put into words by `missingData` itself.
 *
 * @returns `firstProblem`, and the size below which the schema alone decides on a row
 */
export function rowCheck(template: CompiledTemplate) {
  const doubtful = doubtfulPlacesOf(template);
  const nothingDoubtful =
    doubtful !== undefined &&
    Object.values(doubtful.locales).every(({ subject, html, text }) =>
      [subject, html, text].every((part) => part.every((op) => typeof op === 'string')),
    ) &&
    missingData(doubtful, {}).length === 0;
  const room = doubtful === undefined ? 0 : roomOf(template);

  function firstProblem(
    data: Readonly<Record<string, unknown>>,
    locale: string | undefined,
    /** UTF-16 units of the row as JSON, or more. */
    rowLength: number,
  ): InputError | undefined {
    const plain =
      doubtful !== undefined &&
      rowLength <= room &&
      !reservedNames.some((name) => Object.hasOwn(data, name)) &&
      schemaProblems(template.schema, data).length === 0 &&
      (nothingDoubtful || missingData(doubtful, data, locale).length === 0);
    return plain ? undefined : missingData(template, data, locale)[0];
  }

  return {
    firstProblem,
    /** UTF-16 units of a row as JSON; 0 where something has to be rendered for each row. */
    schemaDecidesUpTo: nothingDoubtful ? Math.max(0, room) : 0,
  };
}

/** Characters of a row up to which no part can grow beyond the limit, whatever is escaped. */
function roomOf(template: CompiledTemplate): number {
  const parts = Object.values(template.locales).flatMap(({ html, text }) => [html, text]);
  const rooms = parts.map((part) => {
    const { literal, holes } = sizeOf(part);
    return (limits.outputLength - literal) / (maxGrowth * Math.max(1, holes));
  });
  return Math.min(...rooms);
}

function sizeOf(part: Part): { literal: number; holes: number } {
  const total = { literal: 0, holes: 0 };
  for (const op of part) {
    if (typeof op === 'string') {
      total.literal += op.length;
    } else if (op[0] === 'i') {
      for (const branch of [op[2], op[3]]) {
        const { literal, holes } = sizeOf(branch);
        total.literal += literal;
        total.holes += holes;
      }
    } else {
      // Room for what a number, a date or the address of the recipient is written as.
      total.literal += 1000;
      total.holes++;
    }
  }
  return total;
}

/** The template without what cannot fail; undefined where it repeats parts, since then a row says little about the mail's size. */
function doubtfulPlacesOf(template: CompiledTemplate): CompiledTemplate | undefined {
  const locales: Record<string, CompiledLocale> = {};
  for (const [tag, locale] of Object.entries(template.locales)) {
    if (repeats(locale.html) || repeats(locale.text)) {
      return undefined;
    }
    const rest = (part: Part) => doubtfulOps(part, template.schema, []);
    locales[tag] = { ...locale, html: rest(locale.html), text: rest(locale.text) };
  }
  // Checked before, and in full.
  return { ...template, locales, schema: { type: 'object' } };
}

function repeats(part: Part): boolean {
  return part.some(
    (op) =>
      typeof op !== 'string' && (op[0] === 'e' || (op[0] === 'i' && (repeats(op[2]) || repeats(op[3])))),
  );
}

/** @param present - Paths that a condition around the part has found to be there. */
function doubtfulOps(part: Part, schema: DataSchema, present: readonly string[]): Op[] {
  return part.flatMap((op): Op[] => {
    if (typeof op === 'string') {
      return [];
    }
    if (op[0] === 'v') {
      return cannotFail(op[1], op[2], schema, present) ? [] : [op];
    }
    if (op[0] === 'i') {
      const then = doubtfulOps(op[2], schema, [...present, keyOf(op[1])]);
      const otherwise = doubtfulOps(op[3], schema, present);
      return then.length + otherwise.length === 0 ? [] : [['i', op[1], then, otherwise]];
    }
    return [op];
  });
}

/** Texts and their like take any string or number; links, styles and headers do not. */
function cannotFail(path: Path, context: Context, schema: DataSchema, present: readonly string[]): boolean {
  const provided = path.slice(1).join('.');
  if (provided === 'unsubscribeUrl' && (context === 'u' || context === 'l')) {
    return true;
  }
  return (
    (context === 't' || context === 'a' || context === 'x' || context === 'p') &&
    (providedTexts.has(provided) || isTextOrNumber(path, schema, present.includes(keyOf(path))))
  );
}

/** Whether the schema lets nothing but a text of allowed length or a number be there. */
function isTextOrNumber(path: Path, schema: DataSchema, isPresent: boolean): boolean {
  let inner: DataSchema | undefined = schema;
  for (const name of path.slice(1)) {
    if (typeof name !== 'string' || inner?.properties === undefined) {
      return false;
    }
    if (!isPresent && inner.required?.includes(name) !== true) {
      return false;
    }
    inner = Object.hasOwn(inner.properties, name) ? inner.properties[name] : undefined;
  }
  const types = typeof inner?.type === 'string' ? [inner.type] : (inner?.type ?? []);
  return (
    path.length > 1 &&
    path[0] === 0 &&
    types.length > 0 &&
    types.every((type) => type === 'string' || type === 'number' || (isPresent && type === 'null')) &&
    (!types.includes('string') || (inner?.maxLength ?? Number.POSITIVE_INFINITY) <= limits.valueLength)
  );
}

function keyOf(path: Path): string {
  return JSON.stringify(path);
}
