import { InputError } from '../errors.ts';
import type { DataSchema, SchemaType } from './compiled.ts';

/** How many problems one call tells: the first ones are what people mend. */
const most = 20;

/**
 * Checks data against a derived schema: type, required, items, maxItems, maxLength and pattern. `null` counts as
 * absent.
 *
 * @returns `missing-data`, `wrong-type`, `list-too-long`, `value-too-long`, each with its path.
 */
export function schemaProblems(schema: DataSchema, data: unknown): InputError[] {
  const problems: InputError[] = [];
  check(schema, data, '', problems);
  return problems;
}

function check(schema: DataSchema, value: unknown, field: string, problems: InputError[]): void {
  if (problems.length >= most) return;
  const type = typeOf(value);
  const allowed = schema.type;
  if (type === undefined || !(typeof allowed === 'string' ? allowed === type : allowed.includes(type))) {
    const wanted = (typeof allowed === 'string' ? [allowed] : allowed).filter((each) => each !== 'null');
    problems.push(
      new InputError('wrong-type', field || 'data', `${field || 'data'} is not a ${wanted.join(' or a ')}`),
    );
    return;
  }
  if (Array.isArray(value)) {
    checkList(schema, value, field, problems);
  } else if (typeof value === 'object' && value !== null) {
    checkProperties(schema, value, field, problems);
  } else if (typeof value === 'string') {
    checkString(schema, value, field, problems);
  }
}

function checkProperties(schema: DataSchema, value: object, field: string, problems: InputError[]): void {
  for (const name in schema.properties) {
    const property = schema.properties[name];
    if (property === undefined) continue;
    const path = field === '' ? name : `${field}.${name}`;
    const member: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
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
  for (const [index, item] of value.entries()) {
    const path = `${field}[${index}]`;
    if (item === undefined || item === null) {
      problems.push(new InputError('missing-data', path, `${path} is missing`));
    } else check(schema.items, item, path, problems);
  }
}

function checkString(schema: DataSchema, value: string, field: string, problems: InputError[]): void {
  if (schema.maxLength !== undefined && value.length > schema.maxLength) {
    problems.push(
      new InputError(
        'value-too-long',
        field,
        `${field} has ${value.length} characters; ${schema.maxLength} are allowed`,
      ),
    );
  } else if (schema.pattern !== undefined && !expressionOf(schema.pattern).test(value)) {
    problems.push(
      new InputError('wrong-type', field, `${field} is not ${schema.description ?? 'of the expected form'}`),
    );
  }
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
