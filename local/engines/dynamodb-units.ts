import type { Caller } from '../api.ts';
import { ApiError } from '../gateway/api-error.ts';
import { type Store, writeUnitsOf } from './dynalite.ts';
import { type Fields, isFields, list, text } from './fields.ts';

/** What one call would be billed, on demand: from the sizes of the items that it met. */
export interface ConsumedUnits {
  /** API operation: `UpdateItem`, `TransactWriteItems`; `index` for what writing a secondary index adds. */
  readonly operation: string;
  readonly table: string;
  /** Absent for `index`. */
  readonly caller?: Caller;
  /** A strongly consistent read is one for each 4 KB begun, an eventually consistent one half. */
  readonly readUnits: number;
  /** One for each KB begun of the item before or after, whichever is larger; two in a transaction, whatever comes of it. */
  readonly writeUnits: number;
}

const reads: ReadonlySet<string> = new Set(['BatchGetItem', 'GetItem', 'Query', 'Scan', 'TransactGetItems']);

type Perform = (operation: string, input: Fields) => Promise<Fields>;

/** Runs an operation and says what it consumed; its answer is the same as without. */
export function meteredPerform(perform: Perform, onUnits: (units: ConsumedUnits) => void) {
  return async (operation: string, input: Fields, caller: Caller): Promise<Fields> => {
    const say = (table: string, units: number) =>
      onUnits({
        operation,
        table,
        caller,
        readUnits: reads.has(operation) ? units : 0,
        writeUnits: reads.has(operation) ? 0 : units,
      });
    const asked = input.ReturnConsumedCapacity;
    const old = input.ReturnValuesOnConditionCheckFailure;
    try {
      const { ConsumedCapacity: capacity, ...output } = await perform(operation, {
        ...input,
        ReturnConsumedCapacity: 'TOTAL',
        ...(conditional.has(operation) ? { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } : {}),
      });
      for (const { TableName: table, CapacityUnits: units } of [capacity].flat().filter(isFields)) {
        say(String(table), Number(units));
      }
      const wanted = asked !== undefined && asked !== 'NONE' && capacity !== undefined;
      return wanted ? { ...output, ConsumedCapacity: capacity } : output;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === 'TransactionCanceledException') {
        for (const table of tablesOf(input)) say(table, 2);
      }
      if (error.code !== 'ConditionalCheckFailedException') throw error;
      const { Item: item, ...details } = error.details;
      say(text(input, 'TableName') ?? '', isFields(item) ? writeUnitsOf(item) : 1);
      throw old === 'ALL_OLD' ? error : new ApiError(error.code, error.message, error.status, details);
    }
  };
}

const conditional: ReadonlySet<string> = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);

/** One for each member of a transaction. */
function tablesOf(input: Fields): readonly string[] {
  return list(input, 'TransactItems').map((item) => {
    const member = Object.values(item).find(isFields);
    return member === undefined ? '' : (text(member, 'TableName') ?? '');
  });
}

/** A store that says what the writes to its secondary indexes consume. */
export function meteredIndexes(store: Store, onUnits: (units: ConsumedUnits) => void): Store {
  return {
    ...store,
    getIndexDb(type, table, index) {
      const items = store.getIndexDb(type, table, index);
      const say = (item: unknown) =>
        onUnits({
          operation: 'index',
          table,
          readUnits: 0,
          writeUnits: isFields(item) ? writeUnitsOf(item) : 1,
        });
      return {
        ...items,
        put(key, value, done) {
          say(value);
          items.put(key, value, done);
        },
        del(key, done) {
          say(undefined);
          items.del(key, done);
        },
        batch(operations, done) {
          for (const operation of operations) say(operation.type === 'put' ? operation.value : undefined);
          items.batch(operations, done);
        },
      };
    },
  };
}
