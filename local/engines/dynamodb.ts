import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { Place, ServiceHandler } from '../api.ts';
import { ApiError, errorResponse } from '../gateway/api-error.ts';
import {
  check,
  createStore,
  type EngineOperation,
  execute,
  isEngineOperation,
  observing,
} from './dynalite.ts';
import { createTransactions } from './dynamodb-transactions.ts';
import { type ConsumedUnits, meteredIndexes, meteredPerform } from './dynamodb-units.ts';
import { createExclusion } from './exclusion.ts';
import { type Fields, isFields, parseFields, text } from './fields.ts';
import { createTimeToLive } from './time-to-live.ts';

export interface DynamoDb {
  readonly handle: ServiceHandler;
  /**
   * Creates a table and waits until it is usable.
   *
   * @param timeToLiveAttribute - Attribute with the expiry in epoch seconds.
   * @throws ApiError as DynamoDB would answer.
   */
  createTable(input: CreateTableCommandInput, timeToLiveAttribute?: string): Promise<void>;
  /** Deletes expired items of all tables. @returns their number. */
  sweepExpired(): Promise<number>;
  close(): Promise<void>;
}

export interface DynamoDbOptions {
  readonly nowMs: () => number;
  readonly place: Place;
  /** Told of the capacity units of each call. */
  readonly onUnits?: (units: ConsumedUnits) => void;
}

const itemWrites: ReadonlySet<string> = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);

/**
 * DynamoDB in memory: dynalite's engine without its server, with what that lacks: transactions,
 * the old item on a failed condition, time to live.
 */
export function createDynamoDb({ nowMs, place, onUnits }: DynamoDbOptions): DynamoDb {
  const store = onUnits === undefined ? createStore(place) : meteredIndexes(createStore(place), onUnits);
  const exclusion = createExclusion();
  const transactions = createTransactions(store, nowMs);
  const timeToLive = createTimeToLive(run, nowMs);
  const pointInTimeRecovery = new Set<string>();

  /** One engine operation. Only writes need to keep clear of transactions. */
  async function run(operation: EngineOperation, input: Fields): Promise<Fields> {
    const data = check(store, operation, input);
    if (itemWrites.has(operation)) return exclusion.shared(() => writeItem(operation, data, input));
    if (operation === 'BatchWriteItem') return exclusion.shared(() => execute(store, operation, data));
    return execute(store, operation, data);
  }

  async function writeItem(operation: EngineOperation, data: Fields, input: Fields): Promise<Fields> {
    if (input.ReturnValuesOnConditionCheckFailure !== 'ALL_OLD') return execute(store, operation, data);
    const observed = observing(store);
    try {
      return await execute(observed.store, operation, data);
    } catch (error) {
      const item = observed.seen();
      if (!(error instanceof ApiError) || error.code !== 'ConditionalCheckFailedException') throw error;
      throw item === undefined
        ? error
        : new ApiError(error.code, error.message, error.status, { Item: item });
    }
  }

  async function perform(operation: string, input: Fields): Promise<Fields> {
    if (isEngineOperation(operation)) {
      if (operation === 'CreateTable' || operation === 'UpdateTable') refuseStreams(input);
      const output = await run(operation, tableByName(input));
      if (operation === 'DeleteTable') forget(text(input, 'TableName') ?? '');
      return output;
    }
    switch (operation) {
      case 'TransactWriteItems':
        return exclusion.exclusive(() => transactions.write(input));
      case 'TransactGetItems':
        return exclusion.exclusive(() => transactions.get(input));
      case 'UpdateTimeToLive':
        await requireTable(input);
        return timeToLive.update(input);
      case 'DescribeTimeToLive':
        return timeToLive.describe(await requireTable(input));
      case 'DescribeContinuousBackups':
        return continuousBackups(pointInTimeRecovery.has(await requireTable(input)));
      case 'UpdateContinuousBackups':
        return updateContinuousBackups(await requireTable(input), input);
      default:
        throw new ApiError('UnknownOperationException', `DynamoDB's ${operation} is not available here.`);
    }
  }

  const answer = onUnits === undefined ? perform : meteredPerform(perform, onUnits);

  async function requireTable(input: Fields): Promise<string> {
    const { TableName } = tableByName(input);
    const { Table } = await run('DescribeTable', { TableName });
    return isFields(Table) ? (text(Table, 'TableName') ?? '') : '';
  }

  /** Backups are not made; the setting is kept for those who ask. */
  function updateContinuousBackups(table: string, input: Fields): Fields {
    const wanted = input.PointInTimeRecoverySpecification;
    const enabled = isFields(wanted) && wanted.PointInTimeRecoveryEnabled === true;
    if (enabled) pointInTimeRecovery.add(table);
    else pointInTimeRecovery.delete(table);
    return continuousBackups(enabled);
  }

  function forget(table: string): void {
    timeToLive.forget(table);
    pointInTimeRecovery.delete(table);
  }

  return {
    async handle(request, caller) {
      const operation = (request.headers['x-amz-target'] ?? '').replace(/^DynamoDB_20120810\./, '');
      try {
        const output = await answer(operation, parseFields(request.body), caller);
        return {
          status: 200,
          headers: { 'content-type': 'application/x-amz-json-1.0' },
          body: JSON.stringify(output),
        };
      } catch (error) {
        if (error instanceof ApiError) return errorResponse('json', 'dynamodb', error);
        throw error;
      }
    },
    async createTable(input, timeToLiveAttribute) {
      const table = input.TableName ?? '';
      await perform('CreateTable', { ...structuredClone(input) });
      for (;;) {
        const { Table } = await run('DescribeTable', { TableName: table });
        if (isFields(Table) && Table.TableStatus === 'ACTIVE') break;
        await nextTurn();
      }
      if (timeToLiveAttribute !== undefined) timeToLive.enable(table, timeToLiveAttribute);
    },
    sweepExpired: () => timeToLive.sweep(),
    close: () =>
      new Promise((resolve, reject) => {
        store.db.close((error) => (error ? reject(error) : resolve()));
      }),
  };
}

/** A table may be named by its ARN. */
function tableByName(input: Fields): Fields {
  const name = text(input, 'TableName');
  return name?.startsWith('arn:') ? { ...input, TableName: name.replace(/^.*:table\//, '') } : input;
}

function refuseStreams(input: Fields): void {
  const streams = input.StreamSpecification;
  if (isFields(streams) && streams.StreamEnabled === true) {
    throw new ApiError('ValidationException', 'DynamoDB streams are not available here.');
  }
}

function continuousBackups(pointInTimeRecovery: boolean): Fields {
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: {
        PointInTimeRecoveryStatus: pointInTimeRecovery ? 'ENABLED' : 'DISABLED',
      },
    },
  };
}
