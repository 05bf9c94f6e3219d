import { DeleteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { type Contact, emptyContact } from '../domain/contact/contact.ts';
import type { KnownContact } from '../domain/segment/known-recipients.ts';
import { conditional, dynamodb, fromAttributes, type Item, ifVersion, toAttributes } from './table.ts';
import { scanItems, scanPages } from './table-scan.ts';

/** Each time that one loses, another has won. */
const maxTries = 100;

/** A contact as it is kept. */
export interface StoredContact extends Contact {
  readonly recipientId: string;
  /** Wire form. */
  readonly address: string;
  /** Epoch milliseconds. */
  readonly updatedAtMs: number;
}

export function contactsTable(tableName: string) {
  const key = (recipientId: string) => ({ TableName: tableName, Key: toAttributes({ recipientId }) });

  async function read(recipientId: string): Promise<Item | undefined> {
    const { Item: item } = await dynamodb.send(
      new GetItemCommand({ ...key(recipientId), ConsistentRead: true }),
    );
    return item && fromAttributes(item);
  }

  async function get(recipientId: string): Promise<StoredContact | undefined> {
    const item = await read(recipientId);
    return item && storedOf(item);
  }

  /** Writes what `apply` makes of a contact as it is by then. @returns false where that changes nothing */
  async function change(
    { recipientId, address }: { readonly recipientId: string; readonly address: string },
    updatedAtMs: number,
    apply: (contact: Contact) => Contact,
  ): Promise<boolean> {
    for (let tries = 0; tries < maxTries; tries++) {
      const item = await read(recipientId);
      const before: Contact =
        item === undefined ? emptyContact : { topics: item.topics, preferences: item.preferences };
      const after = apply(before);
      if (after === before) {
        return false;
      }
      const version: number | undefined = item?.version;
      const { held } = await conditional(() =>
        dynamodb.send(
          new PutItemCommand({
            TableName: tableName,
            Item: toAttributes({ recipientId, address, ...after, updatedAtMs, version: (version ?? 0) + 1 }),
            ...ifVersion(version),
          }),
        ),
      );
      if (held) {
        return true;
      }
    }
    throw new Error(`contact ${recipientId} changed ${maxTries} times meanwhile`);
  }

  /** All of them, as many at a time as DynamoDB gives. */
  async function* pages(): AsyncGenerator<StoredContact[]> {
    for await (const page of scanPages({ TableName: tableName })) {
      yield page.map(storedOf);
    }
  }

  /** Deletes what is known of somebody who wants to be forgotten. @returns false where nothing was */
  async function forget(recipientId: string): Promise<boolean> {
    const { Attributes } = await dynamodb.send(
      new DeleteItemCommand({ ...key(recipientId), ReturnValues: 'ALL_OLD' }),
    );
    return Attributes !== undefined;
  }

  return { get, change, pages, forget };
}

function storedOf({ version: _, ...contact }: Item): StoredContact {
  return contact as StoredContact;
}

export type ContactScan = ReturnType<typeof contactScan>;

/**
 * Reads the contacts table from end to end, eventually consistent.
 *
 * @param see - Called with what one contact after another asked for, in no order.
 */
export function contactScan(tableName: string) {
  return async function scan(see: (recipientId: string, contact: KnownContact) => void): Promise<void> {
    await scanItems(
      {
        TableName: tableName,
        ProjectionExpression: 'recipientId, topics, preferences.#zone',
        ExpressionAttributeNames: { '#zone': 'timeZone' },
      },
      ({ recipientId, topics, preferences }) => {
        const timeZone: string | undefined = preferences?.timeZone;
        see(recipientId, { topics: Object.keys(topics), ...(timeZone === undefined ? {} : { timeZone }) });
      },
    );
  };
}
