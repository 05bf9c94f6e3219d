import type { CompiledTemplate, DataSchema, SchemaType, TextForm } from './compiled.ts';

/** A difference between two versions of a template that publishers or recipients can feel. */
export interface Change {
  /** True when what was published, planned or consented to before may no longer do. */
  readonly breaking: boolean;
  /** Path in the data, or the part of the template: `order.items[].name`, `locale ja`, `topic`. */
  readonly about: string;
  readonly message: string;
}

/** What differs between the published version of a template and the next one; empty when no more than words and looks do. */
export function changesOf(before: CompiledTemplate, after: CompiledTemplate): Change[] {
  const changes: Change[] = [];
  const say = (breaking: boolean, about: string, message: string): void => {
    changes.push({ breaking, about, message: `${about} ${message}` });
  };
  if (before.category !== after.category)
    say(true, 'category', `is ${after.category}, and was ${before.category}`);
  if (before.category === after.category && before.topic !== after.topic) {
    say(true, 'topic', 'is another one: who unsubscribed from the old one gets this mail again');
  }
  if (before.from.localPart !== after.from.localPart) say(false, 'from', 'has another local part');
  if (before.defaultLocale !== after.defaultLocale) say(false, 'default locale', `is ${after.defaultLocale}`);
  for (const locale of Object.keys(before.locales)) {
    if (!Object.hasOwn(after.locales, locale)) say(true, `locale ${locale}`, 'is gone');
  }
  for (const locale of Object.keys(after.locales)) {
    if (!Object.hasOwn(before.locales, locale)) say(false, `locale ${locale}`, 'is new');
  }
  compareSchemas(before.schema, after.schema, '', say);
  return changes;
}

type Say = (breaking: boolean, about: string, message: string) => void;

const noData: DataSchema = { type: 'object' };

function compareSchemas(before: DataSchema, after: DataSchema, path: string, say: Say): void {
  const lost = typesOf(before).filter((type) => !typesOf(after).includes(type));
  const gained = typesOf(after).filter((type) => !typesOf(before).includes(type));
  if (lost.length > 0) say(true, path, `can no longer be ${lost.map(named).join(' or ')}`);
  if (gained.length > 0) say(false, path, `can be ${gained.map(named).join(' or ')}`);
  // Of a value that is something else altogether, there is nothing more to compare.
  if (lost.length === typesOf(before).length) return;
  compareBounds(before, after, path, say);
  compareForms(before, after, path, say);
  compareProperties(before, after, path, say);
  if (before.items && after.items) compareSchemas(before.items, after.items, `${path}[]`, say);
}

function compareProperties(before: DataSchema, after: DataSchema, path: string, say: Say): void {
  const names = new Set([...Object.keys(before.properties ?? {}), ...Object.keys(after.properties ?? {})]);
  for (const name of [...names].sort()) {
    const [old, next] = [before.properties?.[name], after.properties?.[name]];
    const about = path === '' ? name : `${path}.${name}`;
    const [was, is] = [before.required?.includes(name) === true, after.required?.includes(name) === true];
    if (next === undefined) {
      say(false, about, 'is no longer used');
      continue;
    }
    if (old === undefined && next.properties) compareProperties(noData, next, about, say);
    else if (old === undefined) say(is, about, is ? 'is new and required' : 'is new and optional');
    else {
      if (is && !was) say(true, about, 'is required now');
      if (was && !is) say(false, about, 'is optional now');
      compareSchemas(old, next, about, say);
    }
  }
}

function compareBounds(before: DataSchema, after: DataSchema, path: string, say: Say): void {
  for (const keyword of ['maxItems', 'maxLength', 'maximum', 'minLength', 'minimum'] as const) {
    const [old, next] = [before[keyword], after[keyword]];
    if (old === next) continue;
    const narrower = keyword.startsWith('max')
      ? (next ?? Number.POSITIVE_INFINITY) < (old ?? Number.POSITIVE_INFINITY)
      : (next ?? Number.NEGATIVE_INFINITY) > (old ?? Number.NEGATIVE_INFINITY);
    say(
      narrower,
      path,
      `has ${next === undefined ? 'no' : `the`} ${keyword}${next === undefined ? '' : ` ${next}`} now`,
    );
  }
}

function compareForms(before: DataSchema, after: DataSchema, path: string, say: Say): void {
  const known = new Set(formsOf(before).map(({ pattern }) => pattern));
  for (const { pattern, description } of formsOf(after)) {
    if (!known.has(pattern)) say(true, path, `must be ${description ?? 'of another form'}`);
  }
  const allowed = after.enum;
  if (allowed === undefined) return;
  const lost = before.enum?.filter((value) => !allowed.includes(value));
  if (lost === undefined) say(true, path, `can only be ${allowed.join(', ')}`);
  else if (lost.length > 0) say(true, path, `can no longer be ${lost.join(', ')}`);
}

function formsOf(schema: DataSchema): TextForm[] {
  return [schema, ...(schema.allOf ?? [])].filter(({ pattern }) => pattern !== undefined);
}

/** Whether a value may be null is told as whether it is required. */
function typesOf({ type }: DataSchema): readonly SchemaType[] {
  return (typeof type === 'string' ? [type] : type).filter((each) => each !== 'null');
}

function named(type: SchemaType): string {
  return type === 'array' ? 'a list' : type === 'object' ? 'an object' : `a ${type}`;
}
