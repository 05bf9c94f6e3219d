import { InputError } from '../errors.ts';
import {
  type Argument,
  type CompiledTemplate,
  type Context,
  type FormatOp,
  limits,
  type Part,
  type Path,
} from './compiled.ts';
import { escapeFor, escapeHtml, plainText } from './escape.ts';
import { formatCurrency, formatDate, formatNumber } from './format.ts';
import { localeOf } from './locale.ts';
import { schemaProblems } from './schema-check.ts';
import { fieldOf, isTruthy, type Scope, valueAt } from './scope.ts';

export interface RenderedMail {
  /** The locale of the template that was taken. */
  readonly locale: string;
  /** Display name of the RFC 5322 From header. */
  readonly fromName: string;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/**
 * Fills a template. The same template, locale and data give the same mail.
 *
 * @param locale - What the recipient asks for; see `localeOf`.
 * @param data - The publisher's data, `recipient` and, for marketing mail, `unsubscribeUrl`.
 * @throws InputError `missing-data` or `wrong-type` naming the path of what is absent or of no use, `header-injection`,
 *   `unsafe-url`, `unsafe-css`, `value-too-long`, `list-too-long`, `mail-too-large`.
 */
export function renderMail(
  template: CompiledTemplate,
  locale: string | undefined,
  data: Readonly<Record<string, unknown>>,
): RenderedMail {
  const chosen = localeOf(template, locale);
  const compiled = template.locales[chosen];
  const [problem] = schemaProblems(template.schema, data);
  if (problem) throw problem;
  if (compiled === undefined) throw new Error(`template ${template.name} has no locale ${chosen}`);
  const subject = renderPart(compiled.subject, chosen, data).trim();
  if (subject === '' || subject.length > limits.subjectLength) {
    throw new InputError(
      'subject-length',
      'subject',
      `the subject of ${template.name} has ${subject.length} characters; 1 to ${limits.subjectLength} are allowed`,
    );
  }
  return {
    locale: chosen,
    fromName: compiled.fromName,
    subject,
    html: renderPart(compiled.html, chosen, data),
    text: withoutGaps(renderPart(compiled.text, chosen, data)),
  };
}

/** An `#if` that shows nothing leaves the lines around it; at most one of them stays empty. */
function withoutGaps(text: string): string {
  return text.includes('\n\n\n') ? text.replace(/\n{3,}/g, '\n\n') : text;
}

/** Fills one part. */
export function renderPart(part: Part, locale: string, data: Readonly<Record<string, unknown>>): string {
  return run(part, { value: data, parent: undefined, list: undefined, index: 0 }, locale, 0);
}

/** @param before - UTF-16 units written so far outside this part. */
function run(part: Part, scope: Scope, locale: string, before: number): string {
  let out = '';
  for (const op of part) {
    if (typeof op === 'string') {
      out += op;
      continue;
    }
    switch (op[0]) {
      case 'v':
        out += escaped(op[2], textAt(scope, op[1]), scope, op[1]);
        break;
      case 'i':
        out += run(isTruthy(valueAt(scope, op[1])) ? op[2] : op[3], scope, locale, before + out.length);
        break;
      case 'e': {
        const items = listAt(scope, op[1]);
        if (items.length === 0) out += run(op[3], scope, locale, before + out.length);
        for (let index = 0; index < items.length; index++) {
          const item = { value: items[index], parent: scope, list: op[1], index };
          out += run(op[2], item, locale, before + out.length);
        }
        break;
      }
      case 'f':
        out += formatted(op, scope, locale);
        break;
    }
    if (before + out.length > limits.outputLength) {
      throw new InputError(
        'mail-too-large',
        'data',
        `the mail grows beyond ${limits.outputLength} characters`,
      );
    }
  }
  return out;
}

/** Most values go into text; only for the others is it worth having something ready that names the value. */
function escaped(context: Context, value: string, scope: Scope, path: Path): string {
  if (context === 't') return escapeHtml(value);
  return context === 'x' ? plainText(value) : escapeFor(context, value, () => fieldOf(scope, path));
}

function formatted(op: FormatOp, scope: Scope, locale: string): string {
  const helper = op[1];
  const subject = op[2][0];
  const first = op[2][1];
  const context = op[3];
  if (!isPath(subject)) throw new Error(`helper ${helper} has no value to format`);
  const field = () => fieldOf(scope, subject);
  if (helper === 'lines') return withLineBreaks(textAt(scope, subject), context, field);
  const value = present(scope, subject);
  const text =
    helper === 'currency'
      ? formatCurrency(locale, value, words(first, scope), field)
      : helper === 'number'
        ? formatNumber(locale, value, typeof first === 'number' ? first : undefined, field)
        : formatDate(locale, value, words(first, scope), words(op[2][2], scope), field);
  return escaped(context, text, scope, subject);
}

/** Line ends of the value become `<br>` in HTML text and stay line ends in plain text. */
function withLineBreaks(value: string, context: Context, field: () => string): string {
  if (context !== 't') return escapeFor(context, value, field);
  return escapeHtml(plainText(value)).replaceAll('\n', '<br>');
}

function words(argument: Argument | undefined, scope: Scope): string {
  if (argument === undefined) throw new Error('a helper lacks an argument');
  return isPath(argument) ? textAt(scope, argument) : String(argument);
}

function isPath(argument: Argument | undefined): argument is Path {
  return typeof argument === 'object';
}

function present(scope: Scope, path: Path): unknown {
  const value = valueAt(scope, path);
  if (value === undefined || value === null) {
    const field = fieldOf(scope, path);
    throw new InputError('missing-data', field, `${field} is missing`);
  }
  return value;
}

function textAt(scope: Scope, path: Path): string {
  const value = present(scope, path);
  if (typeof value === 'string') {
    if (value.length <= limits.valueLength) return value;
    const field = fieldOf(scope, path);
    throw new InputError(
      'value-too-long',
      field,
      `${field} has ${value.length} characters; ${limits.valueLength} are allowed`,
    );
  }
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  const field = fieldOf(scope, path);
  throw new InputError('wrong-type', field, `${field} is not a string or a number`);
}

function listAt(scope: Scope, path: Path): readonly unknown[] {
  const value = present(scope, path);
  const field = () => fieldOf(scope, path);
  if (!Array.isArray(value)) throw new InputError('wrong-type', field(), `${field()} is not a list`);
  if (value.length <= limits.listLength) return value;
  throw new InputError(
    'list-too-long',
    field(),
    `${field()} has ${value.length} items; ${limits.listLength} are allowed`,
  );
}
