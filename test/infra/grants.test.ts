import { readFileSync } from 'node:fs';
import { parseInDoubtPolicies } from '../../domain/in-doubt.ts';
import { environmentNames } from '../../functions/environment.ts';
import { parseProviderPaces } from '../../functions/provider-pace.ts';
import { stageNamed } from '../../infra/stages.ts';
import { readable, synthesized } from './synthesized.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

const stack = synthesized('dev');

/** What a function may do: actions by resource. */
function grantsOf(name: string): Record<string, string[]> {
  const grants: Record<string, string[]> = {};
  for (const statement of statementsOf(name)) {
    expect(statement.Effect).toBe('Allow');
    for (const resource of [statement.Resource].flat()) {
      const place = shortArn(readable(resource));
      grants[place] = [...(grants[place] ?? []), ...[statement.Action].flat()].sort();
    }
  }
  return grants;
}

function statementsOf(name: string): readonly Statement[] {
  const found = Object.values(stack.ofType('AWS::IAM::Policy')).filter(({ Properties: { Roles } }) =>
    [Roles].flat().some((role) => readable(role) === `${name}Role`),
  );
  expect(found).toHaveLength(1);
  return Object(found[0]?.Properties.PolicyDocument).Statement;
}

const shortArn = (arn: string): string =>
  arn.startsWith('arn:') ? arn.slice(arn.lastIndexOf(':') + 1) : arn;

const read = ['dynamodb:BatchGetItem', 'dynamodb:GetItem'];
const readWrite = [...read, 'dynamodb:PutItem', 'dynamodb:UpdateItem'];
const log = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const send = ['sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:SendMessage'];
const consume = [
  'sqs:ChangeMessageVisibility',
  'sqs:DeleteMessage',
  'sqs:GetQueueAttributes',
  'sqs:GetQueueUrl',
  'sqs:ReceiveMessage',
];
const secret = ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'];
const sending = {
  '*': ['ses:GetAccount'],
  'identity/example.com': ['ses:SendEmail'],
  'configuration-set/ConfigurationConfigurationSet': ['ses:SendEmail'],
  'configuration-set/CampaignConfigurationConfigurationSet': ['ses:SendEmail'],
  'configuration-set/TracedCampaignConfigurationConfigurationSet': ['ses:SendEmail'],
  TablesDeliveries: [...readWrite, 'dynamodb:DeleteItem'].sort(),
  TablesSuppressions: read,
  TablesSendRate: readWrite,
  MailBucket: ['s3:ListBucket'],
  'MailBucket/templates/*': ['s3:GetObject'],
  'MailBucket/attachments/*': ['s3:GetObject'],
  UnsubscribeKeysSecret: secret,
};

describe('each function may do exactly what it needs', () => {
  it.each([
    {
      name: 'NotificationsWorker',
      grants: {
        ...sending,
        NotificationsWorkerLogs: log,
        NotificationsQueue: [...consume, ...send].sort(),
        NotificationsDeadLetterQueue: send,
      },
    },
    {
      name: 'ChunksWorker',
      grants: {
        ...sending,
        ChunksWorkerLogs: log,
        ChunksQueue: [...consume, ...send].sort(),
        ChunksDeadLetterQueue: send,
        TablesCampaigns: readWrite,
        'MailBucket/campaigns/*': ['s3:GetObject'],
      },
    },
    {
      name: 'FeedbackWorker',
      grants: {
        FeedbackWorkerLogs: log,
        FeedbackQueue: consume,
        FeedbackDeadLetterQueue: send,
        TablesDeliveries: readWrite,
        TablesSuppressions: readWrite,
        TablesCampaigns: readWrite,
      },
    },
    {
      name: 'CampaignsPlanner',
      grants: {
        CampaignsPlannerLogs: log,
        CampaignsFailureQueue: send,
        ChunksQueue: send,
        TablesCampaigns: readWrite,
        MailBucket: ['s3:ListBucket'],
        'MailBucket/audiences/*': ['s3:GetObject'],
        'MailBucket/templates/*': ['s3:GetObject'],
        'MailBucket/campaigns/*': ['s3:GetObject', 's3:PutObject'],
      },
    },
    {
      name: 'Unsubscribe',
      grants: { UnsubscribeLogs: log, TablesSuppressions: readWrite, UnsubscribeKeysSecret: secret },
    },
    {
      name: 'TemplatesPublisher',
      grants: {
        TemplatesPublisherLogs: log,
        MailBucket: ['s3:ListBucket'],
        'MailBucket/templates/*': ['s3:GetObject', 's3:PutObject'],
      },
    },
  ])('$name', ({ name, grants }) => {
    expect(grantsOf(name)).toEqual(grants);
  });

  it('and no role has a policy that is not listed here', () => {
    const roles = stack.ofType('AWS::IAM::Role');
    expect(Object.keys(roles)).toHaveLength(6);
    for (const { Properties } of Object.values(roles)) {
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
      expect(Properties).not.toHaveProperty('Policies');
    }
    expect(Object.keys(stack.ofType('AWS::IAM::Policy'))).toHaveLength(6);
  });
});

