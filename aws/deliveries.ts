import { BatchGetItemCommand, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { stateRank } from '../domain/delivery.ts';
import { deliveryClaims } from './delivery-claims.ts';
import { deliveryEvidence } from './delivery-evidence.ts';
import { type Delivery, deliveryKey } from './delivery-item.ts';
import { deliveryRejections } from './delivery-rejections.ts';
import { dynamodb, fromAttributes, toAttributes } from './table.ts';

/** BatchGetItem takes at most 100 keys. */
const maxBatchGet = 100;

/** As the stack has it: the senders' time-out and some clock skew. */
const defaultLeaseMs = 75_000;

export type Deliveries = ReturnType<typeof deliveriesTable>;

/** @param leaseMs - How long a claim holds: longer than any attempt can take. */
export function deliveriesTable(tableName: string, leaseMs = defaultLeaseMs) {
  const key = deliveryKey(tableName);

  /** Which of these mails SES has certainly accepted, as an event has proved. */
  async function proved(deliveryIds: readonly string[]): Promise<Set<string>> {
    const found = new Set<string>();
    let wanted = deliveryIds.map((id) => toAttributes({ deliveryId: id }));
    while (wanted.length > 0) {
      const { Responses, UnprocessedKeys } = await dynamodb.send(
        new BatchGetItemCommand({
          RequestItems: {
            [tableName]: {
              Keys: wanted.slice(0, maxBatchGet),
              ConsistentRead: true,
              ProjectionExpression: 'deliveryId, stateRank',
            },
          },
        }),
      );
      for (const attributes of Responses?.[tableName] ?? []) {
        const { deliveryId: id, stateRank: rank } = fromAttributes(attributes);
        if (rank >= stateRank.accepted) {
          found.add(id);
        }
      }
      wanted = [...(UnprocessedKeys?.[tableName]?.Keys ?? []), ...wanted.slice(maxBatchGet)];
    }
    return found;
  }

  async function get(deliveryId: string): Promise<Delivery | undefined> {
    const { Item: item } = await dynamodb.send(
      new GetItemCommand({ ...key(deliveryId), ConsistentRead: true }),
    );
    return item && (fromAttributes(item) as unknown as Delivery);
  }

  /** Mails that did not arrive on a day (UTC, `2026-11-24`), newest first. */
  async function failuresOn(day: string, limit: number): Promise<Delivery[]> {
    const { Items = [] } = await dynamodb.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: 'failures',
        KeyConditionExpression: 'failedOn = :day',
        ExpressionAttributeValues: toAttributes({ ':day': day }),
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    return Items.map((item) => fromAttributes(item) as unknown as Delivery);
  }

  return {
    ...deliveryClaims(tableName, leaseMs),
    ...deliveryRejections(tableName),
    ...deliveryEvidence(tableName),
    proved,
    get,
    failuresOn,
  };
}
