import { recipientIdOf } from '../../domain/address.ts';
import { type FeedbackKind, parseFeedback, stateOf, suppressionFrom } from '../../domain/feedback.ts';
import {
  asNotification,
  happenedAt,
  inEventBridgeEnvelope,
  inSnsEnvelope,
  sesEvents,
  sesMessageId,
} from './ses-events.ts';

const mailedAtMs = Date.UTC(2026, 10, 24);
const happenedAtMs = Date.parse(happenedAt);
const tags = { 'todoke-notification': 'n-1', 'todoke-template': 'order-confirmation' };

/** What is special to each type in its feedback. */
const specials: Record<FeedbackKind, { atMs?: number; part?: Record<string, string> }> = {
  send: { atMs: mailedAtMs },
  delivery: { part: { diagnosticCode: '250 2.6.0 Message received' } },
  deliveryDelay: {
    part: {
      delayType: 'TransientCommunicationFailure',
      enhancedStatusCode: '4.4.1',
      diagnosticCode: 'smtp; 421 4.4.1 Unable to connect to remote host',
    },
  },
  bounce: {
    part: {
      bounceType: 'Permanent',
      bounceSubType: 'General',
      enhancedStatusCode: '5.1.1',
      diagnosticCode: 'smtp; 550 5.1.1 user unknown',
    },
  },
  complaint: { part: { complaintFeedbackType: 'abuse' } },
  reject: { atMs: mailedAtMs, part: { diagnosticCode: 'Bad content' } },
  renderingFailure: {
    atMs: mailedAtMs,
    part: { diagnosticCode: "Attribute 'name' is not present in the rendering data." },
  },
  open: {},
  click: {},
  subscription: {},
};
const kinds = Object.keys(specials) as FeedbackKind[];

describe.each(kinds)('parseFeedback of %s', (kind) => {
  const { atMs = happenedAtMs, part = {} } = specials[kind];
  const feedback = { kind, sesMessageId, atMs, recipient: 'taro@example.com', ...part };
  const event = sesEvents[kind]({ tags });

  it.each([
    ['bare, as with raw message delivery', JSON.stringify(event)],
    ['in an SNS envelope', inSnsEnvelope(`${JSON.stringify(event)}\n`)],
    ['in an EventBridge envelope', inEventBridgeEnvelope(event)],
  ])('reads an event %s', (_, body) => {
    expect(parseFeedback(body)).toEqual([{ ...feedback, tags: expect.objectContaining(tags) }]);
  });

  it('reads an identity notification, which has no tags', () => {
    const notification = asNotification(event);
    expect(parseFeedback(JSON.stringify(notification))).toEqual([{ ...feedback, tags: {} }]);
    expect(parseFeedback(inSnsEnvelope(JSON.stringify(notification)))).toEqual([{ ...feedback, tags: {} }]);
  });

  it('gives one feedback for every recipient', () => {
    const recipients = ['a@example.com', 'b@example.com', 'c@example.com'];
    const found = parseFeedback(JSON.stringify(sesEvents[kind]({ recipients })));
    expect(found.map(({ recipient }) => recipient)).toEqual(recipients);
  });
});

