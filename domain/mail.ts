import type { Address } from './address.ts';
import { type DeliveryKey, tagsOf } from './delivery.ts';
import { InputError } from './errors.ts';
import { type VariantName, variantTag } from './experiment/variant.ts';
import { nameAddress } from './header.ts';
import type { CompiledTemplate } from './template/compiled.ts';
import { escapeHtml } from './template/escape.ts';
import { type Pieces, textOf } from './template/pieces.ts';
import { fillMail } from './template/render.ts';
import { type Tracked, withoutTracking } from './tracking.ts';
import {
  listUnsubscribeHeaders,
  sealUnsubscribeToken,
  type TokenKeys,
  unsubscribeUrl,
} from './unsubscribe.ts';

/** A finished mail to one recipient, as SES is asked to send it. */
export interface Mail {
  /** RFC 5322 From: name-addr with encoded words where needed. */
  readonly fromHeader: string;
  /** RFC 5322 To: one recipient. */
  readonly toHeader: string;
  readonly replyTo?: string;
  readonly subject: string;
  readonly html: Pieces;
  readonly text: string;
  /** Further header fields, each at most once. */
  readonly headers: Readonly<Record<string, string>>;
  /** SES message tags. */
  readonly tags: Readonly<Record<string, string>>;
  readonly attachments: readonly Attachment[];
  /** What SES reports of the recipient's doing; absent where it is to leave the mail as it is. */
  readonly tracked?: readonly Tracked[];
}

export interface Attachment {
  readonly fileName: string;
  readonly contentType: string;
  readonly content: Uint8Array;
}

/** Who sends, for all mail of a stack. */
export interface Sender {
  /** Domain of the From header. */
  readonly mailDomain: string;
  readonly unsubscribeBaseUrl: string;
  readonly tokenKeys: TokenKeys;
}

/** One mail, asked for. */
export interface MailRequest {
  readonly key: DeliveryKey;
  readonly template: CompiledTemplate;
  readonly recipient: {
    readonly address: Address;
    readonly name?: string | undefined;
    readonly locale?: string | undefined;
  };
  readonly data: Readonly<Record<string, unknown>>;
  readonly replyTo?: string | undefined;
  /** RFC 5322 §3.6.4, for mail that answers mail. */
  readonly inReplyTo?: string | undefined;
  readonly references?: readonly string[] | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** Of a campaign that counts by variant: it stands in a tag, and an unsubscribe tells it. */
  readonly variant?: VariantName | undefined;
  readonly tracked?: readonly Tracked[] | undefined;
  readonly attachments?: readonly Attachment[];
  /** Its subject says that it is one. */
  readonly isTest?: boolean | undefined;
}

/** SES: name and value of a header together; older documents say 870, so stay well under the 995 of today's. */
const maxHeaderOctets = 870;

/** Octets of all attachments of a mail, before base64: SES slows down mail of over 10 MB. */
export const maxAttachmentBytes = 7 * 1024 * 1024;

/**
 * Renders a mail and puts it together.
 *
 * @throws InputError those of `fillMail`, `header-injection`, `header-too-long`, `attachments-too-large`
 */
export function composeMail(request: MailRequest, sender: Sender): Mail {
  const { template, recipient, data, replyTo, attachments = [], tracked } = request;
  const url = unsubscribeUrlOf(request, sender);
  const filled = fillMail(template, recipient.locale, {
    ...data,
    recipient: {
      address: recipient.address.raw,
      ...(recipient.name === undefined ? {} : { name: recipient.name }),
    },
    ...(url === undefined ? {} : { unsubscribeUrl: url }),
  });
  checkAttachments(attachments);
  return {
    fromHeader: nameAddress(filled.fromName, `${template.from.localPart}@${sender.mailDomain}`, 'fromName'),
    toHeader: nameAddress(recipient.name, recipient.address.wire, 'recipient.name'),
    ...(replyTo === undefined ? {} : { replyTo }),
    subject: `${request.isTest ? '[test] ' : ''}${filled.subject}`,
    html: tracked && url !== undefined ? withoutTracking(textOf(filled.html), escapeHtml(url)) : filled.html,
    text: filled.text,
    headers: checkedHeaders({
      ...(url === undefined ? {} : listUnsubscribeHeaders(url)),
      'Auto-Submitted': template.autoSubmitted,
      'In-Reply-To': request.inReplyTo,
      References: (
        request.references ?? (request.inReplyTo === undefined ? undefined : [request.inReplyTo])
      )?.join(' '),
    }),
    tags: {
      ...request.tags,
      ...tagsOf(request.key),
      'todoke-template': template.name,
      ...(request.variant === undefined ? {} : { [variantTag]: request.variant }),
    },
    attachments,
    ...(tracked === undefined ? {} : { tracked }),
  };
}

function unsubscribeUrlOf(
  { key, template, recipient: { address }, variant }: MailRequest,
  sender: Sender,
): string | undefined {
  if (template.category !== 'marketing') {
    return undefined;
  }
  if (template.topic === undefined) {
    throw new Error(
      `marketing template ${template.name} has no topic, which its compiler should have refused`,
    );
  }
  const claim = { address: address.wire, topic: template.topic };
  const counts = key.kind === 'campaign' && variant !== undefined;
  const token = sealUnsubscribeToken(
    counts ? { ...claim, origin: { campaignId: key.campaignId, variant } } : claim,
    sender.tokenKeys,
  );
  return unsubscribeUrl(sender.unsubscribeBaseUrl, token);
}

function checkAttachments(attachments: readonly Attachment[]): void {
  const bytes = attachments.reduce((sum, { content }) => sum + content.byteLength, 0);
  if (bytes > maxAttachmentBytes) {
    throw new InputError(
      'attachments-too-large',
      'attachments',
      `attachments are ${bytes} octets together; the limit is ${maxAttachmentBytes}`,
    );
  }
}

function checkedHeaders(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) {
      continue;
    }
    const octets = Buffer.byteLength(name) + Buffer.byteLength(value);
    if (octets > maxHeaderOctets) {
      throw new InputError(
        'header-too-long',
        name,
        `${name} is ${octets} octets; the limit is ${maxHeaderOctets}`,
      );
    }
    headers[name] = value;
  }
  return headers;
}
