import { setTimeout } from 'node:timers/promises';
import { deliveriesTable } from '../aws/deliveries.ts';
import type { Delivery } from '../aws/delivery-item.ts';
import { deliveryId } from '../domain/delivery.ts';

/** One notification of the input, and what became of it as far as known. */
export interface Published {
  /** In the input, from 1. */
  readonly position: number;
  readonly notificationId?: string;
  readonly sqsMessageId?: string;
  readonly state?: string;
  readonly reason?: string;
  /** Why it was not put on the queue. */
  readonly refused?: { readonly code: string; readonly field: string; readonly message: string };
}

/** Follows published notifications through the deliveries table. */
export function deliveryFates(tableName: string) {
  const deliveries = deliveriesTable(tableName);
  /** As it was before anything was published: an id may have a history, which is not what becomes of it now. */
  const before = new Map<string, string>();

  async function remember(
    entries: readonly { readonly notificationId: string | undefined }[],
  ): Promise<void> {
    for (const { notificationId } of entries) {
      const known = notificationId && (await deliveries.get(notificationKey(notificationId)));
      if (known) {
        before.set(known.deliveryId, JSON.stringify(known));
      }
    }
  }

  async function find({ notificationId, sqsMessageId }: Published): Promise<Delivery | undefined> {
    const own = notificationId && (await deliveries.get(notificationKey(notificationId)));
    if (own && JSON.stringify(own) !== before.get(own.deliveryId)) {
      return own;
    }
    return sqsMessageId === undefined
      ? undefined
      : await deliveries.get(deliveryId({ kind: 'message', sqsMessageId }));
  }

  /** An id that was sent before is not sent again, and then only its count of duplicates moves. */
  function isDuplicate({ deliveryId: id, duplicates = 0 }: Delivery): boolean {
    const known = before.get(id);
    return known !== undefined && duplicates > ((JSON.parse(known) as Delivery).duplicates ?? 0);
  }

  async function withFate(entry: Published): Promise<Published> {
    const delivery = entry.refused === undefined ? await find(entry) : undefined;
    if (delivery === undefined) {
      return entry;
    }
    const reason = isDuplicate(delivery) ? 'duplicate' : delivery.reason;
    return { ...entry, state: delivery.state, ...(reason === undefined ? {} : { reason }) };
  }

  /** Looks until every published notification has come to an end of its way, or time is up. */
  async function awaitAll(
    published: readonly Published[],
    seconds: number,
    err: (text: string) => void,
  ): Promise<readonly Published[]> {
    const untilMs = Date.now() + seconds * 1000;
    for (;;) {
      const seen = await Promise.all(published.map(withFate));
      const open = seen.filter(({ refused, state, reason }) =>
        refused === undefined && reason !== 'duplicate' ? !isEnd(state) : false,
      );
      if (open.length === 0 || Date.now() >= untilMs) {
        return seen;
      }
      err(`waiting for ${open.length} of ${published.length} …`);
      await setTimeout(500);
    }
  }

  return { remember, await: awaitAll };
}

function notificationKey(notificationId: string): string {
  return deliveryId({ kind: 'notification', notificationId });
}

function isEnd(state: string | undefined): boolean {
  return state !== undefined && !['waiting', 'attempting', 'unknown', 'accepted'].includes(state);
}
