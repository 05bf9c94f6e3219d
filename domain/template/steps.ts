import { InputError } from '../errors.ts';
import {
  type Argument,
  type Context,
  type EachOp,
  type FormatOp,
  type IfOp,
  limits,
  type Op,
  type Part,
  type Path,
} from './compiled.ts';
import { escapeFor, escapeHtml, plainText } from './escape.ts';
import { formatCurrency, formatDate, formatNumber } from './format/format.ts';
import { literalOf, type Pieces, TextBuilder } from './pieces.ts';
import { fieldOf, isTruthy, itemScope, readerOf, type Scope } from './scope.ts';

/** Adds what a part or an operation comes to. */
type Step = (scope: Scope, text: TextBuilder) => void;

/** Fills a part. */
export type Fill = (scope: Scope) => Pieces;

/** Where `Scope.formatted` keeps a text, by helper and arguments: HTML and text show the same amounts and dates. */
export type FormattedPlaces = Map<string, number>;

/**
 * Looks at the operations of a part once, so that filling it for a recipient only fills: what an operation is, how far
 * its path goes and what its place asks for are settled here. Nothing is evaluated; there is a function for each
 * kind of operation.
 *
 * @param places - Shared by the parts of a mail; absent inside lists, where the same path means other values.
 */
export function fillOf(part: Part, locale: string, places?: FormattedPlaces): Fill {
  const fill = partStep(part, locale, places);
  return (scope) => {
    const text = new TextBuilder();
    fill(scope, text);
    return text.pieces();
  };
}

function partStep(part: Part, locale: string, places?: FormattedPlaces): Step {
  const steps = part.map((op) => (typeof op === 'string' ? literalOf(op) : stepOf(op, locale, places)));
  return (scope, text) => {
    for (let at = 0; at < steps.length; at++) {
      const step = steps[at] ?? '';
      if (typeof step === 'function') step(scope, text);
      else text.add(step);
    }
  };
}

function stepOf(op: Exclude<Op, string>, locale: string, places?: FormattedPlaces): Step {
  switch (op[0]) {
    case 'v':
      return valueStep(op[1], op[2]);
    case 'i':
      return ifStep(op, locale, places);
    case 'e':
      return eachStep(op, locale, places);
    case 'f':
      return formatStep(op, locale, places);
  }
}

function valueStep(path: Path, context: Context): Step {
  const read = shownAt(path);
  const write = writerOf(context, path);
  return (scope, text) => text.add(write(read(scope), scope));
}

function ifStep([, path, then, otherwise]: IfOp, locale: string, places?: FormattedPlaces): Step {
  const read = readerOf(path);
  const fillThen = partStep(then, locale, places);
  const fillOtherwise = partStep(otherwise, locale, places);
  return (scope, text) => (isTruthy(read(scope)) ? fillThen : fillOtherwise)(scope, text);
}

function eachStep([, path, body, empty]: EachOp, locale: string, places?: FormattedPlaces): Step {
  const read = present(path);
  const fillItem = partStep(body, locale);
  const fillEmpty = partStep(empty, locale, places);
  return (scope, text) => {
    const items = listIn(read(scope), scope, path);
    if (items.length === 0) fillEmpty(scope, text);
    for (let index = 0; index < items.length; index++) {
      fillItem(itemScope(items[index], scope, path, index), text);
    }
  };
}

function formatStep([, helper, args, context]: FormatOp, locale: string, places?: FormattedPlaces): Step {
  const [subject, ...others] = args;
  if (!isPath(subject)) throw new Error(`helper ${helper} has no value to format`);
  if (helper === 'lines') return linesStep(subject, context);
  const made = formatOf(helper, subject, others, locale);
  const format = places === undefined ? made : kept(made, placeIn(places, JSON.stringify([helper, args])));
  const write = writerOf(context, subject);
  return (scope, text) => text.add(write(format(scope), scope));
}

function placeIn(places: FormattedPlaces, key: string): number {
  const place = places.get(key) ?? places.size;
  places.set(key, place);
  return place;
}

function kept(format: (scope: Scope) => string, place: number): (scope: Scope) => string {
  return (scope) => {
    const { formatted } = scope;
    if (formatted === undefined) return format(scope);
    formatted[place] ??= format(scope);
    return formatted[place];
  };
}

function formatOf(
  helper: 'currency' | 'number' | 'date',
  subject: Path,
  [first, second]: readonly Argument[],
  locale: string,
): (scope: Scope) => string {
  const read = present(subject);
  const at = (scope: Scope) => () => fieldOf(scope, subject);
  if (helper === 'number') {
    const digits = typeof first === 'number' ? first : undefined;
    return (scope) => formatNumber(locale, read(scope), digits, at(scope));
  }
  const word = wordOf(first);
  if (helper === 'currency') return (scope) => formatCurrency(locale, read(scope), word(scope), at(scope));
  const zone = wordOf(second);
  return (scope) => formatDate(locale, read(scope), word(scope), zone(scope), at(scope));
}

/** Line ends of the value become `<br>` in HTML text and stay line ends in plain text. */
function linesStep(path: Path, context: Context): Step {
  if (context !== 't') return valueStep(path, context);
  const read = shownAt(path);
  return (scope, text) => text.add(escapeHtml(plainText(read(scope))).replaceAll('\n', '<br>'));
}

/** How a text is written into its place. */
function writerOf(context: Context, path: Path): (text: string, scope: Scope) => string {
  if (context === 't' || context === 'a') return escapeHtml;
  if (context === 'x') return plainText;
  return (text, scope) => escapeFor(context, text, () => fieldOf(scope, path));
}

function wordOf(argument: Argument | undefined): (scope: Scope) => string {
  if (argument === undefined) throw new Error('a helper lacks an argument');
  if (isPath(argument)) return shownAt(argument);
  const word = String(argument);
  return () => word;
}

function isPath(argument: Argument | undefined): argument is Path {
  return typeof argument === 'object';
}

function present(path: Path): (scope: Scope) => unknown {
  const read = readerOf(path);
  return (scope) => {
    const value = read(scope);
    if (value !== undefined && value !== null) return value;
    const field = fieldOf(scope, path);
    throw new InputError('missing-data', field, `${field} is missing`);
  };
}

/** Reads what is shown at a path: a string, or a number as one. */
function shownAt(path: Path): (scope: Scope) => string {
  const read = present(path);
  return (scope) => {
    const value = read(scope);
    return typeof value === 'string' && value.length <= limits.valueLength
      ? value
      : shownFrom(value, scope, path);
  };
}

function shownFrom(value: unknown, scope: Scope, path: Path): string {
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  const field = fieldOf(scope, path);
  if (typeof value !== 'string') {
    throw new InputError('wrong-type', field, `${field} is not a string or a number`);
  }
  throw new InputError(
    'value-too-long',
    field,
    `${field} has ${value.length} characters; ${limits.valueLength} are allowed`,
  );
}

function listIn(value: unknown, scope: Scope, path: Path): readonly unknown[] {
  if (Array.isArray(value) && value.length <= limits.listLength) return value;
  const field = fieldOf(scope, path);
  if (!Array.isArray(value)) throw new InputError('wrong-type', field, `${field} is not a list`);
  throw new InputError(
    'list-too-long',
    field,
    `${field} has ${value.length} items; ${limits.listLength} are allowed`,
  );
}
