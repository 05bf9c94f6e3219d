/** What is known about one mail to one recipient. */
export type DeliveryState =
  /** Given back to the queue before SES took it; its message comes again. */
  | 'waiting'
  | 'attempting'
  | 'unknown'
  | 'accepted'
  | 'delayed'
  | 'delivered'
  | 'bounced'
  | 'complained'
  | 'suppressed'
  | 'rejected'
  | 'expired';

/**
 * How far a state is on the way of a mail. Events arrive more than once and in any order: a state only ever gives way to
 * one of a higher rank. Rank 0 is a mail that SES never got, so its id may be tried again.
 */
export const stateRank = {
  waiting: 0,
  suppressed: 0,
  rejected: 0,
  expired: 0,
  attempting: 1,
  unknown: 2,
  accepted: 3,
  delayed: 4,
  delivered: 5,
  bounced: 7,
  complained: 8,
} as const satisfies Record<DeliveryState, number>;

/** Rank of `rejected` when SES refused the mail after it had accepted it: a virus, a rendering failure. */
export const rejectedAfterAcceptanceRank = 6;

/** A mail that did not arrive, or may not have: what an operator looks for first. */
export function isFailure(state: DeliveryState): boolean {
  return !['waiting', 'attempting', 'accepted', 'delayed', 'delivered'].includes(state);
}

/** Why a mail is not sent yet: its `notBefore`, the send rate, SES, a fault of ours, or that somebody has it tried again. */
export type WaitingReason =
  | 'not-before'
  | 'send-rate'
  | 'throttled'
  | 'quota'
  | 'sending-paused'
  | 'fault'
  | 'resend';

/** What a mail waits for, and when it is looked at again. */
export interface Waiting {
  readonly reason: WaitingReason;
  /** Epoch milliseconds. */
  readonly untilMs: number;
}

/** How long a delivery is remembered, and with it that its id was sent. */
export const deliveryRetentionMs = 180 * 24 * 3_600_000;

/** Key of a delivery: what one item of the deliveries table is about. */
export type DeliveryKey =
  | { readonly kind: 'notification'; readonly notificationId: string }
  | { readonly kind: 'message'; readonly sqsMessageId: string }
  /** Mail of the same account that Todoke did not send. */
  | {
      readonly kind: 'foreign';
      readonly sesMessageId: string;
      /** Of a mail that had several recipients; ours have one. */
      readonly recipientId?: string;
    }
  | {
      readonly kind: 'campaign';
      readonly campaignId: string;
      readonly chunk: number;
      readonly index: number;
    };

export function deliveryId(key: DeliveryKey): string {
  switch (key.kind) {
    case 'notification':
      return `n#${key.notificationId}`;
    case 'message':
      return `m#${key.sqsMessageId}`;
    case 'foreign':
      return `f#${key.sesMessageId}${key.recipientId === undefined ? '' : `#${key.recipientId}`}`;
    case 'campaign':
      return `${chunkLedgerId(key.campaignId, key.chunk)}#${key.index}`;
  }
}

/** Key of the item that holds the outcomes of a whole chunk. */
export function chunkLedgerId(campaignId: string, chunk: number): string {
  return `c#${campaignId}#${chunk}`;
}

const tagNames = {
  notification: 'todoke-notification',
  campaign: 'todoke-campaign',
  chunk: 'todoke-chunk',
  index: 'todoke-index',
} as const;

/** SES allows `[A-Za-z0-9_-]{1,256}` in a tag; ids may have other characters, which base64url hides behind an underscore. */
const plainTag = /^[A-Za-z0-9-][A-Za-z0-9_-]*$/;

/** The place that the id of a delivery names; undefined where it is not about mail of a campaign. */
export function campaignPlaceOf(
  id: string,
): { readonly campaignId: string; readonly chunk: number; readonly index: number } | undefined {
  const [, campaignId, chunk, index] = /^c#([^#]+)#(\d+)#(\d+)$/.exec(id) ?? [];
  return campaignId === undefined ? undefined : { campaignId, chunk: Number(chunk), index: Number(index) };
}

/** SES message tags by which any event for a mail finds its delivery, and so proves that SES accepted it. */
export function tagsOf(key: DeliveryKey): Record<string, string> {
  switch (key.kind) {
    case 'notification':
      return {
        [tagNames.notification]: plainTag.test(key.notificationId)
          ? key.notificationId
          : `_${Buffer.from(key.notificationId).toString('base64url')}`,
      };
    case 'message':
    case 'foreign':
      return {};
    case 'campaign':
      return {
        [tagNames.campaign]: key.campaignId,
        [tagNames.chunk]: String(key.chunk),
        [tagNames.index]: String(key.index),
      };
  }
}

/** As `domain/notification.schema.json` has it. */
const notificationIdShape = /^[!-~]{1,128}$/;
const campaignIdShape = /^[a-z0-9-]{1,64}$/;
const countShape = /^\d{1,15}$/;

/** The reverse of {@link tagsOf}; undefined for mail that is not ours, and where no key of ours comes out. */
export function keyOfTags(tags: Readonly<Record<string, string>>): DeliveryKey | undefined {
  const notification = tags[tagNames.notification];
  if (notification !== undefined) {
    const notificationId = notification.startsWith('_')
      ? Buffer.from(notification.slice(1), 'base64url').toString()
      : notification;
    return notificationIdShape.test(notificationId) ? { kind: 'notification', notificationId } : undefined;
  }
  const {
    [tagNames.campaign]: campaignId = '',
    [tagNames.chunk]: chunk = '',
    [tagNames.index]: index = '',
  } = tags;
  return campaignIdShape.test(campaignId) && countShape.test(chunk) && countShape.test(index)
    ? { kind: 'campaign', campaignId, chunk: Number(chunk), index: Number(index) }
    : undefined;
}
