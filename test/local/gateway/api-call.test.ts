import type { ApiRequest } from '../../../local/api.ts';
import { apiCalls } from '../../../local/gateway/api-call.ts';
import { operationOf } from '../../../local/gateway/operation.ts';
import { place } from './started-cloud.ts';

interface Sketch {
  method?: string;
  path?: string;
  query?: string;
  headers?: Record<string, string>;
  body?: string | object;
}

function request({ method = 'POST', path = '/', query = '', headers = {}, body = '' }: Sketch): ApiRequest {
  return {
    method,
    path,
    query: new URLSearchParams(query),
    headers,
    body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  };
}
const json = (target: string, body: object): Sketch => ({ headers: { 'x-amz-target': target }, body });
const form = (parameters: Record<string, string>): Sketch => ({
  headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
  body: new URLSearchParams(parameters).toString(),
});

const sqs = 'arn:aws:sqs:eu-west-1:123456789012:q';
const sns = 'arn:aws:sns:eu-west-1:123456789012:t';
const table = (name: string): string => `arn:aws:dynamodb:eu-west-1:123456789012:table/${name}`;
const ses = (resource: string): string => `arn:aws:ses:eu-west-1:123456789012:${resource}`;
const url = 'http://127.0.0.1:4566/123456789012/q';

