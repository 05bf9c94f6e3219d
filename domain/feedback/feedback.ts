import { createHash } from 'node:crypto';
import { parseAddress, recipientIdOf } from '../address.ts';
import { type DeliveryState, rejectedAfterAcceptanceRank, stateRank } from '../delivery.ts';
import { InputError } from '../errors.ts';
import {
  durations,
  firstValues,
  id,
  type Json,
  object,
  objects,
  string,
  strings,
  texts,
  time,
  times,
} from './feedback-shape.ts';

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
  /** The mail had several recipients: never one of ours. */
  readonly shared?: true;
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
  /** DeliveryDelay only: until when SES tries, epoch milliseconds. */
  readonly retriedUntilMs?: number;
  /** Delivery only: from acceptance by SES to acceptance by the receiver. */
  readonly processingTimeMs?: number;
  /** Address of the host that took or refused the mail. */
  readonly remoteMtaIp?: string;
  /** Host that reports: of SES, or of the receiver where that sent a report later. */
  readonly reportingMta?: string;
  /** Open and click only: when SES accepted the mail, epoch milliseconds. */
  readonly sentAtMs?: number;
  /** Click only: tells the links of a mail apart, and says nothing of where they lead. */
  readonly linkId?: string;
  /** SES's id of a bounce or complaint. */
  readonly feedbackId?: string;
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
  /** Opened or followed by a scanner or a prefetching mail program: says nothing about the recipient. */
  | 'machineOpen'
  | 'machineClick'
  /** A recipient moved the mail out of the junk folder: the contrary of a complaint, though SES calls it one. */
  | 'notSpam'
  | 'subscription';

const kinds: Readonly<Record<string, FeedbackKind>> = {
  Send: 'send',
  Delivery: 'delivery',
  DeliveryDelay: 'deliveryDelay',
  Bounce: 'bounce',
  Complaint: 'complaint',
  Reject: 'reject',
  'Rendering Failure': 'renderingFailure',
  // As the API names the type, and the guide in some places.
  RenderingFailure: 'renderingFailure',
  Open: 'open',
  Click: 'click',
  Subscription: 'subscription',
};

/** Name of the property that holds the details of each kind, where it is not the kind itself. */
const detailNames: Readonly<Partial<Record<FeedbackKind, string>>> = { renderingFailure: 'failure' };

/**
 * Reads one message of the feedback queue: an SES event (`eventType`, from a configuration set) or notification
 * (`notificationType`, from an identity), bare as with raw message delivery, in an SNS envelope, or in an EventBridge one.
 *
 * @returns One feedback per recipient that the event is about; none for what is not about a mail, such as the line that SES
 *   publishes when a topic is connected.
 * @throws InputError `feedback-not-json`, `feedback-shape`
 */
export function parseFeedback(body: string): Feedback[] {
  const published = unwrapped(body);
  // SES announces itself on a new topic with this bare sentence.
  if (typeof published === 'string' && published.startsWith('Successfully validated SNS topic')) {
    return [];
  }
  const event = typeof published === 'string' ? parseJson(published) : object(published, '');
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

/** What SES published, read or still to be read: without the envelope of SNS or EventBridge where there is one. */
function unwrapped(body: string): unknown {
  if (!body.trimStart().startsWith('{')) {
    return body;
  }
  const value = parseJson(body);
  if (value.Type === 'Notification' && typeof value.Message === 'string') {
    return value.Message;
  }
  return value.source === 'aws.ses' && typeof value.detail === 'object' ? value.detail : value;
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
    kind: exactKind(kind, detail),
    sesMessageId: id(mail.messageId, 'mail.messageId'),
    atMs: time(detail.timestamp ?? mail.timestamp, `${kind}.timestamp`),
    tags: firstValues(mail.tags),
    ...(Array.isArray(mail.destination) && mail.destination.length > 1 ? { shared: true as const } : {}),
    ...(kind === 'open' || kind === 'click' ? times({ sentAtMs: mail.timestamp }) : {}),
    ...(typeof detail.link === 'string' ? { linkId: linkIdOf(detail.link) } : {}),
    ...texts({
      remoteMtaIp: detail.remoteMtaIp,
      reportingMta: detail.reportingMTA,
      feedbackId: detail.feedbackId,
    }),
  };
  const recipients = recipientsOf(kind, detail, mail);
  if (recipients.length === 0) {
    throw new InputError('feedback-shape', `${kind}.recipients`, `feedback: ${kind} is about no recipient`);
  }
  return recipients.map((recipient) => ({ ...base, ...recipient }));
}

/** URLs may carry what is nobody's business, and evidence is kept for months. */
function linkIdOf(url: string): string {
  return createHash('sha256').update(url).digest('hex').slice(0, 8);
}

/** The same, known to be a program's doing. */
export function byMachine(feedback: Feedback): Feedback {
  const { kind } = feedback;
  return { ...feedback, kind: kind === 'click' ? 'machineClick' : kind === 'open' ? 'machineOpen' : kind };
}

/**
 * Tells machines from people, and praise from complaints. SES has marked automated opens and clicks since August 2026; its guide had
 * no name for the mark when this was written, so any property that says so is taken.
 */
function exactKind(kind: FeedbackKind, detail: Json): FeedbackKind {
  if (kind === 'open' || kind === 'click') {
    const machine = Object.entries(detail).some(
      ([name, value]) =>
        /bot|automated|machine/i.test(name) && (value === true || /^true$/i.test(String(value))),
    );
    return machine ? (kind === 'open' ? 'machineOpen' : 'machineClick') : kind;
  }
  return kind === 'complaint' && detail.complaintFeedbackType === 'not-spam' ? 'notSpam' : kind;
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
        ...times({ retriedUntilMs: detail.expirationTime }),
      }));
    case 'delivery':
      return strings(detail.recipients ?? mail.destination, 'delivery.recipients').map((recipient) => ({
        recipient,
        ...texts({ diagnosticCode: detail.smtpResponse }),
        ...durations({ processingTimeMs: detail.processingTimeMillis }),
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

/** The state that a mail reaches by such feedback, and its rank. Whatever is reported of a mail, SES has accepted it. */
export function stateOf(kind: FeedbackKind): { readonly state: DeliveryState; readonly rank: number } {
  switch (kind) {
    case 'deliveryDelay':
      return { state: 'delayed', rank: stateRank.delayed };
    case 'delivery':
      return { state: 'delivered', rank: stateRank.delivered };
    case 'bounce':
      return { state: 'bounced', rank: stateRank.bounced };
    case 'complaint':
      return { state: 'complained', rank: stateRank.complained };
    case 'reject':
    case 'renderingFailure':
      return { state: 'rejected', rank: rejectedAfterAcceptanceRank };
    default:
      return { state: 'accepted', rank: stateRank.accepted };
  }
}

/** SES echoes the address in the form in which it was given: `"Taro" <taro@example.com>`. */
export function mailboxOf(text: string): { readonly wire: string; readonly recipientId: string } {
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
