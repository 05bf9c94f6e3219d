import type { DataSchema } from '../compiled.ts';

/**
 * Data that a derived schema takes, for a template without a sample: every value that may be there is, in its plainest
 * form. A form that an author narrows to is not guessed.
 */
export function exampleOf(schema: DataSchema): unknown {
  if (schema.enum) return schema.enum[0];
  const types = typeof schema.type === 'string' ? [schema.type] : schema.type;
  if (types.includes('object') && schema.properties) {
    return Object.fromEntries(
      Object.entries(schema.properties).map(([name, each]) => [name, exampleOf(each)]),
    );
  }
  if (types.includes('array') && schema.items) return [exampleOf(schema.items), exampleOf(schema.items)];
  if (types.includes('boolean')) return true;
  if (schema.pattern?.startsWith('^-?')) return Math.max(1, schema.minimum ?? 1);
  if (schema.pattern?.startsWith('^\\d{4}')) return '2026-12-05T18:00:00+09:00';
  if (schema.pattern?.startsWith('^[A-Z]{3}')) return 'JPY';
  if (schema.format === 'uri') return 'https://www.example.com/';
  return types.includes('string') ? 'Example' : 1;
}
