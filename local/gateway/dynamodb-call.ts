import type { ApiCall, ApiRequest, Place } from '../api.ts';
import { type Fields, isFields, list, parseFields, text } from '../engines/fields.ts';
import { operationName } from './operation.ts';

/** Members of a transaction are authorized as the single operations they are. */
const transactionMembers: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

export function dynamoDbCalls(
  request: ApiRequest,
  place: Place,
  baseContext: ApiCall['context'],
): readonly ApiCall[] {
  const operation = operationName('dynamodb', request);
  const input = parseFields(request.body);
  const tableArn = (name: string): string =>
    name.startsWith('arn:') ? name : `arn:aws:dynamodb:${place.region}:${place.accountId}:table/${name}`;

  if (operation === 'TransactWriteItems' || operation === 'TransactGetItems') {
    const byAction = new Map<string, Set<string>>();
    for (const item of list(input, 'TransactItems')) {
      for (const [kind, member] of Object.entries(item)) {
        const action = transactionMembers[kind];
        if (action === undefined || !isFields(member)) continue;
        const tables = byAction.get(action) ?? new Set();
        byAction.set(action, tables.add(tableArn(text(member, 'TableName') ?? '')));
      }
    }
    return Array.from(byAction, ([action, tables]) => ({
      action: `dynamodb:${action}`,
      resources: [...tables],
      context: { ...baseContext, 'dynamodb:EnclosingOperation': operation },
    }));
  }
  return [{ action: `dynamodb:${operation}`, resources: resourcesOf(input, tableArn), context: baseContext }];
}

function resourcesOf(input: Fields, tableArn: (name: string) => string): readonly string[] {
  if (isFields(input.RequestItems)) return Object.keys(input.RequestItems).map(tableArn);
  const table = text(input, 'TableName') ?? text(input, 'ResourceArn');
  if (table === undefined) return ['*'];
  const index = text(input, 'IndexName');
  return [index === undefined ? tableArn(table) : `${tableArn(table)}/index/${index}`];
}