describe('parseFeedback', () => {
  it('gives only the recipients that an event is about', () => {
    const recipients = ['a@example.com', 'b@example.com'];
    const bounce = sesEvents.bounce({
      recipients,
      detail: { bouncedRecipients: [{ emailAddress: 'b@example.com' }] },
    });
    expect(parseFeedback(JSON.stringify(bounce)).map(({ recipient }) => recipient)).toEqual([
      'b@example.com',
    ]);
  });

  it('reads the time of a bounce with an offset', () => {
    const bounce = sesEvents.bounce({ detail: { timestamp: '2026-11-23T17:00:02.012-07:00' } });
    expect(parseFeedback(JSON.stringify(bounce))[0]?.atMs).toBe(happenedAtMs);
  });

  it.each([
    ['a topic', 'Successfully validated SNS topic for Amazon SES event publishing.'],
    [
      'an identity',
      JSON.stringify({
        notificationType: 'AmazonSnsSubscriptionSucceeded',
        message: 'You have successfully subscribed your Amazon SNS topic.',
      }),
    ],
  ])('answers nothing to the words by which SES announces itself on %s', (_, message) => {
    expect(parseFeedback(message)).toEqual([]);
    expect(parseFeedback(inSnsEnvelope(message))).toEqual([]);
  });

  const { mail, ...noMail } = sesEvents.send();
  it.each<[string, string, string, string]>([
    ['no JSON', 'taro@example.com', 'feedback-not-json', ''],
    ['half an object', '{"eventType":"taro@example.com"', 'feedback-not-json', ''],
    ['an envelope around no JSON', inSnsEnvelope('taro@example.com'), 'feedback-not-json', ''],
    ['a list', '["taro@example.com"]', 'feedback-shape', ''],
    ['no type', JSON.stringify({ mail }), 'feedback-shape', 'eventType'],
    [
      'an unknown type',
      JSON.stringify({ eventType: 'taro@example.com', mail }),
      'feedback-shape',
      'eventType',
    ],
    [
      'a type that every object has',
      JSON.stringify({ eventType: 'constructor', mail }),
      'feedback-shape',
      'eventType',
    ],
    ['no mail', JSON.stringify(noMail), 'feedback-shape', 'mail'],
    [
      'no message id',
      JSON.stringify({ ...noMail, mail: { timestamp: happenedAt } }),
      'feedback-shape',
      'mail.messageId',
    ],
    [
      'a wrong time',
      JSON.stringify(sesEvents.bounce({ detail: { timestamp: 'taro@example.com' } })),
      'feedback-shape',
      'bounce.timestamp',
    ],
    [
      'a bounce of nobody',
      JSON.stringify(sesEvents.bounce({ detail: { bouncedRecipients: null } })),
      'feedback-shape',
      'bounce.bouncedRecipients',
    ],
    [
      'a bounce of no address',
      JSON.stringify(sesEvents.bounce({ detail: { bouncedRecipients: [{}] } })),
      'feedback-shape',
      'bounce.bouncedRecipients[].emailAddress',
    ],
    ['an empty EventBridge envelope', '{"source":"aws.ses","detail":null}', 'feedback-shape', ''],
  ])('refuses %s without quoting it', (_, body, code, field) => {
    const refuse = () => parseFeedback(body);
    expect(refuse).toThrow(expect.objectContaining({ name: 'InputError', code, field }));
    expect(refuse).toThrow(expect.not.objectContaining({ message: expect.stringContaining('taro') }));
  });
});

describe('stateOf', () => {
  it.each<[FeedbackKind, string | undefined]>([
    ['send', 'accepted'],
    ['deliveryDelay', 'delayed'],
    ['delivery', 'delivered'],
    ['bounce', 'bounced'],
    ['complaint', 'complained'],
    ['reject', 'rejected'],
    ['renderingFailure', 'rejected'],
    ['open', undefined],
    ['click', undefined],
    ['subscription', undefined],
  ])('of %s is %s', (kind, state) => {
    expect(stateOf({ kind })?.state).toBe(state);
  });

  it('does not take "not spam" for a complaint', () => {
    expect(stateOf({ kind: 'complaint', complaintFeedbackType: 'not-spam' })).toBeUndefined();
  });

  it('ranks a refusal after acceptance above a delivery and below a complaint', () => {
    const rank = (kind: FeedbackKind) => stateOf({ kind })?.rank ?? 0;
    expect(rank('reject')).toBeGreaterThan(rank('delivery'));
    expect(rank('reject')).toBeLessThan(rank('complaint'));
  });
});

