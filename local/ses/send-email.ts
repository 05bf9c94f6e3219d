import { decodeWords } from 'postal-mime';
import type { MailAttachment, Mailbox, OutgoingMail, RawContent, SimpleContent } from './mail.ts';
import { parseMailbox, parseMailboxes } from './mailbox.ts';
import { tagsOf, tagsOfHeaders } from './message-tags.ts';
import { joinRaw, splitRaw, valuesOf } from './raw-mail.ts';
import { readSendEmail, type SendEmailJson, type SimpleJson } from './send-email-request.ts';
import { SesError } from './ses-error.ts';

/** RFC 5322 fields that SES writes itself and that `Simple` content may not carry. */
const RESERVED_HEADERS = new Set(
  'bcc cc content-disposition content-type date from message-id mime-version reply-to return-path subject to'.split(
    ' ',
  ),
);
const MAX_RECIPIENTS = 50;
/** 40 MB, after base64. */
const MAX_MESSAGE_BYTES = 40 * 1024 * 1024;
const MAX_HEADER_CHARACTERS = 996;

/**
 * Reads and checks a SendEmail request, in everything that does not depend on the account.
 *
 * @throws SesError as SES answers.
 */
export function readOutgoingMail(body: Buffer): OutgoingMail {
  if (body.length > MAX_MESSAGE_BYTES) {
    throw new SesError('MessageRejected', `Message length is more than ${MAX_MESSAGE_BYTES} bytes long.`);
  }
  const request = readSendEmail(body);
  refuseUnsupported(request);
  const mail = mailOf(request);
  if (mail.recipients.length === 0) throw new SesError('BadRequestException', 'Missing destination address.');
  if (mail.recipients.length > MAX_RECIPIENTS) {
    throw new SesError('BadRequestException', `Recipient count exceeds ${MAX_RECIPIENTS}.`);
  }
  return mail;
}

function mailOf(request: SendEmailJson): OutgoingMail {
  const { Simple, Raw } = request.Content;
  if (Simple !== undefined && Raw === undefined) return simpleMail(request, Simple);
  if (Raw !== undefined && Simple === undefined) return rawMail(request, Raw.Data);
  throw new SesError('BadRequestException', 'Content must contain exactly one of Simple, Raw and Template.');
}

function refuseUnsupported(request: SendEmailJson): void {
  const unsupported = [
    ['Content.Template', request.Content.Template],
    ['ListManagementOptions', request.ListManagementOptions],
    ['EndpointId', request.EndpointId],
    ['TenantName', request.TenantName],
  ].find(([, value]) => value !== undefined);
  if (unsupported !== undefined) {
    throw new SesError(
      'BadRequestException',
      `${unsupported[0]} is not supported by the local SES; send Content.Simple or Content.Raw.`,
    );
  }
}

function simpleMail(request: SendEmailJson, simple: SimpleJson): OutgoingMail {
  const destination = destinationOf(request);
  return {
    from: fromOf(request.FromEmailAddress),
    ...destination.visible,
    replyTo: (request.ReplyToAddresses ?? []).map(parseMailbox),
    recipients: destination.recipients,
    subject: characters(simple.Subject),
    tags: tagsOf(request),
    ...named(request.ConfigurationSetName),
    tracking: trackingOf(request),
    content: simpleContent(simple),
  };
}

function simpleContent(simple: SimpleJson): SimpleContent {
  const { Text, Html } = simple.Body;
  if (Text === undefined && Html === undefined) {
    throw new SesError('BadRequestException', 'Body must contain Text, Html or both.');
  }
  const headers = (simple.Headers ?? []).map(({ Name, Value }) => ({ name: Name, value: Value }));
  const seen = new Set<string>();
  for (const { name, value } of headers) {
    const key = name.toLowerCase();
    if (RESERVED_HEADERS.has(key))
      throw new SesError('BadRequestException', `Header ${name} is not allowed.`);
    if (seen.has(key) && key.startsWith('list-unsubscribe')) {
      throw new SesError('BadRequestException', `Header ${name} is allowed only once.`);
    }
    if (name.length + value.length > MAX_HEADER_CHARACTERS) {
      throw new SesError(
        'BadRequestException',
        `Header ${name} exceeds ${MAX_HEADER_CHARACTERS} characters.`,
      );
    }
    seen.add(key);
  }
  return {
    kind: 'simple',
    ...(Text === undefined ? {} : { text: characters(Text) }),
    ...(Html === undefined ? {} : { html: characters(Html) }),
    headers,
    attachments: (simple.Attachments ?? []).map(attachmentOf),
  };
}

