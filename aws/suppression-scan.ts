import type { SuppressionScope, SuppressionsByScope } from '../domain/suppression/suppression.ts';
import type { SuppressionRecord } from '../domain/suppression/suppression-record.ts';
import { recordOf, scopeAttribute, suppressedOf } from './suppressions.ts';
import { scanItems } from './table-scan.ts';

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
    await scanItems(
      {
        TableName: tableName,
        ProjectionExpression: ['recipientId', ...names.map(([name]) => name)].join(', '),
        FilterExpression: names.map(([name]) => `attribute_exists(${name})`).join(' OR '),
        ExpressionAttributeNames: Object.fromEntries(names),
      },
      (item) => {
        const { recipientId, suppressions } = suppressedOf(item);
        see(recipientId, suppressions);
      },
    );
  };
}

export type SuppressionRecordScan = ReturnType<typeof suppressionRecordScan>;

/** The same with all that ever happened, for whoever asks about topics and bounces. */
export function suppressionRecordScan(tableName: string) {
  return async function scan(see: (recipientId: string, record: SuppressionRecord) => void): Promise<void> {
    // Marks of erasure are items of that table as well, and have no history.
    const recipients = { TableName: tableName, FilterExpression: 'attribute_exists(history)' };
    await scanItems(recipients, (item) => see(item.recipientId, recordOf(item)));
  };
}
