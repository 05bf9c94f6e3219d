import type { ServerResponse } from 'node:http';

/** Nothing in the page comes from elsewhere, and nothing in it is a script but ours. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "frame-src 'self'",
  'img-src data:',
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** A mail's own HTML: an origin of its own, no script, no form; pictures as a mail program would load them. */
const mailPolicy =
  "sandbox; default-src 'none'; img-src data: cid: https:; style-src 'unsafe-inline'; frame-ancestors 'self'";

/** Headers of every answer. */
export const commonHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const;

export function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  send(response, status, 'application/json; charset=utf-8', JSON.stringify(value));
}

export function sendPageFile(response: ServerResponse, type: string, body: string): void {
  send(response, 200, `${type}; charset=utf-8`, body, { 'content-security-policy': pagePolicy });
}

export function sendMailHtml(response: ServerResponse, html: string): void {
  send(response, 200, 'text/html; charset=utf-8', html, { 'content-security-policy': mailPolicy });
}

/** @param code - Stable, for programs; the message is for people. */
export function sendError(response: ServerResponse, status: number, code: string, message: string): void {
  sendJson(response, { error: { code, message } }, status);
}

function send(
  response: ServerResponse,
  status: number,
  contentType: string,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { ...commonHeaders, ...headers, 'content-type': contentType });
  response.end(body);
}
