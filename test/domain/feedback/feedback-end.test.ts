import { stateRank } from '../../../domain/delivery.ts';
import { parseFeedback } from '../../../domain/feedback/feedback.ts';
import { bounceReason, type Evidence, prevails, reachedBy } from '../../../domain/feedback/feedback-end.ts';
import { sesEvents } from '../ses-events.ts';

function evidence(event: object): Evidence {
  const [feedback] = parseFeedback(JSON.stringify(event));
  if (feedback === undefined) {
    throw new Error('the event has no recipient');
  }
  return feedback;
}

const bounce = (diagnosticCode: string, status: string, bounceType = 'Permanent') =>
  evidence(
    sesEvents.bounce({
      detail: { bounceType, bouncedRecipients: [{ emailAddress: 'taro@gmail.com', status, diagnosticCode }] },
    }),
  );
const delay = (diagnosticCode: string, delayType = 'General') =>
  evidence(
    sesEvents.deliveryDelay({
      detail: { delayType, delayedRecipients: [{ emailAddress: 'taro@gmail.com', diagnosticCode }] },
    }),
  );

const unknownUser = bounce('smtp; 550 5.1.1 user unknown', '5.1.1');
const expired = bounce(
  'smtp; 554 4.4.7 Message expired: unable to deliver in 840 minutes.',
  '4.4.7',
  'Transient',
);
const full = delay('smtp; 452 4.2.2 The email account that you tried to reach is over quota');

describe('bounceReason', () => {
  it.each([
    { when: 'the bounce says why', of: unknownUser, after: full, code: 'user_unknown' },
    { when: 'it only ran out of time', of: expired, after: full, code: 'mailbox_full' },
    { when: 'it ran out of time and was not delayed before', of: expired, after: undefined, code: 'expired' },
    { when: 'the delay says no more', of: expired, after: delay('later'), code: 'expired' },
    {
      when: 'SES has a word for the delay',
      of: expired,
      after: delay('', 'MailboxFull'),
      code: 'mailbox_full',
    },
    { when: 'SES took it for spam', of: expired, after: delay('', 'SpamDetected'), code: 'spam_content' },
    {
      when: 'the sender was not authenticated',
      of: expired,
      after: delay('421 4.7.26 This mail is unauthenticated'),
      code: 'unauthenticated',
    },
    {
      when: 'the inner error is in the bounce',
      of: bounce(
        '554 4.4.7 Message expired: unable to deliver in 840 minutes.<452 4.2.2 mailbox full>',
        '4.4.7',
        'Transient',
      ),
      after: delay('421 4.7.26 This mail is unauthenticated'),
      code: 'mailbox_full',
    },
  ])('is $code when $when', ({ of, after, code }) => {
    expect(bounceReason(of, after).code).toBe(code);
  });
});

describe('reachedBy', () => {
  it.each([
    [{ send: evidence(sesEvents.send()) }, { state: 'accepted', rank: stateRank.accepted }],
    [{ machineOpen: evidence(sesEvents.machineOpen()) }, { state: 'accepted', rank: stateRank.accepted }],
    [{ deliveryDelay: full }, { state: 'delayed', rank: stateRank.delayed }],
    [
      { deliveryDelay: full, bounce: expired },
      { state: 'bounced', reason: 'mailbox_full', ruleId: expect.any(String) },
    ],
    [{ bounce: unknownUser }, { state: 'bounced', reason: 'user_unknown', ruleId: 'code/mailbox' }],
    [
      { bounce: unknownUser, complaint: evidence(sesEvents.complaint()) },
      { state: 'complained', reason: 'complaint' },
    ],
    [{ reject: evidence(sesEvents.reject()) }, { state: 'rejected', reason: 'malware' }],
    [
      { renderingFailure: evidence(sesEvents.renderingFailure()) },
      { state: 'rejected', reason: 'render_failure' },
    ],
  ])('of %j', (all, reached) => {
    expect(reachedBy(all)).toMatchObject(reached);
    expect(reachedBy(Object.fromEntries(Object.entries(all).reverse()))).toEqual(reachedBy(all));
  });

  it('is what it is whatever stands first', () => {
    const both = {
      reject: evidence(sesEvents.reject()),
      renderingFailure: evidence(sesEvents.renderingFailure()),
    };
    expect(reachedBy(Object.fromEntries(Object.entries(both).reverse()))).toEqual(reachedBy(both));
  });
});

it.each([
  ['bounce', 1, 2, true],
  ['bounce', 2, 1, false],
  ['bounce', 1, 1, false],
  ['deliveryDelay', 2, 1, true],
  ['deliveryDelay', 1, 2, false],
  ['deliveryDelay', 1, 1, false],
] as const)('a %s of %d prevails over one of %d: %s', (kind, atMs, overMs, does) => {
  expect(prevails(kind, atMs, overMs)).toBe(does);
});
