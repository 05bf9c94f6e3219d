import type { Subject } from '../check.ts';
import type { FeedbackFacts, TopicFacts } from '../facts.ts';
import type { FindingDraft, Goal } from '../finding.ts';
import { blind } from '../probe-finding.ts';
import { letsSesPublish, letsTopicSend, policyForSes, policyForTopic } from '../resource-policy.ts';
import type { Text } from '../text.ts';

/** The way of events behind the configuration sets: from SES into the topic, from there into the queue, and to the ledger. */
export function pathFindings(
  { facts: { ses, streams } }: Subject,
  { deadLetters, queue, topic }: FeedbackFacts,
): (FindingDraft | undefined)[] {
  const topicArn = streams.known ? streams.value.topicArn : undefined;
  const sets = ses.configurationSets.known ? ses.configurationSets.value : [];
  const names = sets.flatMap(({ ConfigurationSetName, Exists }) =>
    ConfigurationSetName === undefined || Exists === false ? [] : [ConfigurationSetName],
  );
  return [
    ...(topicArn === undefined || topic === undefined
      ? []
      : [
          topicPolicyFinding(topic, topicArn, names),
          queue === undefined ? undefined : subscriptionFinding(topic, topicArn, queue.arn),
        ]),
    ...(topicArn === undefined || queue === undefined ? [] : [queueFinding(queue, topicArn)]),
    lettersFinding(deadLetters),
  ];
}

function draft(code: string, title: Text, evidence: readonly string[], text: Text, goal: Goal): FindingDraft {
  return {
    code,
    severity: 'block',
    title,
    evidence,
    consequence: blind,
    fix: { text, changes: [goal] },
  };
}

function topicPolicyFinding(
  { policy }: TopicFacts,
  topicArn: string,
  names: readonly string[],
): FindingDraft | undefined {
  const refused = names.filter((name) => !letsSesPublish(policy, topicArn, name));
  if (refused.length === 0) {
    return undefined;
  }
  const value = policyForSes(policy, topicArn, refused);
  return draft(
    'feedback-topic-closed',
    {
      ja: `SNSトピックのポリシーが、設定セット ${refused.join('、')} のイベントをSESから受け取ることを許していません。`,
      en: `The policy of the SNS topic does not let SES publish events of ${refused.join(', ')}.`,
    },
    [`GetTopicAttributes ${topicArn} Policy=${policy ?? '—'}`],
    {
      ja: 'スタックをデプロイし直すか、トピックのポリシーを次のものにしてください。',
      en: 'Deploy the stack again, or give the topic this policy.',
    },
    {
      kind: 'goal',
      fact: 'feedback.topic.policy',
      value,
      command: `aws sns set-topic-attributes --topic-arn ${topicArn} --attribute-name Policy --attribute-value '${value}'`,
    },
  );
}

function subscriptionFinding(
  { subscriptions }: TopicFacts,
  topicArn: string,
  queueArn: string,
): FindingDraft | undefined {
  const ours = subscriptions.filter(({ endpoint }) => endpoint === queueArn);
  const confirmed = ours.filter(({ arn }) => arn.startsWith('arn:'));
  if (confirmed.some(({ filterPolicy }) => filterPolicy === undefined)) {
    return undefined;
  }
  const [filtered] = confirmed;
  const subscribe = `aws sns subscribe --topic-arn ${topicArn} --protocol sqs --notification-endpoint ${queueArn} --attributes RawMessageDelivery=true`;
  const [code, title, evidence, text, command] =
    filtered !== undefined
      ? ([
          'feedback-subscription-filtered',
          {
            ja: 'feedbackキューの購読にフィルターがあり、イベントの一部しか届きません。',
            en: 'The subscription of the feedback queue has a filter, so that it gets some of the events only.',
          },
          `GetSubscriptionAttributes ${filtered.arn} FilterPolicy=${filtered.filterPolicy}`,
          { ja: 'フィルターを外してください。', en: 'Take the filter out.' },
          `aws sns set-subscription-attributes --subscription-arn ${filtered.arn} --attribute-name FilterPolicy --attribute-value '{}'`,
        ] as const)
      : ours.length > 0
        ? ([
            'feedback-subscription-pending',
            {
              ja: 'feedbackキューの購読がまだ確認されていません。',
              en: 'The subscription of the feedback queue is not confirmed.',
            },
            `ListSubscriptionsByTopic ${topicArn}: ${queueArn} ${ours[0]?.arn}`,
            {
              ja: 'スタックをデプロイし直すか、キューのアカウントからもう一度購読してください。',
              en: 'Deploy the stack again, or subscribe once more from the account of the queue.',
            },
            subscribe,
          ] as const)
        : ([
            'feedback-subscription-missing',
            {
              ja: 'feedbackキューがSNSトピックを購読していません。',
              en: 'The feedback queue is not subscribed to the SNS topic.',
            },
            `ListSubscriptionsByTopic ${topicArn}: ${subscriptions.map(({ endpoint }) => endpoint).join(', ') || 'none'}`,
            {
              ja: 'スタックをデプロイし直すか、キューを購読させてください。',
              en: 'Deploy the stack again, or subscribe the queue.',
            },
            subscribe,
          ] as const);
  return draft(code, title, [evidence], text, {
    kind: 'goal',
    fact: 'feedback.topic.subscriptions',
    value: [
      ...subscriptions.filter(({ endpoint }) => endpoint !== queueArn),
      { arn: `${topicArn}:subscription`, endpoint: queueArn },
    ],
    command,
  });
}

function queueFinding(
  { arn, policy }: NonNullable<FeedbackFacts['queue']>,
  topicArn: string,
): FindingDraft | undefined {
  if (letsTopicSend(policy, topicArn)) {
    return undefined;
  }
  const [, , , region, account, name] = arn.split(':');
  const value = policyForTopic(policy, arn, topicArn);
  return draft(
    'feedback-queue-closed',
    {
      ja: 'feedbackキューのポリシーが、SNSトピックからの受け取りを許していません。',
      en: 'The policy of the feedback queue does not let the SNS topic in.',
    },
    [`${arn}: ${policy ?? 'no policy'}`, `topic: ${topicArn}`],
    {
      ja: 'スタックをデプロイし直すか、キューのポリシーを次のものにしてください。',
      en: 'Deploy the stack again, or give the queue this policy.',
    },
    {
      kind: 'goal',
      fact: 'feedback.queue',
      value: { arn, policy: value },
      command: `aws sqs set-queue-attributes --queue-url https://sqs.${region}.amazonaws.com/${account}/${name} --attributes '${JSON.stringify({ Policy: value })}'`,
    },
  );
}

function lettersFinding(deadLetters = 0): FindingDraft | undefined {
  return deadLetters === 0
    ? undefined
    : {
        ...draft(
          'feedback-dead-letters',
          {
            ja: `記録できなかった配信結果が${deadLetters}件あります。`,
            en: `${deadLetters} events could not be recorded.`,
          },
          [`feedback dead-letter queue: ${deadLetters}`],
          {
            ja: '原因を確かめ、直してから戻してください（redrive）。',
            en: 'See why, mend the cause, then send them back (redrive).',
          },
          {
            kind: 'goal',
            fact: 'feedback.deadLetters',
            value: 0,
            command: 'todoke dead-letter list feedback',
          },
        ),
        severity: 'warn',
      };
}
