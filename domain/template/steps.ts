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
import { fieldOf, isTruthy, itemScope, readerOf, type Scope } from './scope.ts';

/** Fills a part. `before` are the UTF-16 units that were written already, outside this part. */
export type Fill = (scope: Scope, before: number) => string;

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
  const steps = part.map((op) => stepOf(op, locale, places));
  return (scope, before) => {
    let out = '';
    for (let at = 0; at < steps.length; at++) {
      const step = steps[at] ?? '';
      out += typeof step === 'string' ? step : step(scope, before + out.length);
      if (before + out.length > limits.outputLength) {
        const message = `the mail grows beyond ${limits.outputLength} characters`;
        throw new InputError('mail-too-large', 'data', message);
      }
    }
    return out;
  };
}

function stepOf(op: Op, locale: string, places?: FormattedPlaces): string | Fill {
  if (typeof op === 'string') return op;
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

function valueStep(path: Path, context: Context): Fill {
  const text = textOf(path);
  const write = writerOf(context, path);
  return (scope) => write(text(scope), scope);
}

function ifStep([, path, then, otherwise]: IfOp, locale: string, places?: FormattedPlaces): Fill {
  const read = readerOf(path);
  const fillThen = fillOf(then, locale, places);
  const fillOtherwise = fillOf(otherwise, locale, places);
  return (scope, before) => (isTruthy(read(scope)) ? fillThen : fillOtherwise)(scope, before);
}

function eachStep([, path, body, empty]: EachOp, locale: string, places?: FormattedPlaces): Fill {
  const read = present(path);
  const fillItem = fillOf(body, locale);
  const fillEmpty = fillOf(empty, locale, places);
  return (scope, before) => {
    const items = listIn(read(scope), scope, path);
    if (items.length === 0) return fillEmpty(scope, before);
    let out = '';
    for (let index = 0; index < items.length; index++) {
      out += fillItem(itemScope(items[index], scope, path, index), before + out.length);
    }
    return out;
  };
}

function formatStep([, helper, args, context]: FormatOp, locale: string, places?: FormattedPlaces): Fill {
  const [subject, ...others] = args;
  if (!isPath(subject)) throw new Error(`helper ${helper} has no value to format`);
  if (helper === 'lines') return linesStep(subject, context);
  const made = formatOf(helper, subject, others, locale);
  const format = places === undefined ? made : kept(made, placeIn(places, JSON.stringify([helper, args])));
  const write = writerOf(context, subject);
  return (scope) => write(format(scope), scope);
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
function linesStep(path: Path, context: Context): Fill {
  const text = textOf(path);
  if (context !== 't') return valueStep(path, context);
  return (scope) => escapeHtml(plainText(text(scope))).replaceAll('\n', '<br>');
}

/** How a text is written into its place. */
function writerOf(context: Context, path: Path): (text: string, scope: Scope) => string {
  if (context === 't' || context === 'a') return escapeHtml;
  if (context === 'x') return plainText;
  return (text, scope) => escapeFor(context, text, () => fieldOf(scope, path));
}

function wordOf(argument: Argument | undefined): (scope: Scope) => string {
  if (argument === undefined) throw new Error('a helper lacks an argument');
  if (isPath(argument)) return textOf(argument);
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

function textOf(path: Path): (scope: Scope) => string {
  const read = present(path);
  return (scope) => {
    const value = read(scope);
    return typeof value === 'string' && value.length <= limits.valueLength
      ? value
      : textFrom(value, scope, path);
  };
}

function textFrom(value: unknown, scope: Scope, path: Path): string {
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
