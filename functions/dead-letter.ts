import type { SQSRecord } from 'aws-lambda';
import type { Deliveries } from '../aws/deliveries.ts';
import type { Reason } from '../aws/delivery-item.ts';
import type { Count } from '../aws/metrics.ts';
import type { Queue } from '../aws/queue.ts';
import type { Address } from '../domain/address.ts';
import { type DeliveryKey, deliveryId } from '../domain/delivery.ts';
import type { InputError } from '../domain/errors.ts';

export interface DeadLetterPorts {
  readonly deliveries: Pick<Deliveries, 'recordRejected'>;
  readonly deadLetterQueue: Pick<Queue, 'send'>;
  readonly count: (name: Count) => void;
  readonly nowMs: () => number;
}

/** SQS counts attributes into the size of a message: above this a dead letter goes without them. */
const maxBytesWithAttributes = 1_000_000;

/** Poison is kept, not retried: it goes to the dead-letter queue at once, with the reason. */
export async function keepDeadLetter(
  ports: Omit<DeadLetterPorts, 'deliveries' | 'nowMs'>,
  record: SQSRecord,
  id: string,
  { reason, field, detail }: Reason,
): Promise<void> {
  const attributes = Object.fromEntries(
    Object.entries({ deliveryId: id, reason, field, detail }).filter((entry): entry is [string, string] =>
      Boolean(entry[1]),
    ),
  );
  const fits = Buffer.byteLength(record.body) <= maxBytesWithAttributes;
  await ports.deadLetterQueue.send(record.body, fits ? { attributes } : {});
  ports.count('Rejected');
}

/**
 * Records a message as rejected that never got as far as a claim, and keeps it.
 *
 * @param address - Of the recipient, where it could be read.
 */
export async function rejectUnclaimed(
  ports: DeadLetterPorts,
  key: DeliveryKey,
  { code, field, message }: InputError,
  record: SQSRecord,
  address?: Address,
): Promise<void> {
  const reason: Reason = { reason: code, field, detail: message };
  const facts = {
    sqsMessageId: record.messageId,
    ...(key.kind === 'notification' ? { notificationId: key.notificationId } : {}),
    ...(address === undefined ? {} : { address: address.wire, recipientId: address.recipientId }),
  };
  let id = deliveryId(key);
  if (!(await ports.deliveries.recordRejected(id, reason, facts, ports.nowMs()))) {
    // A mail of that id was sent before, and what is known of it stays: this message is recorded under its own id.
    id = deliveryId({ kind: 'message', sqsMessageId: record.messageId });
    await ports.deliveries.recordRejected(id, reason, facts, ports.nowMs());
  }
  await keepDeadLetter(ports, record, id, reason);
}
