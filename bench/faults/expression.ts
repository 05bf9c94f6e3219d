import type { Item } from '../../aws/table.ts';

/** What an expression is evaluated with. */
export interface Scope {
  /** Undefined where there is no item. */
  readonly item: Item | undefined;
  readonly names: Readonly<Record<string, string>>;
  readonly values: Item;
}

type Evaluate<T> = (scope: Scope) => T;

const conditions = new Map<string, Evaluate<boolean>>();
const updates = new Map<string, Evaluate<Item>>();

/** Compiles a condition expression of DynamoDB, as far as the code of `aws/` uses them; anything else is refused. */
export function conditionOf(text: string): Evaluate<boolean> {
  return remembered(conditions, text, () => {
    const reader = new Reader(text);
    const condition = reader.disjunction();
    reader.end();
    return condition;
  });
}

/** Compiles an update expression: what the item becomes. */
export function updateOf(text: string): Evaluate<Item> {
  return remembered(updates, text, () => {
    const reader = new Reader(text);
    const changes = reader.clauses();
    reader.end();
    // Every right side sees the item as it was before.
    return (scope) => {
      const changed: Item = { ...scope.item };
      for (const change of changes) {
        change(scope, changed);
      }
      return changed;
    };
  });
}

function remembered<T>(known: Map<string, T>, text: string, compile: () => T): T {
  const found = known.get(text) ?? compile();
  known.set(text, found);
  return found;
}

type Change = (scope: Scope, changed: Item) => void;

/** A recursive descent over the tokens of an expression. */
class Reader {
  readonly #text: string;
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = text.match(/<=|>=|<>|[=<>(),+-]|[:#]?[A-Za-z_][\w]*(?:\.[#\w]+)*|\S/g) ?? [];
  }

  end(): void {
    if (this.#at < this.#tokens.length) {
      throw this.#refusal();
    }
  }

  disjunction(): Evaluate<boolean> {
    const parts = [this.#conjunction()];
    while (this.#skip('OR')) {
      parts.push(this.#conjunction());
    }
    return (scope) => parts.some((part) => part(scope));
  }

  clauses(): Change[] {
    const changes: Change[] = [];
    while (this.#at < this.#tokens.length) {
      const clause = this.#next();
      do {
        changes.push(this.#change(clause));
      } while (this.#skip(','));
    }
    return changes;
  }

  #change(clause: string): Change {
    const path = this.#path();
    switch (clause) {
      case 'SET': {
        this.#expect('=');
        const value = this.#sum();
        return (scope, changed) => {
          changed[nameOf(path, scope)] = value(scope);
        };
      }
      case 'REMOVE':
        return (scope, changed) => {
          delete changed[nameOf(path, scope)];
        };
      case 'ADD': {
        const amount = this.#operand();
        return (scope, changed) => {
          const name = nameOf(path, scope);
          changed[name] = (scope.item?.[name] ?? 0) + Number(amount(scope));
        };
      }
      default:
        throw this.#refusal();
    }
  }

  #sum(): Evaluate<unknown> {
    const left = this.#term();
    if (this.#skip('+')) {
      const right = this.#term();
      return (scope) => Number(left(scope)) + Number(right(scope));
    }
    if (this.#skip('-')) {
      const right = this.#term();
      return (scope) => Number(left(scope)) - Number(right(scope));
    }
    return left;
  }

  #term(): Evaluate<unknown> {
    if (this.#skip('if_not_exists')) {
      const [path, otherwise] = this.#pair();
      return (scope) => path(scope) ?? otherwise(scope);
    }
    if (this.#skip('list_append')) {
      const [list, more] = this.#pair();
      return (scope) => [...listOf(list(scope)), ...listOf(more(scope))];
    }
    return this.#operand();
  }

  #pair(): readonly [Evaluate<unknown>, Evaluate<unknown>] {
    this.#expect('(');
    const first = this.#operand();
    this.#expect(',');
    const second = this.#operand();
    this.#expect(')');
    return [first, second];
  }

  #conjunction(): Evaluate<boolean> {
    const parts = [this.#comparison()];
    while (this.#skip('AND')) {
      parts.push(this.#comparison());
    }
    return (scope) => parts.every((part) => part(scope));
  }

  #comparison(): Evaluate<boolean> {
    if (this.#skip('(')) {
      const inner = this.disjunction();
      this.#expect(')');
      return inner;
    }
    for (const [name, wanted] of [
      ['attribute_exists', true],
      ['attribute_not_exists', false],
    ] as const) {
      if (this.#skip(name)) {
        this.#expect('(');
        const path = this.#operand();
        this.#expect(')');
        return (scope) => (path(scope) !== undefined) === wanted;
      }
    }
    const left = this.#operand();
    const operator = this.#next();
    if (operator === 'BETWEEN') {
      const least = this.#operand();
      this.#expect('AND');
      const most = this.#operand();
      return (scope) => compare(left(scope), '>=', least(scope)) && compare(left(scope), '<=', most(scope));
    }
    if (operator === 'IN') {
      this.#expect('(');
      const choices = [this.#operand()];
      while (this.#skip(',')) {
        choices.push(this.#operand());
      }
      this.#expect(')');
      return (scope) => choices.some((choice) => compare(left(scope), '=', choice(scope)));
    }
    const right = this.#operand();
    return (scope) => compare(left(scope), operator, right(scope));
  }

  #operand(): Evaluate<unknown> {
    const path = this.#path();
    if (path.startsWith(':')) {
      return ({ values }) => {
        if (!(path in values)) {
          throw new Error(`${path} has no value`);
        }
        return values[path];
      };
    }
    return (scope) =>
      path
        .split('.')
        .reduce<unknown>(
          (value, part) =>
            typeof value === 'object' && value !== null ? Reflect.get(value, nameOf(part, scope)) : undefined,
          scope.item,
        );
  }

  #path(): string {
    const token = this.#next();
    if (!/^[:#]?[A-Za-z_]/.test(token)) {
      throw this.#refusal();
    }
    return token;
  }

  #next(): string {
    return this.#tokens[this.#at++] ?? '';
  }

  #skip(token: string): boolean {
    const found = this.#tokens[this.#at] === token;
    this.#at += found ? 1 : 0;
    return found;
  }

  #expect(token: string): void {
    if (!this.#skip(token)) {
      throw this.#refusal();
    }
  }

  #refusal(): Error {
    return new Error(`token ${this.#at} of this expression is none that is known here: ${this.#text}`);
  }
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new Error('list_append takes lists');
  }
  return value;
}

function nameOf(path: string, { names }: Scope): string {
  return path.startsWith('#') ? (names[path] ?? path) : path;
}

/** Values of different types are never equal, and in no order. */
function compare(left: unknown, operator: string, right: unknown): boolean {
  if (operator === '=') {
    return left !== undefined && left === right;
  }
  const ordered =
    (typeof left === 'number' && typeof right === 'number') ||
    (typeof left === 'string' && typeof right === 'string');
  if (!ordered) {
    return false;
  }
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
    default:
      throw new Error(`${operator} is not known here`);
  }
}
