import {
  BatchGetItemCommand,
  GetItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Suppression, SuppressionScope, SuppressionsByScope } from '../domain/suppression.ts';
import { conditional, dynamodb, fromAttributes, type Item, toAttributes } from './table.ts';

/** One recipient of the suppressions table. */
export interface SuppressedRecipient {
  readonly recipientId: string;
  /** Wire form, as far as known. */
  readonly address?: string;
  readonly suppressions: SuppressionsByScope;
}

/** Each scope is an attribute of its own, so that two of them can be set at the same time without reading first. */
const scopePrefix = 'scope:';

/** BatchGetItem takes at most 100 keys. */
const maxBatch = 100;

export type Suppressions = ReturnType<typeof suppressionsTable>;

export function suppressionsTable(tableName: string) {
  /**
   * Suppressions by recipient id; recipients without any are absent.
   *
   * @param consistency - `strong`: an unsubscribe counts at once. `eventual`: within about a second, at half the price.
   */
  async function find(
    recipientIds: readonly string[],
    consistency: 'strong' | 'eventual' = 'strong',
  ): Promise<Map<string, SuppressionsByScope>> {
    const found = new Map<string, SuppressionsByScope>();
    let wanted = [...new Set(recipientIds)];
    while (wanted.length > 0) {
      const { Responses, UnprocessedKeys } = await dynamodb.send(
        new BatchGetItemCommand({
          RequestItems: {
            [tableName]: {
              Keys: wanted.slice(0, maxBatch).map((recipientId) => toAttributes({ recipientId })),
              ConsistentRead: consistency === 'strong',
            },
          },
        }),
      );
      for (const attributes of Responses?.[tableName] ?? []) {
        const { recipientId, suppressions } = recipientOf(fromAttributes(attributes));
        // What is left of a recipient whose suppressions were all removed.
        if (Object.keys(suppressions).length > 0) {
          found.set(recipientId, suppressions);
        }
      }
      const unprocessed = UnprocessedKeys?.[tableName]?.Keys ?? [];
      wanted = [...unprocessed.map((key) => fromAttributes(key).recipientId), ...wanted.slice(maxBatch)];
    }
    return found;
  }

  async function get(recipientId: string): Promise<SuppressedRecipient | undefined> {
    const { Item: item } = await dynamodb.send(
      new GetItemCommand({ TableName: tableName, Key: toAttributes({ recipientId }), ConsistentRead: true }),
    );
    return item && recipientOf(fromAttributes(item));
  }

  async function add(
    recipient: { readonly recipientId: string; readonly address: string },
    scope: SuppressionScope,
    suppression: Suppression,
  ): Promise<void> {
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: toAttributes({ recipientId: recipient.recipientId }),
        UpdateExpression: 'SET #scope = :suppression, address = :address',
        ExpressionAttributeNames: { '#scope': scopePrefix + scope },
        ExpressionAttributeValues: toAttributes({
          ':suppression': suppression,
          ':address': recipient.address,
        }),
      }),
    );
  }

  /** @returns what was removed, undefined where there was nothing */
  async function remove(recipientId: string, scope: SuppressionScope): Promise<Suppression | undefined> {
    const removed = await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: toAttributes({ recipientId }),
          UpdateExpression: 'REMOVE #scope',
          // Without it the update would create an item for somebody who never was suppressed.
          ConditionExpression: 'attribute_exists(#scope)',
          ExpressionAttributeNames: { '#scope': scopePrefix + scope },
          ReturnValues: 'ALL_OLD',
        }),
      ),
    );
    const attributes = removed.held ? removed.value.Attributes : undefined;
    return attributes && recipientOf(fromAttributes(attributes)).suppressions[scope];
  }

  /** Takes back what the recipient asked for, and only that: a complaint or an operator's word stays. */
  async function removeUnsubscribe(recipientId: string, scope: SuppressionScope): Promise<void> {
    await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: toAttributes({ recipientId }),
          UpdateExpression: 'REMOVE #scope',
          ConditionExpression: '#scope.reason = :unsubscribe',
          ExpressionAttributeNames: { '#scope': scopePrefix + scope },
          ExpressionAttributeValues: toAttributes({ ':unsubscribe': 'unsubscribe' }),
        }),
      ),
    );
  }

  /** Everybody with a suppression, page by page. */
  async function* list(): AsyncGenerator<SuppressedRecipient> {
    let from: Item | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await dynamodb.send(
        new ScanCommand({ TableName: tableName, ...(from && { ExclusiveStartKey: toAttributes(from) }) }),
      );
      for (const attributes of Items) {
        const recipient = recipientOf(fromAttributes(attributes));
        if (Object.keys(recipient.suppressions).length > 0) {
          yield recipient;
        }
      }
      from = LastEvaluatedKey && fromAttributes(LastEvaluatedKey);
    } while (from);
  }

  return { find, get, add, remove, removeUnsubscribe, list };
}

function recipientOf(item: Item): SuppressedRecipient {
  const scopes = Object.entries(item).filter(([name]) => name.startsWith(scopePrefix));
  return {
    recipientId: item.recipientId,
    ...(item.address === undefined ? {} : { address: item.address }),
    suppressions: Object.fromEntries(scopes.map(([name, value]) => [name.slice(scopePrefix.length), value])),
  };
}
