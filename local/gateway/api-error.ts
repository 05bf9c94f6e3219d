import { randomUUID } from 'node:crypto';
import type { ApiRequest, ApiResponse } from '../api.ts';

/** An answer of an AWS API that is an error: what the service would say, not a fault of ours. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** The service's own code: `QueueDoesNotExist`, `NoSuchKey`… */
  readonly code: string;
  /** HTTP status. */
  readonly status: number;
  /** Further members of a JSON error: `CancellationReasons`, `Item`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status = 400, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

/** How an AWS API writes requests, answers and errors. */
export type Protocol = 'json' | 'query' | 'rest-xml' | 'rest-json';

/** The protocol of a request; SQS and a few others speak more than one. */
export function protocolOf(service: string, request: ApiRequest): Protocol {
  if (service === 's3') return 'rest-xml';
  if (request.headers['x-amz-target'] !== undefined) return 'json';
  const contentType = request.headers['content-type'] ?? '';
  if (contentType.includes('x-www-form-urlencoded') || request.query.has('Action')) return 'query';
  return 'rest-json';
}

/** The code AWS uses for "not allowed", which differs from service to service. */
export function accessDeniedCode(service: string): string {
  if (service === 's3' || service === 'sqs' || service === 'cloudformation' || service === 'sts') {
    return 'AccessDenied';
  }
  return service === 'sns' ? 'AuthorizationError' : 'AccessDeniedException';
}

/** HTTP status of "not allowed": the JSON services of the first generation answer 400. */
export function accessDeniedStatus(service: string): number {
  return ['dynamodb', 'events', 'secretsmanager', 'logs'].includes(service) ? 400 : 403;
}

/** Writes an error the way the SDKs of that protocol read it. */
export function errorResponse(protocol: Protocol, service: string, error: ApiError): ApiResponse {
  const requestId = randomUUID();
  const fault = error.status < 500 ? 'Sender' : 'Receiver';
  switch (protocol) {
    case 'json':
      return {
        status: error.status,
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amzn-requestid': requestId,
          ...(service === 'sqs' ? { 'x-amzn-query-error': `${sqsQueryCode(error.code)};${fault}` } : {}),
        },
        body: JSON.stringify({
          __type: `${jsonNamespace(service)}#${error.code}`,
          message: error.message,
          ...error.details,
        }),
      };
    case 'query':
      return {
        status: error.status,
        headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
        body:
          `<ErrorResponse><Error><Type>${fault}</Type><Code>${escapeXml(
            service === 'sqs' ? sqsQueryCode(error.code) : error.code,
          )}</Code><Message>${escapeXml(error.message)}</Message></Error>` +
          `<RequestId>${requestId}</RequestId></ErrorResponse>`,
      };
    case 'rest-xml':
      return {
        status: error.status,
        headers: { 'content-type': 'application/xml', 'x-amz-request-id': requestId },
        body:
          `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${escapeXml(error.code)}</Code>` +
          `<Message>${escapeXml(error.message)}</Message><RequestId>${requestId}</RequestId></Error>`,
      };
    case 'rest-json':
      return {
        status: error.status,
        headers: {
          'content-type': 'application/json',
          'x-amzn-requestid': requestId,
          'x-amzn-errortype': error.code,
        },
        body: JSON.stringify({ message: error.message, ...error.details }),
      };
  }
}

/** SQS kept the codes of its former protocol for its clients; these have a prefix there. */
const sqsPrefixedCodes: ReadonlySet<string> = new Set([
  'BatchEntryIdsNotDistinct',
  'BatchRequestTooLong',
  'EmptyBatchRequest',
  'InvalidBatchEntryId',
  'MessageNotInflight',
  'PurgeQueueInProgress',
  'QueueDeletedRecently',
  'TooManyEntriesInBatchRequest',
  'UnsupportedOperation',
]);

function sqsQueryCode(code: string): string {
  if (code === 'QueueDoesNotExist') return 'AWS.SimpleQueueService.NonExistentQueue';
  if (code === 'QueueNameExists') return 'QueueAlreadyExists';
  return sqsPrefixedCodes.has(code) ? `AWS.SimpleQueueService.${code}` : code;
}

function jsonNamespace(service: string): string {
  if (service === 'dynamodb') return 'com.amazonaws.dynamodb.v20120810';
  return `com.amazonaws.${service}`;
}

export function escapeXml(text: string): string {
  return text.replace(
    /[&<>"']/g,
    (character) =>
      ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' })[character] ?? character,
  );
}
