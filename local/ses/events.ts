import type { Place } from '../api.ts';
import type { EventType } from './configuration-sets.ts';
import type { AcceptedMail } from './mail.ts';

/** Something that happened to a mail, before it is put into the form of an event record. */
export interface MailEvent {
  readonly type: EventType;
  readonly atMs: number;
  readonly recipients: readonly string[];
  /** The object that the record carries under the name of its type: `bounce`, `delivery`… */
  readonly payload: Readonly<Record<string, unknown>>;
  /** SMTP reply, diagnostic code or feedback type, for people. */
  readonly detail: string;
}

export function sendEvent(mail: AcceptedMail, atMs: number): MailEvent {
  return { type: 'SEND', atMs, recipients: mail.recipients, payload: {}, detail: '' };
}

/** SES took the mail, found a virus and did not try to deliver it. */
export function rejectEvent(mail: AcceptedMail, atMs: number): MailEvent {
  const reason = 'Bad content';
  return { type: 'REJECT', atMs, recipients: mail.recipients, payload: { reason }, detail: reason };
}

/** What the server answered that took a mail. */
export interface Acceptance {
  readonly smtpResponse: string;
  readonly remoteMtaIp?: string;
}

/** Of the inbox, which takes everything. */
export const inboxAcceptance: Acceptance = {
  smtpResponse: '250 2.6.0 Message received',
  remoteMtaIp: '192.0.2.50',
};

export function deliveryEvent(
  mail: AcceptedMail,
  recipients: readonly string[],
  acceptance: Acceptance,
  atMs: number,
  place: Place,
): MailEvent {
  return {
    type: 'DELIVERY',
    atMs,
    recipients,
    detail: acceptance.smtpResponse,
    payload: {
      timestamp: isoTime(atMs),
      processingTimeMillis: Math.round(atMs - mail.acceptedAtMs),
      recipients,
      ...acceptance,
      reportingMTA: reportingMta(place),
    },
  };
}

export function delayEvent(recipients: readonly string[], atMs: number): MailEvent {
  const diagnosticCode = 'smtp; 421 4.4.1 Unable to connect to remote host';
  return {
    type: 'DELIVERY_DELAY',
    atMs,
    recipients,
    detail: diagnosticCode,
    payload: {
      timestamp: isoTime(atMs),
      delayType: 'TransientCommunicationFailure',
      expirationTime: isoTime(atMs + 14 * 60 * 60 * 1000),
      delayedRecipients: recipients.map((emailAddress) => ({
        emailAddress,
        status: '4.4.1',
        diagnosticCode,
      })),
    },
  };
}

/** Why a mail bounced, with the words that SES uses for it. */
const BOUNCES = {
  noEmail: {
    bounceType: 'Permanent',
    bounceSubType: 'NoEmail',
    status: '5.1.1',
    diagnosticCode: 'smtp; 550 5.1.1 user unknown',
    bySes: false,
  },
  mailboxFull: {
    bounceType: 'Transient',
    bounceSubType: 'MailboxFull',
    status: '5.2.2',
    diagnosticCode: 'smtp; 552 5.2.2 mailbox full',
    bySes: false,
  },
  unauthenticated: {
    bounceType: 'Permanent',
    bounceSubType: 'General',
    status: '5.7.26',
    diagnosticCode:
      'smtp; 550-5.7.26 Your email has been blocked because the sender is unauthenticated. 550 5.7.26 SPF and DKIM did not pass. - gsmtp',
    bySes: false,
  },
  suppressed: {
    bounceType: 'Permanent',
    bounceSubType: 'Suppressed',
    status: '5.1.1',
    diagnosticCode:
      'Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address.',
    bySes: true,
  },
  onAccountSuppressionList: {
    bounceType: 'Permanent',
    bounceSubType: 'OnAccountSuppressionList',
    status: '5.1.1',
    diagnosticCode:
      'Amazon SES did not send the message to this address because it is on the suppression list for your account.',
    bySes: true,
  },
} as const;

export type BounceCause = keyof typeof BOUNCES;

/** @param feedbackId - Unique for each bounce. */
export function bounceEvent(
  cause: BounceCause,
  recipients: readonly string[],
  feedbackId: string,
  atMs: number,
  place: Place,
): MailEvent {
  const { bounceType, bounceSubType, status, diagnosticCode, bySes } = BOUNCES[cause];
  return bounceOf(
    recipients.map((recipient) => ({ recipient, status, diagnosticCode })),
    { bounceType, bounceSubType },
    atMs,
    {
      feedbackId,
      ...(bySes ? {} : { remoteMtaIp: '192.0.2.50' }),
      reportingMTA: bySes ? 'dns; amazonses.com' : `dns; ${reportingMta(place)}`,
    },
  );
}

/** @param more - What else the bounce says: its id, and who refused the mail. */
export function bounceOf(
  bounced: readonly { recipient: string; status: string; diagnosticCode: string }[],
  { bounceType, bounceSubType }: { readonly bounceType: string; readonly bounceSubType: string },
  atMs: number,
  more: Readonly<Record<string, unknown>>,
): MailEvent {
  return {
    type: 'BOUNCE',
    atMs,
    recipients: bounced.map(({ recipient }) => recipient),
    detail: `${bounceType}/${bounceSubType}: ${bounced[0]?.diagnosticCode ?? ''}`,
    payload: {
      bounceType,
      bounceSubType,
      bouncedRecipients: bounced.map(({ recipient, status, diagnosticCode }) => ({
        emailAddress: recipient,
        action: 'failed',
        status,
        diagnosticCode,
      })),
      timestamp: isoTime(atMs),
      ...more,
    },
  };
}

/** @param feedbackId - Unique for each complaint. */
export function complaintEvent(recipients: readonly string[], feedbackId: string, atMs: number): MailEvent {
  return {
    type: 'COMPLAINT',
    atMs,
    recipients,
    detail: 'abuse',
    payload: {
      feedbackId,
      complaintSubType: null,
      complainedRecipients: recipients.map((emailAddress) => ({ emailAddress })),
      timestamp: isoTime(atMs),
      userAgent: 'Amazon SES Mailbox Simulator',
      complaintFeedbackType: 'abuse',
      arrivalDate: isoTime(atMs),
    },
  };
}

/** Name of the server from which SES sends. */
export function reportingMta({ region }: Place): string {
  return `a8-25.smtp-out.${region === 'us-east-1' ? '' : `${region}.`}amazonses.com`;
}

export function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

/** Who opened a mail or followed a link, as the server sees it. */
export interface Follower {
  readonly ipAddress: string;
  readonly userAgent: string;
}

export function openEvent(mail: AcceptedMail, follower: Follower, atMs: number): MailEvent {
  return {
    type: 'OPEN',
    atMs,
    recipients: mail.recipients,
    detail: follower.userAgent,
    payload: { ...follower, timestamp: isoTime(atMs) },
  };
}

/** @param link - Where it led before SES changed it. */
export function clickEvent(mail: AcceptedMail, link: string, follower: Follower, atMs: number): MailEvent {
  return {
    type: 'CLICK',
    atMs,
    recipients: mail.recipients,
    detail: link,
    payload: { ...follower, link, linkTags: null, timestamp: isoTime(atMs) },
  };
}
