import fc from 'fast-check';
import { recipientIdOf } from '../../../domain/address.ts';
import { deliveryId, keyOfTags, stateRank } from '../../../domain/delivery.ts';
import { InputError } from '../../../domain/errors.ts';
import {
  type Feedback,
  type FeedbackKind,
  mailboxOf,
  parseFeedback,
  stateOf,
} from '../../../domain/feedback/feedback.ts';
import { reachedBy } from '../../../domain/feedback/feedback-end.ts';
import { formatTimestamp } from '../../../domain/timestamp.ts';
import {
  asNotification,
  happenedAt,
  inEventBridgeEnvelope,
  inSnsEnvelope,
  sesEvents,
  sesMessageId,
} from '../ses-events.ts';

const mailedAtMs = Date.UTC(2026, 10, 24);
const happenedAtMs = Date.parse(happenedAt);
const tags = { 'todoke-notification': 'n-1', 'todoke-template': 'order-confirmation' };

/** What is special to each type in its feedback. */
const specials: Record<FeedbackKind, { atMs?: number; part?: Record<string, string | number> }> = {
  send: { atMs: mailedAtMs },
  delivery: {
    part: {
      diagnosticCode: '250 2.6.0 Message received',
      processingTimeMs: 11_893,
      remoteMtaIp: '192.0.2.10',
      reportingMta: 'mta.example.com',
    },
  },
  deliveryDelay: {
    part: {
      delayType: 'TransientCommunicationFailure',
      enhancedStatusCode: '4.4.1',
      diagnosticCode: 'smtp; 421 4.4.1 Unable to connect to remote host',
      retriedUntilMs: Date.UTC(2026, 10, 24, 14, 0, 0, 12),
    },
  },
  bounce: {
    part: {
      bounceType: 'Permanent',
      bounceSubType: 'General',
      enhancedStatusCode: '5.1.1',
      diagnosticCode: 'smtp; 550 5.1.1 user unknown',
      feedbackId: '0106019a0b1c3333-aaaabbbb-cccc-dddd-eeee-ffff00001111-000000',
      reportingMta: 'dsn; mta.example.com',
    },
  },
  complaint: {
    part: {
      complaintFeedbackType: 'abuse',
      feedbackId: '0106019a0b1c4444-aaaabbbb-cccc-dddd-eeee-ffff00001111-000000',
    },
  },
  notSpam: {
    part: {
      complaintFeedbackType: 'not-spam',
      feedbackId: '0106019a0b1c5555-aaaabbbb-cccc-dddd-eeee-ffff00001111-000000',
    },
  },
  reject: { atMs: mailedAtMs, part: { diagnosticCode: 'Bad content' } },
  renderingFailure: {
    atMs: mailedAtMs,
    part: { diagnosticCode: "Attribute 'name' is not present in the rendering data." },
  },
  open: { part: { sentAtMs: mailedAtMs } },
  // Of https://example.com/orders/1234.
  click: { part: { sentAtMs: mailedAtMs, linkId: 'd948d696' } },
  machineOpen: { part: { sentAtMs: mailedAtMs } },
  machineClick: { part: { sentAtMs: mailedAtMs, linkId: 'd948d696' } },
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
    expect(found.map(({ shared }) => shared)).toEqual([true, true, true]);
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
    [
      'a delivery to nobody',
      JSON.stringify(sesEvents.delivery({ recipients: [] })),
      'feedback-shape',
      'delivery.recipients',
    ],
    [
      'a recipient longer than any address',
      JSON.stringify(sesEvents.bounce({ recipients: [`taro@${'a'.repeat(1_000)}.example.com`] })),
      'feedback-shape',
      'bounce.bouncedRecipients[].emailAddress',
    ],
    [
      'an id that SES would not give',
      JSON.stringify({ ...noMail, mail: { timestamp: happenedAt, messageId: '花'.repeat(900) } }),
      'feedback-shape',
      'mail.messageId',
    ],
    [
      'more recipients than SES takes',
      JSON.stringify(sesEvents.bounce({ recipients: Array(101).fill('taro@example.com') })),
      'feedback-shape',
      'bounce.bouncedRecipients',
    ],
    [
      'an EventBridge envelope around half a million lists',
      `{"source":"aws.ses","detail":${'['.repeat(500_000)}${']'.repeat(500_000)}}`,
      'feedback-shape',
      '',
    ],
    ['an empty EventBridge envelope', '{"source":"aws.ses","detail":null}', 'feedback-shape', ''],
  ])('refuses %s without quoting it', (_, body, code, field) => {
    const refuse = () => parseFeedback(body);
    expect(refuse).toThrow(expect.objectContaining({ name: 'InputError', code, field }));
    expect(refuse).toThrow(expect.not.objectContaining({ message: expect.stringContaining('taro') }));
  });
});

describe('parseFeedback of opens', () => {
  it.each([
    { isBot: true },
    { botDetected: 'true' },
    { isMachineGenerated: true },
    { automatedInteraction: true },
  ])('takes one that says %p for a machine’s', (mark) => {
    expect(parseFeedback(JSON.stringify(sesEvents.open({ detail: mark })))[0]?.kind).toBe('machineOpen');
    expect(parseFeedback(JSON.stringify(sesEvents.click({ detail: mark })))[0]?.kind).toBe('machineClick');
  });

  it.each([{}, { isBot: false }, { isBot: 'false' }, { userAgent: 'Googlebot' }])(
    'takes one that says %p for a person’s',
    (mark) => {
      expect(parseFeedback(JSON.stringify(sesEvents.open({ detail: mark })))[0]?.kind).toBe('open');
    },
  );
});

