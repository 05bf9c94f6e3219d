import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { type Address, parseAddress } from './address.ts';
import { InputError } from './errors.ts';
import { checkHeaderText } from './header.ts';
import schema from './notification.schema.json' with { type: 'json' };
import { parseTimestamp } from './timestamp.ts';

/** One mail to one recipient, asked for by an event; shape and limits: `notification.schema.json`. */
export interface Notification {
  readonly notificationId: string;
  readonly template: string;
  readonly templateHash?: string;
  readonly recipient: {
    readonly address: string;
    readonly name?: string;
    readonly locale?: string;
    readonly timeZone?: string;
  };
  readonly data: Readonly<Record<string, unknown>>;
  readonly test?: boolean;
  /** RFC 3339. */
  readonly expiresAt?: string;
  /** RFC 3339. */
  readonly notBefore?: string;
  readonly collapseKey?: string;
  readonly collapseWindowSeconds?: number;
  readonly inReplyTo?: string;
  readonly references?: readonly string[];
  readonly attachments?: readonly AttachmentPointer[];
  readonly replyTo?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A file in the stack's bucket that goes along with a mail. */
export interface AttachmentPointer {
  readonly key: string;
  readonly fileName: string;
  readonly contentType: string;
}

/** What a queue message turned out to be. */
export type ParsedNotification =
  | { readonly ok: true; readonly notification: Notification; readonly address: Address }
  | {
      readonly ok: false;
      readonly error: InputError;
      /** Present when the body had a well-formed one, so that the rejection can be found by it. */
      readonly notificationId?: string;
    };

/** A quarter of the largest SQS message: a mail has no use for more, and the rest of the pipeline keeps its limits. */
export const maxNotificationBytes = 256 * 1024;

/** Longest time that a notification may wait for its `notBefore`. */
export const maxNotBeforeMs = 30 * 24 * 3_600_000;

let compiled: ValidateFunction<Notification> | undefined;

/** Compiled for the first notification: of all that a sender loads nothing else takes as long. */
function validator(): ValidateFunction<Notification> {
  compiled ??= formats.default(new Ajv({ allErrors: false, strict: true })).compile<Notification>(schema);
  return compiled;
}

/**
 * Parses the body of a message on the notifications queue: the notification itself, or an EventBridge envelope around it.
 * Never throws: what is wrong with the body is a value, since it will stay wrong.
 *
 * Codes: `body-too-large`, `not-json`, `schema`, those of {@link parseAddress}, `header-injection`.
 */
export function parseNotification(body: string): ParsedNotification {
  const bytes = Buffer.byteLength(body);
  if (bytes > maxNotificationBytes) {
    return refuse(
      new InputError(
        'body-too-large',
        '',
        `body is ${bytes} octets; a notification may have ${maxNotificationBytes}`,
      ),
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // The parser's message quotes the body, which may hold personal data.
    return refuse(new InputError('not-json', '', 'body is not JSON'));
  }
  return checkNotification(unwrapEventBridge(value));
}

/** The checks of {@link parseNotification} for a value that is parsed already, as a publisher has it. */
export function checkNotification(value: unknown): ParsedNotification {
  const notificationId = wellFormedId(value);
  const validate = validator();
  if (!validate(value)) {
    return refuse(schemaError(validate.errors?.[0]), notificationId);
  }
  try {
    const address = parseAddress(value.recipient.address, 'recipient.address');
    checkHeaderText(value.recipient.name ?? '', 'recipient.name');
    value.attachments?.forEach(({ fileName }, i) => {
      checkHeaderText(fileName, `attachments[${i}].fileName`);
    });
    if (value.replyTo !== undefined) {
      parseAddress(value.replyTo, 'replyTo');
    }
    checkTime(value.expiresAt, 'expiresAt');
    checkTime(value.notBefore, 'notBefore');
    return { ok: true, notification: value, address };
  } catch (error) {
    if (error instanceof InputError) {
      return refuse(error, notificationId);
    }
    throw error;
  }
}

/** The schema's `date-time` also takes a leap second, an offset of hours only and a blank for the T: no points in time here. */
function checkTime(text: string | undefined, field: string): void {
  if (text !== undefined && Number.isNaN(parseTimestamp(text))) {
    throw new InputError(
      'schema',
      field,
      `${field} is not a time of RFC 3339 such as 2026-12-05T18:00:00+09:00`,
    );
  }
}

function refuse(error: InputError, notificationId?: string): ParsedNotification {
  return notificationId === undefined ? { ok: false, error } : { ok: false, error, notificationId };
}

function unwrapEventBridge(value: unknown): unknown {
  const isEnvelope =
    typeof value === 'object' && value !== null && 'detail-type' in value && 'detail' in value;
  return isEnvelope ? value.detail : value;
}

function wellFormedId(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('notificationId' in value)) {
    return undefined;
  }
  const id = value.notificationId;
  return typeof id === 'string' && /^[!-~]{1,128}$/.test(id) ? id : undefined;
}

/** Says where and what in the words of the schema, never with the value, nor with a name that may be one. */
function schemaError(error: ErrorObject | undefined): InputError {
  const path = (error?.instancePath ?? '')
    .replace(/^\/tags\/.*/s, '/tags')
    .slice(1)
    .replaceAll(/\/(\d+)/g, '[$1]')
    .replaceAll('/', '.');
  const property: string | undefined = error?.params.missingProperty;
  const field = [path, property].filter(Boolean).join('.');
  const what =
    error?.keyword === 'required'
      ? 'is missing'
      : error?.keyword === 'additionalProperties'
        ? `has a property that is none of ${propertyNames(path)}`
        : (error?.message ?? 'is wrong');
  return new InputError('schema', field, `${field || 'body'} ${what}`);
}

/** What may stand at a path of the schema. */
function propertyNames(path: string): string {
  const { recipient, attachments } = schema.properties;
  const { properties } = path === '' ? schema : path === 'recipient' ? recipient : attachments.items;
  return Object.keys(properties).join(', ');
}
