import { randomUUID } from 'node:crypto';
import type { ApiRequest, ApiResponse, Caller, ServiceHandler } from '../api.ts';
import { ApiError, errorResponse, escapeXml, protocolOf } from '../gateway/api-error.ts';
import { isObject, type JsonObject } from './json.ts';

/** A service of the JSON protocol (`X-Amz-Target: Service.Action`). Undefined is an action that is not done here. */
export function jsonService(
  service: string,
  perform: (action: string, input: JsonObject, caller: Caller) => Promise<JsonObject | undefined>,
): ServiceHandler {
  return answering(service, async (request, caller) => {
    const action = (request.headers['x-amz-target'] ?? '').split('.').at(-1) ?? '';
    const output = await perform(action, jsonBody(request), caller);
    if (output === undefined) {
      throw notDone(service, action);
    }
    return jsonAnswer(output);
  });
}

/** A service of the query protocol. `perform` returns the XML inside `<ActionResult>`. */
export function queryService(
  service: string,
  namespace: string,
  perform: (action: string, fields: URLSearchParams) => Promise<string | undefined>,
): ServiceHandler {
  return answering(service, async (request) => {
    const fields = request.method === 'GET' ? request.query : new URLSearchParams(request.body.toString());
    const action = fields.get('Action') ?? '';
    const result = await perform(action, fields);
    if (result === undefined) {
      throw notDone(service, action);
    }
    const body =
      `<${action}Response xmlns="${namespace}"><${action}Result>${result}</${action}Result>` +
      `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${action}Response>`;
    return { status: 200, headers: { 'content-type': 'text/xml' }, body };
  });
}

/** Turns thrown ApiErrors into the service's error answers. */
export function answering(
  service: string,
  handle: (request: ApiRequest, caller: Caller) => Promise<ApiResponse>,
): ServiceHandler {
  return async (request, caller) => {
    try {
      return await handle(request, caller);
    } catch (error) {
      if (error instanceof ApiError) {
        return errorResponse(protocolOf(service, request), service, error);
      }
      throw error;
    }
  };
}

export function notDone(service: string, action: string): ApiError {
  return new ApiError('UnknownOperationException', `${service}:${action} is not available here`, 404);
}

export function jsonAnswer(value: unknown, status = 200): ApiResponse {
  return { status, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: JSON.stringify(value) };
}

/** @throws ApiError when the body is no JSON object. */
export function jsonBody(request: ApiRequest): JsonObject {
  if (request.body.length === 0) {
    return {};
  }
  try {
    const value: unknown = JSON.parse(request.body.toString());
    if (isObject(value)) {
      return value;
    }
  } catch {
    // Answered below, like every other body that is not an object.
  }
  throw new ApiError('SerializationException', 'the request body is not a JSON object');
}

/** `<Name>value</Name>` for each entry, escaped; undefined values are left out. */
export function xmlElements(values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : `<${name}>${escapeXml(value)}</${name}>`))
    .join('');
}
