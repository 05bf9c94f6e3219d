import type { CompiledTemplate, DataSchema, Part, Path, SchemaType } from '../compiled.ts';
import { limits, reservedNames } from '../compiled.ts';

type Locales = CompiledTemplate['locales'];
type Use = 'text' | 'url' | 'number' | 'date' | 'currency' | 'list' | 'condition';

/** What the templates do with one value. */
interface Node {
  readonly uses: Set<Use>;
  readonly properties: Map<string, Node>;
  item: Node | undefined;
  /** Used where no `#if` stands around it: mail cannot be rendered without it. */
  required: boolean;
  /** Asked for by an `#if` that stands under no other. */
  asked: boolean;
}

interface Scope {
  readonly node: Node;
  /** `order.items[]`, empty for the data. */
  readonly key: string;
  /** How many conditions were around when the scope began. */
  readonly conditions: number;
}

/** Two uses of one value that no data can satisfy. */
export class SchemaConflict extends Error {
  override readonly name = 'SchemaConflict';
}

/**
 * Derives what `data` must hold from everything that all locales do with it. A value that is used only under its
 * own `#if` may be absent or null; one that is used only under another's is checked when that one holds.
 *
 * @throws SchemaConflict when a value is used in two ways that exclude each other.
 */
export function schemaOf(locales: Locales): DataSchema {
  const root = newNode();
  root.required = true;
  for (const locale of Object.values(locales)) {
    for (const part of [locale.subject, locale.html, locale.text]) {
      collect(part, [{ node: root, key: '', conditions: 0 }], 0);
    }
  }
  for (const name of reservedNames) root.properties.delete(name);
  return objectSchema(root, '');
}

/** Every path that a locale uses: `order.items[].name`. Locales of one template must agree on them. */
export function pathsOf(locale: Locales[string]): Set<string> {
  const root = newNode();
  for (const part of [locale.subject, locale.html, locale.text]) {
    collect(part, [{ node: root, key: '', conditions: 0 }], 0);
  }
  const paths = new Set<string>();
  const visit = (node: Node, key: string): void => {
    if (node.uses.size > 0) paths.add(key);
    for (const [name, child] of node.properties) visit(child, join(key, name));
    if (node.item) visit(node.item, `${key}[]`);
  };
  visit(root, '');
  return paths;
}

function collect(part: Part, scopes: readonly Scope[], conditions: number): void {
  for (const op of part) {
    if (typeof op === 'string') continue;
    switch (op[0]) {
      case 'v':
        use(op[1], op[2] === 'u' || op[2] === 'l' ? 'url' : 'text', scopes, conditions);
        break;
      case 'f': {
        const [, helper, [subject, ...rest]] = op;
        const kind = helper === 'date' ? 'date' : helper === 'lines' ? 'text' : 'number';
        if (typeof subject === 'object') use(subject, kind, scopes, conditions);
        const restKind = helper === 'currency' ? 'currency' : 'text';
        for (const argument of rest)
          if (typeof argument === 'object') use(argument, restKind, scopes, conditions);
        break;
      }
      case 'i': {
        use(op[1], 'condition', scopes, conditions);
        collect(op[2], scopes, conditions + 1);
        collect(op[3], scopes, conditions + 1);
        break;
      }
      case 'e': {
        const key = use(op[1], 'list', scopes, conditions);
        const list = reach(op[1], scopes).node;
        list.item ??= newNode();
        list.item.required = true;
        collect(op[2], [...scopes, { node: list.item, key: `${key}[]`, conditions }], conditions);
        collect(op[3], scopes, conditions);
        break;
      }
    }
  }
}

function use(path: Path, kind: Use, scopes: readonly Scope[], conditions: number): string {
  const { node, key, scope } = reach(path, scopes);
  node.uses.add(kind);
  if (conditions === scope.conditions) {
    if (kind === 'condition') node.asked = true;
    else node.required = true;
  }
  return key;
}

