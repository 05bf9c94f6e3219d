import { paginateQuery, paginateScan, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { conditional, dynamodb, fromAttributes, type Item, toAttributes } from './table.ts';
import { traces } from './traces.ts';

/** What an event holds of a person; what the receiver said may quote the address. */
const personalOfEvents = ['recipient', 'diagnosticCode'];

/** Rows of the deliveries table that are about one recipient, for those who ask what is known of them or want it forgotten. */
export function recipientRows(tableName: string) {
  const isOf = (recipientId: string) => (item: Item) => item.recipientId === recipientId;

  /**
   * Those that are entered into the index by recipient, and those of the ids that are named. The index is behind the table for a moment:
   * what was written just now may be missed.
   */
  async function* find(recipientId: string, deliveryIds: readonly string[]): AsyncGenerator<Item> {
    const ids = new Set(deliveryIds);
    const pages = paginateQuery(
      { client: dynamodb },
      {
        TableName: tableName,
        IndexName: 'byRecipient',
        KeyConditionExpression: 'recipientId = :recipientId',
        ExpressionAttributeValues: toAttributes({ ':recipientId': recipientId }),
      },
    );
    for await (const { Items = [] } of pages) {
      for (const attributes of Items) {
        ids.add(String(fromAttributes(attributes).deliveryId));
      }
    }
    const found = await traces(tableName).items(ids);
    yield* [...found.values()].filter(isOf(recipientId));
  }

  /** Every one that there is: reads the whole table. */
  async function* scan(recipientId: string): AsyncGenerator<Item> {
    const pages = paginateScan(
      { client: dynamodb },
      {
        TableName: tableName,
        ConsistentRead: true,
        FilterExpression: 'recipientId = :recipientId',
        ExpressionAttributeValues: toAttributes({ ':recipientId': recipientId }),
      },
    );
    for await (const { Items = [] } of pages) {
      yield* Items.map(fromAttributes);
    }
  }

  /** Takes out of a row what tells whom it is about; that a mail was sent, when and what became of it stays. */
  async function anonymise(row: Item, nowMs: number): Promise<void> {
    const events = Object.keys(row).filter((name) => name.startsWith('event:'));
    const names = Object.fromEntries(events.map((name, i) => [`#e${i}`, name]));
    const inEvents = Object.keys(names).flatMap((alias) =>
      personalOfEvents.map((name) => `${alias}.${name}`),
    );
    await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: toAttributes({ deliveryId: row.deliveryId }),
          UpdateExpression: `SET erasedAtMs = :now REMOVE ${['address', 'recipientId', 'detail', ...inEvents].join(', ')}`,
          ConditionExpression: 'recipientId = :recipientId',
          ExpressionAttributeNames: events.length === 0 ? undefined : names,
          ExpressionAttributeValues: toAttributes({ ':now': nowMs, ':recipientId': row.recipientId }),
        }),
      ),
    );
  }

  return { find, scan, anonymise };
}
