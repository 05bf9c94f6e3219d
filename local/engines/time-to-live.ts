import { ApiError } from '../gateway/api-error.ts';
import { type Fields, isFields, list, text } from './fields.ts';

/** DynamoDB leaves items alone whose time is more than five years past: probably not a time. */
const oldestSeconds = 5 * 365 * 24 * 60 * 60;

export interface TimeToLive {
  enable(table: string, attribute: string): void;
  update(input: Fields): Fields;
  describe(table: string): Fields;
  forget(table: string): void;
  /** Deletes what has expired. @returns the number of items deleted. */
  sweep(): Promise<number>;
}

/** Expiry of items. DynamoDB deletes within days and promises no time; here it is done when asked. */
export function createTimeToLive(
  perform: (operation: 'Scan' | 'DeleteItem' | 'DescribeTable', input: Fields) => Promise<Fields>,
  nowMs: () => number,
): TimeToLive {
  const attributes = new Map<string, string>();

  async function sweepTable(table: string, attribute: string): Promise<number> {
    const description = (await perform('DescribeTable', { TableName: table })).Table;
    const schema = isFields(description) ? list(description, 'KeySchema') : [];
    const keyNames = schema.map((element) => text(element, 'AttributeName') ?? '');
    const nowSeconds = Math.floor(nowMs() / 1000);
    let deleted = 0;
    let from: unknown;
    do {
      const page = await perform('Scan', {
        TableName: table,
        FilterExpression: '#ttl < :now AND #ttl > :oldest',
        ExpressionAttributeNames: { '#ttl': attribute },
        ExpressionAttributeValues: {
          ':now': { N: String(nowSeconds) },
          ':oldest': { N: String(nowSeconds - oldestSeconds) },
        },
        ...(from === undefined ? {} : { ExclusiveStartKey: from }),
      });
      for (const item of list(page, 'Items')) {
        if (await deleteUnchanged(table, attribute, item, keyNames)) deleted += 1;
      }
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
    return deleted;
  }

  /** An item that was given a later time meanwhile stays. */
  async function deleteUnchanged(
    table: string,
    attribute: string,
    item: Fields,
    keyNames: readonly string[],
  ): Promise<boolean> {
    try {
      await perform('DeleteItem', {
        TableName: table,
        Key: Object.fromEntries(keyNames.map((name) => [name, item[name]])),
        ConditionExpression: '#ttl = :seen',
        ExpressionAttributeNames: { '#ttl': attribute },
        ExpressionAttributeValues: { ':seen': item[attribute] },
      });
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.code === 'ConditionalCheckFailedException') return false;
      throw error;
    }
  }

  return {
    enable: (table, attribute) => attributes.set(table, attribute),
    update(input) {
      const table = text(input, 'TableName') ?? '';
      const wanted = isFields(input.TimeToLiveSpecification) ? input.TimeToLiveSpecification : {};
      const attribute = text(wanted, 'AttributeName');
      if (attribute === undefined || typeof wanted.Enabled !== 'boolean') {
        throw new ApiError('ValidationException', 'TimeToLiveSpecification needs AttributeName and Enabled.');
      }
      if (wanted.Enabled === attributes.has(table)) {
        throw new ApiError(
          'ValidationException',
          wanted.Enabled ? 'TimeToLive is already enabled' : 'TimeToLive is already disabled',
        );
      }
      if (wanted.Enabled) attributes.set(table, attribute);
      else attributes.delete(table);
      return { TimeToLiveSpecification: { AttributeName: attribute, Enabled: wanted.Enabled } };
    },
    describe(table) {
      const attribute = attributes.get(table);
      return {
        TimeToLiveDescription:
          attribute === undefined
            ? { TimeToLiveStatus: 'DISABLED' }
            : { TimeToLiveStatus: 'ENABLED', AttributeName: attribute },
      };
    },
    forget: (table) => attributes.delete(table),
    async sweep() {
      let deleted = 0;
      for (const [table, attribute] of attributes) deleted += await sweepTable(table, attribute);
      return deleted;
    },
  };
}