describe('the IAM actions of a request', () => {
  it.each<{
    service: string;
    sketch: Sketch;
    operation: string;
    needs: [action: string, ...resources: string[]][];
  }>([
    // SQS, in both its protocols
    {
      service: 'sqs',
      sketch: json('AmazonSQS.SendMessage', { QueueUrl: url }),
      operation: 'sqs:SendMessage',
      needs: [['sqs:SendMessage', sqs]],
    },
    {
      service: 'sqs',
      sketch: json('AmazonSQS.SendMessageBatch', { QueueUrl: 'q' }),
      operation: 'sqs:SendMessageBatch',
      needs: [['sqs:SendMessage', sqs]],
    },
    {
      service: 'sqs',
      sketch: json('AmazonSQS.DeleteMessageBatch', {
        QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/9/other',
      }),
      operation: 'sqs:DeleteMessageBatch',
      needs: [['sqs:DeleteMessage', 'arn:aws:sqs:eu-west-1:9:other']],
    },
    {
      service: 'sqs',
      sketch: json('AmazonSQS.CreateQueue', { QueueName: 'q' }),
      operation: 'sqs:CreateQueue',
      needs: [['sqs:CreateQueue', sqs]],
    },
    {
      service: 'sqs',
      sketch: json('AmazonSQS.ListQueues', {}),
      operation: 'sqs:ListQueues',
      needs: [['sqs:ListQueues', '*']],
    },
    {
      service: 'sqs',
      sketch: json('AmazonSQS.StartMessageMoveTask', { SourceArn: sqs }),
      operation: 'sqs:StartMessageMoveTask',
      needs: [['sqs:StartMessageMoveTask', sqs]],
    },
    {
      service: 'sqs',
      sketch: form({ Action: 'ReceiveMessage', QueueUrl: url }),
      operation: 'sqs:ReceiveMessage',
      needs: [['sqs:ReceiveMessage', sqs]],
    },
    {
      service: 'sqs',
      sketch: { ...form({ Action: 'ReceiveMessage' }), path: '/123456789012/q' },
      operation: 'sqs:ReceiveMessage',
      needs: [['sqs:ReceiveMessage', sqs]],
    },
    // SNS
    {
      service: 'sns',
      sketch: form({ Action: 'Publish', TopicArn: sns, Message: 'Action=x' }),
      operation: 'sns:Publish',
      needs: [['sns:Publish', sns]],
    },
    {
      service: 'sns',
      sketch: form({ Action: 'PublishBatch', TopicArn: sns }),
      operation: 'sns:PublishBatch',
      needs: [['sns:Publish', sns]],
    },
    {
      service: 'sns',
      sketch: form({ Action: 'Unsubscribe', SubscriptionArn: `${sns}:0-0` }),
      operation: 'sns:Unsubscribe',
      needs: [['sns:Unsubscribe', sns]],
    },
    {
      service: 'sns',
      sketch: form({ Action: 'CreateTopic', Name: 't' }),
      operation: 'sns:CreateTopic',
      needs: [['sns:CreateTopic', sns]],
    },
    // DynamoDB
    {
      service: 'dynamodb',
      sketch: json('DynamoDB_20120810.PutItem', { TableName: 'a' }),
      operation: 'dynamodb:PutItem',
      needs: [['dynamodb:PutItem', table('a')]],
    },
    {
      service: 'dynamodb',
      sketch: json('DynamoDB_20120810.Query', { TableName: table('a'), IndexName: 'i' }),
      operation: 'dynamodb:Query',
      needs: [['dynamodb:Query', `${table('a')}/index/i`]],
    },
    {
      service: 'dynamodb',
      sketch: json('DynamoDB_20120810.BatchWriteItem', { RequestItems: { a: [], b: [] } }),
      operation: 'dynamodb:BatchWriteItem',
      needs: [['dynamodb:BatchWriteItem', table('a'), table('b')]],
    },
    {
      service: 'dynamodb',
      sketch: json('DynamoDB_20120810.TransactWriteItems', {
        TransactItems: [
          { Put: { TableName: 'a' } },
          { Put: { TableName: 'b' } },
          { Update: { TableName: 'a' } },
          { ConditionCheck: { TableName: 'c' } },
          { Delete: { TableName: 'a' } },
        ],
      }),
      operation: 'dynamodb:TransactWriteItems',
      needs: [
        ['dynamodb:PutItem', table('a'), table('b')],
        ['dynamodb:UpdateItem', table('a')],
        ['dynamodb:ConditionCheckItem', table('c')],
        ['dynamodb:DeleteItem', table('a')],
      ],
    },
    {
      service: 'dynamodb',
      sketch: json('DynamoDB_20120810.TransactGetItems', { TransactItems: [{ Get: { TableName: 'a' } }] }),
      operation: 'dynamodb:TransactGetItems',
      needs: [['dynamodb:GetItem', table('a')]],
    },
    {
      service: 'dynamodb',
      sketch: json('DynamoDB_20120810.ListTables', {}),
      operation: 'dynamodb:ListTables',
      needs: [['dynamodb:ListTables', '*']],
    },
    // S3
    {
      service: 's3',
      sketch: { method: 'GET' },
      operation: 's3:ListBuckets',
      needs: [['s3:ListAllMyBuckets', '*']],
    },
    {
      service: 's3',
      sketch: { method: 'GET', path: '/b/', query: 'list-type=2&prefix=p' },
      operation: 's3:ListObjectsV2',
      needs: [['s3:ListBucket', 'arn:aws:s3:::b']],
    },
    {
      service: 's3',
      sketch: { method: 'HEAD', path: '/b' },
      operation: 's3:HeadBucket',
      needs: [['s3:ListBucket', 'arn:aws:s3:::b']],
    },
    {
      service: 's3',
      sketch: { method: 'HEAD', path: '/b/k' },
      operation: 's3:HeadObject',
      needs: [['s3:GetObject', 'arn:aws:s3:::b/k']],
    },
    {
      service: 's3',
      sketch: { method: 'GET', path: '/b/%E6%97%A5%20x/y' },
      operation: 's3:GetObject',
      needs: [['s3:GetObject', 'arn:aws:s3:::b/日 x/y']],
    },
    {
      service: 's3',
      sketch: { method: 'GET', path: '/b/k', query: 'versionId=1' },
      operation: 's3:GetObject',
      needs: [['s3:GetObjectVersion', 'arn:aws:s3:::b/k']],
    },
    {
      service: 's3',
      sketch: { method: 'PUT', path: '/b/k' },
      operation: 's3:PutObject',
      needs: [['s3:PutObject', 'arn:aws:s3:::b/k']],
    },
    {
      service: 's3',
      sketch: { method: 'PUT', path: '/b/k', headers: { 'x-amz-tagging': 'a=b' } },
      operation: 's3:PutObject',
      needs: [
        ['s3:PutObjectTagging', 'arn:aws:s3:::b/k'],
        ['s3:PutObject', 'arn:aws:s3:::b/k'],
      ],
    },
    {
      service: 's3',
      sketch: { method: 'PUT', path: '/b/k', headers: { 'x-amz-copy-source': '/a/from%20here?versionId=7' } },
      operation: 's3:CopyObject',
      needs: [
        ['s3:GetObject', 'arn:aws:s3:::a/from here'],
        ['s3:PutObject', 'arn:aws:s3:::b/k'],
      ],
    },
    {
      service: 's3',
      sketch: { path: '/b/k', query: 'uploads' },
      operation: 's3:CreateMultipartUpload',
      needs: [['s3:PutObject', 'arn:aws:s3:::b/k']],
    },
    {
      service: 's3',
      sketch: { method: 'PUT', path: '/b/k', query: 'uploadId=u&partNumber=1' },
      operation: 's3:UploadPart',
      needs: [['s3:PutObject', 'arn:aws:s3:::b/k']],
    },
    {
      service: 's3',
      sketch: { method: 'DELETE', path: '/b/k', query: 'uploadId=u' },
      operation: 's3:AbortMultipartUpload',
      needs: [['s3:AbortMultipartUpload', 'arn:aws:s3:::b/k']],
    },
    {
      service: 's3',
      sketch: {
        path: '/b',
        query: 'delete',
        body: '<Delete><Object><Key>a&amp;b</Key></Object><Object><Key>c</Key></Object></Delete>',
      },
      operation: 's3:DeleteObjects',
      needs: [['s3:DeleteObject', 'arn:aws:s3:::b/a&b', 'arn:aws:s3:::b/c']],
    },
    {
      service: 's3',
      sketch: { method: 'PUT', path: '/b', query: 'policy' },
      operation: 's3:PutBucketPolicy',
      needs: [['s3:PutBucketPolicy', 'arn:aws:s3:::b']],
    },
    {
      service: 's3',
      sketch: { method: 'GET', path: '/b/k', query: 'tagging' },
      operation: 's3:GetObjectTagging',
      needs: [['s3:GetObjectTagging', 'arn:aws:s3:::b/k']],
    },
    // SES
    {
      service: 'ses',
      sketch: {
        path: '/v2/email/outbound-emails',
        body: {
          FromEmailAddress: 'Todoke <no-reply@Example.com>',
          ConfigurationSetName: 'c',
          Content: { Simple: {} },
        },
      },
      operation: 'ses:SendEmail',
      needs: [['ses:SendEmail', ses('identity/example.com'), ses('configuration-set/c')]],
    },
    {
      service: 'ses',
      sketch: {
        path: '/v2/email/outbound-emails',
        body: {
          Content: {
            Raw: {
              Data: Buffer.from(
                'To: a@example.net\r\nFrom: =?utf-8?B?5bGK?=\r\n <b@mail.example.com>\r\n\r\nFrom: x@example.org',
              ).toString('base64'),
            },
          },
        },
      },
      operation: 'ses:SendEmail',
      needs: [['ses:SendRawEmail', ses('identity/mail.example.com')]],
    },
    {
      service: 'ses',
      sketch: { method: 'GET', path: '/v2/email/account' },
      operation: 'ses:GetAccount',
      needs: [['ses:GetAccount', '*']],
    },
    {
      service: 'ses',
      sketch: { method: 'DELETE', path: '/v2/email/suppression/addresses/a%40example.com' },
      operation: 'ses:DeleteSuppressedDestination',
      needs: [['ses:DeleteSuppressedDestination', '*']],
    },
    {
      service: 'ses',
      sketch: { method: 'GET', path: '/v2/email/identities/a%40example.com' },
      operation: 'ses:GetEmailIdentity',
      needs: [['ses:GetEmailIdentity', ses('identity/a@example.com')]],
    },
    {
      service: 'ses',
      sketch: { path: '/v2/email/configuration-sets', body: { ConfigurationSetName: 'c' } },
      operation: 'ses:CreateConfigurationSet',
      needs: [['ses:CreateConfigurationSet', ses('configuration-set/c')]],
    },
    {
      service: 'ses',
      sketch: { method: 'GET', path: '/v2/email/new-thing' },
      operation: 'ses:UnknownOperation',
      needs: [['ses:UnknownOperation', '*']],
    },
    // The rest
    {
      service: 'lambda',
      sketch: { path: '/2015-03-31/functions/Plan/invocations' },
      operation: 'lambda:Invoke',
      needs: [['lambda:InvokeFunction', 'arn:aws:lambda:eu-west-1:123456789012:function:Plan']],
    },
    {
      service: 'lambda',
      sketch: {
        path: `/2015-03-31/functions/${encodeURIComponent('arn:aws:lambda:eu-west-1:123456789012:function:Plan:1')}/invocations`,
      },
      operation: 'lambda:Invoke',
      needs: [['lambda:InvokeFunction', 'arn:aws:lambda:eu-west-1:123456789012:function:Plan:1']],
    },
    {
      service: 'events',
      sketch: json('AWSEvents.PutEvents', {
        Entries: [{ Source: 'shop' }, { EventBusName: 'other', Source: 'shop' }],
      }),
      operation: 'events:PutEvents',
      needs: [
        [
          'events:PutEvents',
          'arn:aws:events:eu-west-1:123456789012:event-bus/default',
          'arn:aws:events:eu-west-1:123456789012:event-bus/other',
        ],
      ],
    },
    {
      service: 'secretsmanager',
      sketch: json('secretsmanager.GetSecretValue', {
        SecretId: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:k-AbCdEf',
      }),
      operation: 'secretsmanager:GetSecretValue',
      needs: [
        ['secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:k-AbCdEf'],
      ],
    },
    {
      service: 'cloudformation',
      sketch: form({ Action: 'DescribeStacks', StackName: 'Todoke' }),
      operation: 'cloudformation:DescribeStacks',
      needs: [
        ['cloudformation:DescribeStacks', 'arn:aws:cloudformation:eu-west-1:123456789012:stack/Todoke/*'],
      ],
    },
    {
      service: 'logs',
      sketch: json('Logs_20140328.PutLogEvents', { logGroupName: 'g' }),
      operation: 'logs:PutLogEvents',
      needs: [['logs:PutLogEvents', 'arn:aws:logs:eu-west-1:123456789012:log-group:g:*']],
    },
    {
      service: 'monitoring',
      sketch: form({ Action: 'PutMetricData', Namespace: 'Todoke' }),
      operation: 'cloudwatch:PutMetricData',
      needs: [['cloudwatch:PutMetricData', '*']],
    },
    {
      service: 'monitoring',
      sketch: { path: '/service/GraniteServiceVersion20100801/operation/PutMetricData' },
      operation: 'cloudwatch:PutMetricData',
      needs: [['cloudwatch:PutMetricData', '*']],
    },
    {
      service: 'scheduler',
      sketch: {
        path: '/schedules/resume',
        body: { GroupName: 'g', Target: { RoleArn: 'arn:aws:iam::123456789012:role/R' } },
      },
      operation: 'scheduler:CreateSchedule',
      needs: [
        ['scheduler:CreateSchedule', 'arn:aws:scheduler:eu-west-1:123456789012:schedule/g/resume'],
        ['iam:PassRole', 'arn:aws:iam::123456789012:role/R'],
      ],
    },
    {
      service: 'scheduler',
      sketch: { method: 'DELETE', path: '/schedules/resume', query: 'groupName=g' },
      operation: 'scheduler:DeleteSchedule',
      needs: [['scheduler:DeleteSchedule', 'arn:aws:scheduler:eu-west-1:123456789012:schedule/g/resume']],
    },
    {
      service: 'sts',
      sketch: form({ Action: 'GetCallerIdentity' }),
      operation: 'sts:GetCallerIdentity',
      needs: [['sts:GetCallerIdentity', '*']],
    },
  ])('$operation needs $needs', ({ service, sketch, operation, needs }) => {
    const asked = request(sketch);
    expect(operationOf(service, asked)).toBe(operation);
    expect(apiCalls(service, asked, place).map(({ action, resources }) => [action, ...resources])).toEqual(
      needs,
    );
  });
});

