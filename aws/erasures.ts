import { BatchGetItemCommand, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { ErasedByMark } from '../domain/suppression/erasure.ts';
import type { SuppressionsByScope } from '../domain/suppression/suppression.ts';
import { conditional, dynamodb, fromAttributes, toAttributes } from './table.ts';

/**
 * Items of the suppressions table that hold the marks, told apart by the first character of the hash, and one that names those of them
 * that there are. So all can be read at once, and senders need not look for a second key of each recipient. At some 100 octets a mark, 64
 * items of 400 KB have room for 250,000.
 */
const indexId = 'erased';
const shardId = (shard: string) => `erased#${shard}`;
const shardOf = (mark: string) => mark[mark.indexOf('.') + 1] ?? '';
const markPrefix = 'mark:';

export type Erasures = ReturnType<typeof erasuresTable>;

/** Marks of those who were erased, in the suppressions table. */
export function erasuresTable(tableName: string) {
  async function all(): Promise<ErasedByMark> {
    const found = new Map<string, SuppressionsByScope>();
    const { Item: index } = await dynamodb.send(
      new GetItemCommand({ TableName: tableName, Key: toAttributes({ recipientId: indexId }) }),
    );
    const shards: ReadonlySet<string> = (index && fromAttributes(index).shards) ?? new Set();
    let keys = [...shards].map((shard) => toAttributes({ recipientId: shardId(shard) }));
    while (keys.length > 0) {
      const { Responses, UnprocessedKeys } = await dynamodb.send(
        new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: keys } } }),
      );
      for (const attributes of Responses?.[tableName] ?? []) {
        for (const [name, suppressions] of Object.entries(fromAttributes(attributes))) {
          if (name.startsWith(markPrefix)) {
            found.set(name.slice(markPrefix.length), suppressions);
          }
        }
      }
      keys = UnprocessedKeys?.[tableName]?.Keys ?? [];
    }
    return found;
  }

  const place = (mark: string) => ({
    TableName: tableName,
    Key: toAttributes({ recipientId: shardId(shardOf(mark)) }),
    ExpressionAttributeNames: { '#mark': markPrefix + mark },
  });

  async function put(mark: string, suppressions: SuppressionsByScope): Promise<void> {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: toAttributes({ recipientId: indexId }),
        UpdateExpression: 'ADD shards :shard',
        ExpressionAttributeValues: toAttributes({ ':shard': new Set([shardOf(mark)]) }),
      }),
    );
    await dynamodb.send(
      new UpdateItemCommand({
        ...place(mark),
        UpdateExpression: 'SET #mark = :suppressions',
        ExpressionAttributeValues: toAttributes({ ':suppressions': suppressions }),
      }),
    );
  }

  /** @returns false where there was no such mark */
  async function remove(mark: string): Promise<boolean> {
    const { held } = await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...place(mark),
          UpdateExpression: 'REMOVE #mark',
          ConditionExpression: 'attribute_exists(#mark)',
        }),
      ),
    );
    return held;
  }

  return { all, put, remove };
}
