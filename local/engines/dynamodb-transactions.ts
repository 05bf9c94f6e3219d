import { createHash } from 'node:crypto';
import { ApiError } from '../gateway/api-error.ts';
import { check, type EngineOperation, execute, itemKey, observing, type Store, staging } from './dynalite.ts';
import { type Fields, isFields, list, text } from './fields.ts';

/** DynamoDB remembers a token for ten minutes. */
const tokenLifetimeMs = 10 * 60 * 1000;
const maxItems = 100;

/** Members of a transaction and the engine operation that checks and writes each. */
const members: Readonly<Record<string, EngineOperation>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  // Checked like a deletion that is never written.
  ConditionCheck: 'DeleteItem',
};

interface Member {
  readonly kind: string;
  readonly operation: EngineOperation;
  readonly data: Fields;
  readonly returnsItem: boolean;
}

interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: unknown;
}

/** TransactWriteItems and TransactGetItems. The caller keeps every other writer out meanwhile. */
export function createTransactions(store: Store, nowMs: () => number) {
  const tokens = new Map<string, { digest: string; expiresAtMs: number; output: Fields }>();

  async function write(input: Fields): Promise<Fields> {
    const token = text(input, 'ClientRequestToken');
    const digest = token === undefined ? '' : digestOf(input.TransactItems);
    const known = token === undefined ? undefined : tokens.get(token);
    if (known !== undefined && known.expiresAtMs > nowMs()) {
      if (known.digest === digest) return known.output;
      throw new ApiError(
        'IdempotentParameterMismatchException',
        'The request uses the same client token as a previous, but non-identical request.',
      );
    }
    const output = await writeOnce(input);
    if (token !== undefined) {
      for (const [old, { expiresAtMs }] of tokens) if (expiresAtMs <= nowMs()) tokens.delete(old);
      tokens.set(token, { digest, expiresAtMs: nowMs() + tokenLifetimeMs, output });
    }
    return output;
  }

  async function writeOnce(input: Fields): Promise<Fields> {
    const requested = itemsOf(input).map((item) => memberOf(store, item, input));
    await refuseDuplicates(store, requested);

    const staged = staging(store);
    const reasons: Reason[] = [];
    const consumed: unknown[] = [];
    for (const member of requested) {
      const observed = observing(member.kind === 'ConditionCheck' ? store : staged.store);
      const target = member.kind === 'ConditionCheck' ? staging(observed.store).store : observed.store;
      try {
        consumed.push((await execute(target, member.operation, member.data)).ConsumedCapacity);
        reasons.push({ Code: 'None' });
      } catch (error) {
        if (!(error instanceof ApiError) || error.code === 'ResourceNotFoundException') throw error;
        const conditional = error.code === 'ConditionalCheckFailedException';
        const item = observed.seen();
        reasons.push({
          Code: conditional ? 'ConditionalCheckFailed' : 'ValidationError',
          Message: error.message,
          ...(conditional && member.returnsItem && item !== undefined ? { Item: item } : {}),
        });
      }
    }
    if (reasons.some(({ Code }) => Code !== 'None')) {
      throw new ApiError(
        'TransactionCanceledException',
        `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons
          .map(({ Code }) => Code)
          .join(', ')}]`,
        400,
        { CancellationReasons: reasons },
      );
    }
    await staged.commit();
    return capacity(consumed);
  }

  async function get(input: Fields): Promise<Fields> {
    const requested = itemsOf(input).map((item) => {
      if (!isFields(item.Get)) throw new ApiError('ValidationException', 'Every transact item needs a Get.');
      return check(store, 'GetItem', { ...item.Get, ReturnConsumedCapacity: input.ReturnConsumedCapacity });
    });
    const outputs = await Promise.all(requested.map((data) => execute(store, 'GetItem', data)));
    return {
      Responses: outputs.map(({ Item }) => (Item === undefined ? {} : { Item })),
      ...capacity(outputs.map(({ ConsumedCapacity }) => ConsumedCapacity)),
    };
  }

  return { write, get };
}

function itemsOf(input: Fields): readonly Fields[] {
  const items = list(input, 'TransactItems');
  if (items.length === 0 || items.length > maxItems) {
    throw new ApiError(
      'ValidationException',
      `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length between 1 and ${maxItems}`,
    );
  }
  return items;
}

function memberOf(store: Store, item: Fields, input: Fields): Member {
  const kinds = Object.keys(item).filter((kind) => item[kind] !== undefined && item[kind] !== null);
  const [kind = ''] = kinds;
  const operation = members[kind];
  const member = item[kind];
  if (operation === undefined || kinds.length !== 1 || !isFields(member)) {
    throw new ApiError(
      'ValidationException',
      'TransactItems can only contain one of Check, Put, Update or Delete',
    );
  }
  if (kind === 'ConditionCheck' && text(member, 'ConditionExpression') === undefined) {
    throw new ApiError('ValidationException', 'A ConditionCheck needs a ConditionExpression.');
  }
  return {
    kind,
    operation,
    data: check(store, operation, { ...member, ReturnConsumedCapacity: input.ReturnConsumedCapacity }),
    returnsItem: member.ReturnValuesOnConditionCheckFailure === 'ALL_OLD',
  };
}

async function refuseDuplicates(store: Store, requested: readonly Member[]): Promise<void> {
  const seen = new Set<string>();
  for (const { data } of requested) {
    const table = text(data, 'TableName') ?? '';
    const key = await itemKey(store, table, data.Key ?? data.Item);
    if (key === undefined) continue;
    if (seen.has(`${table} ${key}`)) {
      throw new ApiError(
        'ValidationException',
        'Transaction request cannot include multiple operations on one item',
      );
    }
    seen.add(`${table} ${key}`);
  }
}

/** Units of a transaction are twice those of the same single operations, per table. */
function capacity(consumed: readonly unknown[]): Fields {
  const units = new Map<string, number>();
  for (const one of consumed) {
    if (!isFields(one) || typeof one.CapacityUnits !== 'number') continue;
    const table = text(one, 'TableName') ?? '';
    units.set(table, (units.get(table) ?? 0) + 2 * one.CapacityUnits);
  }
  if (units.size === 0) return {};
  return {
    ConsumedCapacity: Array.from(units, ([TableName, CapacityUnits]) => ({ TableName, CapacityUnits })),
  };
}

function digestOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64');
}
