import { randomUUID } from 'node:crypto';
import type { Place, ServiceHandler } from '../api.ts';
import { ApiError, errorResponse, escapeXml } from '../gateway/api-error.ts';

/** STS: who signed the request. Sessions are not given out: every key is known from the start. */
export function createSts(place: Place): ServiceHandler {
  return async (request, caller) => {
    const action =
      new URLSearchParams(request.body.toString()).get('Action') ?? request.query.get('Action') ?? '';
    if (action !== 'GetCallerIdentity') {
      return errorResponse(
        'query',
        'sts',
        new ApiError('InvalidAction', `${action || 'This action'} of STS is not available here.`),
      );
    }
    return {
      status: 200,
      headers: { 'content-type': 'text/xml' },
      body:
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>' +
        `<Arn>${escapeXml(caller.arn)}</Arn><UserId>${escapeXml(caller.accessKeyId)}</UserId>` +
        `<Account>${place.accountId}</Account></GetCallerIdentityResult>` +
        `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></GetCallerIdentityResponse>`,
    };
  };
}
