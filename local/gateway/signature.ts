import type { ApiRequest } from '../api.ts';

/** Who says to have signed, and for which service: the credential scope of SigV4. */
export interface Credential {
  readonly accessKeyId: string;
  readonly service: string;
}

/**
 * Reads `Credential=<key>/<date>/<region>/<service>/aws4_request` of the Authorization header, or
 * `X-Amz-Credential` of a presigned URL.
 */
export function credentialOf(request: ApiRequest): Credential | undefined {
  const header = /Credential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1];
  const scope = header ?? request.query.get('X-Amz-Credential') ?? undefined;
  if (scope === undefined) return undefined;
  const [accessKeyId, , , service] = scope.split('/');
  return accessKeyId === undefined || service === undefined ? undefined : { accessKeyId, service };
}
