import { InputError } from '../errors.ts';
import { parseTimestamp } from '../timestamp.ts';

export type Json = Readonly<Record<string, unknown>>;

/** An answer of a server is a few hundred characters; rules read no more than this, and an item of DynamoDB has 400 KB. */
const keptCharacters = 8_192;

/** Longer than any address (254) with a display name, and than any id of SES. */
const longestName = 1_000;

/** More than the 50 recipients that SES takes for one mail; each costs some calls, and a worker has 30 seconds. */
const mostItems = 100;

export function object(value: unknown, field: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError('feedback-shape', field, `feedback: ${field || 'body'} is not an object`);
  }
  return value as Json;
}

export function objects(value: unknown, field: string): Json[] {
  return list(value, field).map((item, i) => object(item, `${field}[${i}]`));
}

export function strings(value: unknown, field: string): string[] {
  return list(value, field).map((item, i) => string(item, `${field}[${i}]`));
}

function list(value: unknown, field: string): unknown[] {
  if (!Array.isArray(value)) {
    throw new InputError('feedback-shape', field, `feedback: ${field} is not a list`);
  }
  if (value.length > mostItems) {
    const what = `has ${value.length} items; ${mostItems} are the most`;
    throw new InputError('feedback-shape', field, `feedback: ${field} ${what}`);
  }
  return value;
}

export function string(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '') {
    throw new InputError('feedback-shape', field, `feedback: ${field} is not a text`);
  }
  if (value.length > longestName) {
    const what = `has ${value.length} characters; ${longestName} are the most`;
    throw new InputError('feedback-shape', field, `feedback: ${field} ${what}`);
  }
  return value.toWellFormed();
}

/** An id that SES gave: it becomes a key, of which DynamoDB takes 2,048 octets. */
export function id(value: unknown, field: string): string {
  const text = string(value, field);
  if (!/^[\x20-\x7e]*$/.test(text)) {
    throw new InputError('feedback-shape', field, `feedback: ${field} is not printable ASCII`);
  }
  return text;
}

export function time(value: unknown, field: string): number {
  const ms = parseTimestamp(string(value, field));
  if (Number.isNaN(ms)) {
    throw new InputError('feedback-shape', field, `feedback: ${field} is not an ISO 8601 time`);
  }
  return ms;
}

/** Only the properties that are texts, as much of them as is ever read. */
export function texts<const K extends string>(values: Record<K, unknown>): Partial<Record<K, string>> {
  return kept(values, (value) =>
    typeof value === 'string' ? value.slice(0, keptCharacters).toWellFormed() : undefined,
  );
}

/** Only the properties that are durations, in whole milliseconds. */
export function durations<const K extends string>(values: Record<K, unknown>): Partial<Record<K, number>> {
  return kept(values, (value) => {
    const ms = typeof value === 'number' ? Math.round(value) : Number.NaN;
    return Number.isSafeInteger(ms) && ms >= 0 ? ms : undefined;
  });
}

/** Only the properties that are times, as epoch milliseconds. */
export function times<const K extends string>(values: Record<K, unknown>): Partial<Record<K, number>> {
  return kept(values, (value) => {
    const ms = typeof value === 'string' ? parseTimestamp(value) : Number.NaN;
    return Number.isNaN(ms) ? undefined : ms;
  });
}

function kept<K extends string, V>(
  values: Record<K, unknown>,
  read: (value: unknown) => V | undefined,
): Partial<Record<K, V>> {
  return Object.fromEntries(
    Object.entries(values)
      .map(([name, value]) => [name, read(value)])
      .filter(([, value]) => value !== undefined),
  ) as Partial<Record<K, V>>;
}

/** Of each SES message tag the first value; SES allows 256 characters. */
export function firstValues(tags: unknown): Record<string, string> {
  if (typeof tags !== 'object' || tags === null) {
    return {};
  }
  return Object.fromEntries(
    Object.entries(tags)
      .map(([name, values]) => [name, Array.isArray(values) ? values[0] : values])
      .filter(([, value]) => typeof value === 'string' && value.length <= 256),
  );
}
