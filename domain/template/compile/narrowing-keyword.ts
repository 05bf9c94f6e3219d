import type { DataSchema, SchemaType, TextForm } from '../compiled.ts';
import { schemaProblems } from '../schema-check.ts';

/** Forms that can be asked for by name. They become patterns, so that every validator reads them alike. */
const formats: Readonly<Record<string, Required<TextForm>>> = {
  date: { pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'a day such as 2026-12-05' },
  'date-time': {
    pattern: '^\\d{4}-\\d{2}-\\d{2}[Tt]\\d{2}:\\d{2}',
    description: 'a time such as 2026-12-05T18:00:00+09:00',
  },
  email: { pattern: '^[^\\s@]+@[^\\s@]+\\.[^\\s@]+$', description: 'an email address' },
  https: { pattern: '^https://', description: 'an https URL' },
  uuid: { pattern: '^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$', description: 'a UUID' },
};

export const keywords = [
  'description',
  'enum',
  'format',
  'maxItems',
  'maxLength',
  'maximum',
  'minLength',
  'minimum',
  'pattern',
  'required',
  'type',
] as const;
export type Keyword = (typeof keywords)[number];

/** @returns the narrower schema, or what is wrong: the rest of a sentence that begins with the keyword. */
export function applyKeyword(
  keyword: Keyword,
  value: unknown,
  schema: DataSchema,
  wanted: Readonly<Record<string, unknown>>,
): DataSchema | string {
  const types = typesOf(schema);
  switch (keyword) {
    case 'description':
      // Told with the pattern that it describes.
      return typeof value === 'string' && 'pattern' in wanted ? schema : 'is a text that goes with a pattern';
    case 'type':
      return narrowType(value, types, schema);
    case 'required':
      return value === true
        ? { ...schema, type: types.filter((type) => type !== 'null') }
        : 'can only be true';
    case 'enum':
      return narrowEnum(value, schema);
    case 'pattern': {
      const description = typeof wanted.description === 'string' ? { description: wanted.description } : {};
      if (typeof value !== 'string' || !isExpression(value)) return 'is not a regular expression';
      return types.includes('string')
        ? withForm(schema, { pattern: value, ...description })
        : applies('strings');
    }
    case 'format': {
      const form = typeof value === 'string' && Object.hasOwn(formats, value) ? formats[value] : undefined;
      if (form === undefined) return `is one of ${Object.keys(formats).join(', ')}`;
      return types.includes('string') ? withForm(schema, form) : applies('strings');
    }
    case 'minLength':
    case 'maxLength':
      return types.includes('string') ? bound(keyword, value, schema, 0) : applies('strings');
    case 'maxItems':
      return types.includes('array') ? bound(keyword, value, schema, 0) : applies('lists');
    case 'minimum':
    case 'maximum':
      return isNumeric(schema, types)
        ? bound(keyword, value, schema, Number.NEGATIVE_INFINITY)
        : applies('numbers');
  }
}

function applies(to: string): string {
  return `applies to ${to}, which this is not`;
}

function narrowType(value: unknown, types: readonly SchemaType[], schema: DataSchema): DataSchema | string {
  const wanted: readonly unknown[] = Array.isArray(value) ? value : [value];
  const values = types.filter((type) => type !== 'null');
  const kept = values.filter((type) => wanted.includes(type));
  if (kept.length === 0 || kept.length < wanted.length)
    return `would widen it; it can be ${values.join(' or ')}`;
  const type: readonly SchemaType[] = types.includes('null') ? [...kept, 'null'] : kept;
  const [only, other] = type;
  return { ...schema, type: only !== undefined && other === undefined ? only : type };
}

function narrowEnum(value: unknown, schema: DataSchema): DataSchema | string {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isScalar)) return 'is not a list of values';
  const [problem] = value.flatMap((each) => schemaProblems(schema, each));
  return problem === undefined ? { ...schema, enum: value } : 'has a value that the template cannot use';
}

function bound(
  keyword: 'minLength' | 'maxLength' | 'maxItems' | 'minimum' | 'maximum',
  value: unknown,
  schema: DataSchema,
  least: number,
): DataSchema | string {
  const whole = least === 0;
  if (
    typeof value !== 'number' ||
    !(whole ? Number.isInteger(value) : Number.isFinite(value)) ||
    value < least
  ) {
    return whole ? 'is not a whole number from 0' : 'is not a number';
  }
  const current = schema[keyword];
  const widens = keyword.startsWith('max') ? value > (current ?? value) : value < (current ?? value);
  return widens ? `would widen it; it is ${current}` : { ...schema, [keyword]: value };
}

function withForm(schema: DataSchema, form: TextForm): DataSchema {
  if (schema.pattern === undefined) return { ...schema, ...form };
  return { ...schema, allOf: [...(schema.allOf ?? []), form] };
}

/** Formatted as a number, or narrowed to one. */
function isNumeric(schema: DataSchema, types: readonly SchemaType[]): boolean {
  return (
    types.includes('number') && (schema.pattern?.startsWith('^-?\\d') === true || !types.includes('string'))
  );
}

function typesOf({ type }: DataSchema): readonly SchemaType[] {
  return typeof type === 'string' ? [type] : type;
}

function isExpression(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

function isScalar(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
