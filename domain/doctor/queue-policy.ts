const sns = 'sns.amazonaws.com';

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * Whether the policy of a queue lets SNS put messages of a topic into it: an Allow for the service, or for everybody, whose condition on
 * `aws:SourceArn`, where there is one, names the topic. What else a policy may say is not read.
 */
export function letsTopicSend(policy: string | undefined, topicArn: string): boolean {
  return statementsOf(policy).some(
    ({ Effect, Principal, Action, Condition }) =>
      Effect === 'Allow' &&
      isForSns(Principal) &&
      texts(Action).some((action) => /^(?:sqs:)?(?:\*|SendMessage)$/i.test(action)) &&
      sourcesOf(Condition).every((sources) => sources.some((source) => matches(source, topicArn))),
  );
}

/** The policy as it has to be; whoever deploys the stack gets it. */
export function policyForTopic(queueArn: string, topicArn: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: sns },
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
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

function isForSns(principal: unknown): boolean {
  if (principal === '*') {
    return true;
  }
  const named = typeof principal === 'object' && principal !== null ? Object.values(principal).flat() : [];
  return named.includes(sns) || named.includes('*');
}

/** Values of each condition on where a message comes from. */
function sourcesOf(condition: Statement['Condition'] = {}): string[][] {
  return Object.values(condition).flatMap((keys) =>
    Object.entries(keys).flatMap(([key, value]) =>
      key.toLowerCase() === 'aws:sourcearn' ? [texts(value)] : [],
    ),
  );
}

function matches(pattern: string, arn: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(arn);
}

function texts(value: unknown): string[] {
  return [value].flat().filter((each) => typeof each === 'string');
}
