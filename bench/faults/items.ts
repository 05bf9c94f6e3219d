import { fromAttributes, type Item, toAttributes } from '../../aws/table.ts';
import { conditionOf, type Scope, updateOf } from './expression.ts';

type Attributes = Parameters<typeof fromAttributes>[0];

/** A request as the SDK's commands have it, as far as the code of `aws/` fills it in. */
export interface Request {
  readonly TableName?: string;
  readonly Key?: Attributes;
  readonly Item?: Attributes;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Attributes;
  readonly ReturnValues?: string;
  readonly ReturnValuesOnConditionCheckFailure?: string;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Attributes[] }>>;
  readonly TransactItems?: readonly { readonly Update: Request }[];
  readonly ClientRequestToken?: string;
}

export type Answer =
  | { readonly ok: true; readonly output: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly error: string; readonly details: Readonly<Record<string, unknown>> };

/**
 * Tables in memory, with the operations and conditions that the code of `aws/` uses. Far faster than the local pipeline's DynamoDB,
 * which gives the same answers: `test/bench/fault-items.test.ts` asks both.
 *
 * @param keys - Name of the partition key by table.
 */
export function itemsInMemory(keys: Readonly<Record<string, string>>) {
  const tables = new Map(Object.keys(keys).map((table) => [table, new Map<string, Item>()]));
  const tokens = new Map<string, Answer>();

  function place({ TableName = '', Key, Item: item }: Request) {
    const table = tables.get(TableName);
    const key = fromAttributes(Key ?? item ?? {})[keys[TableName] ?? ''];
    if (table === undefined || typeof key !== 'string') {
      throw new Error(`there is no table ${TableName}, or it has another key`);
    }
    return { table, key, old: table.get(key) };
  }

  function scopeOf(request: Request, item: Item | undefined): Scope {
    const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = request;
    return { item, names, values: fromAttributes(values) };
  }

  function holds(request: Request, old: Item | undefined): boolean {
    const { ConditionExpression: condition } = request;
    return condition === undefined || conditionOf(condition)(scopeOf(request, old));
  }

  function updated(request: Request, old: Item | undefined): Item {
    const next = updateOf(request.UpdateExpression ?? '')(scopeOf(request, old));
    return { ...fromAttributes(request.Key ?? {}), ...next };
  }

  function write(request: Request, change: (old: Item | undefined) => Item | undefined): Answer {
    const { table, key, old } = place(request);
    if (!holds(request, old)) {
      const wanted = old !== undefined && request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD';
      return failed('ConditionalCheckFailedException', wanted ? { Item: toAttributes(old) } : {});
    }
    const next = change(old);
    if (next === undefined) {
      table.delete(key);
    } else {
      table.set(key, next);
    }
    const returned = { ALL_NEW: next, ALL_OLD: old }[request.ReturnValues ?? ''];
    return done(returned === undefined ? {} : { Attributes: toAttributes(returned) });
  }

  function transact(request: Request): Answer {
    const known = tokens.get(request.ClientRequestToken ?? '');
    if (known !== undefined) {
      return known;
    }
    const requests = (request.TransactItems ?? []).map(({ Update }) => Update);
    const held = requests.map((each) => holds(each, place(each).old));
    if (held.includes(false)) {
      return failed('TransactionCanceledException', {
        CancellationReasons: held.map((each) => ({ Code: each ? 'None' : 'ConditionalCheckFailed' })),
      });
    }
    for (const each of requests) {
      write(each, (old) => updated(each, old));
    }
    const answer = done({});
    if (request.ClientRequestToken !== undefined) {
      tokens.set(request.ClientRequestToken, answer);
    }
    return answer;
  }

  function batchGet({ RequestItems = {} }: Request): Answer {
    const found = Object.entries(RequestItems).map(([TableName, { Keys }]) => [
      TableName,
      Keys.flatMap((Key) => {
        const { old } = place({ TableName, Key });
        return old === undefined ? [] : [toAttributes(old)];
      }),
    ]);
    return done({ Responses: Object.fromEntries(found), UnprocessedKeys: {} });
  }

  /** Carries a request out at once. @param operation - `UpdateItem` */
  return function perform(operation: string, request: Request): Answer {
    switch (operation) {
      case 'GetItem': {
        const { old } = place(request);
        return done(old === undefined ? {} : { Item: toAttributes(old) });
      }
      case 'PutItem':
        return write(request, () => fromAttributes(request.Item ?? {}));
      case 'UpdateItem':
        return write(request, (old) => updated(request, old));
      case 'DeleteItem':
        return write(request, () => undefined);
      case 'BatchGetItem':
        return batchGet(request);
      case 'TransactWriteItems':
        return transact(request);
      default:
        throw new Error(`${operation} is not known here`);
    }
  };
}

function done(output: Readonly<Record<string, unknown>>): Answer {
  return { ok: true, output };
}

function failed(error: string, details: Readonly<Record<string, unknown>>): Answer {
  return { ok: false, error, details };
}
