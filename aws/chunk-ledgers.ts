import { randomUUID } from 'node:crypto';
import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { ChunkTotals } from '../domain/campaign/campaign.ts';
import type { Outcomes } from '../domain/campaign/chunk-ledger.ts';
import { deliveryRetentionMs } from '../domain/delivery.ts';
import { conditional, dynamodb, fromAttributes, toAttributes } from './table.ts';

/** The ledger item of one chunk, in the deliveries table. */
export interface ChunkLedger {
  readonly outcomes: Outcomes;
  /** Every write names the version it builds on: of two workers at one chunk, one loses. */
  readonly version: number;
  /** Epoch milliseconds until which the last writer is taken to be alive. */
  readonly leaseUntilMs: number;
  readonly done: boolean;
  /** How often those in doubt were tried again. */
  readonly resends: number;
  /** How often the campaign had been resumed when this was last closed. */
  readonly resumes: number;
  /** The resend of the campaign that looked at it last: see `domain/campaign/resend.ts`. */
  readonly resendRound?: number;
  /** What was told to the metrics before it was opened again. */
  readonly counted?: ChunkTotals;
}

export type ChunkLedgers = ReturnType<typeof chunkLedgersTable>;

export function chunkLedgersTable(tableName: string) {
  const key = (ledgerId: string) => ({ TableName: tableName, Key: toAttributes({ deliveryId: ledgerId }) });

  async function get(ledgerId: string): Promise<ChunkLedger | undefined> {
    const { Item: item } = await dynamodb.send(
      new GetItemCommand({ ...key(ledgerId), ConsistentRead: true }),
    );
    return item && (fromAttributes(item) as unknown as ChunkLedger);
  }

  /** @returns the ledger that is there now: another one when a worker has been here before */
  async function create(ledgerId: string, ledger: ChunkLedger, nowMs: number): Promise<ChunkLedger> {
    const writeId = randomUUID();
    const result = await conditional(() =>
      dynamodb.send(
        new PutItemCommand({
          TableName: tableName,
          Item: toAttributes({
            deliveryId: ledgerId,
            ...ledger,
            writeId,
            expiresAtEpochSeconds: Math.floor((nowMs + deliveryRetentionMs) / 1000),
          }),
          ConditionExpression: 'attribute_not_exists(deliveryId)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    return result.held || result.old?.writeId === writeId ? ledger : (result.old as unknown as ChunkLedger);
  }

  /** The update that moves a ledger on from `version`; its condition fails for whoever lost the chunk to another worker. */
  function update(ledgerId: string, version: number, next: Omit<ChunkLedger, 'version'>) {
    return {
      ...key(ledgerId),
      UpdateExpression:
        'SET outcomes = :outcomes, version = :next, leaseUntilMs = :lease, done = :done, resends = :resends, resumes = :resumes',
      ConditionExpression: 'version = :version AND done = :false',
      ExpressionAttributeValues: toAttributes({
        ':outcomes': next.outcomes,
        ':next': version + 1,
        ':lease': next.leaseUntilMs,
        ':done': next.done,
        ':resends': next.resends,
        ':resumes': next.resumes,
        ':version': version,
        ':false': false,
      }),
    };
  }

  /** The update that opens a closed ledger again. */
  function reopening(
    ledgerId: string,
    version: number,
    next: Required<Pick<ChunkLedger, 'outcomes' | 'resumes' | 'resendRound' | 'counted'>>,
  ) {
    return {
      ...key(ledgerId),
      UpdateExpression:
        'SET outcomes = :outcomes, version = :next, done = :false, resumes = :resumes, resendRound = :round, counted = :counted',
      ConditionExpression: 'version = :version AND done = :true',
      ExpressionAttributeValues: toAttributes({
        ':outcomes': next.outcomes,
        ':next': version + 1,
        ':resumes': next.resumes,
        ':round': next.resendRound,
        ':counted': next.counted,
        ':version': version,
        ':true': true,
        ':false': false,
      }),
    };
  }

  /** The update by which a closed ledger remembers that a resend has looked at it, and that nobody is due. */
  function lookedAt(ledgerId: string, version: number, resendRound: number) {
    return {
      ...key(ledgerId),
      UpdateExpression: 'SET version = :next, resendRound = :round',
      ConditionExpression: 'version = :version AND done = :true',
      ExpressionAttributeValues: toAttributes({
        ':next': version + 1,
        ':round': resendRound,
        ':version': version,
        ':true': true,
      }),
    };
  }

  /**
   * Moves a ledger on from `version`. When the answer is lost and the SDK asks again, the ledger is at the next version already: by the
   * id of the write it is known for this one.
   *
   * @returns false when another worker was faster
   */
  async function write(
    ledgerId: string,
    version: number,
    next: Omit<ChunkLedger, 'version'>,
  ): Promise<boolean> {
    const writeId = randomUUID();
    const { UpdateExpression, ExpressionAttributeValues, ...rest } = update(ledgerId, version, next);
    const result = await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...rest,
          UpdateExpression: `${UpdateExpression}, writeId = :writeId`,
          ExpressionAttributeValues: {
            ...ExpressionAttributeValues,
            ...toAttributes({ ':writeId': writeId }),
          },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    return result.held || result.old?.writeId === writeId;
  }

  /**
   * The update that settles recipients in doubt from outside: only of a chunk that no worker has in hand, so that none loses it.
   *
   * @param done - Whether the chunk was done when it was read; its totals are counted then, and move with this.
   */
  function settlement(ledgerId: string, version: number, outcomes: Outcomes, done: boolean, nowMs: number) {
    return {
      ...key(ledgerId),
      UpdateExpression: 'SET outcomes = :outcomes, version = :next',
      ConditionExpression: 'version = :version AND done = :done AND leaseUntilMs <= :now',
      ExpressionAttributeValues: toAttributes({
        ':outcomes': outcomes,
        ':next': version + 1,
        ':version': version,
        ':done': done,
        ':now': nowMs,
      }),
    };
  }

  async function settle(
    ledgerId: string,
    version: number,
    outcomes: Outcomes,
    nowMs: number,
  ): Promise<boolean> {
    const { held } = await conditional(() =>
      dynamodb.send(new UpdateItemCommand(settlement(ledgerId, version, outcomes, false, nowMs))),
    );
    return held;
  }

  return { get, create, update, reopening, lookedAt, write, settlement, settle };
}
