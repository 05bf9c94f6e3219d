import { recipientIdOf } from '../../../domain/address.ts';
import { type Feedback, parseFeedback } from '../../../domain/feedback/feedback.ts';
import {
  consequenceOf,
  parseSuppressionPolicy,
  type SuppressionPolicy,
} from '../../../domain/suppression/suppression-policy.ts';
import { happenedAt, sesEvents, sesMessageId } from '../ses-events.ts';

const atMs = Date.parse(happenedAt);
const policy: SuppressionPolicy = {
  complaints: 'marketing',
  softBounces: { count: 3, withinDays: 30, scope: 'marketing', forDays: 90 },
};

function feedbackOf(event: object): Feedback {
  const [feedback] = parseFeedback(JSON.stringify(event));
  if (feedback === undefined) {
    throw new Error('the event has no recipient');
  }
  return feedback;
}

/** A bounce of an address at a domain, with what the receiver said. */
function bounced(text: string, detail: object = {}, address = 'taro@example.com') {
  const [status] = /\b[45]\.\d\.\d+/.exec(text) ?? [];
  const bouncedRecipients = [{ emailAddress: address, status, diagnosticCode: text }];
  return consequenceOf(feedbackOf(sesEvents.bounce({ detail: { bouncedRecipients, ...detail } })), policy)
    ?.change;
}

const permanent = { bounceType: 'Permanent', bounceSubType: 'General' };
const transient = { bounceType: 'Transient', bounceSubType: 'General' };

describe('consequenceOf a bounce', () => {
  it.each([
    ['smtp; 550 5.1.1 user unknown', 'user_unknown'],
    ['550 5.1.2 bad destination host', 'domain_unknown'],
    ['556 5.1.10 null MX', 'null_mx'],
  ])('gives up the address for all mail: %s', (text, code) => {
    expect(bounced(text, permanent)).toMatchObject({
      kind: 'suppressed',
      scope: 'all',
      reason: 'bounce',
      source: 'ses',
      evidence: expect.stringMatching(new RegExp(`^${code} .*${sesMessageId}$`)),
    });
  });

  it.each([
    [
      'smtp; 550 5.7.26 Unauthenticated email is not accepted due to domain policy',
      permanent,
      'taro@gmail.com',
    ],
    [
      '550 5.7.515 Access denied, sending domain does not meet the required authentication level',
      permanent,
      'taro@outlook.com',
    ],
    [
      '550 5.7.1 Unfortunately, messages from [192.0.2.1] were not sent. block list (S3150)',
      permanent,
      'taro@outlook.com',
    ],
    ['421 4.7.28 unusual rate of unsolicited mail from your IP address', transient, 'taro@gmail.com'],
    ['552 5.3.4 message size exceeds fixed limit', permanent, 'taro@example.com'],
    [
      '554 5.7.1 spam message rejected',
      { bounceType: 'Transient', bounceSubType: 'ContentRejected' },
      'taro@example.com',
    ],
    ['554 4.4.7 message expired', transient, 'taro@example.com'],
  ])('suppresses nobody for what is the sender’s doing: %s', (text, types, address) => {
    expect(bounced(text, types, address)).toBeUndefined();
  });

  it.each([
    [
      'smtp; 552 5.2.2 mailbox full',
      { bounceType: 'Transient', bounceSubType: 'MailboxFull' },
      'mailbox_full',
    ],
    ['', { bounceType: 'Transient', bounceSubType: 'MailboxFull' }, 'mailbox_full'],
    [
      '554 4.4.7 Message expired: unable to deliver in 840 minutes.<421 4.4.2 Connection timed out>',
      transient,
      undefined,
    ],
    ['450 4.1.1 user unknown', transient, 'user_unknown'],
    ['', { bounceType: 'Undetermined', bounceSubType: 'Undetermined' }, 'unknown'],
  ])('counts, and suppresses when it happens again: %s', (text, types, code) => {
    expect(bounced(text, types)).toMatchObject({
      kind: 'bounced',
      counts: 'soft',
      ...(code === undefined ? {} : { code }),
      sesMessageId,
      rule: policy.softBounces,
    });
  });

  it.each([
    ['550 5.2.1 The email account that you tried to reach is disabled', 'account_disabled', 'taro@gmail.com'],
    ['550 words that nobody knows', 'unknown', 'taro@example.com'],
  ])('gives up at the second time: %s', (text, code, address) => {
    expect(bounced(text, permanent, address)).toMatchObject({
      kind: 'bounced',
      counts: 'refusal',
      code,
      rule: { count: 2, scope: 'all' },
    });
  });

  it.each([
    { bounceSubType: 'OnAccountSuppressionList', source: 'ses-account-list' },
    { bounceSubType: 'Suppressed', source: 'ses-global-list', expiresAtMs: atMs + 14 * 86_400_000 },
  ])('repeats what $source has, without taking it for evidence', ({ bounceSubType, ...mirrored }) => {
    expect(bounced('', { bounceType: 'Permanent', bounceSubType })).toMatchObject({
      kind: 'suppressed',
      scope: 'all',
      ...mirrored,
    });
  });

  it.each(['OnTenantSuppressionList', 'EmailValidationSuppressed', 'UnsubscribedRecipient'])(
    'suppresses nobody for %s',
    (bounceSubType) => {
      expect(bounced('', { bounceType: 'Permanent', bounceSubType })).toBeUndefined();
    },
  );

  it('tells who, when, and on what it rests, without the address', () => {
    const found = consequenceOf(feedbackOf(sesEvents.bounce()), policy);
    expect(found).toEqual({
      recipientId: recipientIdOf('taro@example.com'),
      address: 'taro@example.com',
      change: {
        kind: 'suppressed',
        scope: 'all',
        reason: 'bounce',
        source: 'ses',
        atMs,
        evidence: expect.stringMatching(`^user_unknown [a-z-]+/[a-z-]+ 5.1.1 ${sesMessageId}$`),
      },
    });
    expect(JSON.stringify(found?.change)).not.toContain('taro');
  });
});

