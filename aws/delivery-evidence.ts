import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { type DeliveryState, isFailure } from '../domain/delivery.ts';
import type { Feedback } from '../domain/feedback/feedback.ts';
import { prevails, type Reached, reachedBy } from '../domain/feedback/feedback-end.ts';
import { isEntered } from '../domain/findable.ts';
import { deliveryKey, eventAttribute, evidenceOf, failureTimes, retentionEnd } from './delivery-item.ts';
import { conditional, dynamodb, fromAttributes, type Item, toAttributes } from './table.ts';

/** The part of the deliveries table that keeps what SES reports. */
export function deliveryEvidence(tableName: string) {
  const key = deliveryKey(tableName);

  /** Raises the state, never lowers it; safe to repeat and in any order. @returns false when it is as high already */
  async function raise(
    deliveryId: string,
    state: DeliveryState,
    rank: number,
    nowMs: number,
    { reason, ruleId }: Pick<Reached, 'reason' | 'ruleId'> = {},
  ): Promise<boolean> {
    const failed = isFailure(state);
    const { held } = await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...key(deliveryId),
          // What was in doubt and did arrive is no failure any more, and has no reason.
          UpdateExpression: `SET #state = :state, stateRank = :rank, updatedAtMs = :now${
            failed
              ? `, failedOn = :day, failedAt = :time${explained({ reason, ruleId })}`
              : ' REMOVE failedOn, failedAt, reason, ruleId, #field, detail'
          }`,
          ConditionExpression: 'attribute_exists(deliveryId) AND stateRank < :rank',
          ExpressionAttributeNames: { '#state': 'state', ...(failed ? {} : { '#field': 'field' }) },
          ExpressionAttributeValues: toAttributes({
            ':state': state,
            ':rank': rank,
            ':now': nowMs,
            ...(failed ? { ...failureTimes(nowMs), ':reason': reason, ':ruleId': ruleId } : {}),
          }),
        }),
      ),
    );
    return held;
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
    const entered = isEntered(kind, facts.campaignId);
    // What SES calls it is in the evidence as well, so it may be missing beside it.
    const { sesMessageId, ...others } = facts;
    const kept = entered ? { ...facts, knownSinceMs: nowMs } : others;
    const names = Object.keys(kept).map((name, i) => [`#f${i}`, name] as const);
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
        ...(failed && reached.ruleId !== undefined ? ['ruleId = if_not_exists(ruleId, :ruleId)'] : []),
        ...names.map(([alias], i) => `${alias} = if_not_exists(${alias}, :f${i})`),
      ].join(', ')}`,
      ConditionExpression: 'attribute_not_exists(#kind)',
      ExpressionAttributeNames: {
        '#kind': eventAttribute(kind),
        '#state': 'state',
        ...Object.fromEntries(names),
      },
      ExpressionAttributeValues: toAttributes({
        ':evidence': evidence,
        ':retention': retentionEnd(nowMs),
        ':state': reached.state,
        ':rank': reached.rank,
        ':now': nowMs,
        ...(failed ? { ...failureTimes(nowMs), ':reason': reached.reason, ':ruleId': reached.ruleId } : {}),
        ...Object.fromEntries(Object.values(kept).map((value, i) => [`:f${i}`, value])),
      }),
    };
  }

  /** Keeps the evidence and sees to it that state and reason are those that follow from all there is. @returns false when there was evidence of that kind */
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
    const item = result.held
      ? fromAttributes(result.value.Attributes ?? {})
      : await replaceEvidence(deliveryId, feedback, result.old ?? {}, nowMs);
    // Also when it was not the first: the worker that recorded the first one may have died before it came this far.
    await conclude(deliveryId, item, reached, nowMs);
    return result.held;
  }

  /** Of two of the same kind, the one that came first is not always the one to keep. @returns the item as it is then */
  async function replaceEvidence(
    deliveryId: string,
    { kind, tags: _tags, ...evidence }: Feedback,
    item: Item,
    nowMs: number,
  ): Promise<Item> {
    const kept = item[eventAttribute(kind)];
    if (kept === undefined || !prevails(kind, evidence.atMs, kept.atMs)) {
      return item;
    }
    const replaced = await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...key(deliveryId),
          UpdateExpression: 'SET #kind = :evidence, updatedAtMs = :now',
          ConditionExpression: '#kind.#at = :kept',
          ExpressionAttributeNames: { '#kind': eventAttribute(kind), '#at': 'atMs' },
          ExpressionAttributeValues: toAttributes({
            ':evidence': evidence,
            ':kept': kept.atMs,
            ':now': nowMs,
          }),
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    return replaced.held
      ? fromAttributes(replaced.value.Attributes ?? {})
      : await replaceEvidence(deliveryId, { kind, tags: _tags, ...evidence }, replaced.old ?? {}, nowMs);
  }

  /** Brings state and reason in line with the evidence. @param reached - At least this. */
  async function conclude(deliveryId: string, item: Item, reached: Reached, nowMs: number): Promise<void> {
    const all = reachedBy(evidenceOf(item));
    const end = all.rank < reached.rank ? reached : all;
    if ((item.stateRank ?? 0) < end.rank) {
      if (await raise(deliveryId, end.state, end.rank, nowMs, end)) {
        return;
      }
      // Somebody else raised it meanwhile, perhaps without this evidence.
      const { Item: found = {} } = await dynamodb.send(
        new GetItemCommand({ ...key(deliveryId), ConsistentRead: true }),
      );
      await conclude(deliveryId, fromAttributes(found), end, nowMs);
      return;
    }
    const { reason, ruleId } = end;
    if (item.stateRank !== end.rank || reason === undefined || reason === item.reason) {
      return;
    }
    await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...key(deliveryId),
          UpdateExpression: `SET updatedAtMs = :now${explained({ reason, ruleId })}`,
          ConditionExpression: `stateRank = :rank AND ${item.reason === undefined ? 'attribute_not_exists(reason)' : 'reason = :was'}`,
          ExpressionAttributeValues: toAttributes({
            ':now': nowMs,
            ':reason': reason,
            ':ruleId': ruleId,
            ':rank': end.rank,
            ':was': item.reason,
          }),
        }),
      ),
    );
  }

  return { raise, evidenceUpdate, recordEvidence };
}

/** What follows in an UpdateExpression after the last SET: a reason of another kind has no rule, or another one. */
function explained({ reason, ruleId }: Pick<Reached, 'reason' | 'ruleId'>): string {
  if (reason === undefined) {
    return '';
  }
  return `, reason = :reason${ruleId === undefined ? ' REMOVE ruleId' : ', ruleId = :ruleId'}`;
}