describe('the condition keys of a request', () => {
  it.each<{ service: string; sketch: Sketch; keys: Record<string, string> }>([
    {
      service: 'sqs',
      sketch: json('AmazonSQS.SendMessage', { QueueUrl: url }),
      keys: { 'aws:SecureTransport': 'true', 'aws:RequestedRegion': 'eu-west-1' },
    },
    {
      service: 's3',
      sketch: { method: 'GET', path: '/b', query: 'list-type=2&prefix=p/&max-keys=5' },
      keys: { 's3:prefix': 'p/', 's3:max-keys': '5' },
    },
    {
      service: 's3',
      sketch: { method: 'PUT', path: '/b/k', headers: { 'x-amz-server-side-encryption': 'aws:kms' } },
      keys: { 's3:x-amz-server-side-encryption': 'aws:kms' },
    },
    {
      service: 'ses',
      sketch: {
        path: '/v2/email/outbound-emails',
        body: {
          FromEmailAddress: 'a@example.com',
          Destination: { ToAddresses: ['b@example.com'], CcAddresses: ['c@example.com'] },
        },
      },
      keys: { 'ses:FromAddress': 'a@example.com', 'ses:Recipients': 'b@example.com\nc@example.com' },
    },
    {
      service: 'dynamodb',
      sketch: json('DynamoDB_20120810.TransactGetItems', { TransactItems: [{ Get: { TableName: 'a' } }] }),
      keys: { 'dynamodb:EnclosingOperation': 'TransactGetItems' },
    },
    {
      service: 'monitoring',
      sketch: form({ Action: 'PutMetricData', Namespace: 'Todoke' }),
      keys: { 'cloudwatch:namespace': 'Todoke' },
    },
    {
      service: 'events',
      sketch: json('AWSEvents.PutEvents', { Entries: [{ Source: 'shop', DetailType: 'Ordered' }] }),
      keys: { 'events:source': 'shop', 'events:detail-type': 'Ordered' },
    },
  ])('of $service are $keys', ({ service, sketch, keys }) => {
    expect(apiCalls(service, request(sketch), place)[0]?.context).toMatchObject(keys);
  });
});
