import { randomUUID } from 'node:crypto';
import { PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type DeliveryState, stateRank, type Waiting } from '../domain/delivery.ts';
import { deliveryKey, failureTimes, type Reason, retentionEnd } from './delivery-item.ts';
import { conditional, dynamodb, type Item, toAttributes } from './table.ts';

/** The answer to "may I send this one?". */
export type Claim =
  | { readonly kind: 'claimed'; readonly attempt: number }
  /** It was sent before. */
  | { readonly kind: 'duplicate'; readonly state: DeliveryState }
  /** Another worker is at it; if that one died, its lease ends then. */
  | { readonly kind: 'busy'; readonly retryAfterMs: number }
  /** An earlier attempt may have reached SES, and nothing proves it. */
  | { readonly kind: 'inDoubt'; readonly attempt: number };

/** The part of the deliveries table by which senders keep a mail from being sent twice. */
export function deliveryClaims(tableName: string, leaseMs: number) {
  const key = deliveryKey(tableName);

  /**
   * Claims a mail before it is sent, with the mark `attempting`. Ids that were never accepted (rejected, suppressed,
   * expired) may be tried again.
   */
  async function claim(deliveryId: string, facts: Item, nowMs: number): Promise<Claim> {
    const claimId = randomUUID();
    const result = await conditional(() =>
      dynamodb.send(
        new PutItemCommand({
          TableName: tableName,
          Item: toAttributes({
            ...facts,
            deliveryId,
            state: 'attempting',
            stateRank: stateRank.attempting,
            attempt: 1,
            claimId,
            leaseUntilMs: nowMs + leaseMs,
            knownSinceMs: nowMs,
            updatedAtMs: nowMs,
            expiresAtEpochSeconds: retentionEnd(nowMs),
          }),
          ConditionExpression: 'attribute_not_exists(deliveryId) OR stateRank = :neverSent',
          ExpressionAttributeValues: toAttributes({ ':neverSent': 0 }),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    if (result.held) {
      return { kind: 'claimed', attempt: 1 };
    }
    const old = result.old;
    if (old === undefined) {
      throw new Error(`claim of ${deliveryId} failed without the item that stood in the way`);
    }
    if (old.claimId === claimId) {
      // The answer was lost and the SDK asked again: what stands in the way is this claim itself.
      return { kind: 'claimed', attempt: 1 };
    }
    if (old.state === 'attempting' && old.leaseUntilMs > nowMs) {
      return { kind: 'busy', retryAfterMs: old.leaseUntilMs - nowMs };
    }
    if (old.state === 'attempting' || old.state === 'unknown') {
      return { kind: 'inDoubt', attempt: old.attempt };
    }
    await dynamodb.send(
      new UpdateItemCommand({
        ...key(deliveryId),
        UpdateExpression: 'ADD duplicates :one',
        ExpressionAttributeValues: toAttributes({ ':one': 1 }),
      }),
    );
    return { kind: 'duplicate', state: old.state };
  }

  /** Takes over a mail in doubt for another attempt; false when another worker did, or an event proved acceptance. */
  async function reclaim(deliveryId: string, attempt: number, nowMs: number): Promise<boolean> {
    const claimId = randomUUID();
    const result = await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...key(deliveryId),
          UpdateExpression:
            'SET #state = :attempting, stateRank = :rank, attempt = :next, claimId = :claimId, leaseUntilMs = :lease, updatedAtMs = :now REMOVE failedOn, failedAt',
          ConditionExpression: 'attempt = :attempt AND stateRank <= :unknown',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: toAttributes({
            ':attempting': 'attempting',
            ':rank': stateRank.attempting,
            ':attempt': attempt,
            ':next': attempt + 1,
            ':claimId': claimId,
            ':lease': nowMs + leaseMs,
            ':now': nowMs,
            ':unknown': stateRank.unknown,
          }),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    return result.held || result.old?.claimId === claimId;
  }

  /**
   * Gives a claim back: SES did certainly not accept the mail in this attempt, and it will be tried again. The mail is free for the next
   * claim, and says meanwhile what it waits for. One that an earlier attempt left in doubt is in doubt again.
   */
  async function release(
    deliveryId: string,
    attempt: number,
    { reason, untilMs }: Waiting,
    nowMs: number,
  ): Promise<void> {
    if (attempt > 1) {
      await conditional(() =>
        dynamodb.send(
          new UpdateItemCommand({
            ...key(deliveryId),
            UpdateExpression:
              'SET #state = :unknown, stateRank = :rank, attempt = :before, updatedAtMs = :now, failedOn = :day, failedAt = :time REMOVE leaseUntilMs',
            ConditionExpression: 'stateRank = :attempting AND attempt = :attempt',
            ExpressionAttributeNames: { '#state': 'state' },
            ExpressionAttributeValues: toAttributes({
              ':unknown': 'unknown',
              ':rank': stateRank.unknown,
              ':before': attempt - 1,
              ':attempt': attempt,
              ':attempting': stateRank.attempting,
              ':now': nowMs,
              ...failureTimes(nowMs),
            }),
          }),
        ),
      );
      return;
    }
    await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...key(deliveryId),
          UpdateExpression:
            'SET #state = :waiting, stateRank = :rank, reason = :reason, waitingUntilMs = :until, updatedAtMs = :now REMOVE leaseUntilMs',
          ConditionExpression: 'stateRank = :attempting',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: toAttributes({
            ':waiting': 'waiting',
            ':rank': stateRank.waiting,
            ':reason': reason,
            ':until': untilMs,
            ':now': nowMs,
            ':attempting': stateRank.attempting,
          }),
        }),
      ),
    );
  }

  /** Records what a mail waits for that nobody has claimed so far. Of mail that was sent, nothing is overwritten. */
  async function recordWaiting(
    deliveryId: string,
    { reason, untilMs }: Waiting,
    facts: Item,
    nowMs: number,
  ): Promise<void> {
    await conditional(() =>
      dynamodb.send(
        new PutItemCommand({
          TableName: tableName,
          Item: toAttributes({
            ...facts,
            deliveryId,
            reason,
            state: 'waiting',
            stateRank: stateRank.waiting,
            waitingUntilMs: untilMs,
            knownSinceMs: nowMs,
            updatedAtMs: nowMs,
            expiresAtEpochSeconds: retentionEnd(nowMs),
          }),
          ConditionExpression:
            'attribute_not_exists(deliveryId) OR (stateRank = :neverSent AND #state <> :waiting)',
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: toAttributes({
            ':neverSent': stateRank.waiting,
            ':waiting': 'waiting',
          }),
        }),
      ),
    );
  }

  /**
   * Records what SES said about acceptance, in one write with the state: in between, the mail would be nobody's and in doubt. Where
   * feedback was faster its state stands, since it ranks higher.
   */
  async function recordAccepted(deliveryId: string, sesMessageId: string, nowMs: number): Promise<void> {
    const facts = 'sesMessageId = :sesMessageId, acceptedAtMs = :now';
    const values = { ':sesMessageId': sesMessageId, ':now': nowMs };
    const { held } = await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...key(deliveryId),
          UpdateExpression: `SET ${facts}, #state = :accepted, stateRank = :rank, updatedAtMs = :now REMOVE leaseUntilMs, failedOn, failedAt, reason, ruleId, #field, detail`,
          ConditionExpression: 'attribute_not_exists(stateRank) OR stateRank < :rank',
          ExpressionAttributeNames: { '#state': 'state', '#field': 'field' },
          ExpressionAttributeValues: toAttributes({
            ...values,
            ':accepted': 'accepted',
            ':rank': stateRank.accepted,
          }),
        }),
      ),
    );
    if (!held) {
      await dynamodb.send(
        new UpdateItemCommand({
          ...key(deliveryId),
          UpdateExpression: `SET ${facts} REMOVE leaseUntilMs`,
          ExpressionAttributeValues: toAttributes(values),
        }),
      );
    }
  }

  /** Moves a claimed mail to the end it came to without being accepted, or to `unknown`; one in doubt may be held for another reason. */
  async function settle(
    deliveryId: string,
    state: 'rejected' | 'suppressed' | 'expired' | 'unknown',
    reason: Reason,
    nowMs: number,
  ): Promise<void> {
    await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...key(deliveryId),
          UpdateExpression: `SET ${[
            '#state = :state, stateRank = :rank, reason = :reason, updatedAtMs = :now, failedOn = :day, failedAt = :time',
            ...(reason.field === undefined ? [] : ['#field = :field']),
            ...(reason.detail === undefined ? [] : ['detail = :detail']),
          ].join(', ')} REMOVE leaseUntilMs`,
          ConditionExpression: 'stateRank BETWEEN :attempting AND :latest',
          ExpressionAttributeNames: {
            '#state': 'state',
            ...(reason.field === undefined ? {} : { '#field': 'field' }),
          },
          ExpressionAttributeValues: toAttributes({
            ':state': state,
            ':rank': stateRank[state],
            ':reason': reason.reason,
            ':field': reason.field,
            ':detail': reason.detail,
            ':now': nowMs,
            ':attempting': stateRank.attempting,
            ':latest': state === 'unknown' ? stateRank.unknown : stateRank.attempting,
            ...failureTimes(nowMs),
          }),
        }),
      ),
    );
  }

  return { claim, reclaim, release, recordWaiting, recordAccepted, settle };
}