function reach(path: Path, scopes: readonly Scope[]): { node: Node; key: string; scope: Scope } {
  const [up, ...names] = path;
  const scope = scopes.at(-1 - up);
  if (scope === undefined)
    throw new SchemaConflict(`${'../'.repeat(up)}${names.join('.')} steps out of the data`);
  let { node, key } = scope;
  for (const name of names) {
    let child = node.properties.get(name);
    if (child === undefined) {
      child = newNode();
      node.properties.set(name, child);
    }
    node = child;
    key = join(key, name);
  }
  return { node, key, scope };
}

function newNode(): Node {
  return { uses: new Set(), properties: new Map(), item: undefined, required: false, asked: false };
}

function join(key: string, name: string): string {
  return key === '' ? name : `${key}.${name}`;
}

function schemaOfNode(node: Node, key: string): DataSchema {
  const kinds = new Set([...node.uses].filter((kind) => kind !== 'condition'));
  if (node.properties.size > 0) {
    if (kinds.size > 0) throw new SchemaConflict(`${key} is used both as a value and as an object`);
    return nullable(objectSchema(node, key), node);
  }
  if (kinds.has('list')) {
    if (kinds.size > 1) throw new SchemaConflict(`${key} is used both as a list and as a value`);
    const items = node.item && { items: schemaOfNode(node.item, `${key}[]`) };
    return nullable({ type: 'array', ...items, maxItems: limits.listLength }, node);
  }
  const [form, other] = (['date', 'url', 'number', 'currency'] as const).filter((kind) => kinds.has(kind));
  if (form && other) throw new SchemaConflict(`${key} is used both as a ${form} and as a ${other}`);
  if (form) return nullable(forms[form], node);
  if (kinds.has('text')) return nullable(text, node);
  return nullable({ type: ['boolean', 'string', 'number', 'array', 'object'] }, node);
}

const text: DataSchema = { type: ['string', 'number'], maxLength: limits.valueLength };
const forms: Readonly<Record<'url' | 'number' | 'date' | 'currency', DataSchema>> = {
  url: {
    type: 'string',
    format: 'uri',
    maxLength: limits.valueLength,
    pattern: '^(https://|mailto:|tel:)',
    description: 'an https, mailto or tel URL',
  },
  number: {
    type: ['number', 'string'],
    pattern: '^-?\\d{1,20}(\\.\\d{1,10})?$',
    description: 'a number, or a decimal in a string',
  },
  date: {
    type: 'string',
    pattern: '^\\d{4}-\\d{2}-\\d{2}([Tt]\\d{2}:\\d{2}(:\\d{2}(\\.\\d{1,9})?)?([Zz]|[+-]\\d{2}:\\d{2}))?$',
    description: 'a date such as 2026-12-05 or 2026-12-05T18:00:00+09:00',
  },
  currency: { type: 'string', pattern: '^[A-Z]{3}$', description: 'an ISO 4217 code such as JPY' },
};

function nullable(schema: DataSchema, node: Node): DataSchema {
  if (isRequired(node)) return schema;
  const types: readonly SchemaType[] = typeof schema.type === 'string' ? [schema.type] : schema.type;
  return { ...schema, type: [...types, 'null'] };
}

function objectSchema(node: Node, key: string): DataSchema {
  const entries = [...node.properties].sort(([a], [b]) => (a < b ? -1 : 1));
  const required = entries.filter(([, child]) => isRequired(child)).map(([name]) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(
      entries.map(([name, child]) => [name, schemaOfNode(child, join(key, name))]),
    ),
    ...(required.length > 0 && { required }),
  };
}

/** A mere condition is required too: a misspelt name would silently hide what it guards. */
function isRequired(node: Node): boolean {
  if (node.properties.size > 0) return [...node.properties.values()].some(isRequired);
  return node.required || (node.asked && node.uses.size === 1);
}