/** The names in every `readEnvironment([…])` of a function and of the files of `functions/` that it imports. */
function variablesReadBy(entry: string): string[] {
  const names = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (file === 'environment.ts' || seen.has(file)) {
      return;
    }
    seen.add(file);
    const source = readFileSync(new URL(`../../functions/${file}`, import.meta.url), 'utf8');
    for (const [, list = ''] of source.matchAll(/readEnvironment\(\[([^\]]+)\]/g)) {
      for (const [, name = ''] of list.matchAll(/'(\w+)'/g)) {
        names.add(name);
      }
    }
    for (const [, imported = ''] of source.matchAll(/^import (?!type).*? from '\.\/([\w-]+\.ts)';$/gms)) {
      visit(imported);
    }
  };
  visit(`${entry}.ts`);
  return Object.entries(environmentNames)
    .filter(([name]) => names.has(name))
    .map(([, variable]) => variable)
    .sort();
}

describe('each function gets exactly the variables that it reads', () => {
  it.each([
    { name: 'NotificationsWorkerFunction', entry: 'send-notification' },
    { name: 'ChunksWorkerFunction', entry: 'send-chunk' },
    { name: 'FeedbackWorkerFunction', entry: 'record-feedback' },
    { name: 'CampaignsPlannerFunction', entry: 'plan-campaign' },
    { name: 'UnsubscribeFunction', entry: 'unsubscribe' },
    { name: 'TemplatesPublisherFunction', entry: 'publish-templates' },
  ])('$entry', ({ name, entry }) => {
    const { Environment } = stack.resource('AWS::Lambda::Function', name).Properties;
    expect(Object.keys(Object(Environment).Variables).sort()).toEqual(variablesReadBy(entry));
  });

  it('and those that send know what to do in doubt, and how fast each mailbox provider may go', () => {
    const changed = synthesized('dev', {
      inDoubt: { transactional: 'hold', marketing: 'resend' },
      providerPaces: { docomo: 5, google: 0.5 },
    });
    for (const queue of ['Notifications', 'Chunks']) {
      const variables = (template: typeof stack) =>
        Object(template.resource('AWS::Lambda::Function', `${queue}WorkerFunction`).Properties.Environment)
          .Variables;
      expect(parseInDoubtPolicies(variables(stack).IN_DOUBT_POLICIES)).toEqual(stageNamed('dev').inDoubt);
      expect(parseProviderPaces(variables(stack).PROVIDER_PACES)).toEqual({});
      expect(parseInDoubtPolicies(variables(changed).IN_DOUBT_POLICIES)).toEqual({
        transactional: 'hold',
        marketing: 'resend',
      });
      expect(parseProviderPaces(variables(changed).PROVIDER_PACES)).toEqual({ docomo: 5, google: 0.5 });
      expect(variables(stack)).toMatchObject({
        CONFIGURATION_SET_NAME: { Ref: expect.stringMatching(/^ConfigurationConfigurationSet/) },
        CAMPAIGN_CONFIGURATION_SET_NAME: {
          Ref: expect.stringMatching(/^CampaignConfigurationConfigurationSet/),
        },
        TRACED_CAMPAIGN_CONFIGURATION_SET_NAME: {
          Ref: expect.stringMatching(/^TracedCampaignConfigurationConfigurationSet/),
        },
      });
    }
  });

  it('and a claim outlives the function that made it', () => {
    for (const queue of ['Notifications', 'Chunks']) {
      const { Timeout, Environment } = stack.resource(
        'AWS::Lambda::Function',
        `${queue}WorkerFunction`,
      ).Properties;
      expect(Number(Object(Environment).Variables.LEASE_SECONDS)).toBeGreaterThanOrEqual(
        Number(Timeout) + 10,
      );
    }
  });

  it('and a worker serves its own queues', () => {
    for (const queue of ['Notifications', 'Chunks']) {
      expect(stack.resource('AWS::Lambda::Function', `${queue}WorkerFunction`).Properties).toMatchObject({
        Environment: {
          Variables: {
            QUEUE_URL: { Ref: expect.stringMatching(`^${queue}Queue[0-9A-F]{8}$`) },
            DEAD_LETTER_QUEUE_URL: { Ref: expect.stringMatching(`^${queue}DeadLetterQueue[0-9A-F]{8}$`) },
          },
        },
      });
    }
  });
});

