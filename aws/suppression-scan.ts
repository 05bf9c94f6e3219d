import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { SuppressionScope, SuppressionsByScope } from '../domain/suppression.ts';
import { scopeAttribute, suppressedOf } from './suppressions.ts';
import { dynamodb, fromAttributes, type Item, toAttributes } from './table.ts';

/** Parts of the table that are read side by side. */
const segments = 8;

export type SuppressionScan = ReturnType<typeof suppressionScan>;

/**
 * Reads the suppressions table from end to end. Eventually consistent, at half the price: whoever sends looks again.
 *
 * @param scopes - Recipients with none of them are left out, and so are their other scopes.
 * @param see - Called for one recipient after another, in no order.
 */
export function suppressionScan(tableName: string) {
  return async function scan(
    scopes: readonly SuppressionScope[],
    see: (recipientId: string, suppressions: SuppressionsByScope) => void,
  ): Promise<void> {
    const names = scopes.map((scope, i) => [`#s${i}`, scopeAttribute(scope)] as const);
    async function scanSegment(segment: number): Promise<void> {
      let from: Item | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await dynamodb.send(
          new ScanCommand({
            TableName: tableName,
            Segment: segment,
            TotalSegments: segments,
            ProjectionExpression: ['recipientId', ...names.map(([name]) => name)].join(', '),
            FilterExpression: names.map(([name]) => `attribute_exists(${name})`).join(' OR '),
            ExpressionAttributeNames: Object.fromEntries(names),
            ...(from && { ExclusiveStartKey: toAttributes(from) }),
          }),
        );
        for (const item of Items) {
          const { recipientId, suppressions } = suppressedOf(fromAttributes(item));
          see(recipientId, suppressions);
        }
        from = LastEvaluatedKey && fromAttributes(LastEvaluatedKey);
      } while (from);
    }
    await Promise.all(Array.from({ length: segments }, (_, segment) => scanSegment(segment)));
  };
}
