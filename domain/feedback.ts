import { parseAddress, recipientIdOf } from './address.ts';
import { type DeliveryState, rejectedAfterAcceptanceRank, stateRank } from './delivery.ts';
import { InputError } from './errors.ts';
import type { Suppression, SuppressionScope } from './suppression.ts';
import { parseTimestamp } from './timestamp.ts';

/** What SES says happened to one mail, for one recipient. */
export interface Feedback {
  readonly kind: FeedbackKind;
  readonly sesMessageId: string;
  /** Epoch milliseconds of the event itself, not of the sending. */
  readonly atMs: number;
  /** First value of each SES message tag; empty for identity notifications, which carry none. */
  readonly tags: Readonly<Record<string, string>>;
  /** As SES names it: may be the address in other letter case than we sent to. */
  readonly recipient: string;
  /** Bounce only: `Permanent`, `Transient` or `Undetermined`. */
  readonly bounceType?: string;
  readonly bounceSubType?: string;
  /** RFC 3463: `5.1.1`. */
  readonly enhancedStatusCode?: string;
  /** What the receiving server said. May quote the address. */
  readonly diagnosticCode?: string;
  readonly complaintFeedbackType?: string;
  readonly complaintSubType?: string;
  readonly delayType?: string;
}

export type FeedbackKind =
  | 'send'
  | 'delivery'
  | 'deliveryDelay'
  | 'bounce'
  | 'complaint'
  | 'reject'
  | 'renderingFailure'
  | 'open'
  | 'click'
  | 'subscription';

const kinds: Readonly<Record<string, FeedbackKind>> = {
  Send: 'send',
  Delivery: 'delivery',
  DeliveryDelay: 'deliveryDelay',
  Bounce: 'bounce',
  Complaint: 'complaint',
  Reject: 'reject',
  'Rendering Failure': 'renderingFailure',
  Open: 'open',
  Click: 'click',
  Subscription: 'subscription',
};

/** Name of the property that holds the details of each kind, where it is not the kind itself. */
const detailNames: Readonly<Partial<Record<FeedbackKind, string>>> = { renderingFailure: 'failure' };

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads one message of the feedback queue: an SES event (`eventType`, from a configuration set) or notification
 * (`notificationType`, from an identity), bare as with raw message delivery, in an SNS envelope, or in an EventBridge one.
 *
 * @returns One feedback per recipient that the event is about; none for what is not about a mail, such as the line that SES
 *   publishes when a topic is connected.
 * @throws InputError `feedback-not-json`, `feedback-shape`
 */
export function parseFeedback(body: string): Feedback[] {
  const text = unwrapped(body);
  // SES announces itself on a new topic with this bare sentence.
  if (text.startsWith('Successfully validated SNS topic')) {
    return [];
  }
  const event = parseJson(text);
  // And an identity announces itself with this one.
  return event.notificationType === 'AmazonSnsSubscriptionSucceeded' ? [] : feedbackOf(event);
}

function parseJson(text: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError('feedback-not-json', '', 'feedback is not JSON');
  }
  return object(value, '');
}

/** The text that SES published: without the envelope of SNS or EventBridge where there is one. */
function unwrapped(body: string): string {
  if (!body.trimStart().startsWith('{')) {
    return body;
  }
  const value = parseJson(body);
  if (value.Type === 'Notification' && typeof value.Message === 'string') {
    return value.Message;
  }
  if (value.source === 'aws.ses' && typeof value.detail === 'object') {
    return JSON.stringify(value.detail);
  }
  return body;
}

function feedbackOf(event: Json): Feedback[] {
  const type = event.eventType ?? event.notificationType;
  const kind = typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  if (kind === undefined) {
    throw new InputError(
      'feedback-shape',
      'eventType',
      'feedback has no eventType or notificationType that SES documents',
    );
  }
  const mail = object(event.mail, 'mail');
  const detail = object(event[detailNames[kind] ?? kind] ?? {}, kind);
  const base = {
    kind,
    sesMessageId: string(mail.messageId, 'mail.messageId'),
    atMs: time(detail.timestamp ?? mail.timestamp, `${kind}.timestamp`),
    tags: firstValues(mail.tags),
  };
  return recipientsOf(kind, detail, mail).map((recipient) => ({ ...base, ...recipient }));
}

type RecipientPart = Omit<Feedback, 'kind' | 'sesMessageId' | 'atMs' | 'tags'>;

function recipientsOf(kind: FeedbackKind, detail: Json, mail: Json): RecipientPart[] {
  switch (kind) {
    case 'bounce':
      return objects(detail.bouncedRecipients, 'bounce.bouncedRecipients').map((recipient) => ({
        recipient: string(recipient.emailAddress, 'bounce.bouncedRecipients[].emailAddress'),
        ...texts({
          bounceType: detail.bounceType,
          bounceSubType: detail.bounceSubType,
          enhancedStatusCode: recipient.status,
          diagnosticCode: recipient.diagnosticCode,
        }),
      }));
    case 'complaint':
      return objects(detail.complainedRecipients, 'complaint.complainedRecipients').map((recipient) => ({
        recipient: string(recipient.emailAddress, 'complaint.complainedRecipients[].emailAddress'),
        ...texts({
          complaintFeedbackType: detail.complaintFeedbackType,
          complaintSubType: detail.complaintSubType,
        }),
      }));
    case 'deliveryDelay':
      return objects(detail.delayedRecipients, 'deliveryDelay.delayedRecipients').map((recipient) => ({
        recipient: string(recipient.emailAddress, 'deliveryDelay.delayedRecipients[].emailAddress'),
        ...texts({
          delayType: detail.delayType,
          enhancedStatusCode: recipient.status,
          diagnosticCode: recipient.diagnosticCode,
        }),
      }));
    case 'delivery':
      return strings(detail.recipients ?? mail.destination, 'delivery.recipients').map((recipient) => ({
        recipient,
        ...texts({ diagnosticCode: detail.smtpResponse }),
      }));
    case 'reject':
      return strings(mail.destination, 'mail.destination').map((recipient) => ({
        recipient,
        ...texts({ diagnosticCode: detail.reason }),
      }));
    case 'renderingFailure':
      return strings(mail.destination, 'mail.destination').map((recipient) => ({
        recipient,
        ...texts({ diagnosticCode: detail.errorMessage }),
      }));
    default:
      return strings(mail.destination, 'mail.destination').map((recipient) => ({ recipient }));
  }
}

