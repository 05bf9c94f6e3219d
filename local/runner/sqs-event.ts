import type { MessageAttribute, ReceivedMessage } from '../engines/messaging-calls.ts';
import { isObject, type Json, type JsonObject, objectOf } from './json.ts';

/** The event Lambda hands to a function that is fed from a queue. */
export function sqsEvent(messages: readonly ReceivedMessage[], queueArn: string, region: string): JsonObject {
  return {
    Records: messages.map((message) => ({
      messageId: message.MessageId,
      receiptHandle: message.ReceiptHandle,
      body: message.Body,
      attributes: { ...message.Attributes },
      messageAttributes: Object.fromEntries(
        Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, eventAttribute(value)]),
      ),
      md5OfBody: message.MD5OfBody,
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion: region,
    })),
  };
}

function eventAttribute({ StringValue, BinaryValue, DataType }: MessageAttribute): JsonObject {
  return {
    ...(StringValue !== undefined && { stringValue: StringValue }),
    ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  };
}

/**
 * Messages that a function reported as failed. An answer that Lambda cannot make sense of (null or
 * an unknown id among the failures, failures that are no list) fails the whole batch; no answer at
 * all, or an empty list, means success.
 *
 * @param payload - JSON that the function returned.
 */
export function failedMessageIds(payload: string, batch: readonly ReceivedMessage[]): ReadonlySet<string> {
  const all = new Set(batch.map((message) => message.MessageId));
  const answer: Json = JSON.parse(payload);
  const failures = isObject(answer) ? answer.batchItemFailures : undefined;
  if (failures === undefined || failures === null) {
    return answer === null || isObject(answer) ? new Set() : all;
  }
  if (!Array.isArray(failures)) {
    return all;
  }
  const ids = failures.map((failure: Json) => objectOf(failure).itemIdentifier);
  return ids.every((id) => typeof id === 'string' && all.has(id)) ? new Set(ids.map(String)) : all;
}
