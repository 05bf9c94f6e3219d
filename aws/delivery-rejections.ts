import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { stateRank, type WaitingReason } from '../domain/delivery.ts';
import { formatTimestamp } from '../domain/timestamp.ts';
import { deliveryKey, type Reason, retentionEnd } from './delivery-item.ts';
import { conditional, dynamodb, type Item, toAttributes } from './table.ts';

/** The part of the deliveries table that is about mail which was refused before SES accepted it. */
export function deliveryRejections(tableName: string) {
  const key = deliveryKey(tableName);

  /**
   * Records a mail that was refused before it was claimed. Never overwrites what is known of a mail that was sent.
   *
   * @returns false when something is known of that id already
   */
  async function recordRejected(
    deliveryId: string,
    reason: Reason,
    facts: Item,
    nowMs: number,
  ): Promise<boolean> {
    const { held } = await conditional(() =>
      dynamodb.send(
        new PutItemCommand({
          TableName: tableName,
          Item: toAttributes({
            ...facts,
            ...reason,
            deliveryId,
            state: 'rejected',
            stateRank: stateRank.rejected,
            knownSinceMs: nowMs,
            updatedAtMs: nowMs,
            expiresAtEpochSeconds: retentionEnd(nowMs),
            failedOn: formatTimestamp(nowMs).slice(0, 10),
            failedAt: formatTimestamp(nowMs),
          }),
          ConditionExpression: 'attribute_not_exists(deliveryId) OR stateRank = :neverSent',
          ExpressionAttributeValues: toAttributes({ ':neverSent': 0 }),
        }),
      ),
    );
    return held;
  }

  /** Takes back that a mail was refused before that time: it is tried again. What is known of one that was sent stays. */
  async function waitAgain(deliveryId: string, beforeMs: number, nowMs: number): Promise<void> {
    await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...key(deliveryId),
          UpdateExpression:
            'SET #state = :waiting, stateRank = :rank, reason = :resend, waitingUntilMs = :now, updatedAtMs = :now REMOVE failedOn, failedAt, #field, detail',
          ConditionExpression: '#state = :rejected AND stateRank = :rejectedRank AND knownSinceMs < :before',
          ExpressionAttributeNames: { '#state': 'state', '#field': 'field' },
          ExpressionAttributeValues: toAttributes({
            ':waiting': 'waiting',
            ':rank': stateRank.waiting,
            ':resend': 'resend' satisfies WaitingReason,
            ':rejected': 'rejected',
            ':rejectedRank': stateRank.rejected,
            ':before': beforeMs,
            ':now': nowMs,
          }),
        }),
      ),
    );
  }

  return { recordRejected, waitAgain };
}
