import { erasuresTable } from '../aws/erasures.ts';
import type { StackOutputs } from '../aws/stack.ts';
import { tokenKeys } from '../aws/token-keys.ts';
import { erasedSuppressions, erasureMarks } from '../domain/suppression/erasure.ts';
import type { SuppressionsByScope } from '../domain/suppression/suppression.ts';

/** What is left of people who were erased, read once. */
export interface Erased {
  readonly of: (recipientId: string) => SuppressionsByScope | undefined;
  /** Takes the mark away. @returns false where there was none */
  readonly lift: (recipientId: string) => Promise<boolean>;
}

export async function readErased(outputs: StackOutputs): Promise<Erased> {
  const table = erasuresTable(outputs.SuppressionsTableName);
  const [marks, keys] = await Promise.all([
    table.all(),
    tokenKeys(outputs.UnsubscribeKeysSecretArn, Date.now)(),
  ]);
  return {
    of: (recipientId) => erasedSuppressions(marks, keys, recipientId),
    async lift(recipientId) {
      const found = erasureMarks(keys, recipientId).filter((mark) => marks.has(mark));
      for (const mark of found) {
        await table.remove(mark);
      }
      return found.length > 0;
    },
  };
}
