import { InputError } from '../errors.ts';
import type { Category, CompiledLocale, CompiledTemplate, Context, Helper } from './compiled.ts';
import { contentHash } from './content-hash.ts';
import { isHeaderSafe } from './escape.ts';
import { showsUnsubscribe } from './unsubscribe-link.ts';

/** Blocks nest less deeply, but every `else if` is a block inside the one before it. */
const maxDepth = 256;

const contexts: ReadonlySet<unknown> = new Set<Context>(['t', 'a', 'u', 'p', 'c', 'h', 'x', 'l']);
const helpers: ReadonlySet<unknown> = new Set<Helper>(['currency', 'number', 'date', 'lines']);
const categories: ReadonlySet<unknown> = new Set<Category>(['transactional', 'marketing']);

/**
 * Reads a compiled template and makes sure that it is one: whoever stores and whoever loads one asks here, so that a
 * wrong one is refused everywhere, and with the same words.
 *
 * @param expected - Name and hash under which it is stored.
 * @throws InputError `compiled-template`
 */
export function parseCompiledTemplate(
  json: string,
  expected?: Readonly<Pick<CompiledTemplate, 'name' | 'hash'>>,
): CompiledTemplate {
  const value = parsed(json, expected?.name);
  const called = isRecord(value) && typeof value.name === 'string' ? value.name : expected?.name;
  if (!isTemplate(value)) throw refusal(called, faultOf(value) ?? 'it is not complete');
  const fault = contentFault(value, expected);
  if (fault !== undefined) throw refusal(called, fault);
  return value;
}

function refusal(name: string | undefined, fault: string, cause?: unknown): InputError {
  return new InputError(
    'compiled-template',
    name ?? 'template',
    `compiled template ${name ?? ''} is refused: ${fault}; compile and publish it again`.replace('  ', ' '),
    cause === undefined ? undefined : { cause },
  );
}

function parsed(json: string, name: string | undefined): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw refusal(name, 'it is not JSON', cause);
  }
}

/** What its shape lacks, so that nothing that is read from it later can be absent. */
function faultOf(value: unknown): string | undefined {
  if (!isRecord(value)) return 'it is not an object';
  if (typeof value.name !== 'string' || !/^[a-z0-9][a-z0-9-]{0,63}$/.test(value.name))
    return 'it has no name';
  if (typeof value.hash !== 'string' || !/^[0-9a-f]{32}$/.test(value.hash)) return 'it has no hash';
  if (!categories.has(value.category)) return 'its category is neither transactional nor marketing';
  if (!isRecord(value.from) || typeof value.from.localPart !== 'string') return 'it has no from.localPart';
  if (!isSchema(value.schema, 0)) return 'its schema is not one';
  if (!isRecord(value.locales)) return 'it has no locales';
  if (typeof value.defaultLocale !== 'string' || !Object.hasOwn(value.locales, value.defaultLocale)) {
    return 'its default locale is missing';
  }
  for (const [locale, compiled] of Object.entries(value.locales)) {
    const fault = localeFault(compiled);
    if (fault !== undefined) return `locale ${locale}: ${fault}`;
  }
  return undefined;
}

function localeFault(locale: unknown): string | undefined {
  if (!isRecord(locale)) return 'it is not an object';
  const { fromName } = locale;
  if (typeof fromName !== 'string' || fromName === '' || !isHeaderSafe(fromName))
    return 'it has no From name';
  for (const part of ['subject', 'html', 'text']) {
    const fault = partFault(locale[part], 0);
    if (fault !== undefined) return `${part}: ${fault}`;
  }
  return undefined;
}

function partFault(part: unknown, depth: number): string | undefined {
  if (!Array.isArray(part)) return 'it is not a list of operations';
  if (depth > maxDepth) return 'its blocks are nested too deeply';
  for (const op of part) {
    const fault = typeof op === 'string' ? undefined : opFault(op, depth);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function opFault(op: unknown, depth: number): string | undefined {
  if (!Array.isArray(op)) return 'it has something that is no operation';
  const [kind, second, third, fourth]: readonly unknown[] = op;
  switch (kind) {
    case 'v':
      return isPath(second) && contexts.has(third) && op.length === 3 ? undefined : 'a value is malformed';
    case 'i':
    case 'e':
      if (!isPath(second) || op.length !== 4) return 'a block is malformed';
      return partFault(third, depth + 1) ?? partFault(fourth, depth + 1);
    case 'f':
      return helpers.has(second) && areArguments(third) && contexts.has(fourth) && op.length === 4
        ? undefined
        : 'a helper is malformed';
    default:
      return 'it has an operation that this version does not know';
  }
}

/** What the shape cannot tell: laws of the mail itself, and whether it is the content that was published. */
function contentFault(
  template: CompiledTemplate,
  expected: Readonly<Pick<CompiledTemplate, 'name' | 'hash'>> | undefined,
): string | undefined {
  const marketing = template.category === 'marketing';
  if (marketing !== (template.topic !== undefined)) {
    return marketing ? 'it is marketing without a topic' : 'it is transactional and has a topic';
  }
  const locales: readonly CompiledLocale[] = Object.values(template.locales);
  if (marketing && !locales.every(({ html, text }) => showsUnsubscribe(html) && showsUnsubscribe(text))) {
    return 'it is marketing and does not show an unsubscribe link in HTML and text';
  }
  if (expected !== undefined && (expected.name !== template.name || expected.hash !== template.hash)) {
    return 'it is stored as another one';
  }
  return contentHash(template) === template.hash ? undefined : 'its content does not fit its hash';
}

function isTemplate(value: unknown): value is CompiledTemplate {
  return faultOf(value) === undefined;
}

function isSchema(value: unknown, depth: number): boolean {
  if (!isRecord(value) || depth > 32) return false;
  const { type, properties, items } = value;
  if (typeof type !== 'string' && !(Array.isArray(type) && type.every((each) => typeof each === 'string')))
    return false;
  if (items !== undefined && !isSchema(items, depth + 1)) return false;
  if (properties === undefined) return true;
  return isRecord(properties) && Object.values(properties).every((each) => isSchema(each, depth + 1));
}

function isPath(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  const [up, ...names]: readonly unknown[] = value;
  return (
    typeof up === 'number' &&
    Number.isInteger(up) &&
    up >= 0 &&
    names.every((name) => typeof name === 'string')
  );
}

function areArguments(value: unknown): boolean {
  if (!Array.isArray(value) || !isPath(value[0])) return false;
  return value.every((each) => typeof each === 'string' || typeof each === 'number' || isPath(each));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
