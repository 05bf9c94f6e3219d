import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateContinuousBackupsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { place, type StartedCloud, startCloud } from '../gateway/started-cloud.ts';

const now = { ms: Date.UTC(2026, 10, 24) };
let cloud: StartedCloud;
let db: DynamoDBClient;
let tables = 0;

beforeAll(async () => {
  cloud = await startCloud({ nowMs: () => now.ms });
  db = new DynamoDBClient(cloud.client);
});
afterAll(async () => {
  db.destroy();
  await cloud.close();
});

/** A table with an index by state, as the pipeline has them. */
async function table(timeToLive?: string): Promise<string> {
  tables += 1;
  const TableName = `deliveries-${tables}`;
  await cloud.dynamoDb.createTable(
    {
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'state', AttributeType: 'S' },
      ],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byState',
          KeySchema: [{ AttributeName: 'state', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    },
    timeToLive,
  );
  return TableName;
}

const item = (id: string, more: Record<string, { S: string } | { N: string }> = {}) => ({
  id: { S: id },
  ...more,
});
const get = async (TableName: string, id: string) =>
  (await db.send(new GetItemCommand({ TableName, Key: { id: { S: id } } }))).Item;
const absent = 'attribute_not_exists(id)';

describe('tables', () => {
  it('are usable as soon as they are created, and described with our account', async () => {
    const TableName = await table('expiresAt');
    const { Table } = await db.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      TableArn: `arn:aws:dynamodb:${place.region}:${place.accountId}:table/${TableName}`,
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    });
    const ttl = await db.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(ttl.TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' });
  });

  it('keep their settings of backup and time to live', async () => {
    const TableName = await table();
    const TimeToLiveSpecification = { AttributeName: 'expiresAt', Enabled: true };
    await db.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification }));
    await expect(
      db.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification })),
    ).rejects.toMatchObject({ name: 'ValidationException', message: 'TimeToLive is already enabled' });
    await db.send(
      new UpdateContinuousBackupsCommand({
        TableName,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      }),
    );
    const { ContinuousBackupsDescription } = await db.send(
      new DescribeContinuousBackupsCommand({ TableName }),
    );
    expect(ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus).toBe(
      'ENABLED',
    );
  });

  it('must exist', async () => {
    await expect(get('missing', 'a')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(db.send(new DescribeTimeToLiveCommand({ TableName: 'missing' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('a failed condition', () => {
  it.each([
    {
      of: 'PutItem',
      send: (TableName: string) =>
        db.send(
          new PutItemCommand({
            TableName,
            Item: item('a'),
            ConditionExpression: absent,
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        ),
    },
    {
      of: 'UpdateItem',
      send: (TableName: string) =>
        db.send(
          new UpdateItemCommand({
            TableName,
            Key: item('a'),
            UpdateExpression: 'SET n = :n',
            ConditionExpression: absent,
            ExpressionAttributeValues: { ':n': { N: '2' } },
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        ),
    },
    {
      of: 'DeleteItem',
      send: (TableName: string) =>
        db.send(
          new DeleteItemCommand({
            TableName,
            Key: item('a'),
            ConditionExpression: absent,
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        ),
    },
  ])('of $of gives the item back when asked', async ({ send }) => {
    const TableName = await table();
    await db.send(new PutItemCommand({ TableName, Item: item('a', { state: { S: 'attempting' } }) }));
    await expect(send(TableName)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: item('a', { state: { S: 'attempting' } }),
    });
  });

  it('gives nothing back unasked', async () => {
    const TableName = await table();
    const put = new PutItemCommand({ TableName, Item: item('a'), ConditionExpression: absent });
    await db.send(put);
    const failure: unknown = await db.send(put).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'ConditionalCheckFailedException' });
    expect(failure).not.toHaveProperty('Item', expect.anything());
  });
});

describe('transactions', () => {
  const put = (TableName: string, id: string, condition?: string): TransactWriteItem => ({
    Put: {
      TableName,
      Item: item(id, { state: { S: 'new' } }),
      ...(condition === undefined ? {} : { ConditionExpression: condition }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  });

  it('write every kind of member across tables, indexes included', async () => {
    const [one, two] = [await table(), await table()];
    await db.send(new PutItemCommand({ TableName: one, Item: item('gone') }));
    await db.send(new PutItemCommand({ TableName: two, Item: item('kept', { n: { N: '1' } }) }));
    const { ConsumedCapacity } = await db.send(
      new TransactWriteItemsCommand({
        ReturnConsumedCapacity: 'TOTAL',
        TransactItems: [
          put(one, 'added', absent),
          { Delete: { TableName: one, Key: item('gone') } },
          {
            Update: {
              TableName: two,
              Key: item('counted'),
              UpdateExpression: 'ADD n :n',
              ExpressionAttributeValues: { ':n': { N: '5' } },
            },
          },
          {
            ConditionCheck: {
              TableName: two,
              Key: item('kept'),
              ConditionExpression: 'n = :one',
              ExpressionAttributeValues: { ':one': { N: '1' } },
            },
          },
        ],
      }),
    );
    expect(ConsumedCapacity).toEqual([
      { TableName: one, CapacityUnits: expect.any(Number) },
      { TableName: two, CapacityUnits: expect.any(Number) },
    ]);
    expect(await get(one, 'gone')).toBeUndefined();
    expect(await get(two, 'counted')).toEqual(item('counted', { n: { N: '5' } }));
    expect(await get(two, 'kept')).toEqual(item('kept', { n: { N: '1' } }));
    const indexed = await db.send(
      new QueryCommand({
        TableName: one,
        IndexName: 'byState',
        KeyConditionExpression: '#s = :s',
        ExpressionAttributeNames: { '#s': 'state' },
        ExpressionAttributeValues: { ':s': { S: 'new' } },
      }),
    );
    expect(indexed.Items).toEqual([item('added', { state: { S: 'new' } })]);
  });

  it('write nothing when one condition fails, and say which', async () => {
    const TableName = await table();
    await db.send(new PutItemCommand({ TableName, Item: item('b', { state: { S: 'old' } }) }));
    await expect(
      db.send(
        new TransactWriteItemsCommand({
          TransactItems: [put(TableName, 'a', absent), put(TableName, 'b', absent)],
        }),
      ),
    ).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
      CancellationReasons: [
        { Code: 'None' },
        {
          Code: 'ConditionalCheckFailed',
          Message: 'The conditional request failed',
          Item: item('b', { state: { S: 'old' } }),
        },
      ],
    });
    expect(await get(TableName, 'a')).toBeUndefined();
  });

  it('are done once per client token, for ten minutes', async () => {
    const TableName = await table();
    const add = (n: string, ClientRequestToken: string) =>
      db.send(
        new TransactWriteItemsCommand({
          ClientRequestToken,
          TransactItems: [
            {
              Update: {
                TableName,
                Key: item('a'),
                UpdateExpression: 'ADD n :n',
                ExpressionAttributeValues: { ':n': { N: n } },
              },
            },
          ],
        }),
      );
    await add('1', 'token-1');
    await add('1', 'token-1');
    expect(await get(TableName, 'a')).toEqual(item('a', { n: { N: '1' } }));
    await expect(add('2', 'token-1')).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
    now.ms += 10 * 60 * 1000;
    await add('1', 'token-1');
    expect(await get(TableName, 'a')).toEqual(item('a', { n: { N: '2' } }));
  });

  it.each([
    {
      of: 'two operations on one item',
      items: (TableName: string) => [put(TableName, 'a'), { Delete: { TableName, Key: item('a') } }],
    },
    {
      of: 'more than 100 items',
      items: (TableName: string) => Array.from({ length: 101 }, (_, n) => put(TableName, `${n}`)),
    },
    { of: 'no items', items: () => [] },
    {
      of: 'an item without its key',
      items: (TableName: string) => [{ Put: { TableName, Item: { other: { S: 'x' } } } }],
      name: 'TransactionCanceledException',
    },
    { of: 'a table that is missing', items: () => [put('missing', 'a')], name: 'ResourceNotFoundException' },
  ])('of $of are refused', async ({ items, name = 'ValidationException' }) => {
    const TransactItems = items(await table());
    await expect(db.send(new TransactWriteItemsCommand({ TransactItems }))).rejects.toMatchObject({ name });
  });

  it('and single writes at the same time lose nothing, and no reader sees half', async () => {
    const TableName = await table();
    const add = (id: string) => ({
      TableName,
      Key: item(id),
      UpdateExpression: 'ADD n :n',
      ExpressionAttributeValues: { ':n': { N: '1' } },
    });
    const both = { TransactItems: [{ Update: add('a') }, { Update: add('b') }] };
    const reads: (string | undefined)[][] = [];
    await Promise.all(
      Array.from({ length: 20 }, async () => {
        await db.send(new TransactWriteItemsCommand(both));
        await db.send(new UpdateItemCommand(add('c')));
        const { Responses } = await db.send(
          new TransactGetItemsCommand({
            TransactItems: ['a', 'b'].map((id) => ({ Get: { TableName, Key: item(id) } })),
          }),
        );
        reads.push((Responses ?? []).map(({ Item }) => Item?.n?.N));
      }),
    );
    expect(reads.every(([a, b]) => a === b)).toBe(true);
    for (const id of ['a', 'b', 'c']) expect(await get(TableName, id)).toEqual(item(id, { n: { N: '20' } }));
  });

  it('read what is there and nothing for what is not', async () => {
    const TableName = await table();
    await db.send(new PutItemCommand({ TableName, Item: item('a', { n: { N: '1' } }) }));
    const { Responses } = await db.send(
      new TransactGetItemsCommand({
        TransactItems: [
          { Get: { TableName, Key: item('a'), ProjectionExpression: 'n' } },
          { Get: { TableName, Key: item('b') } },
        ],
      }),
    );
    expect(Responses).toEqual([{ Item: { n: { N: '1' } } }, {}]);
  });
});

describe('expiry', () => {
  it('deletes what is past its time when swept, but no item whose time is absurdly old or none', async () => {
    const TableName = await table('expiresAt');
    const seconds = Math.floor(now.ms / 1000);
    const times = { past: seconds - 1, future: seconds + 60, absurd: seconds - 6 * 365 * 86_400 };
    await db.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [TableName]: [
            ...Object.entries(times).map(([id, at]) => ({
              PutRequest: { Item: item(id, { expiresAt: { N: String(at) } }) },
            })),
            { PutRequest: { Item: item('text', { expiresAt: { S: String(times.past) } }) } },
            { PutRequest: { Item: item('none') } },
          ],
        },
      }),
    );
    expect(await cloud.dynamoDb.sweepExpired()).toBe(1);
    const left = async () =>
      (await db.send(new ScanCommand({ TableName }))).Items?.map(({ id }) => id?.S).sort();
    expect(await left()).toEqual(['absurd', 'future', 'none', 'text']);
    now.ms += 61_000;
    expect(await cloud.dynamoDb.sweepExpired()).toBe(1);
    expect(await left()).toEqual(['absurd', 'none', 'text']);
  });
});

describe('what is not available', () => {
  it('is refused by name', async () => {
    await expect(
      db.send(new ExecuteStatementCommand({ Statement: 'SELECT * FROM t' })),
    ).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: "DynamoDB's ExecuteStatement is not available here.",
    });
    await expect(
      cloud.dynamoDb.createTable({
        TableName: 'streamed',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      }),
    ).rejects.toMatchObject({ message: 'DynamoDB streams are not available here.' });
  });
});
