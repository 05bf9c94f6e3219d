import type { ApiRequest, ApiResponse, ServiceHandler } from '../api.ts';
import { ApiError, errorResponse } from '../gateway/api-error.ts';
import type { Engine } from './fauxqs.ts';

/** The engine takes at most 11 MiB in one request; larger objects go in as parts of this size. */
const partBytes = 8 * 1024 * 1024;
const engineLimitBytes = 11 * 1024 * 1024;

/** Sub-resources the engine does not know: it would read `?policy` as a plain bucket request. */
const unsupported =
  /^(acl|accelerate|analytics|cors|encryption|intelligent-tiering|inventory|legal-hold|logging|metrics|notification|object-lock|ownershipControls|policy|policyStatus|publicAccessBlock|replication|requestPayment|restore|retention|select|tagging|torrent|versioning|versions|website)$/;

/**
 * S3 on the engine, with conditional writes (`If-None-Match: *`, `If-Match`), objects over 11 MiB,
 * the bucket's location, and a clear refusal where the engine would do something else.
 */
export function createS3(engine: Engine, region: string): ServiceHandler {
  const writes = createKeyedQueue();

  async function send(request: ApiRequest, changes: Partial<ApiRequest> = {}): Promise<ApiResponse> {
    const { method, path, query, headers, body } = { ...request, ...changes };
    const search = query.toString();
    return engine.send({ method, url: search === '' ? path : `${path}?${search}`, headers, body });
  }

  /** Throws when the stored object contradicts the conditions of a write. */
  async function checkConditions(request: ApiRequest): Promise<void> {
    const ifNoneMatch = request.headers['if-none-match'];
    const ifMatch = request.headers['if-match'];
    if (ifNoneMatch === undefined && ifMatch === undefined) return;
    if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
      throw new ApiError('NotImplemented', 'If-None-Match of a write takes the value * only.', 501);
    }
    const stored = await send(request, {
      method: 'HEAD',
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.alloc(0),
    });
    const exists = stored.status === 200;
    if (ifMatch !== undefined && !exists)
      throw new ApiError('NoSuchKey', 'The specified key does not exist.', 404);
    const etag = stored.headers?.etag;
    if (
      (ifNoneMatch === '*' && exists) ||
      (ifMatch !== undefined && unquoted(ifMatch) !== unquoted(etag ?? ''))
    ) {
      throw new ApiError(
        'PreconditionFailed',
        'At least one of the pre-conditions you specified did not hold',
        412,
      );
    }
  }

  /** A large object, as a multipart upload of our own. Its ETag has the form of one. */
  async function putInParts(request: ApiRequest): Promise<ApiResponse> {
    const started = await send(request, {
      method: 'POST',
      query: new URLSearchParams({ uploads: '' }),
      body: Buffer.alloc(0),
    });
    const uploadId = /<UploadId>([^<]+)</.exec(String(started.body))?.[1];
    if (uploadId === undefined) return started;
    let parts = '';
    for (let number = 1, from = 0; from < request.body.length; number += 1, from += partBytes) {
      const part = await send(request, {
        query: new URLSearchParams({ uploadId, partNumber: String(number) }),
        headers: {},
        body: request.body.subarray(from, from + partBytes),
      });
      if (part.status !== 200) return part;
      parts += `<Part><PartNumber>${number}</PartNumber><ETag>${part.headers?.etag ?? ''}</ETag></Part>`;
    }
    const completed = await send(request, {
      method: 'POST',
      query: new URLSearchParams({ uploadId }),
      headers: {},
      body: Buffer.from(`<CompleteMultipartUpload>${parts}</CompleteMultipartUpload>`),
    });
    if (completed.status !== 200) return completed;
    const etag = /<ETag>([^<]+)</.exec(String(completed.body))?.[1] ?? '';
    return { status: 200, headers: { etag: etag.replaceAll('&quot;', '"') } };
  }

  async function write(request: ApiRequest): Promise<ApiResponse> {
    return writes.run(request.path, async () => {
      await checkConditions(request);
      const plain = withoutConditions(request);
      if (request.method === 'PUT') refuseParsedTypes(request);
      if (request.body.length <= engineLimitBytes) return send(plain);
      if (request.query.has('uploadId')) {
        throw new ApiError(
          'EntityTooLarge',
          `A part of an upload is limited to ${engineLimitBytes} bytes here; use smaller parts.`,
        );
      }
      return putInParts(plain);
    });
  }

  return async (request) => {
    try {
      for (const name of request.query.keys()) {
        if (unsupported.test(name)) {
          throw new ApiError('NotImplemented', `The ?${name} sub-resource of S3 is not available here.`, 501);
        }
      }
      if (request.query.has('location')) return bucketLocation(await send(request), region);
      const isObject = /^\/[^/]+\/./.test(request.path);
      return await (isObject && request.method !== 'GET' && request.method !== 'HEAD'
        ? write(request)
        : send(request));
    } catch (error) {
      if (error instanceof ApiError) return errorResponse('rest-xml', 's3', error);
      throw error;
    }
  };
}

function bucketLocation(bucket: ApiResponse, region: string): ApiResponse {
  if (bucket.status !== 200) return bucket;
  // us-east-1 is written as nothing.
  const constraint = region === 'us-east-1' ? '' : region;
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?><LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${constraint}</LocationConstraint>`,
  };
}

/** The engine reads bodies of these types as requests to its other services. */
function refuseParsedTypes(request: ApiRequest): void {
  const type = /^[^;]*/.exec(request.headers['content-type'] ?? '')?.[0].trim() ?? '';
  if (type === 'application/x-www-form-urlencoded' || type === 'application/x-amz-json-1.0') {
    throw new ApiError('NotImplemented', `Objects of the type ${type} cannot be stored here.`, 501);
  }
}

const unquoted = (etag: string): string => etag.replaceAll('"', '');

function withoutConditions(request: ApiRequest): ApiRequest {
  const { 'if-none-match': _none, 'if-match': _match, ...headers } = request.headers;
  return { ...request, headers };
}

/** Runs tasks of the same key one after another; a condition and its write stay together. */
function createKeyedQueue(): { run<T>(key: string, task: () => Promise<T>): Promise<T> } {
  const last = new Map<string, Promise<unknown>>();
  return {
    run(key, task) {
      const result = (last.get(key) ?? Promise.resolve()).then(task, task);
      last.set(key, result);
      const forget = (): void => {
        if (last.get(key) === result) last.delete(key);
      };
      result.then(forget, forget);
      return result;
    },
  };
}