/** What a recipient reports who moves a mail out of the junk folder: the contrary of a complaint. */
const notSpam = 'not-spam';

/** The state that a mail reaches by such feedback, and its rank; undefined for feedback that says nothing of arrival. */
export function stateOf({
  kind,
  complaintFeedbackType,
}: Pick<Feedback, 'kind' | 'complaintFeedbackType'>):
  | { readonly state: DeliveryState; readonly rank: number }
  | undefined {
  switch (kind) {
    case 'send':
      return { state: 'accepted', rank: stateRank.accepted };
    case 'deliveryDelay':
      return { state: 'delayed', rank: stateRank.delayed };
    case 'delivery':
      return { state: 'delivered', rank: stateRank.delivered };
    case 'bounce':
      return { state: 'bounced', rank: stateRank.bounced };
    case 'complaint':
      return complaintFeedbackType === notSpam
        ? undefined
        : { state: 'complained', rank: stateRank.complained };
    case 'reject':
    case 'renderingFailure':
      return { state: 'rejected', rank: rejectedAfterAcceptanceRank };
    default:
      return undefined;
  }
}

/** Bounce subtypes that say "SES did not even try", for reasons that are ours to keep elsewhere, not the mailbox's. */
const notTheMailbox = new Set([
  'OnAccountSuppressionList',
  'OnTenantSuppressionList',
  'EmailValidationSuppressed',
  'UnsubscribedRecipient',
]);

/** The suppression that follows from such feedback, or undefined: only hard bounces and real complaints suppress. */
export function suppressionFrom(feedback: Feedback):
  | {
      readonly recipientId: string;
      readonly address: string;
      readonly scope: SuppressionScope;
      readonly suppression: Suppression;
    }
  | undefined {
  const scope = suppressedScope(feedback);
  if (scope === undefined) {
    return undefined;
  }
  const { wire, recipientId } = mailboxOf(feedback.recipient);
  return {
    recipientId,
    address: wire,
    scope,
    suppression: {
      reason: feedback.kind === 'bounce' ? 'bounce' : 'complaint',
      source: 'ses',
      atMs: feedback.atMs,
      evidence: [
        feedback.bounceSubType ?? feedback.complaintFeedbackType,
        feedback.enhancedStatusCode,
        feedback.sesMessageId,
      ]
        .filter(Boolean)
        .join(' '),
    },
  };
}

function suppressedScope(feedback: Feedback): SuppressionScope | undefined {
  if (feedback.kind === 'bounce') {
    const hard = feedback.bounceType === 'Permanent' && !notTheMailbox.has(feedback.bounceSubType ?? '');
    return hard ? 'all' : undefined;
  }
  if (feedback.kind === 'complaint') {
    const real =
      feedback.complaintFeedbackType !== notSpam && feedback.complaintSubType !== 'OnAccountSuppressionList';
    return real ? 'marketing' : undefined;
  }
  return undefined;
}

/** SES echoes the address in the form in which it was given: `"Taro" <taro@example.com>`. */
function mailboxOf(text: string): { readonly wire: string; readonly recipientId: string } {
  const wire = /<([^<>]+)>\s*$/.exec(text)?.[1] ?? text;
  try {
    return parseAddress(wire, 'recipient');
  } catch (error) {
    if (error instanceof InputError) {
      // It bounced under this name, well-formed or not, so under this name it is suppressed.
      return { wire, recipientId: recipientIdOf(wire) };
    }
    throw error;
  }
}

function object(value: unknown, field: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InputError('feedback-shape', field, `feedback: ${field || 'body'} is not an object`);
  }
  return value as Json;
}

function objects(value: unknown, field: string): Json[] {
  if (!Array.isArray(value)) {
    throw new InputError('feedback-shape', field, `feedback: ${field} is not a list`);
  }
  return value.map((item, i) => object(item, `${field}[${i}]`));
}

function strings(value: unknown, field: string): string[] {
  if (!Array.isArray(value)) {
    throw new InputError('feedback-shape', field, `feedback: ${field} is not a list`);
  }
  return value.map((item, i) => string(item, `${field}[${i}]`));
}

function string(value: unknown, field: string): string {
  if (typeof value !== 'string' || value === '') {
    throw new InputError('feedback-shape', field, `feedback: ${field} is not a text`);
  }
  return value;
}

function time(value: unknown, field: string): number {
  const ms = parseTimestamp(string(value, field));
  if (Number.isNaN(ms)) {
    throw new InputError('feedback-shape', field, `feedback: ${field} is not an ISO 8601 time`);
  }
  return ms;
}

/** Only the properties that are texts. */
function texts<const K extends string>(values: Record<K, unknown>): Partial<Record<K, string>> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => typeof value === 'string'),
  ) as Partial<Record<K, string>>;
}

function firstValues(tags: unknown): Record<string, string> {
  if (typeof tags !== 'object' || tags === null) {
    return {};
  }
  return Object.fromEntries(
    Object.entries(tags)
      .map(([name, values]) => [name, Array.isArray(values) ? values[0] : values])
      .filter(([, value]) => typeof value === 'string'),
  );
}
