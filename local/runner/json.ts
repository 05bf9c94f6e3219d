import { InputError } from '../../domain/errors.ts';

/** What JSON.parse can return. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @throws InputError `not-json` when `text` is not a JSON object. */
export function parseObject(text: string, where: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError('not-json', where, `${where} is not JSON`, { cause: error });
  }
  if (!isObject(value)) {
    throw new InputError('not-an-object', where, `${where} is not a JSON object`);
  }
  return value;
}

/** The value as an object, or an empty one when it is absent. */
export function objectOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** The value as a list, or an empty one when it is absent. */
export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
