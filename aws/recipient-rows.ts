import { ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { conditional, dynamodb, fromAttributes, type Item, toAttributes } from './table.ts';

/** What an event holds of a person; what the receiver said may quote the address. */
const personalOfEvents = ['recipient', 'diagnosticCode'];

/**
 * Rows of the deliveries table that are about one recipient, for those who ask what is known of them or want it forgotten. Reads the
 * whole table: such questions are rare, and no row may be missed.
 */
export function recipientRows(tableName: string) {
  async function* of(recipientId: string): AsyncGenerator<Item> {
    let from: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await dynamodb.send(
        new ScanCommand({
          TableName: tableName,
          ConsistentRead: true,
          FilterExpression: 'recipientId = :recipientId',
          ExpressionAttributeValues: toAttributes({ ':recipientId': recipientId }),
          ...(from && { ExclusiveStartKey: toAttributes(from) }),
        }),
      );
      for (const attributes of Items) {
        yield fromAttributes(attributes);
      }
      from = LastEvaluatedKey && fromAttributes(LastEvaluatedKey);
    } while (from);
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

  return { of, anonymise };
}
