import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import type { AcceptedMail, HeaderField, SimpleContent } from './mail.ts';
import { formatMailbox } from './mailbox.ts';
import { joinRaw, splitRaw, valuesOf } from './raw-mail.ts';

/** RFC 5322 Date. */
export function dateField(epochMs: number): string {
  return new Date(epochMs).toUTCString().replace('GMT', '+0000');
}

/** The Message-ID that SES gives a mail. */
export function messageIdField({ messageId }: AcceptedMail, region: string): string {
  return `<${messageId}@${region === 'us-east-1' ? 'email' : region}.amazonses.com>`;
}

/** The source that a mailbox receives. It never names a Bcc recipient. */
export async function mimeSource(mail: AcceptedMail, region: string): Promise<Buffer> {
  const { content } = mail;
  if (content.kind === 'simple') return simpleSource(mail, content, region);
  const { headers, fields, body } = splitRaw(content.source);
  const added: HeaderField[] = [];
  if (valuesOf(headers, 'message-id').length === 0) {
    added.push({ name: 'Message-ID', value: messageIdField(mail, region) });
  }
  if (valuesOf(headers, 'date').length === 0)
    added.push({ name: 'Date', value: dateField(mail.acceptedAtMs) });
  return added.length === 0 ? content.source : joinRaw(fields, added, body);
}

/** The header fields as events show them: decoded, and without putting the mail together. */
export function headerFields(mail: AcceptedMail): readonly HeaderField[] {
  const { content } = mail;
  if (content.kind === 'raw') return content.headers;
  const addresses = (name: string, mailboxes: AcceptedMail['to']) =>
    mailboxes.length === 0 ? [] : [{ name, value: mailboxes.map(formatMailbox).join(', ') }];
  return [
    ...addresses('From', [mail.from]),
    ...addresses('Reply-To', mail.replyTo),
    ...addresses('To', mail.to),
    ...addresses('Cc', mail.cc),
    { name: 'Subject', value: mail.subject },
    ...content.headers,
    { name: 'MIME-Version', value: '1.0' },
    { name: 'Content-Type', value: contentType(mail, content) },
  ];
}

async function simpleSource(mail: AcceptedMail, content: SimpleContent, region: string): Promise<Buffer> {
  const composed = await new MailComposer({
    from: { ...mail.from },
    to: mail.to.map((mailbox) => ({ ...mailbox })),
    cc: mail.cc.map((mailbox) => ({ ...mailbox })),
    replyTo: mail.replyTo.map((mailbox) => ({ ...mailbox })),
    subject: mail.subject,
    messageId: messageIdField(mail, region),
    date: new Date(mail.acceptedAtMs),
    alternatives: [
      ...(content.text === undefined ? [] : [textPart(content.text)]),
      ...(content.html === undefined ? [] : [htmlPart(content.html)]),
    ],
    attachments: content.attachments.map((attachment) => ({
      filename: attachment.fileName,
      content: attachment.content,
      contentDisposition: attachment.contentDisposition,
      contentTransferEncoding: attachment.transferEncoding,
      ...(attachment.contentType === undefined ? {} : { contentType: attachment.contentType }),
      ...(attachment.contentId === undefined ? {} : { cid: attachment.contentId }),
      ...(attachment.description === undefined
        ? {}
        : { headers: { 'Content-Description': attachment.description } }),
    })),
    disableFileAccess: true,
    disableUrlAccess: true,
    ...boundary(mail),
  })
    .compile()
    .build();
  // The caller's own fields go in front as they came: neither folded nor encoded again.
  const own = content.headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([Buffer.from(own), composed]);
}

/** Japanese text is a third the size in base64 of what it is in quoted-printable. */
function textPart(text: string) {
  const outsideAscii = text.replace(/[\0-\x7f]/g, '').length;
  return {
    contentType: 'text/plain; charset=utf-8',
    content: text,
    contentTransferEncoding:
      outsideAscii * 2 > text.length ? ('base64' as const) : ('quoted-printable' as const),
  };
}

function htmlPart(html: string) {
  return {
    contentType: 'text/html; charset=utf-8',
    content: html,
    contentTransferEncoding: 'quoted-printable' as const,
  };
}

function boundary({ messageId }: AcceptedMail) {
  return {
    boundaryPrefix: '----=',
    baseBoundary: createHash('sha256').update(messageId).digest('hex').slice(0, 16),
  };
}

/** The same as in the source, but known without building it. */
function contentType(mail: AcceptedMail, { text, html, attachments }: SimpleContent): string {
  const { boundaryPrefix, baseBoundary } = boundary(mail);
  const multipart = (type: string) =>
    `multipart/${type}; boundary="${boundaryPrefix}-${baseBoundary}-Part_1"`;
  const related = attachments.filter(({ contentId }) => html !== undefined && contentId !== undefined);
  if (attachments.length > related.length) return multipart('mixed');
  if (text !== undefined && html !== undefined) return multipart('alternative');
  if (related.length > 0) return multipart('related; type="text/html"');
  return html === undefined ? 'text/plain; charset=utf-8' : 'text/html; charset=utf-8';
}
