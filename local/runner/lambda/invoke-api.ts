import type { ApiRequest, ApiResponse, ServiceHandler } from '../../api.ts';
import { ApiError } from '../../gateway/api-error.ts';
import type { AsyncInvocations } from '../async-invocations.ts';
import { answering, notDone } from '../aws-answers.ts';
import type { FunctionPool } from './function-pool.ts';

/** What one request may carry: 6 MB when its caller waits, 1 MB when not. */
const mostSyncBytes = 6_291_456;
const mostAsyncBytes = 1_048_576;

/** `lambda:Invoke`, the only action of Lambda that a running pipeline needs. */
export function lambdaService(functions: FunctionPool, asyncInvocations: AsyncInvocations): ServiceHandler {
  return answering('lambda', async (request: ApiRequest): Promise<ApiResponse> => {
    const [, encoded] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.path) ?? [];
    if (encoded === undefined || request.method !== 'POST') {
      throw notDone('lambda', `${request.method} ${request.path}`);
    }
    const reference = decodeURIComponent(encoded);
    const definition = functions.find(reference);
    if (definition === undefined) {
      throw new ApiError('ResourceNotFoundException', `Function not found: ${reference}`, 404);
    }
    const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
    const limit = type === 'Event' ? mostAsyncBytes : mostSyncBytes;
    if (request.body.length > limit) {
      const message = `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
      throw new ApiError('RequestTooLargeException', message, 413);
    }
    const payload = jsonPayload(request.body);
    switch (type) {
      case 'DryRun':
        return { status: 204 };
      case 'Event':
        await asyncInvocations.invoke(definition.logicalId, payload);
        return { status: 202 };
      case 'RequestResponse':
        break;
      default:
        throw new ApiError('InvalidParameterValueException', `invocation type ${type} is not known`);
    }
    const context = request.headers['x-amz-client-context'];
    const clientContext = context === undefined ? undefined : Buffer.from(context, 'base64').toString();
    const result = await functions.invoke(definition.logicalId, payload, clientContext);
    if (result.outcome === 'throttled') {
      throw new ApiError('TooManyRequestsException', 'Rate Exceeded.', 429, {
        Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
        Type: 'User',
      });
    }
    return {
      status: 200,
      headers: {
        'content-type': 'application/json',
        'x-amzn-requestid': result.requestId,
        'x-amz-executed-version': '$LATEST',
        ...(result.functionError !== undefined && { 'x-amz-function-error': result.functionError }),
      },
      body: result.payload,
    };
  });
}

/** An empty body is an empty event. */
function jsonPayload(body: Buffer): string {
  const payload = body.length === 0 ? '{}' : body.toString();
  try {
    JSON.parse(payload);
  } catch {
    throw new ApiError('InvalidRequestContentException', 'Could not parse request body into json');
  }
  return payload;
}
