import { InputError } from '../errors.ts';
import { compileSubject } from '../template/compile/compile-locale.ts';
import { isNameGuarded } from '../template/compile/name-guard.ts';
import { pathsOf, SchemaConflict, schemaOf } from '../template/compile/schema.ts';
import type { TemplateSource } from '../template/compile/source.ts';
import { type CompiledLocale, type CompiledTemplate, limits, type Part } from '../template/compiled.ts';
import { canonicalJson, contentHash } from '../template/content-hash.ts';

/**
 * Another version of a template, of which only the subjects differ. They are compiled and checked as those of a template are, and may use
 * what the template uses already: rows that are fit for the one are fit for the other.
 *
 * @param subjects - By locale, as they stand in the string files; others stay.
 * @throws InputError `variant`, or those of the compiler
 */
export async function withSubjects(
  template: CompiledTemplate,
  subjects: Readonly<Record<string, string>>,
): Promise<CompiledTemplate> {
  const locales: Record<string, CompiledLocale> = { ...template.locales };
  for (const [locale, text] of Object.entries(subjects)) {
    const compiled = Object.hasOwn(locales, locale) ? locales[locale] : undefined;
    if (compiled === undefined) {
      const has = Object.keys(template.locales).join(', ');
      throw refusal(locale, `template ${template.name} has no locale ${locale}, but ${has}`);
    }
    locales[locale] = { ...compiled, subject: await subjectPart(template, locale, text) };
  }
  checkData(template, locales);
  const { hash: _, ...content } = { ...template, locales };
  return { ...content, hash: contentHash(content) };
}

async function subjectPart(template: CompiledTemplate, locale: string, text: string): Promise<Part> {
  const problems: InputError[] = [];
  const subject = await compileSubject(sourceOf(template, locale, text), locale, problems);
  const [problem] = problems;
  if (problem !== undefined) {
    throw problem;
  }
  if (subject === undefined || subject.length === 0) {
    throw refusal(locale, 'the subject is empty');
  }
  const literal = subject.reduce((sum, op) => sum + (typeof op === 'string' ? op.length : 0), 0);
  if (literal > limits.subjectLength) {
    throw refusal(locale, `the subject has ${literal} characters; ${limits.subjectLength} are allowed`);
  }
  if (!isNameGuarded(subject)) {
    throw refusal(locale, 'recipient.name is optional; write {{#if recipient.name}}…{{/if}} around it');
  }
  return subject;
}

/** The folder of a template as far as a subject needs it. */
function sourceOf({ name, category, topic, ...rest }: CompiledTemplate, locale: string, subject: string) {
  const meta = { category, ...(topic === undefined ? {} : { topic }), ...rest };
  const messages = { [locale]: { subject } };
  return {
    name,
    mjml: '',
    meta,
    messages,
    sharedParts: {},
    sharedMessages: {},
  } satisfies TemplateSource;
}

function checkData(template: CompiledTemplate, locales: Readonly<Record<string, CompiledLocale>>): void {
  try {
    checkPaths(template, locales);
  } catch (error) {
    throw error instanceof SchemaConflict ? refusal('subject', `the subject: ${error.message}`) : error;
  }
}

function checkPaths(template: CompiledTemplate, locales: Readonly<Record<string, CompiledLocale>>): void {
  const known = new Set(Object.values(template.locales).flatMap((locale) => [...pathsOf(locale)]));
  for (const [tag, locale] of Object.entries(locales)) {
    const unknown = [...pathsOf(locale)].find((path) => !known.has(path) && !/^recipient\./.test(path));
    if (unknown !== undefined) {
      throw refusal(tag, `the subject uses ${unknown}, which template ${template.name} does not have`);
    }
    const stray = [...pathsOf({ ...locale, html: [], text: [] })].find((path) => isStray(path));
    if (stray !== undefined) {
      throw refusal(tag, `the subject uses ${stray}; there are recipient.name and recipient.address`);
    }
  }
  const more = Object.fromEntries(Object.entries(locales).map(([tag, locale]) => [`new ${tag}`, locale]));
  // The same values may be used in a way that makes them necessary, or of another kind.
  if (
    canonicalJson(schemaOf({ ...template.locales, ...more })) !== canonicalJson(schemaOf(template.locales))
  ) {
    throw refusal('subject', `the subject needs data that template ${template.name} can do without`);
  }
}

function isStray(path: string): boolean {
  return (
    path === 'unsubscribeUrl' ||
    (/^recipient(\.|\[|$)/.test(path) && path !== 'recipient.name' && path !== 'recipient.address')
  );
}

function refusal(field: string, message: string): InputError {
  return new InputError('variant', field, message);
}
