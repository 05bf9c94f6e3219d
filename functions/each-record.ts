import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { flushCounts } from '../aws/metrics.ts';

/**
 * Runs `handle` once per SQS record, all at the same time. Returned means settled; thrown means a fault: that record alone is
 * redelivered, until `maxReceiveCount` moves it to the dead-letter queue.
 */
export async function eachRecord(
  event: SQSEvent,
  handle: (record: SQSRecord) => Promise<void>,
): Promise<SQSBatchResponse> {
  const settled = await Promise.allSettled(event.Records.map(async (record) => await handle(record)));
  const batchItemFailures = event.Records.flatMap((record, i) => {
    const result = settled[i];
    if (result?.status !== 'rejected') {
      return [];
    }
    reportFault(record.messageId, result.reason);
    return [{ itemIdentifier: record.messageId }];
  });
  flushCounts();
  return { batchItemFailures };
}

/** Name and message only: AWS's errors name actions and resources, ours never hold personal data. */
function reportFault(sqsMessageId: string, fault: unknown): void {
  const { name, message } = fault instanceof Error ? fault : new Error(String(fault));
  console.error({ fault: name, message, sqsMessageId });
}
