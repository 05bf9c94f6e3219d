import { InputError } from '../errors.ts';
import type { CompiledTemplate, DataSchema, SchemaType } from '../template/compiled.ts';
import { canonicalJson } from '../template/content-hash.ts';
import { variantNames } from './variant.ts';

/**
 * What the data of a row must hold so that it is fit for each of some templates, since a row is read before it is known which one its
 * recipient gets.
 *
 * @throws InputError `variant` where two of them want the same value to be of another kind
 */
export function commonSchema(templates: readonly CompiledTemplate[]): DataSchema {
  const [first, ...others] = templates;
  if (first === undefined) {
    throw new Error('there is no template to take a schema of');
  }
  return others.reduce((all, { schema }, i) => {
    const conflict = (path: string) =>
      new InputError(
        'variant',
        'variant',
        `variant ${variantNames[i + 1]} takes ${path} for something else than the variants before it`,
      );
    return bothOf(all, schema, '', conflict);
  }, first.schema);
}

function bothOf(
  one: DataSchema,
  other: DataSchema,
  path: string,
  conflict: (path: string) => InputError,
): DataSchema {
  if (canonicalJson(one) === canonicalJson(other)) {
    return one;
  }
  const [oneTypes, otherTypes] = [typesOf(one), typesOf(other)];
  // What may be absent in one mail and not in another may not be absent.
  const isOptional = oneTypes.includes('null') && otherTypes.includes('null');
  const types = oneTypes.filter((type) => type !== 'null' || isOptional);
  const { type: _, properties: oneProperties, required: oneRequired, ...oneRules } = one;
  const { type: __, properties: otherProperties, required: otherRequired, ...otherRules } = other;
  const isSame =
    canonicalJson(types.filter(notNull).toSorted()) ===
      canonicalJson(otherTypes.filter(notNull).toSorted()) &&
    canonicalJson(oneRules) === canonicalJson(otherRules) &&
    (oneProperties === undefined) === (otherProperties === undefined);
  if (!isSame) {
    throw conflict(path || 'the data');
  }
  const type = typeof one.type === 'string' ? one.type : types;
  if (oneProperties === undefined || otherProperties === undefined) {
    return { ...oneRules, type };
  }
  const names = [...new Set([...Object.keys(oneProperties), ...Object.keys(otherProperties)])].toSorted();
  const properties = names.map((name): [string, DataSchema] => {
    const [mine, its] = [propertyOf(oneProperties, name), propertyOf(otherProperties, name)];
    const both = mine && its ? bothOf(mine, its, path ? `${path}.${name}` : name, conflict) : (mine ?? its);
    return [name, both ?? { type: [] }];
  });
  const required = [...new Set([...(oneRequired ?? []), ...(otherRequired ?? [])])].toSorted();
  return {
    ...oneRules,
    type,
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
  };
}

function typesOf({ type }: DataSchema): readonly SchemaType[] {
  return typeof type === 'string' ? [type] : type;
}

function notNull(type: SchemaType): boolean {
  return type !== 'null';
}

function propertyOf(properties: Readonly<Record<string, DataSchema>>, name: string): DataSchema | undefined {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}
