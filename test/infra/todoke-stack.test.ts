import { readable, synthesized } from './synthesized.ts';

const stack = synthesized('dev');

const logicalId = (name: string): unknown => expect.stringMatching(`^${name}[0-9A-F]{8}$`);
const arnOf = (name: string): unknown => ({ 'Fn::GetAtt': [logicalId(name), 'Arn'] });

describe('a queue worker', () => {
  it.each([
    {
      worker: 'Notifications',
      visibility: 60,
      maxReceiveCount: 10,
      timeout: 30,
      batchSize: 10,
      windowSeconds: undefined,
      concurrency: 5,
    },
    {
      worker: 'Chunks',
      visibility: 360,
      maxReceiveCount: 5,
      timeout: 60,
      batchSize: 1,
      windowSeconds: undefined,
      concurrency: 2,
    },
    {
      worker: 'Feedback',
      visibility: 181,
      maxReceiveCount: 5,
      timeout: 30,
      batchSize: 100,
      windowSeconds: 1,
      concurrency: 5,
    },
  ])('$worker has the right times, batches and redrive', (row) => {
    expect(stack.resource('AWS::SQS::Queue', `${row.worker}Queue`).Properties).toMatchObject({
      VisibilityTimeout: row.visibility,
      RedrivePolicy: {
        maxReceiveCount: row.maxReceiveCount,
        deadLetterTargetArn: arnOf(`${row.worker}DeadLetterQueue`),
      },
    });
    expect(stack.resource('AWS::SQS::Queue', `${row.worker}DeadLetterQueue`).Properties).toMatchObject({
      MessageRetentionPeriod: 14 * 24 * 3600,
    });
    expect(stack.resource('AWS::Lambda::Function', `${row.worker}WorkerFunction`).Properties).toMatchObject({
      Timeout: row.timeout,
    });
    const mapping = Object.values(stack.ofType('AWS::Lambda::EventSourceMapping')).find((candidate) =>
      JSON.stringify(candidate.Properties.EventSourceArn).includes(`"${row.worker}Queue`),
    );
    expect(mapping?.Properties).toEqual({
      EventSourceArn: arnOf(`${row.worker}Queue`),
      FunctionName: { Ref: logicalId(`${row.worker}WorkerFunction`) },
      BatchSize: row.batchSize,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: row.concurrency },
      ...(row.windowSeconds === undefined ? {} : { MaximumBatchingWindowInSeconds: row.windowSeconds }),
    });
  });

  it.each([
    { worker: 'Notifications', recursiveLoop: 'Allow' },
    { worker: 'Chunks', recursiveLoop: 'Allow' },
    { worker: 'Feedback', recursiveLoop: undefined },
  ])('$worker may put work back on its own queue: $recursiveLoop', ({ worker, recursiveLoop }) => {
    const { RecursiveLoop } = stack.resource('AWS::Lambda::Function', `${worker}WorkerFunction`).Properties;
    expect(RecursiveLoop).toBe(recursiveLoop);
  });
});

describe('every queue', () => {
  const queues = Object.entries(stack.ofType('AWS::SQS::Queue'));

  it.each(queues)('%s is encrypted and refuses plain HTTP', (name, { Properties }) => {
    expect(Properties).toMatchObject({ SqsManagedSseEnabled: true });
    expect(stack.resource('AWS::SQS::QueuePolicy', `${name}Policy`).Properties).toMatchObject({
      PolicyDocument: { Statement: expect.arrayContaining([denyPlainHttp('sqs:*')]) },
    });
  });
});

const denyPlainHttp = (action: string): unknown =>
  expect.objectContaining({
    Effect: 'Deny',
    Action: action,
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  });

describe('every function', () => {
  it.each(Object.entries(stack.ofType('AWS::Lambda::Function')))(
    '%s runs on Node 24 and arm64 and logs JSON to a group that forgets',
    (name, { Properties }) => {
      expect(Properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        LoggingConfig: {
          LogFormat: 'JSON',
          SystemLogLevel: 'WARN',
          LogGroup: { Ref: logicalId(name.replace(/Function$/, 'Logs')) },
        },
      });
      expect(Properties).not.toHaveProperty('TracingConfig');
    },
  );

  it.each(Object.entries(stack.ofType('AWS::Logs::LogGroup')))('%s keeps 14 days', (_name, group) => {
    expect(group.Properties).toMatchObject({ RetentionInDays: 14 });
  });
});

