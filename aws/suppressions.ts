import {
  type AttributeValue,
  BatchGetItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type {
  Suppression,
  SuppressionScope,
  SuppressionsByScope,
} from '../domain/suppression/suppression.ts';
import {
  emptyRecord,
  type SuppressionRecord,
  suppressedNow,
} from '../domain/suppression/suppression-record.ts';
import { conditional, dynamodb, fromAttributes, type Item, ifVersion, toAttributes } from './table.ts';
import { scanPages } from './table-scan.ts';

/** One recipient of the suppressions table. */
export interface SuppressedRecipient {
  readonly recipientId: string;
  /** Wire form, as far as known. */
  readonly address?: string;
  readonly suppressions: SuppressionsByScope;
}

/** A recipient with all that ever happened. */
export interface RecipientRecord extends SuppressedRecipient, SuppressionRecord {}

/** A record before and after a change; both the same where it changed nothing. */
export interface Changed {
  readonly before: SuppressionRecord;
  readonly after: SuppressionRecord;
}

/** Each scope is an attribute of its own, beside `history`, `releases` and the `version` that every change builds on. */
const scopePrefix = 'scope:';

/** BatchGetItem takes at most 100 keys. */
const maxBatch = 100;

/** Each time that one loses, another has won: so many may change one recipient at once. */
const maxTries = 100;

export type Suppressions = ReturnType<typeof suppressionsTable>;

export function suppressionsTable(tableName: string) {
  /**
   * Suppressions by recipient id; recipients without any are absent.
   *
   * @param consistency - `strong`: an unsubscribe counts at once. `eventual`: within about a second, at half the price.
   */
  async function find(
    recipientIds: readonly string[],
    consistency: 'strong' | 'eventual' = 'strong',
  ): Promise<Map<string, SuppressionsByScope>> {
    const wanted = [...new Set(recipientIds)];
    const batches: Promise<SuppressedRecipient[]>[] = [];
    for (let start = 0; start < wanted.length; start += maxBatch) {
      batches.push(findBatch(wanted.slice(start, start + maxBatch), consistency === 'strong'));
    }
    const found = (await Promise.all(batches)).flat();
    return new Map(found.map(({ recipientId, suppressions }) => [recipientId, suppressions]));
  }

  async function findBatch(
    recipientIds: readonly string[],
    isConsistent: boolean,
  ): Promise<SuppressedRecipient[]> {
    const found: SuppressedRecipient[] = [];
    let keys: Record<string, AttributeValue>[] = recipientIds.map((id) => ({ recipientId: { S: id } }));
    while (keys.length > 0) {
      const { Responses, UnprocessedKeys } = await dynamodb.send(
        new BatchGetItemCommand({
          RequestItems: { [tableName]: { Keys: keys, ConsistentRead: isConsistent } },
        }),
      );
      found.push(...(Responses?.[tableName] ?? []).map((item) => suppressedOf(fromAttributes(item))));
      keys = UnprocessedKeys?.[tableName]?.Keys ?? [];
    }
    // The others are what is left of a recipient whose suppressions were all removed.
    return found.filter(({ suppressions }) => Object.keys(suppressions).length > 0);
  }

  async function read(recipientId: string): Promise<Item | undefined> {
    const { Item: item } = await dynamodb.send(
      new GetItemCommand({ TableName: tableName, Key: toAttributes({ recipientId }), ConsistentRead: true }),
    );
    return item && fromAttributes(item);
  }

  async function get(recipientId: string): Promise<RecipientRecord | undefined> {
    const item = await read(recipientId);
    return item && { ...suppressedOf(item), ...recordOf(item) };
  }

  /**
   * Changes what is known of one recipient: read, applied, written if nobody else wrote meanwhile, and else read again.
   *
   * @param apply - Called as often as it takes; gives the same record where there is nothing to change.
   */
  async function change(
    { recipientId, address }: { readonly recipientId: string; readonly address?: string | undefined },
    apply: (record: SuppressionRecord) => SuppressionRecord,
  ): Promise<Changed> {
    for (let tries = 0; tries < maxTries; tries++) {
      const item = await read(recipientId);
      const before = item === undefined ? emptyRecord : recordOf(item);
      const after = apply(before);
      if (after === before) {
        return { before, after };
      }
      const version: number | undefined = item?.version;
      const written = await conditional(() =>
        dynamodb.send(
          new PutItemCommand({
            TableName: tableName,
            Item: toAttributes(itemOf(recipientId, address || item?.address, after, (version ?? 0) + 1)),
            ...ifVersion(version),
          }),
        ),
      );
      if (written.held) {
        return { before, after };
      }
    }
    throw new Error(`suppressions of ${recipientId} changed ${maxTries} times meanwhile`);
  }

  /** Suppresses on the word of a person. */
  async function add(
    recipient: { readonly recipientId: string; readonly address: string },
    scope: SuppressionScope,
    suppression: Suppression,
  ): Promise<void> {
    await change(recipient, (record) => suppressedNow(record, { ...suppression, scope }));
  }

  /** Everybody with a suppression, page by page. */
  async function* list(): AsyncGenerator<SuppressedRecipient> {
    for await (const page of scanPages({ TableName: tableName })) {
      yield* page.map(suppressedOf).filter(({ suppressions }) => Object.keys(suppressions).length > 0);
    }
  }

  /** Deletes all that is known of a recipient, suppressions included: only for somebody who wants to be forgotten. */
  async function forget(recipientId: string): Promise<void> {
    await dynamodb.send(new DeleteItemCommand({ TableName: tableName, Key: toAttributes({ recipientId }) }));
  }

  return { find, get, change, add, list, forget };
}

export function scopeAttribute(scope: SuppressionScope): string {
  return scopePrefix + scope;
}

/** An item, or what was projected of it. */
export function suppressedOf(item: Item): SuppressedRecipient {
  return {
    recipientId: item.recipientId,
    ...(item.address === undefined ? {} : { address: item.address }),
    suppressions: recordOf(item).suppressions,
  };
}

export function recordOf(item: Item): SuppressionRecord {
  const scopes = Object.entries(item).filter(([name]) => name.startsWith(scopePrefix));
  return {
    suppressions: Object.fromEntries(scopes.map(([name, value]) => [name.slice(scopePrefix.length), value])),
    releases: item.releases ?? {},
    history: item.history ?? [],
  };
}

function itemOf(
  recipientId: string,
  address: string | undefined,
  { suppressions, releases, history }: SuppressionRecord,
  version: number,
): Item {
  const scopes = Object.entries(suppressions).map(([scope, value]) => [scopePrefix + scope, value]);
  return { ...Object.fromEntries(scopes), recipientId, address, releases, history, version };
}
