import { type ASTNode, Environment, EvaluationError } from '@marcbachmann/cel-js';
import { InputError } from '../errors.ts';

/** What Todoke itself knows of a recipient, as an expression sees it under `known`. */
export interface Known {
  /** When a campaign last mailed them, in epoch milliseconds; absent when none did. */
  readonly lastMailedMs?: number;
  /** Soft bounces that still count; see `soft-bounces`. */
  readonly bounces: bigint;
  /** Topics they asked for. */
  readonly subscribed: readonly string[];
  /** Topics they do not want. */
  readonly unsubscribed: readonly string[];
  /** IANA name of the time zone of the contact; absent when none is known. */
  readonly timeZone?: string;
}

export type KnownField = 'lastMailed' | 'bounces' | 'subscribed' | 'unsubscribed' | 'timeZone';

/** A compiled CEL expression over a row, what Todoke knows of its recipient, and the time. */
export interface RowFilter {
  /** Columns that it names: an audience without them cannot be filtered by it. */
  readonly columns: ReadonlySet<string>;
  /** What has to be looked up before it can be asked. */
  readonly needs: ReadonlySet<KnownField>;
  /**
   * Whether the row belongs to the segment.
   *
   * @throws InputError `segment-filter`: the row has no such column, or a text that is no number
   */
  matches(row: number, values: Readonly<Record<string, unknown>>, known: Known): boolean;
}

/** A longer one is no question that a person asks. */
const maxLength = 4_096;
const limits = {
  maxAstNodes: 500,
  maxDepth: 32,
  maxListElements: 500,
  maxMapEntries: 100,
  maxCallArguments: 16,
};

const environment = new Environment({ limits })
  .registerVariable('row', 'map<string, dyn>')
  .registerVariable('now', 'google.protobuf.Timestamp')
  .registerVariable({
    name: 'known',
    schema: {
      lastMailed: 'google.protobuf.Timestamp',
      bounces: 'int',
      subscribed: 'list<string>',
      unsubscribed: 'list<string>',
      timeZone: 'string',
    },
  });

/** Who is asked about when nothing is known of them. */
export const knownNothing: Known = { bounces: 0n, subscribed: [], unsubscribed: [] };

/**
 * Compiles an expression of the Common Expression Language, such as `row.pref == "Tokyo" && int(row.points) >= 100`. Texts of
 * CSV are texts: `int()`, `double()` and `timestamp()` read them.
 *
 * @param nowMs - Epoch milliseconds: `now` for all rows, so that a second run decides as the first one did.
 * @throws InputError `segment-filter`: with the place, for syntax, unknown names, types, and expressions beyond the limits
 */
export function rowFilter(expression: string, nowMs: number): RowFilter {
  if (expression.length > maxLength) {
    throw refused(`has ${expression.length} characters; the limit is ${maxLength}`);
  }
  const program = compiled(expression);
  const checked = program.check();
  if (!checked.valid) {
    throw refused(`${summaryOf(checked.error)}${placeOf(checked.error)}`);
  }
  if (checked.type !== 'bool') {
    throw refused(`answers ${kindOf(checked.type)}; it has to answer true or false`);
  }
  const uses = { columns: new Set<string>(), needs: new Set<KnownField>() };
  collect(program.ast, uses);
  const now = dateOf(nowMs);
  return {
    ...uses,
    matches(row, values, known) {
      try {
        return program({ row: values, now, known: celOf(known) }) === true;
      } catch (error) {
        if (!(error instanceof EvaluationError)) {
          throw error;
        }
        // Without the error's own words, which may quote the row.
        throw new InputError(
          'segment-filter',
          `row ${row}`,
          `row ${row} cannot be filtered: ${reasonOf(error.code)}`,
        );
      }
    },
  };
}

/** CEL takes `has()` by the property's being there. */
function celOf({ lastMailedMs, ...rest }: Known) {
  return lastMailedMs === undefined ? rest : { ...rest, lastMailed: dateOf(lastMailedMs) };
}

function dateOf(epochMs: number) {
  // biome-ignore lint/style/noRestrictedGlobals: CEL's timestamps are Dates; this one reads no clock.
  return new Date(epochMs);
}

function compiled(expression: string) {
  try {
    return environment.parse(expression);
  } catch (error) {
    throw refused(`${summaryOf(error)}${placeOf(error)}`);
  }
}

function refused(what: string): InputError {
  return new InputError('segment-filter', 'where', `the filter ${what}`);
}

/** Where a CEL error points. */
interface Pointed {
  readonly summary?: string;
  readonly range?: { readonly start: number };
}

function summaryOf(error: unknown): string {
  const { summary = 'cannot be read' } = (error ?? {}) as Pointed;
  return `cannot be used: ${summary}`;
}

function placeOf(error: unknown): string {
  const { range } = (error ?? {}) as Pointed;
  return range === undefined ? '' : ` (character ${range.start + 1})`;
}

/** CEL's `dyn` is what a row has, of which nothing is known beforehand. */
function kindOf(type = 'dyn'): string {
  return type === 'dyn' ? 'with a value as it is, such as that of a column' : `with a value of type ${type}`;
}

function reasonOf(code: string): string {
  return code === 'no_such_key'
    ? 'it lacks a column of the filter'
    : 'a value is not of the kind that the filter wants; those of CSV are texts, of which int() makes numbers';
}

/** Collects what an expression looks at, and refuses what could take for ever. */
function collect(node: ASTNode, uses: { columns: Set<string>; needs: Set<KnownField> }): void {
  if (node.op === 'rcall' && node.args[0] === 'matches') {
    // Regular expressions of JavaScript may backtrack for hours over one row.
    throw refused('uses matches(), which is not offered: contains, startsWith and endsWith are');
  }
  if (node.op === '.' || node.op === '.?') {
    note(node.args[0], node.args[1], uses);
  }
  if (node.op === '[]' || node.op === '[?]') {
    const [of, key] = node.args;
    note(of, key.op === 'value' ? key.args : undefined, uses);
  }
  for (const child of children(node.args)) {
    collect(child, uses);
  }
}

function note(
  of: ASTNode,
  key: unknown,
  { columns, needs }: { columns: Set<string>; needs: Set<KnownField> },
): void {
  if (of.op !== 'id' || typeof key !== 'string') {
    return;
  }
  if (of.args === 'row') {
    columns.add(key);
  } else if (of.args === 'known') {
    needs.add(key as KnownField);
  }
}

function* children(args: unknown): Generator<ASTNode> {
  if (Array.isArray(args)) {
    for (const each of args) {
      yield* children(each);
    }
  } else if (typeof args === 'object' && args !== null && 'op' in args) {
    yield args as ASTNode;
  }
}
