import { type Address, parseAddress } from '../../domain/address.ts';
import { deliveryId } from '../../domain/delivery.ts';
import { InputError } from '../../domain/errors.ts';
import { UsageError } from '../command.ts';

/** What somebody asks about. */
export type What =
  | { readonly kind: 'recipient'; readonly address: Address }
  /** An id of some kind: which one is seen by what is found under it. */
  | {
      readonly kind: 'mail';
      readonly deliveryIds: readonly string[];
      readonly sesMessageId: string;
      /** Where it looks like an address: why it is none. */
      readonly noAddress?: string;
    };

/** The header that SES writes: `<0106…@ap-northeast-1.amazonses.com>`, `@email.amazonses.com` in us-east-1. */
const messageIdHeader = /^<?([\w-]+)@(?:[\w-]+\.)?amazonses\.com>?$/;

/** As people paste an address: `Taro <taro@example.com>`, `<taro@example.com>`, `mailto:taro@example.com`. */
const pastedAddress = /(?:<|^mailto:)([^<>]+@[^<>]+?)>?$/;

/** Reads an address, a `Message-ID` header, or the id of a notification, of SES, of a queue message, or as the table has it. */
export function parseWhat(text: string): What {
  const trimmed = text.trim();
  if (trimmed === '') {
    throw new UsageError('WHAT is empty: say an address, an id or a Message-ID');
  }
  const id = messageIdHeader.exec(trimmed)?.[1];
  const asked = id === undefined && trimmed.includes('@') ? asAddress(trimmed) : undefined;
  if (asked?.address !== undefined) {
    return { kind: 'recipient', address: asked.address };
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
    ...(asked === undefined ? {} : { noAddress: asked.wrong }),
  };
}

type Asked =
  | { readonly address: Address }
  /** An id of a notification may have an `@` in it as well. */
  | { readonly address?: never; readonly wrong: string };

function asAddress(text: string): Asked {
  try {
    return { address: parseAddress(pastedAddress.exec(text)?.[1] ?? text, 'WHAT') };
  } catch (error) {
    if (error instanceof InputError) {
      return { wrong: error.message };
    }
    throw error;
  }
}
