import { InputError } from '../errors.ts';
import { type CompiledLocale, type CompiledTemplate, limits, type Part } from './compiled.ts';
import { localeOf } from './locale.ts';
import { type Pieces, textOf } from './pieces.ts';
import { schemaProblems } from './schema-check.ts';
import { rootScope } from './scope.ts';
import { type Fill, type FormattedPlaces, fillOf } from './steps.ts';

/** A filled template. */
export interface FilledMail {
  /** The locale of the template that was taken. */
  readonly locale: string;
  /** Display name of the RFC 5322 From header. */
  readonly fromName: string;
  readonly subject: string;
  readonly html: Pieces;
  readonly text: string;
}

export interface RenderedMail extends FilledMail {
  readonly html: string;
}

/**
 * Fills a template. The same template, locale and data give the same mail.
 *
 * @param locale - What the recipient asks for; see `localeOf`.
 * @param data - The publisher's data, `recipient` and, for marketing mail, `unsubscribeUrl`.
 * @throws InputError `missing-data` or `wrong-type` naming the path of what is absent or of no use, `header-injection`,
 *   `unsafe-url`, `unsafe-css`, `value-too-long`, `list-too-long`, `mail-too-large`.
 */
export function fillMail(
  template: CompiledTemplate,
  locale: string | undefined,
  data: Readonly<Record<string, unknown>>,
): FilledMail {
  const chosen = localeOf(template, locale);
  const compiled = template.locales[chosen];
  const [problem] = schemaProblems(template.schema, data);
  if (problem) throw problem;
  if (compiled === undefined) throw new Error(`template ${template.name} has no locale ${chosen}`);
  const fills = fillsOf(compiled, chosen);
  const scope = rootScope(data);
  const subject = textOf(fills.subject(scope)).trim();
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
    html: fills.html(scope),
    text: withoutGaps(textOf(fills.text(scope))),
  };
}

/** {@link fillMail} for those who read the HTML. */
export function renderMail(...args: Parameters<typeof fillMail>): RenderedMail {
  const filled = fillMail(...args);
  return { ...filled, html: textOf(filled.html) };
}

/** An `#if` that shows nothing leaves the lines around it; at most one of them stays empty. */
function withoutGaps(text: string): string {
  return text.includes('\n\n\n') ? text.replace(/\n{3,}/g, '\n\n') : text;
}

interface Fills {
  readonly locale: string;
  readonly subject: Fill;
  readonly html: Fill;
  readonly text: Fill;
}

/** Of the templates that a sender keeps. */
const known = new WeakMap<CompiledLocale, Fills>();

function fillsOf(compiled: CompiledLocale, locale: string): Fills {
  let fills = known.get(compiled);
  if (fills?.locale !== locale) {
    const places: FormattedPlaces = new Map();
    const fill = (part: Part) => fillOf(part, locale, places);
    fills = { locale, subject: fill(compiled.subject), html: fill(compiled.html), text: fill(compiled.text) };
    known.set(compiled, fills);
  }
  return fills;
}

/** Fills one part. */
export function renderPart(part: Part, locale: string, data: Readonly<Record<string, unknown>>): string {
  return textOf(fillOf(part, locale)(rootScope(data)));
}
