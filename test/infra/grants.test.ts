import { readFileSync } from 'node:fs';
import { parseFrequencyCap } from '../../domain/campaign/frequency-cap.ts';
import { parseGuardrailSettings } from '../../domain/guardrail/settings.ts';
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
const invoke = ['lambda:InvokeFunction'];
const secret = ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'];
const sending = {
  '*': ['ses:GetAccount'],
  'identity/example.com': ['ses:SendEmail'],
  TablesDeliveries: readWrite,
  TablesSuppressions: read,
  TablesSendRate: readWrite,
  MailBucket: ['s3:ListBucket'],
  'MailBucket/templates/*': ['s3:GetObject'],
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
        'configuration-set/ConfigurationConfigurationSet': ['ses:SendEmail'],
        'MailBucket/attachments/*': ['s3:GetObject'],
      },
    },
    {
      name: 'ChunksWorker',
      grants: {
        ...sending,
        ChunksWorkerLogs: log,
        ChunksQueue: [...consume, ...send].sort(),
        ChunksDeadLetterQueue: send,
        'configuration-set/CampaignConfigurationConfigurationSet': ['ses:SendEmail'],
        'configuration-set/TracedCampaignConfigurationConfigurationSet': ['ses:SendEmail'],
        'configuration-set/EngagementConfigurationConfigurationSet': ['ses:SendEmail'],
        'configuration-set/TracedEngagementConfigurationConfigurationSet': ['ses:SendEmail'],
        TablesCampaigns: readWrite,
        CampaignsPlannerFunction: invoke,
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
        CampaignsPlannerFunction: invoke,
      },
    },
    {
      name: 'CampaignsPlanner',
      grants: {
        CampaignsPlannerLogs: log,
        CampaignsFailureQueue: send,
        ChunksQueue: send,
        TablesCampaigns: [...readWrite, 'dynamodb:Scan'].sort(),
        TablesSuppressions: ['dynamodb:Scan'],
        TablesContacts: ['dynamodb:Scan'],
        MailBucket: ['s3:ListBucket'],
        'MailBucket/audiences/*': ['s3:GetObject'],
        'MailBucket/templates/*': ['s3:GetObject'],
        'MailBucket/campaigns/*': ['s3:GetObject', 's3:PutObject'],
      },
    },
    {
      name: 'CampaignWatch',
      grants: {
        CampaignWatchLogs: log,
        TablesDeliveries: readWrite,
        'identity/example.com': ['ses:GetEmailIdentity'],
        TablesCampaigns: readWrite,
        'TablesCampaigns/index/active': ['dynamodb:Query'],
        CampaignsPlannerFunction: invoke,
      },
    },
    {
      name: 'Unsubscribe',
      grants: {
        UnsubscribeLogs: log,
        TablesCampaigns: ['dynamodb:UpdateItem'],
        TablesSuppressions: readWrite,
        UnsubscribeKeysSecret: secret,
      },
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
    expect(Object.keys(roles)).toHaveLength(7);
    for (const { Properties } of Object.values(roles)) {
      expect(Properties).not.toHaveProperty('ManagedPolicyArns');
      expect(Properties).not.toHaveProperty('Policies');
    }
    expect(Object.keys(stack.ofType('AWS::IAM::Policy'))).toHaveLength(7);
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

const variablesOf = (template: typeof stack, name: string) =>
  Object(template.resource('AWS::Lambda::Function', `${name}Function`).Properties.Environment).Variables;

describe('each function gets exactly the variables that it reads', () => {
  it.each([
    { name: 'NotificationsWorkerFunction', entry: 'send-notification' },
    { name: 'ChunksWorkerFunction', entry: 'send-chunk' },
    { name: 'FeedbackWorkerFunction', entry: 'record-feedback' },
    { name: 'CampaignsPlannerFunction', entry: 'plan-campaign' },
    { name: 'CampaignWatchFunction', entry: 'watch-campaigns' },
    { name: 'UnsubscribeFunction', entry: 'unsubscribe' },
    { name: 'TemplatesPublisherFunction', entry: 'publish-templates' },
  ])('$entry', ({ name, entry }) => {
    const { Environment } = stack.resource('AWS::Lambda::Function', name).Properties;
    expect(Object.keys(Object(Environment).Variables).sort()).toEqual(variablesReadBy(entry));
  });

  it('and those that send know what to do in doubt', () => {
    const changed = synthesized('dev', { inDoubt: { transactional: 'hold', marketing: 'resend' } });
    for (const name of ['NotificationsWorker', 'ChunksWorker']) {
      expect(parseInDoubtPolicies(variablesOf(stack, name).IN_DOUBT_POLICIES)).toEqual(
        stageNamed('dev').inDoubt,
      );
      expect(parseInDoubtPolicies(variablesOf(changed, name).IN_DOUBT_POLICIES)).toEqual({
        transactional: 'hold',
        marketing: 'resend',
      });
    }
  });

  it('and campaigns know how fast each mailbox provider may go', () => {
    const changed = synthesized('dev', { providerPaces: { docomo: 5, google: 0.5 } });
    expect(parseProviderPaces(variablesOf(stack, 'ChunksWorker').PROVIDER_PACES)).toEqual({});
    expect(parseProviderPaces(variablesOf(changed, 'ChunksWorker').PROVIDER_PACES)).toEqual({
      docomo: 5,
      google: 0.5,
    });
  });

  it('and each mail has the configuration set that reports what is asked of it', () => {
    expect(variablesOf(stack, 'NotificationsWorker')).toMatchObject({
      CONFIGURATION_SET_NAME: { Ref: expect.stringMatching(/^ConfigurationConfigurationSet/) },
    });
    expect(variablesOf(stack, 'ChunksWorker')).toMatchObject({
      CAMPAIGN_CONFIGURATION_SET_NAME: {
        Ref: expect.stringMatching(/^CampaignConfigurationConfigurationSet/),
      },
      TRACED_CAMPAIGN_CONFIGURATION_SET_NAME: {
        Ref: expect.stringMatching(/^TracedCampaignConfigurationConfigurationSet/),
      },
    });
  });

  it('and those that judge campaigns know when, and how many chunks are out at the same time', () => {
    const changed = synthesized('dev', {
      maxConcurrency: { ...stageNamed('dev').maxConcurrency, chunks: 7 },
    });
    for (const name of ['ChunksWorker', 'FeedbackWorker', 'CampaignWatch']) {
      const { Environment } = changed.resource('AWS::Lambda::Function', `${name}Function`).Properties;
      expect(parseGuardrailSettings(Object(Environment).Variables.GUARDRAILS)).toEqual({
        ...stageNamed('dev').guardrails,
        chunksInFlight: 7,
      });
    }
  });

  it('and the planner knows how many campaigns may mail somebody', () => {
    const capOf = (template: typeof stack) =>
      Object(template.resource('AWS::Lambda::Function', 'CampaignsPlannerFunction').Properties.Environment)
        .Variables.FREQUENCY_CAP;
    expect(parseFrequencyCap(capOf(stack))).toBeUndefined();
    const changed = synthesized('dev', { frequencyCap: { mails: 3, days: 7 } });
    expect(parseFrequencyCap(capOf(changed))).toEqual({ mails: 3, days: 7 });
  });

  it.each([
    { queue: 'Notifications', backAfterSeconds: 60 },
    { queue: 'Chunks', backAfterSeconds: 360 },
  ])('and a claim of $queue outlives its function, and is over when the message comes back', (each) => {
    const { queue, backAfterSeconds } = each;
    const { Timeout } = stack.resource('AWS::Lambda::Function', `${queue}WorkerFunction`).Properties;
    const lease = Number(variablesOf(stack, `${queue}Worker`).LEASE_SECONDS);
    expect(lease).toBeGreaterThanOrEqual(Number(Timeout) + 10);
    expect(lease).toBeLessThan(backAfterSeconds);
    expect(stack.resource('AWS::SQS::Queue', `${queue}Queue`).Properties).toMatchObject({
      VisibilityTimeout: backAfterSeconds,
    });
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

  it('SES publishes only what comes from the five configuration sets of this stack', () => {
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
      'configuration-set/EngagementConfigurationConfigurationSet',
      'configuration-set/TracedCampaignConfigurationConfigurationSet',
      'configuration-set/TracedEngagementConfigurationConfigurationSet',
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