describe('consequenceOf a complaint', () => {
  const complaint = (detail: object, by = policy) =>
    consequenceOf(feedbackOf(sesEvents.complaint({ detail: { ...detail } })), by)?.change;

  it.each(['abuse', 'auth-failure', 'fraud', 'other', 'virus', undefined])(
    'of type %s stops marketing',
    (type) => {
      expect(complaint({ complaintFeedbackType: type })).toMatchObject({
        kind: 'suppressed',
        scope: 'marketing',
        reason: 'complaint',
        source: 'ses',
        evidence: `${type ?? 'complaint'} ${sesMessageId}`,
      });
    },
  );

  it('stops all mail where the stage says so', () => {
    expect(complaint({}, { ...policy, complaints: 'all' })).toMatchObject({ scope: 'all' });
  });

  it('is a repetition when SES did not even try', () => {
    expect(complaint({ complaintSubType: 'OnAccountSuppressionList' })).toMatchObject({
      source: 'ses-account-list',
    });
  });

  it('is none when it says "not spam"', () => {
    expect(complaint({ complaintFeedbackType: 'not-spam' })).toBeUndefined();
  });
});

it.each([
  'send',
  'delivery',
  'deliveryDelay',
  'reject',
  'renderingFailure',
  'open',
  'click',
  'machineOpen',
] as const)('a %s suppresses nobody', (kind) => {
  expect(consequenceOf(feedbackOf(sesEvents[kind]()), policy)).toBeUndefined();
});

describe('parseSuppressionPolicy', () => {
  it('reads what the stack writes', () => {
    expect(parseSuppressionPolicy(JSON.stringify(policy))).toEqual(policy);
  });

  it.each([
    ['{}'],
    ['nothing'],
    [JSON.stringify({ ...policy, complaints: 'some' })],
    [JSON.stringify({ ...policy, softBounces: { ...policy.softBounces, count: 0 } })],
    [JSON.stringify({ ...policy, softBounces: { ...policy.softBounces, forDays: undefined } })],
  ])('refuses %s', (text) => {
    expect(() => parseSuppressionPolicy(text)).toThrow();
  });
});
