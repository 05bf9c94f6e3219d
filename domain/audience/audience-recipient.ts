import { type Address, parseMailbox } from '../address.ts';
import { checkHeaderText } from '../header.ts';
import type { DataSchema } from '../template/compiled.ts';
import { rowError } from './audience-row.ts';

/** Who a row is about, and what the template gets. */
export interface AudienceRecipient {
  readonly address: Omit<Address, 'recipientId'>;
  readonly name: string | undefined;
  readonly locale: string | undefined;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Where a column's value goes. */
interface Place {
  /** Objects that lead there. */
  readonly objects: readonly string[];
  readonly name: string;
  readonly schema: DataSchema | undefined;
}

/** More columns than a CSV file has; the rows of JSON Lines may name new ones for ever. */
const maxKnownPlaces = 1000;

/**
 * Makes recipients of rows. Columns other than address, name and locale are data: `plan.name` is `name` in `plan`, and texts
 * become numbers and booleans where the template's schema wants those.
 *
 * @param common - Data of every recipient; those of a row win.
 * @returns a function that throws InputError: those of `parseAddress`, `audience-row`, `header-injection`
 */
export function recipientReader(common: Readonly<Record<string, unknown>>, schema: DataSchema) {
  const places = new Map<string, Place>();
  const hasCommon = Object.keys(common).length > 0;

  function placeOf(column: string): Place {
    const known = places.get(column);
    if (known !== undefined) {
      return known;
    }
    const place = placeOfColumn(column, schema);
    if (places.size < maxKnownPlaces) {
      places.set(column, place);
    }
    return place;
  }

  return function recipientOf(values: Readonly<Record<string, unknown>>, row: number): AudienceRecipient {
    const { name, locale } = values;
    const own: Record<string, unknown> = {};
    for (const column of Object.keys(values)) {
      if (column !== 'address' && column !== 'name' && column !== 'locale' && column !== 'data') {
        put(own, placeOf(column), values[column]);
      }
    }
    if (isRecord(values.data)) {
      for (const [path, value] of Object.entries(values.data)) {
        put(own, placeOf(path), value);
      }
    }
    const place = `row ${row} `;
    const parsed = mailboxIn(values, row);
    const displayName = optionalText(name, row, 'name');
    const wanted = optionalText(locale, row, 'locale');
    return {
      address: parsed,
      name: displayName && checkHeaderText(displayName, `${place}name`),
      locale: wanted,
      data: hasCommon ? { ...common, ...own } : own,
    };
  };
}

/** @throws InputError those of `parseMailbox`; `address-syntax` where there is none */
export function mailboxIn(
  { address }: Readonly<Record<string, unknown>>,
  row: number,
): AudienceRecipient['address'] {
  if (typeof address !== 'string') {
    throw rowError('address-syntax', row, 'has no address');
  }
  return parseMailbox(halfWidth(address), `row ${row} address`);
}

/**
 * Full-width forms of ASCII, which Japanese keyboards give, as ASCII: no mailbox is spelt with them. Nothing else of NFKC, which
 * would make letters of signs that nobody meant as letters.
 */
function halfWidth(address: string): string {
  return fullWidth.test(address)
    ? address.replaceAll(/[\uff01-\uff5e]/g, (character) =>
        String.fromCharCode(character.charCodeAt(0) - 0xfee0),
      )
    : address;
}

const fullWidth = /[\uff01-\uff5e]/;

function optionalText(value: unknown, row: number, column: string): string | undefined {
  if (value === undefined || value === null || value === '') {
    return undefined;
  }
  if (typeof value !== 'string' || value.length > 128) {
    throw rowError('audience-row', row, `${column} is not a text of at most 128 characters`);
  }
  return value;
}

/** Dots lead into objects that the schema knows, and are part of the name beyond. */
export function placeOfColumn(column: string, schema: DataSchema): Place {
  const rest = column.split('.');
  const objects: string[] = [];
  let inner = propertyOf(schema, rest[0] ?? '');
  while (rest.length > 1 && inner?.properties !== undefined) {
    objects.push(rest.shift() ?? '');
    inner = propertyOf(inner, rest[0] ?? '');
  }
  return { objects, name: rest.join('.'), schema: inner };
}

/** Own properties only: a column may be called `constructor`. */
function propertyOf({ properties }: DataSchema, name: string): DataSchema | undefined {
  return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function put(own: Record<string, unknown>, { objects, name, schema }: Place, value: unknown): void {
  // An empty CSV field says nothing of a value, so that an optional one is absent and a required one missing.
  const empty = value === '';
  let target = own;
  for (const object of objects) {
    const found = Object.hasOwn(target, object) ? target[object] : undefined;
    const next = isRecord(found) ? found : {};
    target[object] = next;
    target = next;
  }
  if (!empty) {
    set(target, name, typed(value, schema));
  }
}

function set(target: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[name] = value;
  }
}

function typed(value: unknown, schema: DataSchema | undefined): unknown {
  if (typeof value !== 'string' || schema === undefined) {
    return value;
  }
  const types = typeof schema.type === 'string' ? [schema.type] : schema.type;
  if (types.includes('string')) {
    return value;
  }
  if (types.includes('number') && /^-?\d+(?:\.\d+)?$/.test(value)) {
    return Number(value);
  }
  return types.includes('boolean') && /^(?:true|false)$/.test(value) ? value === 'true' : value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
