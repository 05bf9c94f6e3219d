import type { ApiRequest } from '../api.ts';
import { ApiError } from './api-error.ts';

const crlf = Buffer.from('\r\n');

/**
 * Undoes the content encoding `aws-chunked` (SigV4 streaming uploads, with or without signatures
 * and trailers): `<hex size>[;chunk-signature=…]\r\n<data>\r\n … 0\r\n<trailers>\r\n`.
 * Trailers, such as checksums, become headers.
 */
export function decodeAwsChunked(request: ApiRequest): ApiRequest {
  const encodings = (request.headers['content-encoding'] ?? '').split(/\s*,\s*/).filter(Boolean);
  const streaming = (request.headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-');
  if (!streaming && !encodings.includes('aws-chunked')) return request;

  const { body } = request;
  const chunks: Buffer[] = [];
  let position = 0;
  for (;;) {
    const lineEnd = body.indexOf(crlf, position);
    const size = Number.parseInt(body.toString('latin1', position, Math.max(position, lineEnd)), 16);
    if (lineEnd === -1 || Number.isNaN(size)) throw incomplete();
    position = lineEnd + 2;
    if (size === 0) break;
    if (position + size > body.length) throw incomplete();
    chunks.push(body.subarray(position, position + size));
    position += size + 2;
  }

  const { 'content-encoding': _, 'x-amz-decoded-content-length': _length, ...headers } = request.headers;
  const remaining = encodings.filter((encoding) => encoding !== 'aws-chunked').join(', ');
  const decoded = chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
  return {
    ...request,
    headers: {
      ...headers,
      ...(remaining === '' ? {} : { 'content-encoding': remaining }),
      ...trailers(body.toString('latin1', position)),
      'content-length': String(decoded.length),
    },
    body: decoded,
  };
}

function trailers(text: string): Record<string, string> {
  const result: Record<string, string> = {};
  for (const line of text.split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) result[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim();
  }
  return result;
}

function incomplete(): ApiError {
  return new ApiError(
    'IncompleteBody',
    'You did not provide the number of bytes specified by the Content-Length HTTP header.',
  );
}