describe('the tables', () => {
  it.each([
    { table: 'Deliveries', key: 'deliveryId', deletion: 'Retain' },
    { table: 'Suppressions', key: 'recipientId', deletion: 'Retain' },
    { table: 'Contacts', key: 'recipientId', deletion: 'Retain' },
    { table: 'Campaigns', key: 'campaignId', deletion: 'Retain' },
    { table: 'SendRate', key: 'bucketId', deletion: 'Delete' },
  ])(
    '$table has key $key, point-in-time recovery and deletion policy $deletion',
    ({ table, key, deletion }) => {
      const { Properties, DeletionPolicy } = stack.resource('AWS::DynamoDB::GlobalTable', `Tables${table}`);
      expect(DeletionPolicy).toBe(deletion);
      expect(Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
        Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
      });
    },
  );

  it('deliveries expire, their failures can be listed by day, and a mail be found by recipient and by id of SES', () => {
    expect(stack.resource('AWS::DynamoDB::GlobalTable', 'TablesDeliveries').Properties).toMatchObject({
      TimeToLiveSpecification: { AttributeName: 'expiresAtEpochSeconds', Enabled: true },
      GlobalSecondaryIndexes: [
        {
          IndexName: 'failures',
          KeySchema: [
            { AttributeName: 'failedOn', KeyType: 'HASH' },
            { AttributeName: 'failedAt', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'ALL' },
        },
        {
          IndexName: 'byRecipient',
          KeySchema: [
            { AttributeName: 'recipientId', KeyType: 'HASH' },
            { AttributeName: 'knownSinceMs', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
        {
          IndexName: 'bySesMessageId',
          KeySchema: [{ AttributeName: 'sesMessageId', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
  });
});

describe('the bucket', () => {
  const { Properties, DeletionPolicy } = stack.resource('AWS::S3::Bucket', 'MailBucket');

  it('is kept, encrypted, private and refuses plain HTTP', () => {
    expect(DeletionPolicy).toBe('Retain');
    expect(Properties).toMatchObject({
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    expect(stack.resource('AWS::S3::BucketPolicy', 'MailBucketPolicy').Properties).toMatchObject({
      PolicyDocument: { Statement: [denyPlainHttp('s3:*'), expect.anything()] },
    });
  });

  it('lets SES read what its import jobs are to add, for this account only, and nobody else anything', () => {
    const { Statement } = Object(
      stack.resource('AWS::S3::BucketPolicy', 'MailBucketPolicy').Properties.PolicyDocument,
    );
    expect(Statement).toHaveLength(2);
    expect(Statement[1]).toMatchObject({
      Effect: 'Allow',
      Action: 's3:GetObject',
      Principal: { Service: 'ses.amazonaws.com' },
      Condition: { StringEquals: { 'aws:Referer': { Ref: 'AWS::AccountId' } } },
    });
    expect(JSON.stringify(Statement[1].Resource)).toMatch(/\/suppressions\/\*"/);
  });

  it('forgets personal data after the days of the stage, and never a template', () => {
    const { Rules } = Object(Properties.LifecycleConfiguration);
    expect(Rules).toEqual([
      { Id: 'audiences', Prefix: 'audiences/', ExpirationInDays: 7, Status: 'Enabled' },
      { Id: 'campaigns', Prefix: 'campaigns/', ExpirationInDays: 30, Status: 'Enabled' },
      { Id: 'attachments', Prefix: 'attachments/', ExpirationInDays: 7, Status: 'Enabled' },
      { Id: 'suppressions', Prefix: 'suppressions/', ExpirationInDays: 1, Status: 'Enabled' },
      {
        Id: 'unfinished-uploads',
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        Status: 'Enabled',
      },
    ]);
  });
});

describe('the way of feedback', () => {
  const failures = ['deliveryDelay', 'bounce', 'complaint', 'reject', 'renderingFailure'];
  it.each([
    { set: 'Configuration', events: ['send', 'delivery', ...failures] },
    { set: 'CampaignConfiguration', events: failures },
    { set: 'TracedCampaignConfiguration', events: ['delivery', ...failures] },
    { set: 'EngagementConfiguration', events: [...failures, 'open', 'click'] },
    { set: 'TracedEngagementConfiguration', events: ['delivery', ...failures, 'open', 'click'] },
  ])('begins with the events of $set', ({ set, events }) => {
    const destinations = Object.values(stack.ofType('AWS::SES::ConfigurationSetEventDestination'));
    const own = destinations.filter(
      ({ Properties }) => readable(Properties.ConfigurationSetName) === `${set}ConfigurationSet`,
    );
    expect(own.map(({ Properties }) => Properties.EventDestination)).toEqual([
      expect.objectContaining({
        Enabled: true,
        MatchingEventTypes: events,
        SnsDestination: { TopicARN: { Ref: expect.stringMatching(/^FeedbackTopic[0-9A-F]{8}$/) } },
      }),
    ]);
    expect(destinations).toHaveLength(5);
  });

  it('goes on, raw, to the feedback queue, and to its dead-letter queue if that fails', () => {
    const [subscription] = Object.values(stack.ofType('AWS::SNS::Subscription'));
    expect(subscription?.Properties).toMatchObject({
      Protocol: 'sqs',
      RawMessageDelivery: true,
      TopicArn: { Ref: logicalId('FeedbackTopic') },
      Endpoint: arnOf('FeedbackQueue'),
      RedrivePolicy: { deadLetterTargetArn: arnOf('FeedbackDeadLetterQueue') },
    });
  });

  it.each(Object.keys(stack.ofType('AWS::SNS::Topic')))('topic %s refuses plain HTTP', (name) => {
    expect(stack.resource('AWS::SNS::TopicPolicy', `${name}Policy`).Properties).toMatchObject({
      PolicyDocument: { Statement: expect.arrayContaining([denyPlainHttp('sns:Publish')]) },
    });
  });

  it('is encrypted with a key that rotates', () => {
    expect(stack.resource('AWS::SNS::Topic', 'FeedbackTopic').Properties).toMatchObject({
      KmsMasterKeyId: arnOf('FeedbackTopicKey'),
    });
    expect(stack.resource('AWS::KMS::Key', 'FeedbackTopicKey').Properties).toMatchObject({
      EnableKeyRotation: true,
    });
  });
});

describe('unsubscribing', () => {
  it('is reached by GET, HEAD and POST, and by nothing else', () => {
    const routes = Object.values(stack.ofType('AWS::ApiGatewayV2::Route')).map(
      ({ Properties }) => Properties.RouteKey,
    );
    expect(routes.sort()).toEqual(['GET /u/{token}', 'HEAD /u/{token}', 'POST /u/{token}']);
  });

  it('is logged without token and without address of the caller', () => {
    const { AccessLogSettings } = stack.resource(
      'AWS::ApiGatewayV2::Stage',
      'UnsubscribeApiStage',
    ).Properties;
    const { Format } = Object(AccessLogSettings);
    expect(Object.values(JSON.parse(Format))).toEqual([
      '$context.requestId',
      '$context.requestTime',
      '$context.routeKey',
      '$context.status',
      '$context.responseLatency',
      '$context.integrationErrorMessage',
    ]);
  });

  it('is signed with a generated key that outlives the stack', () => {
    const { Properties, DeletionPolicy } = stack.resource(
      'AWS::SecretsManager::Secret',
      'UnsubscribeKeysSecret',
    );
    expect(DeletionPolicy).toBe('Retain');
    expect(Properties.GenerateSecretString).toEqual({
      SecretStringTemplate: '{"current":"k1"}',
      GenerateStringKey: 'k1',
      PasswordLength: 64,
      ExcludePunctuation: true,
    });
  });
});

describe('the rest', () => {
  it('forwards the whole envelope of matching events to the notifications queue', () => {
    const [rule] = Object.values(stack.ofType('AWS::Events::Rule'));
    expect(rule?.Properties).toMatchObject({
      EventPattern: { 'detail-type': ['Todoke Notification'] },
      Targets: [
        {
          Arn: arnOf('NotificationsQueue'),
          DeadLetterConfig: { Arn: arnOf('NotificationsDeadLetterQueue') },
        },
      ],
    });
    expect(Object(Object(rule?.Properties.Targets)[0])).not.toHaveProperty('InputPath');
  });

  it('plans a campaign three times at most, then keeps the request', () => {
    const [invocation] = Object.values(stack.ofType('AWS::Lambda::EventInvokeConfig'));
    expect(invocation?.Properties).toMatchObject({
      FunctionName: { Ref: logicalId('CampaignsPlannerFunction') },
      MaximumRetryAttempts: 2,
      DestinationConfig: { OnFailure: { Destination: arnOf('CampaignsFailureQueue') } },
    });
  });

  it('publishes templates again when the publisher or a template changed', () => {
    const [publication] = Object.values(stack.ofType('AWS::CloudFormation::CustomResource'));
    const { Code } = stack.resource('AWS::Lambda::Function', 'TemplatesPublisherFunction').Properties;
    expect(publication?.Properties.ServiceToken).toEqual(arnOf('TemplatesPublisherFunction'));
    expect(Object(Code).S3Key).toBe(`${publication?.Properties.AssetHash}.zip`);
  });

  it('tells its names to the command line and to the local runner', () => {
    expect(Object.keys(stack.template.Outputs).sort()).toEqual([
      'BucketName',
      'CampaignConfigurationSetName',
      'CampaignsTableName',
      'ChunksDeadLetterQueueUrl',
      'ChunksQueueUrl',
      'ConfigurationSetName',
      'ContactsTableName',
      'DeliveriesTableName',
      'EngagementConfigurationSetName',
      'FeedbackDeadLetterQueueUrl',
      'FeedbackQueueUrl',
      'FeedbackTopicArn',
      'MailDomain',
      'NotificationsDeadLetterQueueUrl',
      'NotificationsQueueUrl',
      'PlanCampaignFunctionName',
      'SendRateTableName',
      'SuppressionsTableName',
      'TracedCampaignConfigurationSetName',
      'TracedEngagementConfigurationSetName',
      'UnsubscribeBaseUrl',
      'UnsubscribeKeysSecretArn',
    ]);
  });
});