/** Every place in an event, as the names that lead to it. */
function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  const isParent = typeof value === 'object' && value !== null;
  return [
    path,
    ...(isParent ? Object.entries(value).flatMap(([name, child]) => placesIn(child, [...path, name])) : []),
  ];
}

/** The same with something else in a place; where that place is gone, as it was. */
function replaced(value: unknown, [name, ...rest]: readonly string[], by: unknown): unknown {
  if (name === undefined) {
    return by;
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const child = replaced((value as Record<string, unknown>)[name], rest, by);
  return Array.isArray(value)
    ? value.map((item, i) => (String(i) === name ? child : item))
    : { ...value, [name]: child };
}

const anything = fc.oneof(
  fc.constantFrom<unknown>('', ' ', '\u0000', '\ud800', '花'.repeat(1_000), null, true, [], {}, [null], [[]]),
  fc.constantFrom<unknown>(1e300, -1e300, 1e-300, 2 ** 53, -1, '1e300', '0000-01-01T00:00:00Z'),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.jsonValue(),
);

/** What DynamoDB and its SDK take: texts that are UTF-8, numbers without loss, and keys that are neither empty nor long. */
function expectStorable(feedback: Feedback): void {
  const { tags, ...facts } = feedback;
  for (const [name, fact] of Object.entries(facts)) {
    const isStorable =
      typeof fact === 'string' ? fact.isWellFormed() : fact === true || Number.isSafeInteger(fact);
    expect([name, isStorable]).toEqual([name, true]);
  }
  const key = keyOfTags(tags) ?? { kind: 'foreign', sesMessageId: feedback.sesMessageId };
  for (const text of [deliveryId(key), feedback.sesMessageId, mailboxOf(feedback.recipient).recipientId]) {
    expect(text).toMatch(/^[ -~]{1,1500}$/);
  }
  expect(formatTimestamp(feedback.atMs)).toMatch(/Z$/);
  expect(formatTimestamp(feedback.retriedUntilMs ?? 0)).toMatch(/Z$/);
  expect(explainable(feedback)).toBe(true);
}

/** Whatever came out of an event, what it comes to can be said. */
function explainable(feedback: Feedback): boolean {
  return reachedBy({ [feedback.kind]: feedback }).rank >= stateRank.accepted;
}

it('makes of an event with anything anywhere what can be kept, or says that it is wrong', () => {
  const ours = { ...tags, 'todoke-campaign': 'news', 'todoke-chunk': '1', 'todoke-index': '2' };
  const event = fc.constantFrom(...kinds).map((kind) => sesEvents[kind]({ tags: ours }));
  const changed = event.chain((of) =>
    fc
      .array(fc.tuple(fc.constantFrom(...placesIn(of)), anything), { minLength: 1, maxLength: 3 })
      .map((changes) => changes.reduce<unknown>((now, [path, by]) => replaced(now, path, by), of)),
  );
  fc.assert(
    fc.property(changed, (value) => {
      let found: Feedback[] = [];
      try {
        found = parseFeedback(JSON.stringify(value));
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
      for (const feedback of found) {
        expectStorable(feedback);
      }
    }),
    { numRuns: 2_000 },
  );
});

it('keeps no more of an answer than is ever read', () => {
  const bouncedRecipients = [{ emailAddress: 'taro@example.com', diagnosticCode: 'x'.repeat(200_000) }];
  const [bounce] = parseFeedback(JSON.stringify(sesEvents.bounce({ detail: { bouncedRecipients } })));
  expect(bounce?.diagnosticCode).toHaveLength(8_192);
});

describe('stateOf', () => {
  it.each<[FeedbackKind, string]>([
    ['send', 'accepted'],
    ['deliveryDelay', 'delayed'],
    ['delivery', 'delivered'],
    ['bounce', 'bounced'],
    ['complaint', 'complained'],
    ['reject', 'rejected'],
    ['renderingFailure', 'rejected'],
    ['open', 'accepted'],
    ['click', 'accepted'],
    ['machineOpen', 'accepted'],
    ['machineClick', 'accepted'],
    ['notSpam', 'accepted'],
    ['subscription', 'accepted'],
  ])('of %s is %s', (kind, state) => {
    expect(stateOf(kind).state).toBe(state);
  });

  it('ranks a refusal after acceptance above a delivery and below a complaint', () => {
    expect(stateOf('reject').rank).toBeGreaterThan(stateOf('delivery').rank);
    expect(stateOf('reject').rank).toBeLessThan(stateOf('complaint').rank);
  });
});

describe('mailboxOf', () => {
  it.each([
    ['in capitals', 'TARO@EXAMPLE.COM'],
    ['with its name', '"Yamada, Taro" <taro@example.com>'],
    ['in angle brackets', '<taro@example.com>'],
  ])('finds the recipient that SES names %s', (_, recipient) => {
    expect(mailboxOf(recipient).recipientId).toBe(recipientIdOf('taro@example.com'));
  });

  it('knows an address that is not well-formed under its own name', () => {
    expect(mailboxOf('a..b@example.com')).toEqual({
      wire: 'a..b@example.com',
      recipientId: recipientIdOf('a..b@example.com'),
    });
  });
});
