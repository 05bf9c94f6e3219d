import type { Caller } from '../../../local/api.ts';
import { createDynamoDb, type DynamoDb } from '../../../local/engines/dynamodb.ts';
import type { ConsumedUnits } from '../../../local/engines/dynamodb-units.ts';

const caller: Caller = { accessKeyId: 'AKIA', arn: 'arn:aws:iam::123456789012:user/someone' };
const text = (S: string) => ({ S });
const kilobytes = (n: number) => text('x'.repeat(n * 1024 - 100));

let said: ConsumedUnits[] = [];
let dynamoDb: DynamoDb;

beforeAll(async () => {
  dynamoDb = createDynamoDb({
    nowMs: Date.now,
    place: { region: 'eu-west-1', accountId: '123456789012' },
    onUnits: (units) => said.push(units),
  });
  await dynamoDb.createTable({
    TableName: 'things',
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'day', AttributeType: 'S' },
    ],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'days',
        KeySchema: [{ AttributeName: 'day', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
  await call('PutItem', { TableName: 'things', Item: { id: text('large'), body: kilobytes(6) } });
});

afterAll(async () => {
  await dynamoDb.close();
});

beforeEach(() => {
  said = [];
});

async function call(operation: string, input: object): Promise<Record<string, unknown>> {
  const answer = await dynamoDb.handle(
    {
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: { 'x-amz-target': `DynamoDB_20120810.${operation}` },
      body: Buffer.from(JSON.stringify(input)),
    },
    caller,
  );
  return JSON.parse(String(answer.body));
}

/** What was said, in short. */
function units(): readonly (readonly [operation: string, read: number, write: number])[] {
  return said.map(({ operation, readUnits, writeUnits }) => [operation, readUnits, writeUnits] as const);
}

const table = 'things';
const large = { id: text('large') };
const absent = { id: text('absent') };
const update = (Key: object, more: object = {}) => ({
  TableName: table,
  Key,
  UpdateExpression: 'SET note = :note',
  ExpressionAttributeValues: { ':note': text('n') },
  ...more,
});
const never = { ConditionExpression: 'attribute_exists(nothingOfThatName)' };

it.each([
  {
    what: 'a strong read of 6 KB',
    operation: 'GetItem',
    input: { TableName: table, Key: large, ConsistentRead: true },
    expected: [['GetItem', 2, 0]],
  },
  {
    what: 'an eventual read of 6 KB',
    operation: 'GetItem',
    input: { TableName: table, Key: large },
    expected: [['GetItem', 1, 0]],
  },
  {
    what: 'an eventual read of nothing',
    operation: 'GetItem',
    input: { TableName: table, Key: absent },
    expected: [['GetItem', 0.5, 0]],
  },
  {
    what: 'each key of a batch',
    operation: 'BatchGetItem',
    input: { RequestItems: { things: { Keys: [large, absent, { id: text('neither') }] } } },
    expected: [['BatchGetItem', 2, 0]],
  },
  {
    what: 'a write of 6 KB, however little changes',
    operation: 'UpdateItem',
    input: update(large),
    expected: [['UpdateItem', 0, 6]],
  },
  {
    what: 'a condition that fails, by the item in the way',
    operation: 'UpdateItem',
    input: update(large, never),
    expected: [['UpdateItem', 0, 6]],
  },
  {
    what: 'a condition that fails for want of an item',
    operation: 'UpdateItem',
    input: update(absent, never),
    expected: [['UpdateItem', 0, 1]],
  },
  {
    what: 'a transaction twice',
    operation: 'TransactWriteItems',
    input: { TransactItems: [{ Update: update(large) }, { Update: update({ id: text('small') }) }] },
    expected: [['TransactWriteItems', 0, 14]],
  },
  {
    what: 'a transaction that is cancelled',
    operation: 'TransactWriteItems',
    input: { TransactItems: [{ Update: update({ id: text('small') }) }, { Update: update(absent, never) }] },
    expected: [
      ['TransactWriteItems', 0, 2],
      ['TransactWriteItems', 0, 2],
    ],
  },
  {
    what: 'a secondary index on top',
    operation: 'PutItem',
    input: { TableName: table, Item: { id: text('dated'), day: text('2026-11-24'), body: kilobytes(2) } },
    expected: [
      ['index', 0, 2],
      ['PutItem', 0, 2],
    ],
  },
])('bills $what', async ({ operation, input, expected }) => {
  await call(operation, input);
  expect(units()).toEqual(expected);
});

it('says whose call it was', async () => {
  await call('GetItem', { TableName: table, Key: large });
  expect(said).toMatchObject([{ table, caller }]);
});

it('answers as without a meter', async () => {
  expect(await call('GetItem', { TableName: table, Key: absent })).toEqual({});
  expect(await call('UpdateItem', update({ id: text('plain') }))).toEqual({});
  expect(await call('UpdateItem', update(large, never))).not.toHaveProperty('Item');
  expect(
    await call('UpdateItem', update(large, { ...never, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' })),
  ).toHaveProperty('Item.id', text('large'));
  expect(
    await call('GetItem', { TableName: table, Key: large, ReturnConsumedCapacity: 'TOTAL' }),
  ).toMatchObject({
    ConsumedCapacity: { TableName: table, CapacityUnits: 1 },
  });
});
