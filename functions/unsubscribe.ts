import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyHandlerV2,
  APIGatewayProxyStructuredResultV2,
} from 'aws-lambda';
import { type Campaigns, campaignsTable } from '../aws/campaigns.ts';
import { count, flushCounts } from '../aws/metrics.ts';
import { type Changed, type Suppressions, suppressionsTable } from '../aws/suppressions.ts';
import { tokenKeys } from '../aws/token-keys.ts';
import { recipientIdOf } from '../domain/address.ts';
import { variantCountName } from '../domain/experiment/variant-counts.ts';
import type { SuppressionScope } from '../domain/suppression/suppression.ts';
import {
  releasedNow,
  type SuppressionRecord,
  suppressedNow,
} from '../domain/suppression/suppression-record.ts';
import { openUnsubscribeToken, type TokenKeys, type UnsubscribeClaim } from '../domain/unsubscribe.ts';
import {
  chooseLanguage,
  confirmPage,
  donePage,
  invalidPage,
  type PageLanguage,
  restoredPage,
} from '../domain/unsubscribe-page.ts';
import { readEnvironment } from './environment.ts';
import { nowMs } from './wait.ts';

export interface UnsubscribePorts {
  readonly suppressions: Pick<Suppressions, 'change'>;
  readonly campaigns: Pick<Campaigns, 'add'>;
  readonly tokenKeys: () => Promise<TokenKeys>;
  readonly count: () => void;
  readonly nowMs: () => number;
}

/** What the person on the page asked for; a mailbox provider's one-click POST (RFC 8058) never says any of these. */
type Wish = 'topic' | 'marketing' | 'restore';

/**
 * `GET|HEAD|POST /u/{token}`. Only POST changes anything: link scanners follow GET. A POST needs nothing but the URL, answers
 * 200 without cookie or redirect, and may be repeated.
 */
export const unsubscribe =
  (ports: UnsubscribePorts) =>
  async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const language = chooseLanguage(event.headers['accept-language']);
    const claim = openUnsubscribeToken(event.pathParameters?.token ?? '', await ports.tokenKeys());
    if (claim === undefined) {
      return page(404, language, invalidPage(language));
    }
    if (event.requestContext.http.method !== 'POST') {
      return page(200, language, confirmPage(language, claim));
    }
    return page(200, language, await act(ports, claim, wishOf(event), language));
  };

async function act(
  ports: UnsubscribePorts,
  claim: UnsubscribeClaim,
  wish: Wish | undefined,
  language: PageLanguage,
) {
  const recipient = { recipientId: recipientIdOf(claim.address), address: claim.address };
  const topic: SuppressionScope = `topic:${claim.topic}`;
  const source = wish === undefined ? 'one-click' : 'unsubscribe-page';
  const atMs = ports.nowMs();
  if (wish === 'restore') {
    // Takes back what the recipient asked for, and only that: a complaint or an operator's word stays.
    const changed = await ports.suppressions.change(recipient, (record) =>
      [topic, 'marketing' as const].reduce(
        (left, scope) => releasedNow(left, { scope, only: 'unsubscribe', source, atMs }),
        record,
      ),
    );
    await countUnsubscribe(ports, claim, changed, topic, -1);
    return restoredPage(language, claim);
  }
  const scope = wish === 'marketing' ? 'marketing' : topic;
  const changed = await ports.suppressions.change(recipient, (record) =>
    suppressedNow(record, { scope, reason: 'unsubscribe', source, atMs }),
  );
  await countUnsubscribe(ports, claim, changed, topic, 1);
  ports.count();
  return donePage(language, claim, wish === 'marketing' ? 'marketing' : 'topic');
}

/**
 * Counts for the variant whose link it was, by whether the recipient wants mail of the topic before and after: a second click changes
 * nothing. Whatever becomes of the count, what the recipient asked for is done.
 */
async function countUnsubscribe(
  { campaigns }: UnsubscribePorts,
  { origin }: UnsubscribeClaim,
  { before, after }: Changed,
  topic: SuppressionScope,
  by: 1 | -1,
): Promise<void> {
  const isUnwanted = ({ suppressions }: SuppressionRecord) =>
    [topic, 'marketing' as const].some((scope) => suppressions[scope]?.reason === 'unsubscribe');
  if (origin === undefined || isUnwanted(before) === isUnwanted(after)) {
    return;
  }
  try {
    await campaigns.add(origin.campaignId, { [variantCountName(origin.variant, 'unsubscribed')]: by });
  } catch (error) {
    console.error('an unsubscribe is not in the counts of its campaign', (error as Error).name);
  }
}

/**
 * Only the page's own form has a field `wish`, and it is sent urlencoded. Whatever else is posted, in whatever encoding, is a
 * one-click unsubscribe: RFC 8058 lets senders expect no more than the URL.
 */
function wishOf({ body = '', isBase64Encoded, headers }: APIGatewayProxyEventV2): Wish | undefined {
  if (!headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
    return undefined;
  }
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
  const wish = new URLSearchParams(text).get('wish');
  return wish === 'topic' || wish === 'marketing' || wish === 'restore' ? wish : undefined;
}

function page(statusCode: number, language: PageLanguage, body: string): APIGatewayProxyStructuredResultV2 {
  return {
    statusCode,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-language': language,
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex',
    },
    body,
  };
}

function wire() {
  const environment = readEnvironment(['campaignsTable', 'suppressionsTable', 'unsubscribeKeysSecretArn']);
  return unsubscribe({
    suppressions: suppressionsTable(environment.suppressionsTable),
    campaigns: campaignsTable(environment.campaignsTable),
    tokenKeys: tokenKeys(environment.unsubscribeKeysSecretArn, nowMs),
    count: () => count('Unsubscribed'),
    nowMs,
  });
}

let answer: ReturnType<typeof wire> | undefined;

export const handler: APIGatewayProxyHandlerV2 = async (event) => {
  answer ??= wire();
  try {
    return await answer(event);
  } finally {
    flushCounts();
  }
};
