import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiRequest, ApiResponse } from '../api.ts';
import { ApiError } from './api-error.ts';

/** The largest body read; S3 parts of the AWS CLI are 8 MiB, Lambda payloads 6 MB. */
const maxBodyBytes = 60 * 1024 * 1024;

/** Reads a request whole. @throws ApiError when its body is too large. */
export async function readRequest(incoming: IncomingMessage): Promise<ApiRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming) {
    bytes += chunk.length;
    // Read to the end even so: a client that is still writing would not see the answer.
    if (bytes <= maxBodyBytes) chunks.push(chunk);
  }
  if (bytes > maxBodyBytes) {
    throw new ApiError('RequestEntityTooLarge', `A request body is limited to ${maxBodyBytes} bytes.`, 413);
  }
  const url = incoming.url ?? '/';
  const question = url.indexOf('?');
  const [first] = chunks;
  return {
    method: incoming.method ?? 'GET',
    path: question === -1 ? url : url.slice(0, question),
    query: new URLSearchParams(question === -1 ? '' : url.slice(question + 1)),
    headers: plainHeaders(incoming),
    body: chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks, bytes),
  };
}

function plainHeaders(incoming: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return headers;
}

/** `bucket.localhost:PORT/key`, which some SDKs prefer, is `/bucket/key`. */
export function pathStyle(service: string, request: ApiRequest): ApiRequest {
  if (service !== 's3') return request;
  const bucket = /^(.+)\.localhost(?::\d+)?$/.exec(request.headers.host ?? '')?.[1];
  return bucket === undefined ? request : { ...request, path: `/${bucket}${request.path}` };
}

/** Sends an answer, with what every AWS answer has. */
export function answer(incoming: IncomingMessage, outgoing: ServerResponse, response: ApiResponse): void {
  if (outgoing.destroyed) return;
  const headers: Record<string, string> = { ...response.headers };
  if (headers['x-amzn-requestid'] === undefined && headers['x-amz-request-id'] === undefined) {
    headers['x-amzn-requestid'] = randomUUID();
  }
  if (headers['content-length'] === undefined && response.status !== 204 && response.status !== 304) {
    headers['content-length'] = String(Buffer.byteLength(response.body ?? ''));
  }
  outgoing.writeHead(response.status, headers);
  outgoing.end(incoming.method === 'HEAD' ? undefined : response.body);
}
