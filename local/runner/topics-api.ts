import type { ServiceHandler } from '../api.ts';
import { escapeXml } from '../gateway/api-error.ts';
import type { Subscription } from './subscription.ts';
import type { Topics } from './topics.ts';

/** SNS: the engine, which does not know of the subscriptions of the template, since the runner serves those itself. */
export function topicsService(engine: ServiceHandler, topics: Topics): ServiceHandler {
  return async (request, caller) => {
    const form = new URLSearchParams(request.body.toString());
    const action = form.get('Action');
    const asked = form.get('SubscriptionArn');
    const ours = topics
      .subscriptions()
      .filter(({ arn, topicArn }) =>
        action === 'GetSubscriptionAttributes' ? arn === asked : topicArn === form.get('TopicArn'),
      );
    const [first] = ours;
    if (action === 'GetSubscriptionAttributes' && first !== undefined) {
      return xml(
        `<GetSubscriptionAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><GetSubscriptionAttributesResult><Attributes>${attributesOf(first)}</Attributes></GetSubscriptionAttributesResult></GetSubscriptionAttributesResponse>`,
      );
    }
    const answer = await engine(request, caller);
    return action === 'ListSubscriptionsByTopic' && answer.status === 200
      ? {
          ...answer,
          body: String(answer.body).replace('<Subscriptions>', `<Subscriptions>${ours.map(member).join('')}`),
        }
      : answer;
  };
}

function xml(body: string) {
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
}

function protocolOf({ endpointArn }: Subscription): 'sqs' | 'lambda' {
  return endpointArn.startsWith('arn:aws:sqs:') ? 'sqs' : 'lambda';
}

function member(subscription: Subscription): string {
  const { arn, topicArn, endpointArn } = subscription;
  return `<member><SubscriptionArn>${arn}</SubscriptionArn><TopicArn>${topicArn}</TopicArn><Protocol>${protocolOf(subscription)}</Protocol><Endpoint>${endpointArn}</Endpoint></member>`;
}

function attributesOf(subscription: Subscription): string {
  const { arn, topicArn, endpointArn, rawMessageDelivery, filter } = subscription;
  const attributes = {
    SubscriptionArn: arn,
    TopicArn: topicArn,
    Endpoint: endpointArn,
    Protocol: protocolOf(subscription),
    PendingConfirmation: 'false',
    RawMessageDelivery: String(rawMessageDelivery),
    ...(filter && { FilterPolicy: filter.policy, FilterPolicyScope: filter.scope }),
  };
  return Object.entries(attributes)
    .map(([key, value]) => `<entry><key>${key}</key><value>${escapeXml(value)}</value></entry>`)
    .join('');
}
