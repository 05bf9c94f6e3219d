import type { Identities, Identity } from './identities.ts';
import { page } from './paging.ts';
import { requestShape, structure, text } from './request-shape.ts';
import type { Action } from './route.ts';

const readIdentity = requestShape<{ EmailIdentity: string }>(
  structure({ EmailIdentity: text(1) }, ['EmailIdentity']),
);
const readPage = requestShape<{ NextToken?: string; PageSize?: number }>(
  structure({ NextToken: text(), PageSize: { type: 'integer', minimum: 1, maximum: 1000 } }),
);

/** Identities that callers create are not verified: nobody here could publish a DNS record. */
export function identityActions(identities: Identities): Action[] {
  const IDENTITIES = '/v2/email/identities';
  const listed = (nextToken: string | undefined, pageSize: number | undefined) => {
    const { items, ...next } = page(identities.list(), nextToken, pageSize);
    const EmailIdentities = items.map((identity) => ({
      IdentityType: identity.type,
      IdentityName: identity.name,
      SendingEnabled: identity.verified,
      VerificationStatus: statusOf(identity),
    }));
    return { EmailIdentities, ...next };
  };
  return [
    {
      method: 'POST',
      path: IDENTITIES,
      answer({ request }) {
        const identity = identities.create(readIdentity(request.body).EmailIdentity, false);
        return {
          IdentityType: identity.type,
          VerifiedForSendingStatus: identity.verified,
          DkimAttributes: dkimOf(identity),
        };
      },
    },
    {
      method: 'POST',
      path: '/v2/email/list-identities',
      answer({ request }) {
        const { NextToken, PageSize } = readPage(request.body);
        return listed(NextToken, PageSize);
      },
    },
    {
      // Where older SDKs ask.
      method: 'GET',
      path: IDENTITIES,
      answer: ({ request: { query } }) =>
        listed(
          query.get('NextToken') ?? undefined,
          query.has('PageSize') ? Number(query.get('PageSize')) : undefined,
        ),
    },
    {
      method: 'GET',
      path: `${IDENTITIES}/{EmailIdentity}`,
      answer({ param }) {
        const identity = identities.get(param('EmailIdentity'));
        return {
          IdentityType: identity.type,
          FeedbackForwardingStatus: true,
          VerifiedForSendingStatus: identity.verified,
          DkimAttributes: dkimOf(identity),
          VerificationStatus: statusOf(identity),
          Policies: {},
          Tags: [],
        };
      },
    },
    {
      method: 'DELETE',
      path: `${IDENTITIES}/{EmailIdentity}`,
      answer({ param }) {
        identities.delete(param('EmailIdentity'));
        return {};
      },
    },
  ];
}

function statusOf({ verified }: Identity) {
  return verified ? 'SUCCESS' : 'PENDING';
}

function dkimOf(identity: Identity) {
  return identity.type === 'DOMAIN'
    ? { SigningEnabled: true, Status: statusOf(identity), SigningAttributesOrigin: 'AWS_SES' }
    : { SigningEnabled: false, Status: 'NOT_STARTED', SigningAttributesOrigin: 'AWS_SES' };
}
