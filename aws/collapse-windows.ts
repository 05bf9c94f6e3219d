import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { conditional, dynamodb, fromAttributes, toAttributes } from './table.ts';

/** The answer to "may this one stand for its key?". */
export type CollapseAnswer =
  /** It opens a window; `collapsed` others were counted since the mail before. */
  | { readonly kind: 'send'; readonly collapsed: number }
  /** A mail for this key went out a moment ago: this one is counted into the next. */
  | { readonly kind: 'collapsed' };

export type CollapseWindows = ReturnType<typeof collapseWindowsTable>;

/** Windows of collapse keys, one for each recipient, kept in the deliveries table. */
export function collapseWindowsTable(tableName: string) {
  /** @param holder - Who asks: asking twice in a window gets the same answer, so a retry is not taken for another alert. */
  async function enter(
    template: string,
    collapseKey: string,
    recipientId: string,
    holder: string,
    windowMs: number,
    nowMs: number,
  ): Promise<CollapseAnswer> {
    const key = {
      TableName: tableName,
      Key: toAttributes({ deliveryId: `k#${template}#${recipientId}#${collapseKey}` }),
    };
    const opened = await conditional(() =>
      dynamodb.send(
        new UpdateItemCommand({
          ...key,
          UpdateExpression:
            'SET holder = :holder, windowEndsAtMs = :end, previous = if_not_exists(collapsed, :zero), collapsed = :zero, expiresAtEpochSeconds = :expiry',
          ConditionExpression: 'attribute_not_exists(deliveryId) OR windowEndsAtMs <= :now',
          ExpressionAttributeValues: toAttributes({
            ':holder': holder,
            ':end': nowMs + windowMs,
            ':now': nowMs,
            ':zero': 0,
            // Remembered for a day longer, so that the count reaches the next mail of an alert that comes back later.
            ':expiry': Math.ceil((nowMs + windowMs) / 1000) + 86_400,
          }),
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    const item = opened.held ? fromAttributes(opened.value.Attributes ?? {}) : opened.old;
    if (opened.held || item?.holder === holder) {
      return { kind: 'send', collapsed: item?.previous ?? 0 };
    }
    await dynamodb.send(
      new UpdateItemCommand({
        ...key,
        UpdateExpression: 'ADD collapsed :one',
        ExpressionAttributeValues: toAttributes({ ':one': 1 }),
      }),
    );
    return { kind: 'collapsed' };
  }

  return { enter };
}
