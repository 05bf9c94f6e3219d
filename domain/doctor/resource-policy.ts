interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly Resource?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** What a service of AWS wants to do with a resource, for whom. */
interface Wish {
  /** `sns.amazonaws.com` */
  readonly service: string;
  /** `sqs:SendMessage` */
  readonly action: string;
  /** What it acts for. */
  readonly sourceArn: string;
}

/** Whether the policy of a queue lets SNS put messages of a topic into it. */
export function letsTopicSend(policy: string | undefined, topicArn: string): boolean {
  return lets(policy, sendFrom(topicArn));
}

/** Whether the policy of a topic lets SES publish events of a configuration set of the same account and region. */
export function letsSesPublish(
  policy: string | undefined,
  topicArn: string,
  configurationSet: string,
): boolean {
  return lets(policy, publishOf(topicArn, configurationSet));
}

/** The policy of a queue as it has to be: what it has, and the statement that is missing. */
export function policyForTopic(policy: string | undefined, queueArn: string, topicArn: string): string {
  return withStatement(policy, queueArn, sendFrom(topicArn));
}

/** The policy of a topic as it has to be: what it has, and a statement for each configuration set that it does not let in. */
export function policyForSes(
  policy: string | undefined,
  topicArn: string,
  configurationSets: readonly string[],
): string {
  return configurationSets.reduce(
    (soFar, name) => withStatement(soFar, topicArn, publishOf(topicArn, name)),
    policy ?? '{}',
  );
}

function sendFrom(topicArn: string): Wish {
  return { service: 'sns.amazonaws.com', action: 'sqs:SendMessage', sourceArn: topicArn };
}

function publishOf(topicArn: string, configurationSet: string): Wish {
  const [arn, partition, , region, account] = topicArn.split(':');
  const sourceArn = [arn, partition, 'ses', region, account, `configuration-set/${configurationSet}`].join(
    ':',
  );
  return { service: 'ses.amazonaws.com', action: 'sns:Publish', sourceArn };
}

/**
 * An Allow for the service, or for everybody, whose conditions on `aws:SourceArn` and `aws:SourceAccount`, where there are such, name
 * what it acts for. What else a policy may say is not read.
 */
function lets(policy: string | undefined, { service, action, sourceArn }: Wish): boolean {
  const account = sourceArn.split(':')[4] ?? '';
  return statementsOf(policy).some(
    ({ Effect, Principal, Action, Condition }) =>
      Effect === 'Allow' &&
      isFor(service, Principal) &&
      texts(Action).some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
      conditionsOn('aws:sourcearn', Condition).every((arns) => arns.some((arn) => matches(arn, sourceArn))) &&
      conditionsOn('aws:sourceaccount', Condition).every((accounts) => accounts.includes(account)),
  );
}

function withStatement(policy: string | undefined, resource: string, wish: Wish): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      ...statementsOf(policy),
      {
        Effect: 'Allow',
        Principal: { Service: wish.service },
        Action: wish.action,
        Resource: resource,
        Condition: { ArnEquals: { 'aws:SourceArn': wish.sourceArn } },
      },
    ],
  });
}

function statementsOf(policy: string | undefined): readonly Statement[] {
  try {
    const { Statement: found = [] } = JSON.parse(policy ?? '{}') as { Statement?: Statement | Statement[] };
    return [found].flat();
  } catch (error) {
    if (error instanceof SyntaxError) {
      return [];
    }
    throw error;
  }
}

function isFor(service: string, principal: unknown): boolean {
  if (principal === '*') {
    return true;
  }
  const named = typeof principal === 'object' && principal !== null ? Object.values(principal).flat() : [];
  return named.includes(service) || named.includes('*');
}

/** Values of each condition on a key, which is written in any case. */
function conditionsOn(key: string, condition: Statement['Condition'] = {}): string[][] {
  return Object.values(condition).flatMap((keys) =>
    Object.entries(keys).flatMap(([name, value]) => (name.toLowerCase() === key ? [texts(value)] : [])),
  );
}

function matches(pattern: string, text: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
}

function texts(value: unknown): string[] {
  return [value].flat().filter((each) => typeof each === 'string');
}
