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
import { currencyStyle, digitsStyle, formatDate, type NumberStyle, written } from './format.ts';
import { fieldOf, isTruthy, readerOf, type Scope } from './scope.ts';

/** Fills a part. `before` are the UTF-16 units that were written already, outside this part. */
export type Fill = (scope: Scope, before: number) => string;

/**
 * Looks at the operations of a part once, so that filling it for a recipient only fills: what an operation is, how far
 * its path goes and what its place asks for are settled here. Nothing is evaluated; there is a function for each
 * kind of operation.
 */
export function fillOf(part: Part, locale: string): Fill {
  const steps = part.map((op) => stepOf(op, locale));
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

function stepOf(op: Op, locale: string): string | Fill {
  if (typeof op === 'string') return op;
  switch (op[0]) {
    case 'v':
      return valueStep(op[1], op[2]);
    case 'i':
      return ifStep(op, locale);
    case 'e':
      return eachStep(op, locale);
    case 'f':
      return formatStep(op, locale);
  }
}

function valueStep(path: Path, context: Context): Fill {
  const text = textOf(path);
  const write = writerOf(context, path);
  return (scope) => write(text(scope), scope);
}

function ifStep([, path, then, otherwise]: IfOp, locale: string): Fill {
  const read = readerOf(path);
  const fillThen = fillOf(then, locale);
  const fillOtherwise = fillOf(otherwise, locale);
  return (scope, before) => (isTruthy(read(scope)) ? fillThen : fillOtherwise)(scope, before);
}

function eachStep([, path, body, empty]: EachOp, locale: string): Fill {
  const read = present(path);
  const fillItem = fillOf(body, locale);
  const fillEmpty = fillOf(empty, locale);
  return (scope, before) => {
    const items = listIn(read(scope), scope, path);
    if (items.length === 0) return fillEmpty(scope, before);
    let out = '';
    for (let index = 0; index < items.length; index++) {
      out += fillItem({ value: items[index], parent: scope, list: path, index }, before + out.length);
    }
    return out;
  };
}

function formatStep([, helper, [subject, ...others], context]: FormatOp, locale: string): Fill {
  if (!isPath(subject)) throw new Error(`helper ${helper} has no value to format`);
  const [first, second] = others;
  if (helper === 'lines') return linesStep(subject, context);
  const write = writerOf(context, subject);
  const read = present(subject);
  if (helper === 'date') {
    const [style, zone] = [wordOf(first), wordOf(second)];
    const dateAt = (scope: Scope) =>
      formatDate(locale, read(scope), style(scope), zone(scope), () => fieldOf(scope, subject));
    return (scope) => write(dateAt(scope), scope);
  }
  const styleAt = numberStyleOf(helper, first, subject, locale);
  const isText = context === 't' || context === 'a' || context === 'x';
  return (scope) => {
    const style = styleAt(scope);
    const text = written(style, read(scope), () => fieldOf(scope, subject));
    return isText && style.isPlain ? text : write(text, scope);
  };
}

function numberStyleOf(
  helper: 'currency' | 'number',
  argument: Argument | undefined,
  subject: Path,
  locale: string,
): (scope: Scope) => NumberStyle {
  if (helper === 'number') {
    const digits = typeof argument === 'number' ? argument : undefined;
    return () => digitsStyle(locale, digits);
  }
  const currency = wordOf(argument);
  return (scope) => currencyStyle(locale, currency(scope), () => fieldOf(scope, subject));
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
