import PostalMime, { decodeWords } from 'postal-mime';
import type { AcceptedMail, HeaderField } from './mail.ts';
import { mimeSource } from './mime.ts';

export interface AttachmentView {
  readonly name: string;
  readonly type: string;
  readonly content: Buffer;
  /** Without its angle brackets. */
  readonly contentId: string | undefined;
}

/** A mail as the recipient's mail program sees it. */
export interface MailView {
  readonly source: Buffer;
  readonly headers: readonly HeaderField[];
  readonly html: string | undefined;
  readonly text: string | undefined;
  readonly attachments: readonly AttachmentView[];
}

/** Builds the source of the mail and reads it back with a MIME parser. */
export async function viewMail(mail: AcceptedMail, region: string): Promise<MailView> {
  const source = await mimeSource(mail, region);
  const parsed = await PostalMime.parse(source, { attachmentEncoding: 'arraybuffer' });
  return {
    source,
    headers: parsed.headers.map(({ originalKey, value }) => ({
      name: originalKey,
      value: decodeWords(value),
    })),
    html: parsed.html,
    text: parsed.text,
    attachments: parsed.attachments.map(({ filename, mimeType, content, contentId }, i) => ({
      name: filename ?? `attachment-${i + 1}`,
      type: mimeType,
      content: bytes(content),
      contentId: contentId?.replace(/^<|>$/g, ''),
    })),
  };
}

/** The HTML part with images that the mail itself brings (`cid:`) put in as `data:` URLs. */
export function selfContainedHtml({ html = '', attachments }: MailView): string {
  return html.replace(/\bcid:([^"'\s)>]+)/gi, (reference, contentId: string) => {
    const image = attachments.find((attachment) => attachment.contentId === contentId);
    if (image === undefined || !/^image\/[\w.+-]+$/.test(image.type)) return reference;
    return `data:${image.type};base64,${image.content.toString('base64')}`;
  });
}

function bytes(content: ArrayBuffer | Uint8Array | string): Buffer {
  if (typeof content === 'string') return Buffer.from(content);
  return content instanceof ArrayBuffer ? Buffer.from(content) : Buffer.from(content);
}
