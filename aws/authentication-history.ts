import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { SeenAuthentication } from '../domain/verdict/authentication.ts';
import { conditional, dynamodb, fromAttributes, toAttributes } from './table.ts';

/** What was seen of an identity, and how often that has changed. */
export interface AuthenticationHistory {
  readonly seen: readonly SeenAuthentication[];
  /** Every write builds on one. */
  readonly version: number;
}

export type AuthenticationHistories = ReturnType<typeof authenticationHistories>;

/** The states of sending identities over time: an item of the deliveries table for each mail domain. */
export function authenticationHistories(tableName: string) {
  const key = (mailDomain: string) => toAttributes({ deliveryId: `i#${mailDomain}` });

  async function read(mailDomain: string): Promise<AuthenticationHistory> {
    const { Item: item } = await dynamodb.send(
      new GetItemCommand({ TableName: tableName, Key: key(mailDomain) }),
    );
    const { seen = [], version = 0 } = item === undefined ? {} : fromAttributes(item);
    return { seen, version };
  }

  /** @returns false when somebody else has written meanwhile */
  async function write(mailDomain: string, { seen, version }: AuthenticationHistory): Promise<boolean> {
    const { held } = await conditional(() =>
      dynamodb.send(
        new PutItemCommand({
          TableName: tableName,
          Item: { ...key(mailDomain), ...toAttributes({ seen, version: version + 1 }) },
          ConditionExpression: version === 0 ? 'attribute_not_exists(version)' : 'version = :version',
          ...(version === 0 ? {} : { ExpressionAttributeValues: toAttributes({ ':version': version }) }),
        }),
      ),
    );
    return held;
  }

  return { read, write };
}
