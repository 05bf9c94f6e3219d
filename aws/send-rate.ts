import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { SendRateState, TakeStep } from '../domain/rate.ts';
import { conditional, dynamodb, fromAttributes, type Item, toAttributes } from './table.ts';

type WriteStep = Extract<TakeStep, { kind: 'append' | 'restart' }>;

/** The items of the send-rate table; what is done with them is in `functions/send-rate.ts`. */
export function sendRateTable(tableName: string) {
  const key = (bucketId: string) => ({ TableName: tableName, Key: toAttributes({ bucketId }) });

  async function read(bucketId: string): Promise<SendRateState | undefined> {
    const { Item: item } = await dynamodb.send(
      new GetItemCommand({ ...key(bucketId), ConsistentRead: true }),
    );
    return stateOf(item && fromAttributes(item));
  }

  async function write(bucketId: string, step: WriteStep, quota: number) {
    const takesQuota = quota > 0;
    const result = await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...key(bucketId),
          UpdateExpression: `SET tatMs = ${step.kind === 'append' ? 'tatMs + :add' : ':tat'}${
            takesQuota ? ', campaignQuota = campaignQuota - :quota' : ''
          }`,
          ConditionExpression: `${step.kind === 'append' ? 'tatMs BETWEEN :from AND :to' : 'tatMs < :before'}${
            takesQuota ? ' AND campaignQuota >= :quota' : ''
          }`,
          ExpressionAttributeValues: toAttributes({
            ...(step.kind === 'append'
              ? { ':add': step.addMs, ':from': step.notBeforeMs, ':to': step.notAfterMs }
              : { ':tat': step.tatMs, ':before': step.beforeMs }),
            ...(takesQuota ? { ':quota': quota } : {}),
          }),
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    if (!result.held) {
      return { held: false, state: stateOf(result.old) } as const;
    }
    return { held: true, state: written(result.value.Attributes) } as const;
  }

  async function lease(bucketId: string, nowMs: number, untilMs: number, staleMs: number): Promise<boolean> {
    const { held } = await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...key(bucketId),
          UpdateExpression: 'SET leaseUntilMs = :until',
          // Whoever read the item before another one refreshed it must not ask SES once more.
          ConditionExpression:
            '(attribute_not_exists(leaseUntilMs) OR leaseUntilMs < :now) AND (attribute_not_exists(refreshedAtMs) OR refreshedAtMs <= :stale)',
          ExpressionAttributeValues: toAttributes({ ':until': untilMs, ':now': nowMs, ':stale': staleMs }),
        }),
      ),
    );
    return held;
  }

  async function refresh(
    bucketId: string,
    facts: Pick<SendRateState, 'perSecond' | 'shards' | 'campaignQuota' | 'refreshedAtMs'>,
  ): Promise<SendRateState> {
    const unlimitedNow = facts.campaignQuota === undefined;
    const { Attributes } = await dynamodb.send(
      new UpdateItemCommand({
        ...key(bucketId),
        UpdateExpression: `SET ${[
          'perSecond = :rate, shards = :shards, refreshedAtMs = :now',
          'tatMs = if_not_exists(tatMs, :zero), pace = if_not_exists(pace, :one), cutAtMs = if_not_exists(cutAtMs, :zero)',
          ...(unlimitedNow ? [] : ['campaignQuota = :quota']),
        ].join(', ')} REMOVE leaseUntilMs${unlimitedNow ? ', campaignQuota' : ''}`,
        ExpressionAttributeValues: toAttributes({
          ':rate': facts.perSecond,
          ':shards': facts.shards,
          ':now': facts.refreshedAtMs,
          ':zero': 0,
          ':one': 1,
          ':quota': facts.campaignQuota,
        }),
        ReturnValues: 'ALL_NEW',
      }),
    );
    return written(Attributes);
  }

  async function cut(bucketId: string, pace: number, nowMs: number, notSinceMs: number): Promise<void> {
    await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...key(bucketId),
          UpdateExpression: 'SET pace = :pace, cutAtMs = :now',
          ConditionExpression: 'attribute_exists(bucketId) AND cutAtMs <= :since',
          ExpressionAttributeValues: toAttributes({ ':pace': pace, ':now': nowMs, ':since': notSinceMs }),
        }),
      ),
    );
  }

  return { read, write, lease, refresh, cut };
}

/** A lease alone is not a state yet. */
function stateOf(item: Item | undefined): SendRateState | undefined {
  return item?.perSecond === undefined ? undefined : (item as unknown as SendRateState);
}

function written(attributes: Parameters<typeof fromAttributes>[0] | undefined): SendRateState {
  const state = stateOf(attributes && fromAttributes(attributes));
  if (state === undefined) {
    throw new Error('the send-rate table wrote an item and did not return it');
  }
  return state;
}
