import type { Path } from './compiled.ts';

/** What a path is looked up in: the data, or the item that an `#each` has reached. */
export interface Scope {
  readonly value: unknown;
  readonly parent: Scope | undefined;
  /** Path of the list in the parent scope; absent for the data itself. */
  readonly list: Path | undefined;
  readonly index: number;
  /** What formats outside lists made, by place, in this mail; absent in a list. */
  readonly formatted: (string | undefined)[] | undefined;
  /** The property of `value` that was read last: most paths of a mail begin with the same name. */
  lastName: string | undefined;
  lastMember: unknown;
}

export function rootScope(value: unknown): Scope {
  return {
    value,
    parent: undefined,
    list: undefined,
    index: 0,
    formatted: [],
    lastName: undefined,
    lastMember: undefined,
  };
}

export function itemScope(value: unknown, parent: Scope, list: Path, index: number): Scope {
  return { value, parent, list, index, formatted: undefined, lastName: undefined, lastMember: undefined };
}

/** Gives the value at a path, own properties only; undefined when there is none. */
export function readerOf([up, ...names]: Path): (scope: Scope) => unknown {
  const [first, second] = names;
  if (first === undefined) return (scope) => ancestor(scope, up).value;
  // Most paths are as short as that.
  if (second === undefined) return (scope) => own(ancestor(scope, up).value, first);
  if (names.length === 2) return (scope) => own(member(ancestor(scope, up), first), second);
  const rest = names.slice(1);
  return (scope) => rest.reduce(own, member(ancestor(scope, up), first));
}

function member(scope: Scope, name: string): unknown {
  if (scope.lastName !== name) {
    scope.lastMember = own(scope.value, name);
    scope.lastName = name;
  }
  return scope.lastMember;
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
