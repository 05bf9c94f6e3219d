import { InputError } from '../../errors.ts';
import type { CompiledLocale, CompiledTemplate, DataSchema } from '../compiled.ts';
import { contentHash } from '../content-hash.ts';
import { showsUnsubscribe } from '../unsubscribe-link.ts';
import { compileLocale } from './compile-locale.ts';
import { isNameGuarded } from './name-guard.ts';
import { narrow } from './narrow.ts';
import { pathsOf, SchemaConflict, schemaOf } from './schema.ts';
import type { MjmlCompiler, TemplateSource } from './source.ts';

/** A template that can be sent, or everything that is wrong with it. */
export type Compilation =
  | { readonly template: CompiledTemplate; readonly problems?: never }
  | { readonly problems: readonly InputError[] };

/** Compiles all locales of a template and derives what data it needs. */
export async function compileTemplate(source: TemplateSource, mjml: MjmlCompiler): Promise<Compilation> {
  const problems: InputError[] = metaProblems(source);
  const locales: Record<string, CompiledLocale> = {};
  for (const locale of Object.keys(source.messages).sort()) {
    const compiled = await compileLocale(source, locale, mjml, problems);
    if (compiled) locales[locale] = compiled;
  }
  if (problems.length > 0) return { problems };
  const { name, meta } = source;
  problems.push(...localeProblems(source, locales), ...reservedProblems(source, locales));
  const derived = derivedSchema(name, locales, problems);
  const schema = derived && narrowedSchema(source, derived, problems);
  if (problems.length > 0 || schema === undefined) return { problems };
  const content = {
    name,
    category: meta.category,
    ...(meta.topic !== undefined && { topic: meta.topic }),
    defaultLocale: meta.defaultLocale,
    ...(meta.autoSubmitted !== undefined && { autoSubmitted: meta.autoSubmitted }),
    from: { localPart: meta.from.localPart },
    locales,
    schema,
  };
  return { template: { ...content, hash: contentHash(content) } };
}

function problem(
  source: Pick<TemplateSource, 'name'>,
  code: string,
  file: string,
  message: string,
): InputError {
  const field = `${source.name}/${file}`;
  return new InputError(code, field, `${field}: ${message}`);
}

function metaProblems(source: TemplateSource): InputError[] {
  const { meta, messages } = source;
  const found: InputError[] = [];
  if (!Object.hasOwn(messages, meta.defaultLocale)) {
    found.push(problem(source, 'default-locale', 'meta.yaml', `there is no ${meta.defaultLocale}.yaml`));
  }
  if ((meta.category === 'marketing') !== (meta.topic !== undefined)) {
    const rule = 'a marketing template has a topic to unsubscribe from, a transactional one has none';
    found.push(problem(source, 'topic', 'meta.yaml', rule));
  }
  const all = new Set(Object.values(messages).flatMap(Object.keys));
  for (const [locale, strings] of Object.entries(messages)) {
    const missing = [...all].filter((key) => !Object.hasOwn(strings, key) && !sharedHas(source, locale, key));
    for (const key of missing)
      found.push(problem(source, 'missing-string', `${locale}.yaml`, `${key} is missing`));
  }
  return found;
}

function sharedHas(source: TemplateSource, locale: string, key: string): boolean {
  return Object.hasOwn(source.sharedMessages[locale] ?? {}, key);
}

/** All locales use the same values: what one leaves out, its readers never learn. */
function localeProblems(source: TemplateSource, locales: Record<string, CompiledLocale>): InputError[] {
  const used = Object.entries(locales).map(([locale, compiled]) => [locale, usedPaths(compiled)] as const);
  const all = new Set(used.flatMap(([, paths]) => [...paths]));
  return used.flatMap(([locale, paths]) =>
    [...all]
      .filter((path) => !paths.has(path))
      .map((path) =>
        problem(
          source,
          'locale-mismatch',
          `${locale}.yaml`,
          `${path} is used in other locales, not in this one`,
        ),
      ),
  );
}

function usedPaths(locale: CompiledLocale): Set<string> {
  try {
    return pathsOf(locale);
  } catch (error) {
    // The schema reports it, once.
    if (error instanceof SchemaConflict) return new Set();
    throw error;
  }
}

function derivedSchema(
  name: string,
  locales: Record<string, CompiledLocale>,
  problems: InputError[],
): DataSchema | undefined {
  try {
    return schemaOf(locales);
  } catch (error) {
    if (!(error instanceof SchemaConflict)) throw error;
    problems.push(problem({ name }, 'schema-conflict', 'template.mjml', error.message));
    return undefined;
  }
}

function narrowedSchema(source: TemplateSource, derived: DataSchema, problems: InputError[]): DataSchema {
  if (source.overrides === undefined) return derived;
  return narrow(derived, source.overrides, (path, message) => {
    const about = path === '' ? message : `${path} ${message}`;
    problems.push(problem(source, 'narrowing', 'schema.overrides.yaml', about));
  });
}

/** `recipient` and `unsubscribeUrl` come from the pipeline; a template may ask for no more than it gives. */
function reservedProblems(source: TemplateSource, locales: Record<string, CompiledLocale>): InputError[] {
  const found: InputError[] = [];
  for (const [locale, compiled] of Object.entries(locales)) {
    const say = (code: string, message: string) =>
      found.push(problem(source, code, `${locale}.yaml`, message));
    for (const path of usedPaths(compiled)) {
      if (/^recipient(\.|\[|$)/.test(path) && path !== 'recipient.name' && path !== 'recipient.address') {
        say('reserved-name', `${path} does not exist; there are recipient.name and recipient.address`);
      }
      if (path === 'unsubscribeUrl' && source.meta.category !== 'marketing') {
        say('reserved-name', 'only marketing mail has an unsubscribeUrl');
      }
    }
    if (![compiled.subject, compiled.html, compiled.text].every((part) => isNameGuarded(part))) {
      say('unguarded-name', 'recipient.name is optional; write {{#if recipient.name}}…{{/if}} around it');
    }
    if (source.meta.category === 'marketing' && ![compiled.html, compiled.text].every(showsUnsubscribe)) {
      say('no-unsubscribe', 'marketing mail shows {{unsubscribeUrl}}, outside every block, in HTML and text');
    }
  }
  return found;
}