describe('what AWS services may do with the resources', () => {
  const policies = (type: string, name: string): unknown =>
    Object(stack.resource(type, name).Properties[type.endsWith('Key') ? 'KeyPolicy' : 'PolicyDocument'])
      .Statement;

  it('SES publishes only what comes from the three configuration sets of this stack', () => {
    const statements: unknown[] = [policies('AWS::SNS::TopicPolicy', 'FeedbackTopicPolicy')].flat();
    const ofSes = statements.filter((each) => Object(each).Principal.Service === 'ses.amazonaws.com');
    const sources = ofSes.map((each) => {
      const { StringEquals } = Object(each).Condition;
      expect(StringEquals['AWS:SourceAccount']).toEqual({ Ref: 'AWS::AccountId' });
      return shortArn(readable(StringEquals['AWS:SourceArn']));
    });
    expect(ofSes).toEqual(
      ofSes.map(() => expect.objectContaining({ Effect: 'Allow', Action: 'sns:Publish' })),
    );
    expect(sources.sort()).toEqual([
      'configuration-set/CampaignConfigurationConfigurationSet',
      'configuration-set/ConfigurationConfigurationSet',
      'configuration-set/TracedCampaignConfigurationConfigurationSet',
    ]);
  });

  it('SES may use the key of the topic, without which its events vanish', () => {
    expect(policies('AWS::KMS::Key', 'FeedbackTopicKey')).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
        Principal: { Service: 'ses.amazonaws.com' },
      }),
    );
  });

  it('CloudWatch may tell the operator', () => {
    expect(policies('AWS::SNS::TopicPolicy', 'OperationsAlarmsPolicy')).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    );
  });

  it.each([
    { queue: 'Feedback', service: 'sns.amazonaws.com', source: 'FeedbackTopic' },
    { queue: 'FeedbackDeadLetterQueue', service: 'sns.amazonaws.com', source: 'FeedbackTopic' },
    { queue: 'Notifications', service: 'events.amazonaws.com', source: 'NotificationRule' },
    { queue: 'NotificationsDeadLetterQueue', service: 'events.amazonaws.com', source: 'NotificationRule' },
  ])('$service may send to $queue from $source only', ({ queue, service, source }) => {
    const name = queue.endsWith('Queue') ? `${queue}Policy` : `${queue}QueuePolicy`;
    const [statement, ...others] = [policies('AWS::SQS::QueuePolicy', name)]
      .flat()
      .filter((candidate) => Object(candidate).Principal.Service === service);
    expect(others).toEqual([]);
    const [conditions] = Object.values(Object(statement).Condition);
    const [sourceArn] = Object.values(Object(conditions));
    expect(readable(sourceArn)).toBe(source);
  });
});
