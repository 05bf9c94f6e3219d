import { InputError } from '../errors.ts';
import type { DataSchema, SchemaType, TextForm } from './compiled.ts';
import { quickCheckOf } from './quick-check.ts';

/** How many problems one call tells: the first ones are what people mend. */
const most = 20;

/**
 * Checks data against a derived schema and all that may narrow one. `null` counts as absent.
 *
 * @returns `missing-data`, `wrong-type`, `list-too-long`, `value-too-short`, `value-too-long`, `value-not-allowed`,
 *   `number-out-of-range`, each with its path.
 */
export function schemaProblems(schema: DataSchema, data: unknown): InputError[] {
  if (quickCheckOf(schema)(data)) return [];
  const found: Found = { problems: [], path: [] };
  check(schema, data, found);
  return found.problems;
}

interface Found {
  readonly problems: InputError[];
  /** Of the value that is looked at: names of properties, indexes of lists. It is written out for problems only. */
  readonly path: (string | number)[];
}

function fieldOf({ path }: Found): string {
  return path.reduce<string>(
    (field, step) =>
      typeof step === 'number' ? `${field}[${step}]` : field === '' ? step : `${field}.${step}`,
    '',
  );
}

const kindOf: Readonly<Record<SchemaType, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'a boolean',
  null: 'null',
  array: 'a list',
  object: 'an object',
};

function check(schema: DataSchema, value: unknown, found: Found): void {
  if (found.problems.length >= most) return;
  const type = typeOf(value);
  const allowed = schema.type;
  if (type === undefined || !(typeof allowed === 'string' ? allowed === type : allowed.includes(type))) {
    const wanted = (typeof allowed === 'string' ? [allowed] : allowed).filter((each) => each !== 'null');
    const kinds = wanted.map((each) => kindOf[each]).join(' or ');
    const field = fieldOf(found) || 'data';
    found.problems.push(new InputError('wrong-type', field, `${field} is not ${kinds}`));
    return;
  }
  if (Array.isArray(value)) {
    checkList(schema, value, found);
  } else if (isRecord(value)) {
    checkProperties(schema, value, found);
  } else if (typeof value === 'string' || typeof value === 'number') {
    checkScalar(schema, value, found);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function checkProperties(schema: DataSchema, value: Readonly<Record<string, unknown>>, found: Found): void {
  for (const name in schema.properties) {
    const property = schema.properties[name];
    if (property === undefined) continue;
    const member = Object.hasOwn(value, name) ? value[name] : undefined;
    if (member !== undefined && member !== null) {
      found.path.push(name);
      check(property, member, found);
      found.path.pop();
    } else if (schema.required?.includes(name)) {
      const base = fieldOf(found);
      const field = firstRequired(property, base === '' ? name : `${base}.${name}`);
      found.problems.push(new InputError('missing-data', field, `${field} is missing`));
    }
  }
}

/** The path of a value that is really needed: of an absent object, its first required property. */
function firstRequired(schema: DataSchema, field: string): string {
  const name = schema.required?.[0];
  const property = name === undefined ? undefined : schema.properties?.[name];
  return name === undefined || property === undefined ? field : firstRequired(property, `${field}.${name}`);
}

function checkList({ maxItems, items }: DataSchema, value: readonly unknown[], found: Found): void {
  if (maxItems !== undefined && value.length > maxItems) {
    fail(found, 'list-too-long', `has ${value.length} items; ${maxItems} are allowed`);
    return;
  }
  if (items === undefined) return;
  for (let index = 0; index < value.length; index++) {
    const item = value[index];
    found.path.push(index);
    if (item === undefined || item === null) fail(found, 'missing-data', 'is missing');
    else check(items, item, found);
    found.path.pop();
  }
}

function checkScalar(schema: DataSchema, value: string | number, found: Found): void {
  if (schema.enum !== undefined && !schema.enum.some((allowed) => String(allowed) === String(value))) {
    fail(found, 'value-not-allowed', `is not one of ${schema.enum.join(', ')}`);
    return;
  }
  if (typeof value === 'string' && !hasForm(schema, value, found)) return;
  if (schema.minimum !== undefined && !(Number(value) >= schema.minimum)) {
    fail(found, 'number-out-of-range', `is less than ${schema.minimum}`);
  } else if (schema.maximum !== undefined && !(Number(value) <= schema.maximum)) {
    fail(found, 'number-out-of-range', `is more than ${schema.maximum}`);
  }
}

function hasForm(schema: DataSchema, value: string, found: Found): boolean {
  const { minLength, maxLength } = schema;
  if (maxLength !== undefined && value.length > maxLength) {
    fail(found, 'value-too-long', `has ${value.length} characters; ${maxLength} are allowed`);
    return false;
  }
  if (minLength !== undefined && value.length < minLength) {
    fail(found, 'value-too-short', `has ${value.length} characters; at least ${minLength} are needed`);
    return false;
  }
  const wrong = fits(schema, value) ? schema.allOf?.find((form) => !fits(form, value)) : schema;
  if (wrong !== undefined) fail(found, 'wrong-type', `is not ${wrong.description ?? 'of the expected form'}`);
  return wrong === undefined;
}

/** @param what - Completes a sentence that begins with the path of the value. */
function fail(found: Found, code: string, what: string): void {
  const field = fieldOf(found);
  found.problems.push(new InputError(code, field, `${field} ${what}`));
}

function fits({ pattern }: TextForm, value: string): boolean {
  return pattern === undefined || expressionOf(pattern).test(value);
}

/** Schemas use a handful of patterns, and every row of a campaign is checked. */
const expressions = new Map<string, RegExp>();

function expressionOf(pattern: string): RegExp {
  const expression = expressions.get(pattern) ?? new RegExp(pattern, 'u');
  expressions.set(pattern, expression);
  return expression;
}

function typeOf(value: unknown): SchemaType | undefined {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  const type = typeof value;
  if (type === 'number') return Number.isFinite(value) ? 'number' : undefined;
  return type === 'string' || type === 'boolean' || type === 'object' ? type : undefined;
}
