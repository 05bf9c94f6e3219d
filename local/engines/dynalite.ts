import { createRequire } from 'node:module';
import type { Place } from '../api.ts';
import { ApiError } from '../gateway/api-error.ts';
import { type Fields, isFields, text } from './fields.ts';

// What is used of dynalite, a CommonJS package without types. Its server is never started.

interface KeyValueStore {
  lock: unknown;
  get(key: string, callback: (error: Error | null, value?: unknown) => void): void;
  put(key: string, value: unknown, callback: (error?: Error | null) => void): void;
  del(key: string, callback: (error?: Error | null) => void): void;
  batch(
    operations: readonly ({ type: 'put'; key: string; value: unknown } | { type: 'del'; key: string })[],
    callback: (error?: Error | null) => void,
  ): void;
}
interface TableDescription {
  TableName: string;
  TableStatus: string;
}
export interface Store {
  options: { maxItemSize: number };
  db: { close(callback: (error?: Error | null) => void): void };
  tableDb: KeyValueStore & { awsAccountId: string; awsRegion: string };
  getItemDb(table: string): KeyValueStore;
  getIndexDb(indexType: string, table: string, index: string): KeyValueStore;
  getTable(
    name: string,
    mustBeActive: boolean,
    callback: (error: Error | null, table: TableDescription) => void,
  ): void;
}

/** Operations that the engine has; each is a pair of files of its package. */
const operations = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
] as const;

export type EngineOperation = (typeof operations)[number];

interface Validation {
  readonly types: object;
  readonly custom?: unknown;
}
type Action = (
  store: Store,
  data: Fields,
  callback: (error: unknown, output?: Record<string, unknown>) => void,
) => void;

const require = createRequire(import.meta.url);
const dynaliteDb: {
  create(options: { createTableMs: number; deleteTableMs: number; updateTableMs: number }): Store;
  createKey(item: unknown, table: TableDescription): string;
  capacityUnits(item: unknown, isRead: boolean): number;
} = require('dynalite/db/index.js');
const validations: {
  checkTypes(data: object, types: object): Record<string, unknown>;
  checkValidations(data: object, types: object, custom: unknown, store: Store): void;
} = require('dynalite/validations/index.js');
const fileOf = (operation: string): string => operation.charAt(0).toLowerCase() + operation.slice(1);
const engine = new Map<string, { action: Action; validation: Validation }>(
  operations.map((operation) => [
    operation,
    {
      action: require(`dynalite/actions/${fileOf(operation)}`),
      validation: require(`dynalite/validations/${fileOf(operation)}`),
    },
  ]),
);

export function isEngineOperation(operation: string): operation is EngineOperation {
  return engine.has(operation);
}

/** An empty database in memory whose tables are ready at once. */
export function createStore(place: Place): Store {
  const store = dynaliteDb.create({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  store.tableDb.awsAccountId = place.accountId;
  store.tableDb.awsRegion = place.region;
  return store;
}

/** @throws ApiError `ValidationException` or `SerializationException`. */
export function check(store: Store, operation: EngineOperation, input: Fields): Fields {
  const { validation } = entry(operation);
  try {
    const data = validations.checkTypes({ ...input }, validation.types);
    validations.checkValidations(data, validation.types, validation.custom, store);
    return data;
  } catch (error) {
    throw apiErrorOf(error);
  }
}

/** Runs a checked request. @throws ApiError as DynamoDB would answer. */
export function execute(
  store: Store,
  operation: EngineOperation,
  data: Fields,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    entry(operation).action(store, data, (error, output = {}) => {
      if (error) reject(apiErrorOf(error));
      else resolve(output);
    });
  });
}

function entry(operation: EngineOperation): { action: Action; validation: Validation } {
  const found = engine.get(operation);
  if (found === undefined) throw new Error(`the engine has no ${operation}`);
  return found;
}

/** The engine's errors carry the body of an answer; anything else is a fault and stays one. */
function apiErrorOf(error: unknown): unknown {
  if (!(error instanceof Error) || !('body' in error) || !isFields(error.body)) return error;
  const type = text(error.body, '__type') ?? 'InternalServerError';
  const message = text(error.body, 'message') ?? text(error.body, 'Message') ?? '';
  return new ApiError(type.replace(/^.*#/, ''), message);
}

/** Key of an item inside its table; undefined when the item lacks it, which the operation reports. */
export async function itemKey(store: Store, tableName: string, item: unknown): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    store.getTable(tableName, true, (error, table) => {
      if (error) return reject(apiErrorOf(error));
      try {
        resolve(dynaliteDb.createKey(item, table));
      } catch {
        resolve(undefined);
      }
    });
  });
}

/** Units that writing an item costs: one for each KB begun. */
export function writeUnitsOf(item: Fields): number {
  return dynaliteDb.capacityUnits(item, false);
}

/** A store that remembers the item an operation saw: `ReturnValuesOnConditionCheckFailure` gives it back. */
export function observing(store: Store): { store: Store; seen(): unknown } {
  let seen: unknown;
  return {
    seen: () => seen,
    store: {
      ...store,
      getItemDb(table) {
        const items = store.getItemDb(table);
        return {
          ...items,
          get: (key, callback) =>
            items.get(key, (error, value) => {
              seen = value;
              callback(error, value);
            }),
        };
      },
    },
  };
}

/** A store that keeps what is written to itself until `commit`, so that all of it happens or none. */
export function staging(store: Store): { store: Store; commit(): Promise<void> } {
  const staged = new Map<string, { target: KeyValueStore; writes: Map<string, unknown> }>();

  function stage(name: string, target: KeyValueStore): KeyValueStore {
    const { writes } = staged.get(name) ?? { writes: new Map<string, unknown>() };
    staged.set(name, { target, writes });
    const write = (key: string, value: unknown, done: (error?: Error | null) => void): void => {
      writes.set(key, value);
      setImmediate(done, null);
    };
    return {
      ...target,
      get: (key, callback) =>
        writes.has(key) ? setImmediate(callback, null, writes.get(key)) : target.get(key, callback),
      put: write,
      del: (key, done) => write(key, undefined, done),
    };
  }

  return {
    store: {
      ...store,
      getItemDb: (table) => stage(`item ${table}`, store.getItemDb(table)),
      getIndexDb: (type, table, index) =>
        stage(`index ${type} ${table} ${index}`, store.getIndexDb(type, table, index)),
    },
    async commit() {
      // All batches are handed over in one turn of the event loop: no reader sees half of them.
      await Promise.all(
        Array.from(
          staged.values(),
          ({ target, writes }) =>
            new Promise<void>((resolve, reject) => {
              const batch = Array.from(writes, ([key, value]) =>
                value === undefined ? { type: 'del' as const, key } : { type: 'put' as const, key, value },
              );
              target.batch(batch, (error) => (error ? reject(error) : resolve()));
            }),
        ),
      );
    },
  };
}
