import { setTimeout } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { marshall, type NativeAttributeValue, unmarshall } from '@aws-sdk/util-dynamodb';
import { quiet } from './quiet-client.ts';

/** An item or key in plain JavaScript values. */
export type Item = Record<string, NativeAttributeValue>;

/** One connection pool for all tables of a Lambda environment. */
export const dynamodb = quiet(new DynamoDBClient({}));

export function toAttributes(item: Item) {
  return marshall(item, { removeUndefinedValues: true });
}

export function fromAttributes(attributes: Parameters<typeof unmarshall>[0]): Item {
  return unmarshall(attributes);
}

/** What a conditional write came to: losing is an answer, not a fault. */
export type Conditional<T> =
  | { readonly held: true; readonly value: T }
  /** `old` is the item that stood in the way, where the write asked for it. */
  | { readonly held: false; readonly old: Item | undefined };

/** Runs a conditional write that asks for `ReturnValuesOnConditionCheckFailure: ALL_OLD`. */
export async function conditional<T>(write: () => Promise<T>): Promise<Conditional<T>> {
  try {
    return { held: true, value: await write() };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      return { held: false, old: error.Item && fromAttributes(error.Item) };
    }
    throw error;
  }
}

/** The condition of a write that builds on the `version` of the item that was read; undefined where there was none. */
export function ifVersion(version: number | undefined) {
  return {
    ConditionExpression: version === undefined ? 'attribute_not_exists(#version)' : '#version = :version',
    ExpressionAttributeNames: { '#version': 'version' },
    ...(version === undefined ? {} : { ExpressionAttributeValues: toAttributes({ ':version': version }) }),
  };
}

/** Tries of a transaction that meets others at the same item; the SDK repeats none of them. */
const maxTransactionTries = 5;

/**
 * Runs a transaction; false when one of its conditions did not hold. A campaign's counters are one item for all workers, so
 * transactions do meet: those are repeated after a few milliseconds. Throttling and a conflict that stays are thrown.
 */
export async function conditionalTransaction(write: () => Promise<unknown>): Promise<boolean> {
  for (let tries = 1; ; tries++) {
    try {
      await write();
      return true;
    } catch (error) {
      const reasons = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
      if (reasons.some(({ Code }) => Code === 'ConditionalCheckFailed')) {
        return false;
      }
      if (tries === maxTransactionTries || !reasons.some(({ Code }) => Code === 'TransactionConflict')) {
        throw error;
      }
      await setTimeout(Math.random() * 20 * 2 ** tries);
    }
  }
}