const TRANSFER_ENCODINGS = {
  BASE64: 'base64',
  QUOTED_PRINTABLE: 'quoted-printable',
  SEVEN_BIT: '7bit',
} as const;

function attachmentOf(attachment: NonNullable<SimpleJson['Attachments']>[number]): MailAttachment {
  return {
    fileName: attachment.FileName,
    content: Buffer.from(attachment.RawContent, 'base64'),
    ...(attachment.ContentType === undefined ? {} : { contentType: attachment.ContentType }),
    contentDisposition: attachment.ContentDisposition === 'INLINE' ? 'inline' : 'attachment',
    ...(attachment.ContentId === undefined ? {} : { contentId: attachment.ContentId }),
    ...(attachment.ContentDescription === undefined ? {} : { description: attachment.ContentDescription }),
    transferEncoding: TRANSFER_ENCODINGS[attachment.ContentTransferEncoding ?? 'BASE64'],
  };
}

/**
 * Without a charset SES takes text as 7-bit ASCII, and what lies outside arrives as question marks.
 */
function characters(content: { Data: string; Charset?: string }): string {
  const charset = (content.Charset ?? 'US-ASCII').toUpperCase();
  if (charset === 'UTF-8') return content.Data;
  if (charset === 'US-ASCII' || charset === 'ASCII') return content.Data.replace(/[^\0-\x7f]/gu, '?');
  throw new SesError(
    'BadRequestException',
    `The local SES supports the charsets UTF-8 and US-ASCII, not ${charset}.`,
  );
}

function rawMail(request: SendEmailJson, data: string): OutgoingMail {
  const { headers, fields, body } = splitRaw(Buffer.from(data, 'base64'));
  const mailboxes = (name: string) => valuesOf(headers, name).flatMap(parseMailboxes);
  const visible = { to: mailboxes('to'), cc: mailboxes('cc') };
  const inHeaders = [...visible.to, ...visible.cc, ...mailboxes('bcc')].map(({ address }) => address);
  const [configurationSetName] = valuesOf(headers, 'x-ses-configuration-set');
  const kept = fields.filter((field) => !/^(bcc|x-ses-[^:]*)[ \t]*:/i.test(field));
  const content: RawContent = {
    kind: 'raw',
    source: joinRaw(kept, [], body),
    headers: headers.filter(({ name }) => !/^(bcc|x-ses-.*)$/i.test(name)),
  };
  const [fromHeader] = valuesOf(headers, 'from');
  return {
    from: fromOf(request.FromEmailAddress ?? fromHeader),
    ...visible,
    replyTo: mailboxes('reply-to'),
    recipients: request.Destination === undefined ? inHeaders : destinationOf(request).recipients,
    subject: decodeWords(valuesOf(headers, 'subject')[0] ?? ''),
    tags: [...tagsOf(request), ...tagsOfHeaders(headers)],
    ...named(request.ConfigurationSetName ?? configurationSetName),
    content,
  };
}

function fromOf(field: string | undefined): Mailbox {
  if (field === undefined) throw new SesError('BadRequestException', 'Missing FromEmailAddress.');
  return parseMailbox(field);
}

function destinationOf({ Destination }: SendEmailJson) {
  const to = (Destination?.ToAddresses ?? []).map(parseMailbox);
  const cc = (Destination?.CcAddresses ?? []).map(parseMailbox);
  const bcc = (Destination?.BccAddresses ?? []).map(parseMailbox);
  return { visible: { to, cc }, recipients: [...to, ...cc, ...bcc].map(({ address }) => address) };
}

function trackingOf({ ConfigurationOverrides }: SendEmailJson): NonNullable<OutgoingMail['tracking']> {
  const { OpenTrackingEnabled: open, ClickTrackingEnabled: click } = ConfigurationOverrides?.Tracking ?? {};
  return {
    ...(open === undefined ? {} : { OPEN: open === 'ENABLED' }),
    ...(click === undefined ? {} : { CLICK: click === 'ENABLED' }),
  };
}

function named(configurationSetName: string | undefined) {
  return configurationSetName === undefined ? {} : { configurationSetName };
}
