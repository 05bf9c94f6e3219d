import { InputError } from '../../domain/errors.ts';
import { isObject, type Json, type JsonObject } from './json.ts';

/** Typed access to the resolved properties of one resource. Templates may hold `"60"` for 60 and `"true"` for true. */
export class Properties {
  readonly #values: JsonObject;
  /** `Queue.RedrivePolicy`: logical id and path. */
  readonly where: string;

  constructor(values: JsonObject, where: string) {
    this.#values = values;
    this.where = where;
  }

  get raw(): JsonObject {
    return this.#values;
  }

  names(): string[] {
    return Object.keys(this.#values);
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  text(name: string): string {
    return this.optionalText(name) ?? this.#missing(name);
  }

  optionalText(name: string): string | undefined {
    const value = this.#optional(name);
    return value === undefined
      ? undefined
      : typeof value === 'object'
        ? this.#wrong(name, 'a string')
        : String(value);
  }

  oneOf<const T extends string>(name: string, choices: readonly T[]): T {
    const value = this.text(name);
    return choices.find((choice) => choice === value) ?? this.#wrong(name, `one of ${choices.join(', ')}`);
  }

  number(name: string, fallback: number): number {
    return this.optionalNumber(name) ?? fallback;
  }

  optionalNumber(name: string): number | undefined {
    const value = this.#optional(name);
    if (value === undefined) {
      return undefined;
    }
    const number = typeof value === 'object' || value === '' ? Number.NaN : Number(value);
    return Number.isFinite(number) ? number : this.#wrong(name, 'a number');
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.#optional(name);
    if (value === undefined) {
      return fallback;
    }
    return (
      value === true ||
      value === 'true' ||
      (value === false || value === 'false' ? false : this.#wrong(name, 'a boolean'))
    );
  }

  object(name: string): Properties {
    return this.optionalObject(name) ?? this.#missing(name);
  }

  optionalObject(name: string): Properties | undefined {
    const value = this.#optional(name);
    if (value === undefined) {
      return undefined;
    }
    return isObject(value) ? new Properties(value, `${this.where}.${name}`) : this.#wrong(name, 'an object');
  }

  objects(name: string): Properties[] {
    return this.list(name).map((item, index) =>
      isObject(item)
        ? new Properties(item, `${this.where}.${name}[${index}]`)
        : this.#wrong(`${name}[${index}]`, 'an object'),
    );
  }

  texts(name: string): string[] {
    return this.list(name).map((item) => String(item));
  }

  list(name: string): readonly Json[] {
    const value = this.#optional(name);
    if (value === undefined) {
      return [];
    }
    return Array.isArray(value) ? value : this.#wrong(name, 'a list');
  }

  /** Refuses every property that is not among `known`: it could change behaviour without being done here. */
  refuseOthers(known: readonly string[]): void {
    const unknown = this.names().filter((name) => !known.includes(name));
    if (unknown.length > 0) {
      const names = unknown.map((name) => `${this.where}.${name}`).join(', ');
      throw new InputError('unknown-property', this.where, `properties that are not run here: ${names}`);
    }
  }

  #optional(name: string): Json | undefined {
    return this.#values[name] ?? undefined;
  }

  #missing(name: string): never {
    throw new InputError('missing-property', `${this.where}.${name}`, `${this.where}.${name} is missing`);
  }

  #wrong(name: string, expected: string): never {
    throw new InputError(
      'wrong-property',
      `${this.where}.${name}`,
      `${this.where}.${name} is not ${expected}`,
    );
  }
}
