import type { DataSchema, SchemaType, TextForm } from './compiled.ts';

/** Whether a value is what a schema asks for. */
export type QuickCheck = (value: unknown) => boolean;

const prepared = new WeakMap<DataSchema, QuickCheck>();

/**
 * The answer of `schemaProblems` without its words: every row of a campaign and every mail is checked, and nearly all are
 * right. What a schema says is looked at once.
 */
export function quickCheckOf(schema: DataSchema): QuickCheck {
  const known = prepared.get(schema);
  if (known !== undefined) return known;
  const check = checkOf(schema);
  prepared.set(schema, check);
  return check;
}

function checkOf(schema: DataSchema): QuickCheck {
  const types: readonly SchemaType[] = typeof schema.type === 'string' ? [schema.type] : schema.type;
  const [ofString, ofNumber] = [types.includes('string'), types.includes('number')];
  const [ofArray, ofObject] = [types.includes('array'), types.includes('object')];
  const [ofBoolean, ofNull] = [types.includes('boolean'), types.includes('null')];
  const stringFits = ofString ? stringCheck(schema) : never;
  const numberFits = ofNumber ? numberCheck(schema) : never;
  const listFits = ofArray ? listCheck(schema) : never;
  const objectFits = ofObject ? objectCheck(schema) : never;
  return (value) => {
    switch (typeof value) {
      case 'string':
        return stringFits(value);
      case 'number':
        return Number.isFinite(value) && numberFits(value);
      case 'boolean':
        return ofBoolean;
      case 'object':
        if (value === null) return ofNull;
        return Array.isArray(value) ? listFits(value) : objectFits(value);
      default:
        return false;
    }
  };
}

const never = (): boolean => false;
const always = (): boolean => true;

function numberCheck(schema: DataSchema): (value: number) => boolean {
  const [isListed, isWithin] = [enumCheck(schema), boundsCheck(schema)];
  return isListed === always ? isWithin : (value) => isListed(value) && isWithin(value);
}

function stringCheck(schema: DataSchema): (value: string) => boolean {
  const { minLength = 0, maxLength = Number.POSITIVE_INFINITY, allOf = [] } = schema;
  const [isListed, isWithin] = [enumCheck(schema), boundsCheck(schema)];
  const forms = [schema, ...allOf].flatMap(({ pattern }: TextForm) =>
    pattern === undefined ? [] : [new RegExp(pattern, 'u')],
  );
  return (value) => {
    if (value.length < minLength || value.length > maxLength || !isListed(value)) return false;
    for (const form of forms) if (!form.test(value)) return false;
    return isWithin === always || isWithin(Number(value));
  };
}

function enumCheck({ enum: allowed }: DataSchema): (value: string | number) => boolean {
  if (allowed === undefined) return always;
  const words = allowed.map(String);
  return (value) => words.includes(String(value));
}

function boundsCheck({ minimum, maximum }: DataSchema): (value: number) => boolean {
  if (minimum === undefined && maximum === undefined) return always;
  const [least, most] = [minimum ?? Number.NEGATIVE_INFINITY, maximum ?? Number.POSITIVE_INFINITY];
  return (value) => value >= least && value <= most;
}

function listCheck({
  items,
  maxItems = Number.POSITIVE_INFINITY,
}: DataSchema): (value: readonly unknown[]) => boolean {
  const itemFits = items === undefined ? always : quickCheckOf(items);
  return (value) => {
    if (value.length > maxItems) return false;
    for (let index = 0; index < value.length; index++) {
      const item = value[index];
      // Absent, whatever the schema of an item says of null.
      if (items !== undefined && (item === null || !itemFits(item))) return false;
    }
    return true;
  };
}

function objectCheck({ properties = {}, required = [] }: DataSchema): (value: object) => boolean {
  const members = Object.entries(properties).map(([name, schema]) => ({
    name,
    fits: quickCheckOf(schema),
    isRequired: required.includes(name),
  }));
  return (value) => {
    for (let at = 0; at < members.length; at++) {
      const entry = members[at];
      if (entry === undefined) continue;
      const member = Object.hasOwn(value, entry.name)
        ? (value as Record<string, unknown>)[entry.name]
        : undefined;
      if (member === undefined || member === null ? entry.isRequired : !entry.fits(member)) return false;
    }
    return true;
  };
}
