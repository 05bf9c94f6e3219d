import { randomUUID } from 'node:crypto';
import {
  BatchGetItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type DeliveryState, deliveryRetentionMs, isFailure, stateRank } from '../domain/delivery.ts';
import type { Feedback } from '../domain/feedback.ts';
import { formatTimestamp } from '../domain/timestamp.ts';
import { conditional, dynamodb, fromAttributes, type Item, toAttributes } from './table.ts';

/** What is known about one mail to one recipient; one item of the deliveries table. */
export interface Delivery {
  readonly deliveryId: string;
  readonly state: DeliveryState;
  readonly stateRank: number;
  readonly notificationId?: string;
  readonly campaignId?: string;
  readonly template?: string;
  readonly recipientId?: string;
  readonly address?: string;
  readonly sesMessageId?: string;
  /** Why it did not arrive: a code of ours or of SES, where in the input, and a sentence. */
  readonly reason?: string;
  readonly field?: string;
  readonly detail?: string;
  /** How often this id was published again after it had been sent. */
  readonly duplicates?: number;
  /** Epoch milliseconds. */
  readonly updatedAtMs: number;
}

/** The answer to "may I send this one?". */
export type Claim =
  | { readonly kind: 'claimed'; readonly attempt: number }
  /** It was sent before. */
  | { readonly kind: 'duplicate'; readonly state: DeliveryState }
  /** Another worker is at it; if that one died, its lease ends then. */
  | { readonly kind: 'busy'; readonly retryAfterMs: number }
  /** An earlier attempt may have reached SES, and nothing proves it. */
  | { readonly kind: 'inDoubt'; readonly attempt: number };

/** The state that a mail reaches by feedback. */
export interface Reached {
  readonly state: DeliveryState;
  readonly rank: number;
  /** Why it did not arrive, in a few words. */
  readonly reason?: string | undefined;
}

/** BatchGetItem takes at most 100 keys. */
const maxBatchGet = 100;

/** Why a mail was not sent. */
export interface Reason {
  readonly reason: string;
  readonly field?: string | undefined;
  readonly detail?: string | undefined;
}

export type Deliveries = ReturnType<typeof deliveriesTable>;

/** As the stack has it: the senders' time-out and some clock skew. */
const defaultLeaseMs = 75_000;

/** @param leaseMs - How long a claim holds: longer than any attempt can take. */
export function deliveriesTable(tableName: string, leaseMs = defaultLeaseMs) {
  const key = (deliveryId: string) => ({ TableName: tableName, Key: toAttributes({ deliveryId }) });

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
   * Gives a claim back: SES did certainly not accept the mail in this attempt, and it will be tried again. A mail that an earlier
   * attempt left in doubt is in doubt again.
   */
  async function release(deliveryId: string, attempt: number, nowMs: number): Promise<void> {
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
        new DeleteItemCommand({
          ...key(deliveryId),
          ConditionExpression: 'stateRank = :attempting',
          ExpressionAttributeValues: toAttributes({ ':attempting': stateRank.attempting }),
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
          UpdateExpression: `SET ${facts}, #state = :accepted, stateRank = :rank, updatedAtMs = :now REMOVE leaseUntilMs, failedOn, failedAt, reason, #field, detail`,
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

  /** Raises the state, never lowers it; safe to repeat and in any order. */
  async function raise(
    deliveryId: string,
    state: DeliveryState,
    rank: number,
    nowMs: number,
    reason?: string,
  ): Promise<void> {
    await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...key(deliveryId),
          // What was in doubt and did arrive is no failure any more, and has no reason.
          UpdateExpression: `SET #state = :state, stateRank = :rank, updatedAtMs = :now${
            isFailure(state)
              ? `, failedOn = :day, failedAt = :time${reason === undefined ? '' : ', reason = :reason'}`
              : ' REMOVE failedOn, failedAt, reason, #field, detail'
          }`,
          ConditionExpression: 'attribute_exists(deliveryId) AND stateRank < :rank',
          ExpressionAttributeNames: { '#state': 'state', ...(isFailure(state) ? {} : { '#field': 'field' }) },
          ExpressionAttributeValues: toAttributes({
            ':state': state,
            ':rank': rank,
            ':now': nowMs,
            ...(isFailure(state) ? { ...failureTimes(nowMs), ':reason': reason } : {}),
          }),
        }),
      ),
    );
  }

  /**
   * Keeps the evidence of one kind of feedback; the first of each kind stands, duplicates change nothing. A mail that nothing was
   * known of gets the state as well: most campaign mail comes to its end with this one write.
   */
  function evidenceUpdate(
    deliveryId: string,
    feedback: Feedback,
    reached: Reached,
    facts: Item,
    nowMs: number,
  ) {
    const { kind, tags: _tags, ...evidence } = feedback;
    const names = Object.keys(facts).map((name, i) => [`#f${i}`, name] as const);
    const failed = isFailure(reached.state);
    return {
      ...key(deliveryId),
      UpdateExpression: `SET ${[
        '#kind = :evidence',
        'expiresAtEpochSeconds = if_not_exists(expiresAtEpochSeconds, :retention)',
        '#state = if_not_exists(#state, :state), stateRank = if_not_exists(stateRank, :rank)',
        'updatedAtMs = :now',
        ...(failed
          ? ['failedOn = if_not_exists(failedOn, :day), failedAt = if_not_exists(failedAt, :time)']
          : []),
        ...(failed && reached.reason !== undefined ? ['reason = if_not_exists(reason, :reason)'] : []),
        ...names.map(([alias], i) => `${alias} = if_not_exists(${alias}, :f${i})`),
      ].join(', ')}`,
      ConditionExpression: 'attribute_not_exists(#kind)',
      ExpressionAttributeNames: { '#kind': `event:${kind}`, '#state': 'state', ...Object.fromEntries(names) },
      ExpressionAttributeValues: toAttributes({
        ':evidence': evidence,
        ':retention': retentionEnd(nowMs),
        ':state': reached.state,
        ':rank': reached.rank,
        ':now': nowMs,
        ...(failed ? { ...failureTimes(nowMs), ':reason': reached.reason } : {}),
        ...Object.fromEntries(Object.values(facts).map((value, i) => [`:f${i}`, value])),
      }),
    };
  }

  /** Keeps the evidence and sees to it that the state is at least the one that was reached. @returns false when there was evidence of that kind */
  async function recordEvidence(
    deliveryId: string,
    feedback: Feedback,
    reached: Reached,
    facts: Item,
    nowMs: number,
  ): Promise<boolean> {
    const result = await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...evidenceUpdate(deliveryId, feedback, reached, facts, nowMs),
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    const item = result.held ? fromAttributes(result.value.Attributes ?? {}) : result.old;
    // Also when it was not the first: the worker that recorded the first one may have died before it came this far.
    if ((item?.stateRank ?? 0) < reached.rank) {
      await raise(deliveryId, reached.state, reached.rank, nowMs, reached.reason);
    }
    return result.held;
  }

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
    claim,
    reclaim,
    release,
    recordAccepted,
    settle,
    recordRejected,
    raise,
    evidenceUpdate,
    recordEvidence,
    proved,
    get,
    failuresOn,
  };
}

function retentionEnd(nowMs: number): number {
  return Math.floor((nowMs + deliveryRetentionMs) / 1000);
}

function failureTimes(nowMs: number) {
  const time = formatTimestamp(nowMs);
  return { ':day': time.slice(0, 10), ':time': time };
}
