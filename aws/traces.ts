import { BatchGetItemCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { EvidenceByKind } from '../domain/feedback/feedback-end.ts';
import { formatTimestamp } from '../domain/timestamp.ts';
import { type Delivery, evidenceOf } from './delivery-item.ts';
import { dynamodb, fromAttributes, type Item, toAttributes } from './table.ts';

/** A row of the deliveries table with its evidence. */
export interface TracedRow extends Delivery {
  readonly evidence: EvidenceByKind;
  readonly category?: string;
  readonly test?: boolean;
  readonly attempt?: number;
  /** Epoch milliseconds. */
  readonly leaseUntilMs?: number;
  readonly queuedAtMs?: number;
  readonly knownSinceMs?: number;
  readonly acceptedAtMs?: number;
}

/** BatchGetItem takes at most 100 keys. */
const maxBatchGet = 100;

export type Traces = ReturnType<typeof traces>;

/** What there is to ask of the deliveries table about mails, with the rights of whoever asks. */
export function traces(tableName: string) {
  async function idsOf(query: Omit<QueryCommandInput, 'TableName'>): Promise<string[]> {
    const { Items = [] } = await dynamodb.send(new QueryCommand({ TableName: tableName, ...query }));
    return Items.map((item) => String(fromAttributes(item).deliveryId));
  }

  /** Mails of a recipient that are entered into the index, newest first; see `domain/findable.ts` for those that are not. */
  async function idsByRecipient(recipientId: string, sinceMs: number, limit: number): Promise<string[]> {
    return await idsOf({
      IndexName: 'byRecipient',
      KeyConditionExpression: 'recipientId = :recipientId AND knownSinceMs >= :since',
      ExpressionAttributeValues: toAttributes({ ':recipientId': recipientId, ':since': sinceMs }),
      ScanIndexForward: false,
      Limit: limit,
    });
  }

  async function idsBySesMessageId(sesMessageId: string): Promise<string[]> {
    return await idsOf({
      IndexName: 'bySesMessageId',
      KeyConditionExpression: 'sesMessageId = :sesMessageId',
      ExpressionAttributeValues: toAttributes({ ':sesMessageId': sesMessageId }),
    });
  }

  /** Items by key; those that do not exist are absent. */
  async function items(deliveryIds: Iterable<string>): Promise<Map<string, Item>> {
    const found = new Map<string, Item>();
    let wanted = [...new Set(deliveryIds)].map((deliveryId) => toAttributes({ deliveryId }));
    while (wanted.length > 0) {
      const { Responses, UnprocessedKeys } = await dynamodb.send(
        new BatchGetItemCommand({
          RequestItems: { [tableName]: { Keys: wanted.slice(0, maxBatchGet), ConsistentRead: true } },
        }),
      );
      for (const attributes of Responses?.[tableName] ?? []) {
        const item = fromAttributes(attributes);
        found.set(String(item.deliveryId), item);
      }
      wanted = [...(UnprocessedKeys?.[tableName]?.Keys ?? []), ...wanted.slice(maxBatchGet)];
    }
    return found;
  }

  /**
   * Failures that were recorded in a span of time, page by page, as far as they are of a campaign where one is named.
   *
   * @returns whether there are more than were read
   */
  async function eachFailure(
    { fromMs, toMs, campaignId, mostPages = Number.POSITIVE_INFINITY }: FailureSpan,
    see: (row: TracedRow) => void,
  ): Promise<boolean> {
    let pages = 0;
    for (const day of daysOf(fromMs, toMs)) {
      let from: Item | undefined;
      do {
        if (pages++ === mostPages) {
          return true;
        }
        const { Items = [], LastEvaluatedKey } = await dynamodb.send(
          new QueryCommand({
            TableName: tableName,
            IndexName: 'failures',
            KeyConditionExpression: 'failedOn = :day AND failedAt BETWEEN :from AND :to',
            ...(campaignId === undefined ? {} : { FilterExpression: 'campaignId = :campaignId' }),
            ExpressionAttributeValues: toAttributes({
              ':day': day,
              ':from': formatTimestamp(fromMs),
              ':to': formatTimestamp(toMs),
              ':campaignId': campaignId,
            }),
            ...(from && { ExclusiveStartKey: toAttributes(from) }),
          }),
        );
        for (const item of Items) {
          see(tracedRow(fromAttributes(item)));
        }
        from = LastEvaluatedKey && fromAttributes(LastEvaluatedKey);
      } while (from);
    }
    return false;
  }

  return { idsByRecipient, idsBySesMessageId, items, eachFailure };
}

/** Which failures: epoch milliseconds, both inclusive. */
export interface FailureSpan {
  readonly fromMs: number;
  readonly toMs: number;
  readonly campaignId?: string;
  /** Pages that are read at most, some 1 MB each. */
  readonly mostPages?: number;
}

export function tracedRow(item: Item): TracedRow {
  return { ...(item as unknown as Delivery), evidence: evidenceOf(item) };
}

function daysOf(fromMs: number, toMs: number): string[] {
  const days: string[] = [];
  for (let day = Math.floor(fromMs / 86_400_000); day * 86_400_000 <= toMs; day++) {
    days.push(formatTimestamp(day * 86_400_000).slice(0, 10));
  }
  return days;
}
