import type { Path } from './compiled.ts';

/** What a path is looked up in: the data, or the item that an `#each` has reached. */
export interface Scope {
  readonly value: unknown;
  readonly parent: Scope | undefined;
  /** Path of the list in the parent scope; absent for the data itself. */
  readonly list: Path | undefined;
  readonly index: number;
}

/** Gives the value at a path, own properties only; undefined when there is none. */
export function readerOf([up, ...names]: Path): (scope: Scope) => unknown {
  const [first, second] = names;
  // Most paths are as short as that.
  if (up === 0 && first !== undefined && names.length === 1) return ({ value }) => own(value, first);
  if (up === 0 && first !== undefined && second !== undefined && names.length === 2) {
    return ({ value }) => own(own(value, first), second);
  }
  return (scope) => {
    let { value } = ancestor(scope, up);
    for (const name of names) value = own(value, name);
    return value;
  };
}

function own(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How people write that path from the top of the data: `order.items[1].name`. */
export function fieldOf(scope: Scope, path: Path): string {
  const [up, ...names] = path;
  const start = ancestor(scope, up);
  const prefix =
    start.parent === undefined || start.list === undefined
      ? ''
      : `${fieldOf(start.parent, start.list)}[${start.index}]`;
  const rest = names.join('.');
  return prefix && rest ? `${prefix}.${rest}` : prefix || rest;
}

/** As Handlebars decides an `#if`: false, null, undefined, 0, the empty string and the empty list are false. */
export function isTruthy(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function ancestor(scope: Scope, up: number): Scope {
  let reached = scope;
  for (let step = 0; step < up; step++) {
    if (reached.parent === undefined) throw new Error('a path steps out of the data');
    reached = reached.parent;
  }
  return reached;
}
