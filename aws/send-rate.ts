import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { nextTakeStep, slotStartMs, type TakeStep } from '../domain/rate.ts';
import type { Category } from '../domain/template/compiled.ts';
import type { SendQuota } from './ses.ts';
import { conditional, dynamodb, fromAttributes, type Item, toAttributes } from './table.ts';

/** Slots that were granted: the sender waits until they begin. */
export interface Slots {
  /** Epoch milliseconds; may be past. */
  readonly startMs: number;
}

export interface SendRateSettings {
  readonly tableName: string;
  readonly getSendQuota: () => Promise<SendQuota>;
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** GetAccount is re-read this often, by one worker of all: quotas grow and shrink while campaigns run. */
const refreshMs = 60_000;
const leaseMs = 10_000;

/** The one item: everything in account and region shares one rate. */
const bucketKey = { bucketId: 'account' };

export type SendRate = ReturnType<typeof sendRateTable>;

/** The shared pace of all senders; the scheme is in `domain/rate.ts`. */
export function sendRateTable({ tableName, getSendQuota, nowMs, sleep }: SendRateSettings) {
  const key = { TableName: tableName, Key: toAttributes(bucketKey) };
  /** The item as last seen: a hint that saves reads, checked by every conditional write. */
  let seen: Item | undefined;

  async function read(): Promise<Item | undefined> {
    const { Item: item } = await dynamodb.send(new GetItemCommand({ ...key, ConsistentRead: true }));
    return item && fromAttributes(item);
  }

  /** Sees to it that the rate is known and not older than a minute. */
  async function refresh(): Promise<Item> {
    for (;;) {
      if (seen?.perSecond && seen.refreshedAtMs > nowMs() - refreshMs) {
        return seen;
      }
      seen = await read();
      if (seen?.perSecond && seen.refreshedAtMs > nowMs() - refreshMs) {
        return seen;
      }
      const leased = await conditional(() =>
        dynamodb.send(
          new UpdateItemCommand({
            ...key,
            UpdateExpression: 'SET leaseUntilMs = :until',
            // Whoever read the item before another one refreshed it must not ask SES once more.
            ConditionExpression:
              '(attribute_not_exists(leaseUntilMs) OR leaseUntilMs < :now) AND (attribute_not_exists(refreshedAtMs) OR refreshedAtMs <= :stale)',
            ExpressionAttributeValues: toAttributes({
              ':until': nowMs() + leaseMs,
              ':now': nowMs(),
              ':stale': nowMs() - refreshMs,
            }),
          }),
        ),
      );
      if (leased.held) {
        seen = await store(await getSendQuota());
      } else if (seen?.perSecond) {
        return seen;
      } else {
        await sleep(100);
      }
    }
  }

  async function store({ maxSendRate, max24HourSend, sentLast24Hours }: SendQuota): Promise<Item> {
    const { Attributes } = await dynamodb.send(
      new UpdateItemCommand({
        ...key,
        UpdateExpression:
          'SET perSecond = :rate, max24HourSend = :quota, sentLast24Hours = :sent, refreshedAtMs = :now, tatMs = if_not_exists(tatMs, :zero) REMOVE leaseUntilMs',
        ExpressionAttributeValues: toAttributes({
          ':rate': maxSendRate,
          ':quota': max24HourSend,
          ':sent': sentLast24Hours,
          ':now': nowMs(),
          ':zero': 0,
        }),
        ReturnValues: 'ALL_NEW',
      }),
    );
    return fromAttributes(Attributes ?? {});
  }

  /**
   * Takes slots for `count` recipients.
   *
   * @param patienceMs - How long to wait for a turn at most.
   * @returns undefined when there was none in that time
   */
  async function take(count: number, category: Category, patienceMs: number): Promise<Slots | undefined> {
    const giveUpMs = nowMs() + patienceMs;
    for (;;) {
      const { perSecond, tatMs } = await refresh();
      const step = nextTakeStep(tatMs, count, perSecond, category, nowMs());
      if (step.kind === 'wait') {
        if (nowMs() + step.waitMs > giveUpMs) {
          return undefined;
        }
        await sleep(step.waitMs);
        seen = await read();
        continue;
      }
      const taken = await conditional(() => dynamodb.send(new UpdateItemCommand(takeUpdate(step))));
      if (taken.held) {
        seen = fromAttributes(taken.value.Attributes ?? {});
        return { startMs: slotStartMs(seen.tatMs, count, perSecond) };
      }
      seen = taken.old;
      if (nowMs() > giveUpMs) {
        return undefined;
      }
    }
  }

  function takeUpdate(step: Exclude<TakeStep, { kind: 'wait' }>) {
    return {
      ...key,
      UpdateExpression: step.kind === 'append' ? 'SET tatMs = tatMs + :add' : 'SET tatMs = :tat',
      ConditionExpression: step.kind === 'append' ? 'tatMs BETWEEN :from AND :to' : 'tatMs < :before',
      ExpressionAttributeValues: toAttributes(
        step.kind === 'append'
          ? { ':add': step.addMs, ':from': step.notBeforeMs, ':to': step.notAfterMs }
          : { ':tat': step.tatMs, ':before': step.beforeMs },
      ),
      ReturnValues: 'ALL_NEW' as const,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
    };
  }

  /**
   * SES said "too fast", so somebody else uses the account's rate as well: everyone holds back for a while. Answers that
   * come together count once: nobody is pushed further ahead than that.
   */
  async function holdBack(ms: number): Promise<void> {
    await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...key,
          UpdateExpression: 'SET tatMs = :until',
          ConditionExpression: 'tatMs < :until',
          ExpressionAttributeValues: toAttributes({ ':until': nowMs() + ms }),
        }),
      ),
    );
  }

  /** Recipients per second, as last read from SES. */
  async function perSecond(): Promise<number> {
    return (await refresh()).perSecond;
  }

  return { take, holdBack, perSecond };
}
