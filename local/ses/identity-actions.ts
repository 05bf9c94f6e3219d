import { easyDkimTokens, type Identities, type Identity, type IdentityState } from './identities.ts';
import { page } from './paging.ts';
import { requestShape, structure, text } from './request-shape.ts';
import type { Action } from './route.ts';

const readIdentity = requestShape<{ EmailIdentity: string }>(
  structure({ EmailIdentity: text(1) }, ['EmailIdentity']),
);
const readPage = requestShape<{ NextToken?: string; PageSize?: number }>(
  structure({ NextToken: text(), PageSize: { type: 'integer', minimum: 1, maximum: 1000 } }),
);

const readDkim = requestShape<{ SigningEnabled?: boolean }>(
  structure({ SigningEnabled: { type: 'boolean' } }),
);
const readDkimSigning = requestShape<{
  SigningAttributesOrigin: 'AWS_SES' | 'EXTERNAL';
  SigningAttributes?: { DomainSigningSelector?: string; NextSigningKeyLength?: string };
}>(
  structure(
    {
      SigningAttributesOrigin: { enum: ['AWS_SES', 'EXTERNAL'] },
      SigningAttributes: structure({
        DomainSigningSelector: text(1, 63),
        NextSigningKeyLength: { enum: ['RSA_1024_BIT', 'RSA_2048_BIT'] },
      }),
    },
    ['SigningAttributesOrigin'],
  ),
);
const readMailFrom = requestShape<{
  MailFromDomain?: string;
  BehaviorOnMxFailure?: IdentityState['behaviorOnMxFailure'];
}>(
  structure({
    MailFromDomain: text(),
    BehaviorOnMxFailure: { enum: ['USE_DEFAULT_VALUE', 'REJECT_MESSAGE'] },
  }),
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
        const identity = identities.create(readIdentity(request.body).EmailIdentity, {});
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
          MailFromAttributes: mailFromOf(identity),
          VerificationStatus: statusOf(identity),
          Policies: {},
          Tags: [],
        };
      },
    },
    {
      method: 'PUT',
      path: `${IDENTITIES}/{EmailIdentity}/dkim`,
      answer({ request, param }) {
        const { SigningEnabled = false } = readDkim(request.body);
        identities.update(param('EmailIdentity'), { signingEnabled: SigningEnabled });
        return {};
      },
    },
    {
      method: 'PUT',
      path: `${IDENTITIES}/{EmailIdentity}/dkim/signing`,
      answer({ request, param }) {
        const { SigningAttributesOrigin, SigningAttributes } = readDkimSigning(request.body);
        const { DomainSigningSelector, NextSigningKeyLength } = SigningAttributes ?? {};
        const own = SigningAttributesOrigin === 'EXTERNAL';
        const { dkimStatus, dkimTokens } = identities.update(param('EmailIdentity'), {
          signingAttributesOrigin: SigningAttributesOrigin,
          dkimTokens: own ? [DomainSigningSelector ?? ''] : easyDkimTokens,
          ...(NextSigningKeyLength === undefined
            ? {}
            : { signingKeyBits: NextSigningKeyLength === 'RSA_1024_BIT' ? 1024 : 2048 }),
        });
        return { DkimStatus: dkimStatus, DkimTokens: dkimTokens };
      },
    },
    {
      method: 'PUT',
      path: `${IDENTITIES}/{EmailIdentity}/mail-from`,
      answer({ request, param }) {
        const { MailFromDomain = '', BehaviorOnMxFailure = 'USE_DEFAULT_VALUE' } = readMailFrom(request.body);
        identities.update(param('EmailIdentity'), {
          mailFromDomain: MailFromDomain,
          mailFromStatus: 'PENDING',
          behaviorOnMxFailure: BehaviorOnMxFailure,
        });
        return {};
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
  return {
    SigningEnabled: identity.signingEnabled,
    Status: identity.dkimStatus,
    Tokens: identity.dkimTokens,
    SigningAttributesOrigin: identity.signingAttributesOrigin,
    ...(identity.signingAttributesOrigin === 'AWS_SES' && identity.type === 'DOMAIN'
      ? { CurrentSigningKeyLength: `RSA_${identity.signingKeyBits}_BIT` }
      : {}),
  };
}

function mailFromOf({ mailFromDomain, mailFromStatus, behaviorOnMxFailure }: Identity) {
  return mailFromDomain === ''
    ? { BehaviorOnMxFailure: behaviorOnMxFailure }
    : {
        MailFromDomain: mailFromDomain,
        MailFromDomainStatus: mailFromStatus,
        BehaviorOnMxFailure: behaviorOnMxFailure,
      };
}
