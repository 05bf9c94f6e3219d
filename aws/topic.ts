import {
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  paginateListSubscriptionsByTopic,
  SNSClient,
} from '@aws-sdk/client-sns';
import type { Fact } from '../domain/doctor/fact.ts';
import type { TopicFacts } from '../domain/doctor/facts.ts';
import { asked } from './asked-fact.ts';

/** Who may publish to a topic, and who gets what is published. */
export async function readTopic(topicArn: string): Promise<Fact<TopicFacts>> {
  const client = new SNSClient({});

  async function filterPolicyOf(SubscriptionArn: string): Promise<string | undefined> {
    // One that waits for confirmation has no attributes yet.
    if (!SubscriptionArn.startsWith('arn:')) {
      return undefined;
    }
    const { Attributes } = await client.send(new GetSubscriptionAttributesCommand({ SubscriptionArn }));
    const filter = Attributes?.FilterPolicy;
    return filter === undefined || filter === '{}' ? undefined : filter;
  }

  return await asked(
    'SNS',
    'GetTopicAttributes, ListSubscriptionsByTopic, GetSubscriptionAttributes',
    async () => {
      const { Attributes } = await client.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
      const subscriptions: TopicFacts['subscriptions'][number][] = [];
      for await (const page of paginateListSubscriptionsByTopic({ client }, { TopicArn: topicArn })) {
        for (const { SubscriptionArn = '', Endpoint = '' } of page.Subscriptions ?? []) {
          const filterPolicy = await filterPolicyOf(SubscriptionArn);
          subscriptions.push({
            arn: SubscriptionArn,
            endpoint: Endpoint,
            ...(filterPolicy === undefined ? {} : { filterPolicy }),
          });
        }
      }
      return { policy: Attributes?.Policy, subscriptions };
    },
  );
}
