import type { Campaign } from '../campaign/campaign.ts';
import { type DataSchema, reservedNames } from '../template/compiled.ts';
import { schemaProblems } from '../template/schema-check.ts';
import { placeOfColumn } from './audience-recipient.ts';

/** What a column is for. */
export type PlainColumn =
  | { readonly is: 'address' | 'name' | 'locale' }
  | {
      readonly is: 'text' | 'number';
      readonly isRequired: boolean;
      /** Octets that are surely not too few characters, and not too many. */
      readonly leastBytes: number;
      readonly mostBytes: number;
    };

export type DataColumn = Extract<PlainColumn, { readonly isRequired: boolean }>;

/** Digits of a number that JavaScript writes as it read it. */
const mostDigits = 15;

/**
 * What the columns of a file are for.
 *
 * @param common - What is the same for all, which is checked once.
 * @returns undefined where one of them needs more than copying, or something required is neither common nor a column
 */
export function plainColumns(
  header: readonly string[],
  common: Campaign['data'],
  schema: DataSchema,
): readonly PlainColumn[] | undefined {
  const columns = header.flatMap((name) => columnOf(name, schema) ?? []);
  return columns.length === header.length && isCommonFine(header, common, schema) ? columns : undefined;
}

function columnOf(name: string, schema: DataSchema): PlainColumn | undefined {
  if (name === 'address' || name === 'name' || name === 'locale') {
    return { is: name };
  }
  // Keys of digits come first in JavaScript, wherever their columns are.
  if (name === 'data' || name === '__proto__' || /^\d+$/.test(name) || isReserved(name)) {
    return undefined;
  }
  const place = placeOfColumn(name, schema);
  if (place.objects.length > 0) {
    return undefined;
  }
  const isRequired = schema.required?.includes(name) === true;
  if (place.schema === undefined) {
    return { is: 'text', isRequired, leastBytes: 1, mostBytes: Number.POSITIVE_INFINITY };
  }
  const { type, minLength = 0, maxLength = Number.POSITIVE_INFINITY, ...rules } = place.schema;
  const types: readonly string[] = typeof type === 'string' ? [type] : type;
  if (
    Object.keys(rules).some((rule) => rule !== 'description') ||
    (!types.includes('string') && minLength > 0)
  ) {
    return undefined;
  }
  if (types.includes('string')) {
    // A unit of UTF-16 takes one octet at least, and three at most.
    return { is: 'text', isRequired, leastBytes: minLength > 1 ? 3 * minLength : 1, mostBytes: maxLength };
  }
  return types.includes('number')
    ? { is: 'number', isRequired, leastBytes: 1, mostBytes: mostDigits }
    : undefined;
}

function isCommonFine(header: readonly string[], common: Campaign['data'], schema: DataSchema): boolean {
  const names = Object.keys(common);
  const columns = header.filter((name) => name !== 'address' && name !== 'name' && name !== 'locale');
  const known = Object.entries(schema.properties ?? {}).filter(([name]) => names.includes(name));
  const ofCommon: DataSchema = { type: 'object', properties: Object.fromEntries(known) };
  return (
    names.every((name) => !header.includes(name) && !isReserved(name)) &&
    (schema.required ?? []).every((name) => names.includes(name) || columns.includes(name)) &&
    known.every(([name]) => common[name] !== null || schema.required?.includes(name) !== true) &&
    schemaProblems(ofCommon, common).length === 0
  );
}

function isReserved(name: string): boolean {
  return (reservedNames as readonly string[]).includes(name);
}
