import {
  letsSesPublish,
  letsTopicSend,
  policyForSes,
  policyForTopic,
} from '../../../domain/doctor/resource-policy.ts';

const topicArn = 'arn:aws:sns:us-east-1:123456789012:feedback';
const queueArn = 'arn:aws:sqs:us-east-1:123456789012:feedback';
const statement = {
  Effect: 'Allow',
  Principal: { Service: 'sns.amazonaws.com' },
  Action: 'sqs:SendMessage',
  Condition: { ArnEquals: { 'aws:SourceArn': topicArn } },
};
const policy = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });

it.each([
  ['the statement of the stack', policyForTopic(undefined, queueArn, topicArn)],
  ['one of several', policy({ Effect: 'Deny', Principal: '*', Action: 'sqs:*' }, statement)],
  [
    'lists',
    policy({ ...statement, Action: ['sqs:SendMessage'], Principal: { Service: ['sns.amazonaws.com'] } }),
  ],
  ['everybody with the topic for a source', policy({ ...statement, Principal: { AWS: '*' } })],
  [
    'a pattern',
    policy({ ...statement, Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:sns:*:*:feed*' } } }),
  ],
  ['no condition', policy({ ...statement, Condition: undefined })],
])('is let in by %s', (_, text) => {
  expect(letsTopicSend(text, topicArn)).toBe(true);
});

it.each([
  ['no policy', undefined],
  ['no JSON', 'x'],
  ['another topic', policy({ ...statement, Condition: { ArnEquals: { 'aws:SourceArn': `${topicArn}2` } } })],
  ['another service', policy({ ...statement, Principal: { Service: 'events.amazonaws.com' } })],
  ['another action', policy({ ...statement, Action: 'sqs:ReceiveMessage' })],
  ['a refusal', policy({ ...statement, Effect: 'Deny' })],
])('is kept out by %s', (_, text) => {
  expect(letsTopicSend(text, topicArn)).toBe(false);
});

describe('SES at the topic', () => {
  const ofSet = (name: string, account = '123456789012') => ({
    Effect: 'Allow',
    Principal: { Service: 'ses.amazonaws.com' },
    Action: 'sns:Publish',
    Condition: {
      StringEquals: {
        'AWS:SourceAccount': account,
        'AWS:SourceArn': `arn:aws:ses:us-east-1:${account}:configuration-set/${name}`,
      },
    },
  });

  it('is let in for the configuration sets that are named, in this account', () => {
    const both = policy(ofSet('campaigns'), ofSet('notifications'));
    expect(
      ['campaigns', 'notifications', 'other'].map((name) => letsSesPublish(both, topicArn, name)),
    ).toEqual([...[true, true, false]]);
    expect(letsSesPublish(policy(ofSet('campaigns', '210987654321')), topicArn, 'campaigns')).toBe(false);
  });

  it('keeps what others are let do when a statement is added', () => {
    const mended = policyForSes(policy(ofSet('campaigns')), topicArn, ['notifications']);
    expect(['campaigns', 'notifications'].map((name) => letsSesPublish(mended, topicArn, name))).toEqual([
      ...[true, true],
    ]);
  });
});
