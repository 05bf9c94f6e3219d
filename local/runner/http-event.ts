import type { ApiRequest, ApiResponse, Place } from '../api.ts';
import { isObject, type Json, type JsonObject, listOf, objectOf } from './json.ts';

/** What a payload of format 2.0 tells besides the request itself. */
export interface HttpEventContext {
  readonly place: Place;
  readonly apiId: string;
  readonly stage: string;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  /** Below the API's address, percent-encoded. */
  readonly rawPath: string;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

/** The event that an HTTP API hands to a function: payload format version 2.0. */
export function httpEvent(request: ApiRequest, context: HttpEventContext): JsonObject {
  const { cookie, ...headers } = request.headers;
  const queryNames = [...new Set(request.query.keys())];
  const text = isText(headers['content-type'] ?? '');
  const domainName = headers.host ?? '127.0.0.1';
  return {
    version: '2.0',
    routeKey: context.routeKey,
    rawPath: context.rawPath,
    rawQueryString: request.query.toString(),
    ...(cookie !== undefined && { cookies: cookie.split(/;\s*/) }),
    headers,
    ...(queryNames.length > 0 && {
      queryStringParameters: Object.fromEntries(
        queryNames.map((name) => [name, request.query.getAll(name).join(',')]),
      ),
    }),
    ...(Object.keys(context.pathParameters).length > 0 && { pathParameters: { ...context.pathParameters } }),
    requestContext: {
      accountId: context.place.accountId,
      apiId: context.apiId,
      domainName,
      domainPrefix: context.apiId,
      http: {
        method: request.method,
        path: context.rawPath,
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: context.requestId,
      routeKey: context.routeKey,
      stage: context.stage,
      time: clfTime(context.nowMs),
      timeEpoch: context.nowMs,
    },
    ...(request.body.length > 0 && { body: request.body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !text,
  };
}

/** What a function's answer means; undefined when it is malformed. */
export function httpAnswer(payload: string): ApiResponse | undefined {
  const answer: Json = JSON.parse(payload);
  if (!isObject(answer) || answer.statusCode === undefined) {
    const body = typeof answer === 'string' ? answer : payload;
    return { status: 200, headers: { 'content-type': 'application/json' }, body };
  }
  const status = Number(answer.statusCode);
  const body = answer.body ?? '';
  if (!Number.isInteger(status) || status < 100 || status > 599 || typeof body === 'object') {
    return undefined;
  }
  const headers = Object.entries(objectOf(answer.headers)).map(([name, value]) => [
    name.toLowerCase(),
    String(value),
  ]);
  const multiple = Object.entries(objectOf(answer.multiValueHeaders)).map(([name, values]) => [
    name.toLowerCase(),
    listOf(values).map(String).join(','),
  ]);
  const cookies = listOf(answer.cookies).map(String);
  return {
    status,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...Object.fromEntries([...multiple, ...headers]),
      ...(cookies.length > 0 && { 'set-cookie': cookies.join(', ') }),
    },
    body: answer.isBase64Encoded === true ? Buffer.from(String(body), 'base64') : String(body),
  };
}

/** HTTP APIs hand these bodies over as text and every other one in base64, forms included. */
function isText(contentType: string): boolean {
  return /^(text\/|application\/(json|javascript|xml|[\w.-]+\+(json|xml))\b)/i.test(contentType);
}

/** `24/Nov/2026:03:56:24 +0000` */
function clfTime(epochMs: number): string {
  const [, day, month, year, time] =
    /, (\d\d) (\w+) (\d+) ([\d:]+)/.exec(new Date(epochMs).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
}
