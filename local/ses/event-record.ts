import type { Place } from '../api.ts';
import type { EventType } from './configuration-sets.ts';
import type { MailEvent } from './events.ts';
import type { AcceptedMail, HeaderField } from './mail.ts';
import { domainOf, formatMailbox } from './mailbox.ts';
import { dateField, headerFields, messageIdField } from './mime.ts';

/** Value of `eventType` and name of the payload, by the type's name in the API. */
const RECORD_NAMES: Readonly<Record<EventType, readonly [eventType: string, payload: string]>> = {
  SEND: ['Send', 'send'],
  REJECT: ['Reject', 'reject'],
  BOUNCE: ['Bounce', 'bounce'],
  COMPLAINT: ['Complaint', 'complaint'],
  DELIVERY: ['Delivery', 'delivery'],
  OPEN: ['Open', 'open'],
  CLICK: ['Click', 'click'],
  RENDERING_FAILURE: ['Rendering Failure', 'failure'],
  DELIVERY_DELAY: ['DeliveryDelay', 'deliveryDelay'],
  SUBSCRIPTION: ['Subscription', 'subscription'],
};

/** SES leaves out header fields beyond this many characters. */
const MAX_HEADER_CHARACTERS = 10 * 1024;
/** Addresses of documentation (RFC 5737), so that nothing real is named. */
const SOURCE_IP = '192.0.2.1';
const OUTGOING_IP = '192.0.2.25';

/**
 * The record that SES publishes to SNS ("Contents of event data that Amazon SES publishes to
 * Amazon SNS" of its developer guide).
 */
export function eventRecord(mail: AcceptedMail, { type, payload }: MailEvent, place: Place): string {
  const [eventType, payloadName] = RECORD_NAMES[type];
  const outgoing = type === 'DELIVERY' || type === 'BOUNCE' ? { 'ses:outgoing-ip': [OUTGOING_IP] } : {};
  return JSON.stringify({
    eventType,
    mail: { ...mailObject(mail, place), tags: { ...tagsObject(mail), ...outgoing } },
    [payloadName]: payload,
  });
}

function mailObject(mail: AcceptedMail, place: Place) {
  const { headers, headersTruncated } = truncated(headerFields(mail));
  const from = formatMailbox(mail.from);
  return {
    timestamp: new Date(mail.acceptedAtMs).toISOString(),
    source: from,
    sourceArn: mail.sourceArn,
    sendingAccountId: place.accountId,
    messageId: mail.messageId,
    destination: mail.recipients,
    headersTruncated,
    headers,
    commonHeaders: {
      from: [from],
      ...listed('replyTo', mail.replyTo),
      date: field(mail, 'date') ?? dateField(mail.acceptedAtMs),
      ...listed('to', mail.to),
      ...listed('cc', mail.cc),
      messageId:
        mail.content.kind === 'raw'
          ? (field(mail, 'message-id') ?? messageIdField(mail, place.region))
          : mail.messageId,
      subject: mail.subject,
    },
  };
}

function listed(name: string, mailboxes: AcceptedMail['to']) {
  return mailboxes.length === 0 ? {} : { [name]: mailboxes.map(formatMailbox) };
}

/** A field of raw content; simple content has none that the common headers need. */
function field({ content }: AcceptedMail, name: string): string | undefined {
  if (content.kind === 'simple') return undefined;
  return content.headers.find((header) => header.name.toLowerCase() === name)?.value;
}

function truncated(fields: readonly HeaderField[]) {
  let characters = 0;
  const headers = fields.filter(({ name, value }) => {
    characters += name.length + value.length;
    return characters <= MAX_HEADER_CHARACTERS;
  });
  return { headers, headersTruncated: headers.length < fields.length };
}

function tagsObject(mail: AcceptedMail): Record<string, string[]> {
  return {
    'ses:operation': ['SendEmail'],
    ...(mail.configurationSetName === undefined
      ? {}
      : { 'ses:configuration-set': [mail.configurationSetName] }),
    'ses:source-ip': [SOURCE_IP],
    'ses:from-domain': [domainOf(mail.from.address)],
    'ses:caller-identity': [mail.callerIdentity],
    ...Object.fromEntries(mail.tags.map(([name, value]) => [name, [value]])),
  };
}
