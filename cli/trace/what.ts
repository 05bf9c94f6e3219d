import { type Address, parseAddress } from '../../domain/address.ts';
import { deliveryId } from '../../domain/delivery.ts';
import { InputError } from '../../domain/errors.ts';

/** What somebody asks about. */
export type What =
  | { readonly kind: 'recipient'; readonly address: Address }
  /** An id of some kind: which one is seen by what is found under it. */
  | { readonly kind: 'mail'; readonly deliveryIds: readonly string[]; readonly sesMessageId: string };

/** The header that SES writes: `<0106…@ap-northeast-1.amazonses.com>`, `@email.amazonses.com` in us-east-1. */
const messageIdHeader = /^<?([\w-]+)@(?:[\w-]+\.)?amazonses\.com>?$/;

/** Reads an address, a `Message-ID` header, or the id of a notification, of SES, of a queue message, or as the table has it. */
export function parseWhat(text: string): What {
  const trimmed = text.trim();
  const id = messageIdHeader.exec(trimmed)?.[1];
  const address = id === undefined && trimmed.includes('@') ? addressIn(trimmed) : undefined;
  if (address !== undefined) {
    return { kind: 'recipient', address };
  }
  const sesMessageId = id ?? trimmed;
  return {
    kind: 'mail',
    sesMessageId,
    deliveryIds: [
      trimmed,
      deliveryId({ kind: 'notification', notificationId: trimmed }),
      deliveryId({ kind: 'message', sqsMessageId: trimmed }),
      deliveryId({ kind: 'foreign', sesMessageId }),
    ],
  };
}

/** An id of a notification may have an `@` in it as well. */
function addressIn(text: string): Address | undefined {
  try {
    return parseAddress(text, 'WHAT');
  } catch (error) {
    if (error instanceof InputError) {
      return undefined;
    }
    throw error;
  }
}
