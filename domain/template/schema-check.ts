import { InputError } from '../errors.ts';
import type { DataSchema, SchemaType, TextForm } from './compiled.ts';

/** How many problems one call tells: the first ones are what people mend. */
const most = 20;

/**
 * Checks data against a derived schema and all that may narrow one. `null` counts as absent.
 *
 * @returns `missing-data`, `wrong-type`, `list-too-long`, `value-too-short`, `value-too-long`, `value-not-allowed`,
 *   `number-out-of-range`, each with its path.
 */
export function schemaProblems(schema: DataSchema, data: unknown): InputError[] {
  const problems: InputError[] = [];
  check(schema, data, '', problems);
  return problems;
}

const kindOf: Readonly<Record<SchemaType, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'a boolean',
  null: 'null',
  array: 'a list',
  object: 'an object',
};

function check(schema: DataSchema, value: unknown, field: string, problems: InputError[]): void {
  if (problems.length >= most) return;
  const type = typeOf(value);
  const allowed = schema.type;
  if (type === undefined || !(typeof allowed === 'string' ? allowed === type : allowed.includes(type))) {
    const wanted = (typeof allowed === 'string' ? [allowed] : allowed).filter((each) => each !== 'null');
    const kinds = wanted.map((each) => kindOf[each]).join(' or ');
    problems.push(new InputError('wrong-type', field || 'data', `${field || 'data'} is not ${kinds}`));
    return;
  }
  if (Array.isArray(value)) {
    checkList(schema, value, field, problems);
  } else if (isRecord(value)) {
    checkProperties(schema, value, field, problems);
  } else if (typeof value === 'string' || typeof value === 'number') {
    checkScalar(schema, value, field, problems);
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

function checkProperties(
  schema: DataSchema,
  value: Readonly<Record<string, unknown>>,
  field: string,
  problems: InputError[],
): void {
  for (const name in schema.properties) {
    const property = schema.properties[name];
    if (property === undefined) continue;
    const path = field === '' ? name : `${field}.${name}`;
    const member = Object.hasOwn(value, name) ? value[name] : undefined;
    if (member !== undefined && member !== null) check(property, member, path, problems);
    else if (schema.required?.includes(name)) {
      problems.push(
        new InputError(
          'missing-data',
          firstRequired(property, path),
          `${firstRequired(property, path)} is missing`,
        ),
      );
    }
  }
}

/** The path of a value that is really needed: of an absent object, its first required property. */
function firstRequired(schema: DataSchema, field: string): string {
  const name = schema.required?.[0];
  const property = name === undefined ? undefined : schema.properties?.[name];
  return name === undefined || property === undefined ? field : firstRequired(property, `${field}.${name}`);
}

function checkList(
  schema: DataSchema,
  value: readonly unknown[],
  field: string,
  problems: InputError[],
): void {
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    problems.push(
      new InputError(
        'list-too-long',
        field,
        `${field} has ${value.length} items; ${schema.maxItems} are allowed`,
      ),
    );
    return;
  }
  if (schema.items === undefined) return;
  for (let index = 0; index < value.length; index++) {
    const item = value[index];
    const path = `${field}[${index}]`;
    if (item === undefined || item === null) {
      problems.push(new InputError('missing-data', path, `${path} is missing`));
    } else check(schema.items, item, path, problems);
  }
}

function checkScalar(
  schema: DataSchema,
  value: string | number,
  field: string,
  problems: InputError[],
): void {
  const fail = (code: string, message: string): void => {
    problems.push(new InputError(code, field, `${field} ${message}`));
  };
  if (schema.enum !== undefined && !schema.enum.some((allowed) => String(allowed) === String(value))) {
    fail('value-not-allowed', `is not one of ${schema.enum.join(', ')}`);
    return;
  }
  if (typeof value === 'string' && !hasForm(schema, value, fail)) return;
  const amount = typeof value === 'number' ? value : Number(value);
  if (schema.minimum !== undefined && !(amount >= schema.minimum)) {
    fail('number-out-of-range', `is less than ${schema.minimum}`);
  } else if (schema.maximum !== undefined && !(amount <= schema.maximum)) {
    fail('number-out-of-range', `is more than ${schema.maximum}`);
  }
}

function hasForm(schema: DataSchema, value: string, fail: (code: string, message: string) => void): boolean {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
  if (value.length > maxLength) {
    fail('value-too-long', `has ${value.length} characters; ${maxLength} are allowed`);
    return false;
  }
  if (value.length < minLength) {
    fail('value-too-short', `has ${value.length} characters; at least ${minLength} are needed`);
    return false;
  }
  const wrong = fits(schema, value) ? schema.allOf?.find((form) => !fits(form, value)) : schema;
  if (wrong !== undefined) fail('wrong-type', `is not ${wrong.description ?? 'of the expected form'}`);
  return wrong === undefined;
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
