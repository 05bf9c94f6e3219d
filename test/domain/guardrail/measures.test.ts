import type { Feedback } from '../../../domain/feedback/feedback.ts';
import { reachedBy } from '../../../domain/feedback/feedback-end.ts';
import { countsBy } from '../../../domain/guardrail/measures.ts';

const event = (changes: Partial<Feedback>): Feedback => ({
  ...{ kind: 'bounce', sesMessageId: 'm', atMs: 0, tags: {}, recipient: 'r@example.com' },
  ...changes,
});
const counted = (changes: Partial<Feedback>) => {
  const feedback = event(changes);
  return countsBy(feedback, reachedBy({ [feedback.kind]: feedback }));
};

it.each([
  [
    'an unknown user',
    { bounceType: 'Permanent', diagnosticCode: 'smtp; 550 5.1.1 user unknown' },
    { hard: 1, unknownUser: 1 },
  ],
  [
    'a full mailbox',
    { bounceType: 'Transient', diagnosticCode: 'smtp; 552 5.2.2 mailbox full' },
    { soft: 1 },
  ],
  [
    'mail that is not authenticated',
    { bounceType: 'Permanent', diagnosticCode: 'smtp; 550-5.7.26 unauthenticated. 550 5.7.26 - gsmtp' },
    { auth: 1, authRun: 1 },
  ],
  [
    'a level of authentication that is asked of bulk senders',
    {
      bounceType: 'Permanent',
      diagnosticCode: 'smtp; 550 5.7.515 Access denied, sending domain',
      recipient: 'r@outlook.com',
    },
    { auth: 1, authRun: 1 },
  ],
  [
    'the list of the account',
    { bounceType: 'Permanent', bounceSubType: 'OnAccountSuppressionList' },
    { soft: 1 },
  ],
  ['the global list of SES', { bounceType: 'Permanent', bounceSubType: 'Suppressed' }, { hard: 1 }],
  ['something that nobody knows', { bounceType: 'Undetermined' }, { soft: 1 }],
] as const)('takes a bounce of %s for what it is', (_, changes, counts) => {
  expect(counted(changes)).toEqual(counts);
});

it('takes a block of our address for a matter of reputation', () => {
  const diagnosticCode =
    'smtp; 550 5.7.1 Unfortunately, messages from [192.0.2.1] weren’t sent. Please contact your Internet service provider since part of their network is on our block list (S3150).';
  expect(counted({ bounceType: 'Permanent', diagnosticCode, recipient: 'r@outlook.com' })).toEqual({
    blocked: 1,
  });
});

it.each([
  ['delivery', { delivered: 1 }],
  ['deliveryDelay', { delayed: 1 }],
  ['complaint', { complained: 1 }],
  ['reject', { refused: 1 }],
  ['renderingFailure', { refused: 1 }],
  ['open', {}],
  ['send', {}],
] as const)('counts %s', (kind, counts) => {
  expect(counted({ kind })).toEqual(counts);
});