describe('suppressionFrom', () => {
  const [bounce] = parseFeedback(JSON.stringify(sesEvents.bounce()));
  const [complaint] = parseFeedback(JSON.stringify(sesEvents.complaint()));
  if (bounce === undefined || complaint === undefined) {
    throw new Error('the fixtures have no recipient');
  }

  it.each([
    { bounceType: 'Permanent', bounceSubType: 'General', scope: 'all' },
    { bounceType: 'Permanent', bounceSubType: 'NoEmail', scope: 'all' },
    { bounceType: 'Permanent', bounceSubType: 'Suppressed', scope: 'all' },
    { bounceType: 'Permanent', bounceSubType: 'OnAccountSuppressionList', scope: undefined },
    { bounceType: 'Permanent', bounceSubType: 'OnTenantSuppressionList', scope: undefined },
    { bounceType: 'Permanent', bounceSubType: 'EmailValidationSuppressed', scope: undefined },
    { bounceType: 'Permanent', bounceSubType: 'UnsubscribedRecipient', scope: undefined },
    { bounceType: 'Transient', bounceSubType: 'General', scope: undefined },
    { bounceType: 'Transient', bounceSubType: 'MailboxFull', scope: undefined },
    { bounceType: 'Transient', bounceSubType: 'MessageTooLarge', scope: undefined },
    { bounceType: 'Transient', bounceSubType: 'ContentRejected', scope: undefined },
    { bounceType: 'Transient', bounceSubType: 'AttachmentRejected', scope: undefined },
    { bounceType: 'Transient', bounceSubType: 'CustomTimeoutExceeded', scope: undefined },
    { bounceType: 'Undetermined', bounceSubType: 'Undetermined', scope: undefined },
  ])('of a bounce $bounceType/$bounceSubType has scope $scope', ({ scope, ...types }) => {
    expect(suppressionFrom({ ...bounce, ...types })?.scope).toBe(scope);
  });

  it.each([
    ...['abuse', 'auth-failure', 'fraud', 'other', 'virus'].map((type) => ({
      type,
      subType: undefined,
      scope: 'marketing',
    })),
    { type: undefined, subType: undefined, scope: 'marketing' },
    { type: 'not-spam', subType: undefined, scope: undefined },
    { type: undefined, subType: 'OnAccountSuppressionList', scope: undefined },
  ])('of a complaint $type with sub type $subType has scope $scope', ({ type, subType, scope }) => {
    const { complaintFeedbackType: _, ...rest } = complaint;
    const reported = {
      ...rest,
      ...(type === undefined ? {} : { complaintFeedbackType: type }),
      ...(subType === undefined ? {} : { complaintSubType: subType }),
    };
    expect(suppressionFrom(reported)?.scope).toBe(scope);
  });

  it.each(kinds.filter((kind) => kind !== 'bounce' && kind !== 'complaint'))('of %s is none', (kind) => {
    expect(parseFeedback(JSON.stringify(sesEvents[kind]())).map(suppressionFrom)).toEqual([undefined]);
  });

  it('tells why, when, and on what it rests, without the address', () => {
    expect(suppressionFrom(bounce)).toEqual({
      recipientId: recipientIdOf('taro@example.com'),
      address: 'taro@example.com',
      scope: 'all',
      suppression: {
        reason: 'bounce',
        source: 'ses',
        atMs: happenedAtMs,
        evidence: `General 5.1.1 ${sesMessageId}`,
      },
    });
    expect(suppressionFrom(complaint)?.suppression).toMatchObject({
      reason: 'complaint',
      evidence: `abuse ${sesMessageId}`,
    });
  });

  it.each([
    ['in capitals', 'TARO@EXAMPLE.COM'],
    ['with its name', '"Yamada, Taro" <taro@example.com>'],
    ['in angle brackets', '<taro@example.com>'],
  ])('finds the recipient that SES names %s', (_, recipient) => {
    expect(suppressionFrom({ ...bounce, recipient })?.recipientId).toBe(recipientIdOf('taro@example.com'));
  });

  it('suppresses an address that is not well-formed under its own name', () => {
    expect(suppressionFrom({ ...bounce, recipient: 'a..b@example.com' })).toMatchObject({
      address: 'a..b@example.com',
      recipientId: recipientIdOf('a..b@example.com'),
    });
  });
});
