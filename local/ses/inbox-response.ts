import type { ApiResponse } from '../api.ts';
import type { AttachmentView } from './mail-view.ts';
import type { Markup } from './markup.ts';

/** Nothing in a page of ours is a script, whatever a mail contains. */
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/** A mail's own HTML: an origin of its own, no script, no form. */
const MAIL_POLICY = "sandbox; default-src 'none'; img-src data: cid: https:; style-src 'unsafe-inline'";

export function json(value: unknown, status = 200): ApiResponse {
  return response(status, 'application/json; charset=utf-8', JSON.stringify(value));
}

export function page({ html }: Markup): ApiResponse {
  return response(200, 'text/html; charset=utf-8', html, { 'content-security-policy': PAGE_POLICY });
}

export function mailHtml(html: string): ApiResponse {
  return response(200, 'text/html; charset=utf-8', html, { 'content-security-policy': MAIL_POLICY });
}

export function raw(source: Buffer): ApiResponse {
  return response(200, 'message/rfc822', source);
}

export function download(attachment: AttachmentView | undefined): ApiResponse | undefined {
  if (attachment === undefined) return undefined;
  return response(200, 'application/octet-stream', attachment.content, {
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(attachment.name).replace(/['()*]/g, percent)}`,
  });
}

/** RFC 8187 leaves fewer characters as they are than `encodeURIComponent` does. */
function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

export function notFound(): ApiResponse {
  return json({ error: { code: 'not-found', message: 'the inbox has nothing at this path' } }, 404);
}

function response(
  status: number,
  contentType: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): ApiResponse {
  return {
    status,
    headers: {
      'content-type': contentType,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      ...headers,
    },
    body,
  };
}
