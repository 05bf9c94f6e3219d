import type { ApiCall } from '../../../local/api.ts';
import { decide, type Principal, parsePolicy } from '../../../local/iam/policy.ts';

const role: Principal = {
  type: 'AWS',
  value: 'arn:aws:sts::123456789012:assumed-role/SendRole/SendFunction',
};
const service = (value: string): Principal => ({ type: 'Service', value });

const call = (
  action: string,
  resources: string | string[] = '*',
  context: ApiCall['context'] = {},
): ApiCall => ({
  action,
  resources: [resources].flat(),
  context,
});

function identity(statement: unknown, asked: ApiCall) {
  return decide({
    identityPolicies: [parsePolicy({ Version: '2012-10-17', Statement: statement }, 'role SendRole')],
    resourcePolicies: [],
    principal: role,
    call: asked,
  });
}

const allow = (Action: string, Resource = '*', Condition?: unknown) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition === undefined ? {} : { Condition }),
});

describe('identity-based policies', () => {
  const queue = 'arn:aws:sqs:us-east-1:123456789012:queue';
  it.each([
    {
      rule: 'the very action and resource',
      statement: allow('sqs:SendMessage', queue),
      asked: call('sqs:SendMessage', queue),
      allowed: true,
    },
    {
      rule: 'another action',
      statement: allow('sqs:SendMessage', queue),
      asked: call('sqs:DeleteMessage', queue),
      allowed: false,
    },
    {
      rule: 'actions whatever their case',
      statement: allow('SQS:sendmessage', queue),
      asked: call('sqs:SendMessage', queue),
      allowed: true,
    },
    {
      rule: 'resources in their case',
      statement: allow('sqs:*', queue),
      asked: call('sqs:SendMessage', queue.replace('queue', 'Queue')),
      allowed: false,
    },
    {
      rule: '* in an action',
      statement: allow('dynamodb:*Item', '*'),
      asked: call('dynamodb:PutItem', '*'),
      allowed: true,
    },
    {
      rule: '? in an action',
      statement: allow('dynamodb:?etItem', '*'),
      asked: call('dynamodb:PutItem', '*'),
      allowed: false,
    },
    {
      rule: '* across slashes',
      statement: allow('s3:GetObject', 'arn:aws:s3:::bucket/*'),
      asked: call('s3:GetObject', 'arn:aws:s3:::bucket/a/b'),
      allowed: true,
    },
    {
      rule: 'a prefix only',
      statement: allow('s3:GetObject', 'arn:aws:s3:::bucket'),
      asked: call('s3:GetObject', 'arn:aws:s3:::bucket/a'),
      allowed: false,
    },
    {
      rule: 'a dot is a dot',
      statement: allow('s3:GetObject', 'arn:aws:s3:::my.bucket/*'),
      asked: call('s3:GetObject', 'arn:aws:s3:::myxbucket/a'),
      allowed: false,
    },
    {
      rule: 'every resource of a call',
      statement: { ...allow('dynamodb:BatchGetItem'), Resource: ['arn:a', 'arn:b'] },
      asked: call('dynamodb:BatchGetItem', ['arn:a', 'arn:b']),
      allowed: true,
    },
    {
      rule: 'only some of the resources of a call',
      statement: allow('dynamodb:BatchGetItem', 'arn:a'),
      asked: call('dynamodb:BatchGetItem', ['arn:a', 'arn:b']),
      allowed: false,
    },
    {
      rule: 'NotAction leaves out',
      statement: { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' },
      asked: call('iam:PassRole'),
      allowed: false,
    },
    {
      rule: 'NotAction covers the rest',
      statement: { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' },
      asked: call('sqs:SendMessage'),
      allowed: true,
    },
    {
      rule: 'NotResource leaves out',
      statement: { Effect: 'Allow', Action: 's3:*', NotResource: 'arn:aws:s3:::secret/*' },
      asked: call('s3:GetObject', 'arn:aws:s3:::secret/x'),
      allowed: false,
    },
    {
      rule: 'an explicit Deny wins',
      statement: [allow('s3:*'), { Effect: 'Deny', Action: 's3:DeleteObject', Resource: '*' }],
      asked: call('s3:DeleteObject', 'arn:x'),
      allowed: false,
    },
    {
      rule: 'a Deny whose condition fails does nothing',
      statement: [
        allow('s3:*'),
        {
          Effect: 'Deny',
          Action: '*',
          Resource: '*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
      asked: call('s3:GetObject', 'arn:x', { 'aws:SecureTransport': 'true' }),
      allowed: true,
    },
  ])('$rule → $allowed', ({ statement, asked, allowed }) => {
    expect(identity(statement, asked).allowed).toBe(allowed);
  });

  it('explain a refusal in the words of AWS', () => {
    expect(
      identity(allow('sqs:SendMessage'), call('dynamodb:PutItem', 'arn:aws:dynamodb:::table/t')),
    ).toEqual({
      allowed: false,
      reason:
        'User: arn:aws:sts::123456789012:assumed-role/SendRole/SendFunction is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:::table/t because no identity-based policy allows the dynamodb:PutItem action',
    });
    expect(
      identity(
        { Sid: 'Never', Effect: 'Deny', Action: '*', Resource: '*' },
        call('sqs:SendMessage', 'arn:q'),
      ),
    ).toEqual({
      allowed: false,
      reason:
        'User: arn:aws:sts::123456789012:assumed-role/SendRole/SendFunction is not authorized to perform: sqs:SendMessage on resource: arn:q with an explicit deny in an identity-based policy',
      matched: 'role SendRole (Never)',
    });
  });
});

// Examples of the IAM User Guide, "IAM JSON policy elements: Condition operators" and
// "Creating a condition with multiple keys or values", with the outcomes stated there.
describe('conditions', () => {
  it.each([
    {
      condition: { StringEquals: { 'aws:PrincipalTag/job-category': 'iamuser-admin' } },
      given: { 'aws:PrincipalTag/job-category': 'iamuser-admin' },
      holds: true,
    },
    {
      condition: { StringEquals: { 'aws:PrincipalTag/job-category': 'iamuser-admin' } },
      given: {},
      holds: false,
    },
    {
      condition: { StringEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-west-1'] } },
      given: { 'aws:RequestedRegion': 'eu-west-1' },
      holds: true,
    },
    {
      condition: { StringEquals: { 'AWS:requestedregion': 'eu-west-1' } },
      given: { 'aws:RequestedRegion': 'eu-west-1' },
      holds: true,
    },
    {
      condition: { StringNotEquals: { 'aws:RequestedRegion': ['us-east-1', 'eu-west-1'] } },
      given: { 'aws:RequestedRegion': 'eu-west-1' },
      holds: false,
    },
    { condition: { StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } }, given: {}, holds: true },
    { condition: { StringEqualsIgnoreCase: { k: 'ABC' } }, given: { k: 'abc' }, holds: true },
    { condition: { StringNotEqualsIgnoreCase: { k: 'ABC' } }, given: { k: 'abc' }, holds: false },
    {
      condition: { StringLike: { 's3:prefix': ['', 'home/', 'home/*'] } },
      given: { 's3:prefix': 'home/a' },
      holds: true,
    },
    {
      condition: { StringLike: { 's3:prefix': ['', 'home/', 'home/*'] } },
      given: { 's3:prefix': 'homes' },
      holds: false,
    },
    {
      condition: { StringNotLike: { 's3:prefix': 'home/*' } },
      given: { 's3:prefix': 'home/a' },
      holds: false,
    },
    { condition: { StringEqualsIfExists: { 's3:x-amz-acl': 'private' } }, given: {}, holds: true },
    {
      condition: { StringEqualsIfExists: { 's3:x-amz-acl': 'private' } },
      given: { 's3:x-amz-acl': 'public-read' },
      holds: false,
    },
    {
      condition: { NumericLessThanEquals: { 's3:max-keys': '10' } },
      given: { 's3:max-keys': '10' },
      holds: true,
    },
    {
      condition: { NumericLessThanEquals: { 's3:max-keys': 10 } },
      given: { 's3:max-keys': '11' },
      holds: false,
    },
    { condition: { NumericNotEquals: { n: '1' } }, given: { n: '1.0' }, holds: false },
    {
      condition: { DateGreaterThan: { 'aws:TokenIssueTime': '2020-01-01T00:00:01Z' } },
      given: { 'aws:TokenIssueTime': '2020-01-01T00:00:02Z' },
      holds: true,
    },
    {
      condition: { DateLessThan: { 'aws:CurrentTime': '1577836801' } },
      given: { 'aws:CurrentTime': '2020-01-01T00:00:00Z' },
      holds: true,
    },
    {
      condition: { Bool: { 'aws:SecureTransport': 'true' } },
      given: { 'aws:SecureTransport': 'true' },
      holds: true,
    },
    {
      condition: { Bool: { 'aws:SecureTransport': false } },
      given: { 'aws:SecureTransport': 'true' },
      holds: false,
    },
    {
      condition: { IpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      given: { 'aws:SourceIp': '203.0.113.7' },
      holds: true,
    },
    {
      condition: { IpAddress: { 'aws:SourceIp': ['203.0.113.0/24', '2001:DB8:1234:5678::/64'] } },
      given: { 'aws:SourceIp': '2001:db8:1234:5678::9' },
      holds: true,
    },
    {
      condition: { NotIpAddress: { 'aws:SourceIp': '203.0.113.0/24' } },
      given: { 'aws:SourceIp': '203.0.113.7' },
      holds: false,
    },
    {
      condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:123456789012:*' } },
      given: { 'aws:SourceArn': 'arn:aws:sns:us-east-1:123456789012:topic' },
      holds: true,
    },
    {
      condition: { ArnEquals: { 'aws:SourceArn': 'arn:aws:sns:us-east-1:*:topic' } },
      given: { 'aws:SourceArn': 'arn:aws:sns:us-east-1:1:topic' },
      holds: true,
    },
    {
      condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:topic' } },
      given: { 'aws:SourceArn': 'arn:aws:sns:us-east-1:1:topic' },
      holds: false,
    },
    {
      condition: { ArnNotLike: { 'aws:SourceArn': 'arn:aws:sns:*:*:*' } },
      given: { 'aws:SourceArn': 'arn:aws:sns:us-east-1:1:topic' },
      holds: false,
    },
    { condition: { Null: { 'aws:TokenIssueTime': 'true' } }, given: {}, holds: true },
    {
      condition: { Null: { 'aws:TokenIssueTime': 'true' } },
      given: { 'aws:TokenIssueTime': 'x' },
      holds: false,
    },
    {
      condition: { Null: { 'aws:TokenIssueTime': 'false' } },
      given: { 'aws:TokenIssueTime': 'x' },
      holds: true,
    },
    {
      condition: { 'ForAllValues:StringLike': { 'ses:Recipients': '*@example.com' } },
      given: { 'ses:Recipients': 'a@example.com\nb@example.com' },
      holds: true,
    },
    {
      condition: { 'ForAllValues:StringLike': { 'ses:Recipients': '*@example.com' } },
      given: { 'ses:Recipients': 'a@example.com\nb@example.net' },
      holds: false,
    },
    {
      condition: { 'ForAllValues:StringLike': { 'ses:Recipients': '*@example.com' } },
      given: {},
      holds: true,
    },
    { condition: { 'ForAnyValue:StringEquals': { k: ['a', 'b'] } }, given: { k: 'x\nb' }, holds: true },
    { condition: { 'ForAnyValue:StringEquals': { k: ['a', 'b'] } }, given: {}, holds: false },
    { condition: { StringEquals: { a: '1', b: '2' } }, given: { a: '1', b: '3' }, holds: false },
    {
      condition: { StringEquals: { a: '1' }, Bool: { b: 'true' } },
      given: { a: '1', b: 'false' },
      holds: false,
    },
  ])('$condition of $given: $holds', ({ condition, given, holds }) => {
    expect(identity(allow('*', '*', condition), call('s3:GetObject', 'arn:x', given)).allowed).toBe(holds);
  });
});

describe('resource-based policies', () => {
  const topic = 'arn:aws:sns:us-east-1:123456789012:topic';
  const queue = 'arn:aws:sqs:us-east-1:123456789012:queue';
  const resource = (statement: unknown, principal: Principal, asked: ApiCall) =>
    decide({
      identityPolicies: [],
      resourcePolicies: [parsePolicy({ Statement: statement }, 'queue policy')],
      principal,
      call: asked,
    });
  const fromTopic = {
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: 'sqs:SendMessage',
    Resource: queue,
    Condition: { ArnEquals: { 'aws:SourceArn': topic } },
  };

  it.each([
    {
      who: 'the topic of the condition',
      statement: fromTopic,
      principal: service('sns.amazonaws.com'),
      context: { 'aws:SourceArn': topic },
      allowed: true,
    },
    {
      who: 'another topic',
      statement: fromTopic,
      principal: service('sns.amazonaws.com'),
      context: { 'aws:SourceArn': `${topic}2` },
      allowed: false,
    },
    {
      who: 'another service',
      statement: fromTopic,
      principal: service('events.amazonaws.com'),
      context: { 'aws:SourceArn': topic },
      allowed: false,
    },
    {
      who: 'a role that is named',
      statement: {
        ...fromTopic,
        Principal: { AWS: 'arn:aws:iam::123456789012:role/service-role/SendRole' },
        Condition: {},
      },
      principal: role,
      context: {},
      allowed: true,
    },
    {
      who: 'a session that is named',
      statement: { ...fromTopic, Principal: { AWS: role.value }, Condition: {} },
      principal: role,
      context: {},
      allowed: true,
    },
    {
      who: 'a role of another name',
      statement: { ...fromTopic, Principal: { AWS: 'arn:aws:iam::123456789012:role/Other' }, Condition: {} },
      principal: role,
      context: {},
      allowed: false,
    },
    {
      who: 'a role whose account is named: its own policies decide',
      statement: { ...fromTopic, Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Condition: {} },
      principal: role,
      context: {},
      allowed: false,
    },
    {
      who: 'anyone',
      statement: { ...fromTopic, Principal: '*', Condition: {} },
      principal: role,
      context: {},
      allowed: true,
    },
    {
      who: 'anyone, written as AWS',
      statement: { ...fromTopic, Principal: { AWS: '*' }, Condition: {} },
      principal: role,
      context: {},
      allowed: true,
    },
    {
      who: 'nobody: a statement without principal',
      statement: allow('sqs:SendMessage'),
      principal: role,
      context: {},
      allowed: false,
    },
  ])('$who → $allowed', ({ statement, principal, context, allowed }) => {
    expect(resource(statement, principal, call('sqs:SendMessage', queue, context)).allowed).toBe(allowed);
  });

  it('deny a role that its own policies allow, also by its account', () => {
    const decision = decide({
      identityPolicies: [parsePolicy({ Statement: allow('sqs:*') }, 'role')],
      resourcePolicies: [
        parsePolicy(
          {
            Statement: { Effect: 'Deny', Principal: { AWS: '123456789012' }, Action: 'sqs:*', Resource: '*' },
          },
          'queue policy',
        ),
      ],
      principal: role,
      call: call('sqs:SendMessage', queue),
    });
    expect(decision).toMatchObject({ allowed: false, matched: 'queue policy' });
    expect(decision).toHaveProperty(
      'reason',
      expect.stringContaining('with an explicit deny in a resource-based policy'),
    );
  });

  it('explain the refusal of a service', () => {
    expect(resource([], service('ses.amazonaws.com'), call('sns:Publish', topic))).toEqual({
      allowed: false,
      reason: `Service: ses.amazonaws.com is not authorized to perform: sns:Publish on resource: ${topic} because no resource-based policy allows the sns:Publish action`,
    });
  });
});

describe('parsePolicy', () => {
  const statement = allow('s3:*');
  it.each([
    {
      of: 'an unknown operator',
      document: { Statement: allow('*', '*', { StringSoundsLike: { a: 'b' } }) },
      message: 'role R, statement 1: unknown condition operator StringSoundsLike',
    },
    {
      of: 'NotPrincipal',
      document: { Statement: { ...statement, NotPrincipal: '*' } },
      message: 'role R, statement 1: the statement element NotPrincipal is not supported',
    },
    {
      of: 'an unknown element',
      document: { Statement: statement, Extra: 1 },
      message: 'role R: unknown policy element Extra',
    },
    {
      of: 'an unknown principal type',
      document: { Statement: { ...statement, Principal: { Federated: 'x' } } },
      message: 'role R, statement 1: the principal type Federated is not supported',
    },
    {
      of: 'another effect',
      document: { Statement: { ...statement, Effect: 'allow' } },
      message: 'role R, statement 1: Effect must be Allow or Deny',
    },
    {
      of: 'no action',
      document: { Statement: { Effect: 'Allow', Resource: '*' } },
      message: 'role R, statement 1: needs either Action or NotAction',
    },
    {
      of: 'a policy variable',
      document: { Statement: allow('s3:*', `arn:aws:s3:::b/\${aws:username}`) },
      message: `role R, statement 1, Resource: the policy variable in arn:aws:s3:::b/\${aws:username} is not supported`,
    },
    {
      of: 'a reference nobody resolved',
      document: { Statement: { ...statement, Resource: { Ref: 'Queue' } } },
      message: 'role R, statement 1, Resource: expected text',
    },
  ])('refuses $of', ({ document, message }) => {
    expect(() => parsePolicy(document, 'role R')).toThrow(message);
  });

  it('reads JSON text and single statements', () => {
    expect(
      parsePolicy(JSON.stringify({ Version: '2012-10-17', Id: 'x', Statement: statement }), 'w').statements,
    ).toHaveLength(1);
  });
});
