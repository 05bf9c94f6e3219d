import fc from 'fast-check';
import { recipientIdOf } from '../../domain/address.ts';
import { type DeliveryKey, deliveryId, tagsOf } from '../../domain/delivery.ts';
import { type RecordFeedbackPorts, recordFeedback } from '../../functions/record-feedback.ts';
import {
  asNotification,
  inEventBridgeEnvelope,
  inSnsEnvelope,
  sesEvents,
  sesMessageId,
} from '../domain/ses-events.ts';
import { campaign, inMemoryCampaigns, inMemoryGuard, inMemoryLedgers } from './in-memory-campaigns.ts';
import { inMemoryDeliveries } from './in-memory-deliveries.ts';
import {
  inMemoryClock,
  inMemoryCounts,
  inMemoryQueue,
  inMemorySuppressions,
  sqsRecord,
  startMs,
  suppressionPolicy,
} from './in-memory-ports.ts';

const notification: DeliveryKey = { kind: 'notification', notificationId: 'n-1' };
const recipient: DeliveryKey = { kind: 'campaign', campaignId: 'news', chunk: 2, index: 7 };
const taro = recipientIdOf('taro@example.com');

function bench() {
  const clock = inMemoryClock();
  const deliveries = inMemoryDeliveries();
  const suppressions = inMemorySuppressions();
  const campaigns = inMemoryCampaigns(campaign());
  const ledgers = inMemoryLedgers();
  const deadLetterQueue = inMemoryQueue();
  const { counts, count } = inMemoryCounts();
  const ports: RecordFeedbackPorts = {
    deliveries,
    suppressions,
    suppressionPolicy,
    campaigns,
    ...inMemoryGuard(campaigns, clock.nowMs),
    ledgers,
    deadLetterQueue,
    count,
    nowMs: clock.nowMs,
  };
  return {
    ...{ clock, deliveries, suppressions, campaigns, ledgers, deadLetterQueue, counts, ports },
    run: (body: unknown, overrides: Partial<RecordFeedbackPorts> = {}) =>
      recordFeedback({ ...ports, ...overrides })(sqsRecord(body)),
    delivery: (key: DeliveryKey) => deliveries.items.get(deliveryId(key)),
    counters: () => ({
      bounced: campaigns.of('news')?.bounced,
      complained: campaigns.of('news')?.complained,
    }),
  };
}

async function accepted(b: ReturnType<typeof bench>): Promise<void> {
  await b.deliveries.claim('n#n-1', { notificationId: 'n-1' }, 0);
  await b.deliveries.recordAccepted('n#n-1', sesMessageId, 0);
}

const of = (key: DeliveryKey) => ({ tags: tagsOf(key) });

describe('recordFeedback', () => {
  it.each([
    ['send', 'accepted', {}],
    ['deliveryDelay', 'delayed', {}],
    ['delivery', 'delivered', { Delivered: 1 }],
    ['bounce', 'bounced', { Bounced: 1 }],
    ['complaint', 'complained', { Complained: 1 }],
    ['reject', 'rejected', {}],
    ['renderingFailure', 'rejected', {}],
    ['open', 'accepted', {}],
    ['click', 'accepted', {}],
    ['subscription', 'accepted', {}],
  ] as const)('brings an accepted notification by %s to %s', async (kind, state, counts) => {
    const b = bench();
    await accepted(b);
    await b.run(sesEvents[kind](of(notification)));
    expect(b.delivery(notification)).toMatchObject({ state, notificationId: 'n-1', sesMessageId });
    expect(b.counts).toEqual(counts);
  });

  it('proves the acceptance of a mail in doubt', async () => {
    const b = bench();
    await b.deliveries.claim('n#n-1', {}, 0);
    await b.deliveries.settle('n#n-1', 'unknown', { reason: 'TimeoutError' }, 0);
    await b.run(sesEvents.send(of(notification)));
    expect(await b.deliveries.claim('n#n-1', {}, 0)).toEqual({ kind: 'duplicate', state: 'accepted' });
  });

  it('keeps what comes before the mail is known of', async () => {
    const b = bench();
    await b.run(sesEvents.bounce(of(notification)));
    expect(b.delivery(notification)).toMatchObject({
      state: 'bounced',
      'event:bounce': { recipient: 'taro@example.com', enhancedStatusCode: '5.1.1', bounceType: 'Permanent' },
    });
  });

  it.each([
    ['an event', (event: object) => JSON.stringify(event)],
    ['an event in an SNS envelope', (event: object) => inSnsEnvelope(JSON.stringify(event))],
    ['an event in an EventBridge envelope', (event: object) => inEventBridgeEnvelope({ ...event })],
    ['a notification of the identity', (event: object) => JSON.stringify(asNotification({ ...event }))],
  ])('suppresses every recipient of a bounce in %s, not the first', async (_, bodyOf) => {
    const b = bench();
    await b.run(bodyOf(sesEvents.bounce({ recipients: ['taro@example.com', '"J" <Jiro@EXAMPLE.com>'] })));
    expect([...b.suppressions.items]).toEqual([
      [taro, { all: expect.objectContaining({ reason: 'bounce', source: 'ses' }) }],
      [recipientIdOf('jiro@example.com'), { all: expect.objectContaining({ reason: 'bounce' }) }],
    ]);
  });

  it('suppresses for marketing who complained, and for nothing who said "not spam"', async () => {
    const b = bench();
    await b.run(sesEvents.complaint(of(notification)));
    expect([
      ...(b.suppressions.items.get(taro) ? Object.keys(b.suppressions.items.get(taro) ?? {}) : []),
    ]).toEqual(['marketing']);
    const other = bench();
    await accepted(other);
    await other.run(
      sesEvents.complaint({ ...of(notification), detail: { complaintFeedbackType: 'not-spam' } }),
    );
    await other.run(sesEvents.complaint({ ...of(recipient), detail: { complaintFeedbackType: 'not-spam' } }));
    expect(other.suppressions.items.size).toBe(0);
    expect(other.delivery(notification)?.state).toBe('accepted');
    expect(other.counters()).toEqual({ bounced: 0, complained: 0 });
    expect(other.counts).toEqual({});
  });

  it('suppresses nobody for what is the sender’s doing, and records it all the same', async () => {
    const b = bench();
    const diagnosticCode = '550 5.7.26 this mail is unauthenticated';
    const bouncedRecipients = [{ emailAddress: 'taro@example.com', status: '5.7.26', diagnosticCode }];
    await b.run(sesEvents.bounce({ ...of(recipient), detail: { bouncedRecipients } }));
    expect(b.suppressions.items.size).toBe(0);
    expect(b.delivery(recipient)).toMatchObject({
      state: 'bounced',
      reason: 'unauthenticated',
      ruleId: 'code/authentication',
      'event:bounce': { diagnosticCode },
    });
    expect(b.counters()).toEqual({ bounced: 1, complained: 0 });
  });

  it('stops marketing for a while after the third soft bounce, each event counted once', async () => {
    const b = bench();
    const soft = (i: number) =>
      sesEvents.bounce({
        messageId: `ses-${i}`,
        tags: tagsOf({ kind: 'notification', notificationId: `n-${i}` }),
        detail: {
          bounceType: 'Transient',
          bounceSubType: 'MailboxFull',
          bouncedRecipients: [{ emailAddress: 'taro@example.com' }],
        },
      });
    for (const i of [1, 2, 1, 2, 2]) {
      await b.run(soft(i));
    }
    expect(b.suppressions.items.get(taro)).toEqual({});
    await b.run(soft(3));
    expect(b.suppressions.items.get(taro)).toEqual({
      marketing: expect.objectContaining({ reason: 'bounce', expiresAtMs: expect.any(Number) }),
    });
  });

  it.each([
    ['before', ['deliveryDelay', 'bounce']],
    ['after', ['bounce', 'deliveryDelay']],
  ] as const)(
    'tells why a mail that expired was delayed, when the delay is reported %s its end',
    async (_, order) => {
      const b = bench();
      const told = {
        deliveryDelay: sesEvents.deliveryDelay({
          ...of(recipient),
          detail: {
            delayedRecipients: [
              { emailAddress: 'taro@example.com', diagnosticCode: '452 4.2.2 mailbox full' },
            ],
          },
        }),
        bounce: sesEvents.bounce({
          ...of(recipient),
          detail: {
            bounceType: 'Transient',
            bouncedRecipients: [
              {
                emailAddress: 'taro@example.com',
                status: '4.4.7',
                diagnosticCode: '554 4.4.7 message expired',
              },
            ],
          },
        }),
      };
      for (const kind of order) {
        await b.run(told[kind]);
      }
      expect(b.delivery(recipient)).toMatchObject({
        state: 'bounced',
        reason: 'mailbox_full',
        'event:deliveryDelay': { diagnosticCode: '452 4.2.2 mailbox full' },
        'event:bounce': { diagnosticCode: '554 4.4.7 message expired' },
      });
    },
  );

  it.each([
    ['bounce', 'bounced', { bounced: 1, complained: 0 }],
    ['complaint', 'complained', { bounced: 0, complained: 1 }],
  ] as const)(
    'counts a %s once in its campaign, and gives the recipient a row',
    async (kind, state, counters) => {
      const b = bench();
      await b.run(sesEvents[kind](of(recipient)));
      await b.run(sesEvents[kind](of(recipient)));
      expect(b.counters()).toEqual(counters);
      expect(b.counts).toEqual({ [state === 'bounced' ? 'Bounced' : 'Complained']: 1 });
      expect(b.delivery(recipient)).toMatchObject({ state, campaignId: 'news', sesMessageId });
    },
  );

  it.each([
    ['send', 'accepted', false],
    ['deliveryDelay', 'delayed', false],
    ['delivery', 'delivered', false],
    ['reject', 'rejected', true],
    ['renderingFailure', 'rejected', true],
  ] as const)(
    'gives a recipient of a campaign a row for a %s, which is entered into the indexes only if it failed',
    async (kind, state, isEntered) => {
      const b = bench();
      await b.run(sesEvents[kind](of(recipient)));
      expect(b.delivery(recipient)).toMatchObject({
        ...{ state, campaignId: 'news', [`event:${kind}`]: { sesMessageId } },
      });
      for (const key of ['sesMessageId', 'knownSinceMs']) {
        expect([key, key in Object(b.delivery(recipient))]).toEqual([key, isEntered]);
      }
      expect(b.counters()).toEqual({ bounced: 0, complained: 0 });
    },
  );

  it.each(['open', 'click', 'send'] as const)(
    'takes a %s for proof that SES accepted a mail in doubt',
    async (kind) => {
      const b = bench();
      await b.deliveries.claim('n#n-1', {}, 0);
      await b.deliveries.settle('n#n-1', 'unknown', { reason: 'TimeoutError' }, 0);
      await b.run(sesEvents[kind](of(notification)));
      expect(b.delivery(notification)).toMatchObject({ state: 'accepted' });
    },
  );

  it.each(['open', 'click', 'machineOpen', 'machineClick', 'notSpam'] as const)(
    'keeps a %s apart from the others, also when nothing is known of the mail yet',
    async (kind) => {
      const b = bench();
      await b.run(sesEvents[kind]({ ...of(recipient), detail: { timestamp: '2026-11-24T00:01:00.000Z' } }));
      expect(b.delivery(recipient)).toMatchObject({ state: 'accepted', [`event:${kind}`]: {} });
      await b.run(sesEvents.delivery(of(recipient)));
      expect(b.delivery(recipient)).toMatchObject({ state: 'delivered', [`event:${kind}`]: {} });
    },
  );

  it('keeps the evidence of mail that is not ours under the id of SES', async () => {
    const b = bench();
    await b.run(sesEvents.bounce());
    expect([...b.deliveries.items.keys()]).toEqual([`f#${sesMessageId}`]);
  });

  it('keeps that of every recipient of such a mail', async () => {
    const b = bench();
    await b.run(sesEvents.bounce({ recipients: ['taro@example.com', 'jiro@example.com'] }));
    expect([...b.deliveries.items]).toEqual([
      [`f#${sesMessageId}#${taro}`, expect.objectContaining({ address: 'taro@example.com' })],
      [
        `f#${sesMessageId}#${recipientIdOf('jiro@example.com')}`,
        expect.objectContaining({ recipientId: recipientIdOf('jiro@example.com') }),
      ],
    ]);
  });

  it('loses nothing that overtakes the record of the mail', async () => {
    const told = [sesEvents.send, sesEvents.deliveryDelay, sesEvents.bounce].map((event) =>
      event(of(notification)),
    );
    const ends = [0, 1, 2, 3].map(async (before) => {
      const b = bench();
      await b.deliveries.claim('n#n-1', { notificationId: 'n-1' }, 0);
      for (const event of told.slice(0, before)) {
        await b.run(event);
      }
      await b.deliveries.recordAccepted('n#n-1', sesMessageId, 0);
      for (const event of told.slice(before)) {
        await b.run(event);
      }
      return b.delivery(notification);
    });
    const [end, ...others] = await Promise.all(ends);
    expect(end).toMatchObject({
      state: 'bounced',
      reason: 'user_unknown',
      'event:send': {},
      'event:deliveryDelay': {},
    });
    expect(others).toEqual([end, end, end]);
  });

  it('raises the state of a mail whose evidence was recorded by a worker that died', async () => {
    const b = bench();
    await b.run(sesEvents.deliveryDelay(of(recipient)));
    const recordEvidence = async (): Promise<never> => {
      throw new Error('crash');
    };
    const body = sesEvents.bounce(of(recipient));
    await expect(b.run(body, { deliveries: { ...b.deliveries, recordEvidence } })).rejects.toThrow('crash');
    expect(b.delivery(recipient)?.state).toBe('delayed');
    await b.run(body);
    expect(b.delivery(recipient)?.state).toBe('bounced');
    expect(b.counters()).toEqual({ bounced: 1, complained: 0 });
  });

  it.each([
    ['no JSON', 'taro@example.com', 'feedback-not-json'],
    ['an unknown type', { eventType: 'Vanished', mail: {} }, 'feedback-shape'],
  ])('keeps %s as a dead letter', async (_, body, reason) => {
    const b = bench();
    await b.run(body);
    expect(b.deadLetterQueue.sent).toEqual([
      {
        body: typeof body === 'string' ? body : JSON.stringify(body),
        attributes: expect.objectContaining({ reason, deliveryId: 'm#message-1' }),
      },
    ]);
  });

  it('settles the announcement of SES itself', async () => {
    const b = bench();
    await b.run(inSnsEnvelope('Successfully validated SNS topic for Amazon SES event publishing.'));
    expect([b.deadLetterQueue.sent, b.deliveries.items.size]).toEqual([[], 0]);
  });

  describe('of a recipient who is in doubt', () => {
    const ledgerId = 'c#news#2';
    const doubtful = {
      outcomes: 'AAUAAAAU',
      version: 5,
      leaseUntilMs: 0,
      done: true,
      resends: 0,
      resumes: 0,
    };
    async function inDoubt(changes: Partial<typeof doubtful> = {}) {
      const b = bench();
      await b.ledgers.create(ledgerId, { ...doubtful, ...changes }, 0);
      b.campaigns.alter('news', {
        outcomes: { accepted: 6, suppressed: 0, rejected: 0, unknown: 2, stopped: 0 },
      });
      return b;
    }

    it.each(['send', 'delivery', 'deliveryDelay', 'bounce', 'complaint', 'reject'] as const)(
      'settles a chunk that is done by a %s, and moves the counters once',
      async (kind) => {
        const b = await inDoubt();
        await b.run(sesEvents[kind](of(recipient)));
        await b.run(sesEvents[kind](of(recipient)));
        await b.run(sesEvents.delivery(of(recipient)));
        expect(b.ledgers.items.get(ledgerId)).toMatchObject({ outcomes: 'AAUAAAAA', done: true });
        expect(b.campaigns.of('news')?.outcomes).toMatchObject({ accepted: 7, unknown: 1 });
      },
    );

    it('settles a chunk that goes on, and leaves the counters to its end', async () => {
      const b = await inDoubt({ outcomes: '..UAAAAU', done: false });
      await b.run(sesEvents.delivery(of(recipient)));
      expect(b.ledgers.items.get(ledgerId)).toMatchObject({ outcomes: '..UAAAAA', version: 6 });
      expect(b.campaigns.of('news')?.outcomes).toMatchObject({ accepted: 6, unknown: 2 });
    });

    it('settles a chunk that was given back to try it again', async () => {
      const b = await inDoubt({ outcomes: 'AAuAAAAu', done: false, resends: 1 });
      await b.run(sesEvents.delivery(of(recipient)));
      expect(b.ledgers.items.get(ledgerId)?.outcomes).toBe('AAuAAAAA');
    });

    it.each(['a', 'A', '.', 'S', 'R'])('touches no recipient who is %s', async (outcome) => {
      const b = await inDoubt({ outcomes: `AAUAAAA${outcome}` });
      await b.run(sesEvents.delivery(of(recipient)));
      expect(b.ledgers.items.get(ledgerId)).toMatchObject({ outcomes: `AAUAAAA${outcome}`, version: 5 });
    });

    it('never takes a chunk from a worker that has it in hand', async () => {
      const b = await inDoubt({ done: false, leaseUntilMs: startMs + 1 });
      await b.run(sesEvents.delivery(of(recipient)));
      expect(b.ledgers.items.get(ledgerId)).toMatchObject({ outcomes: 'AAUAAAAU', version: 5 });
      // That worker finds the proof itself.
      expect(await b.deliveries.proved([deliveryId(recipient)])).toEqual(new Set([deliveryId(recipient)]));
    });

    it('is settled with others of the same chunk at the same time, each once', async () => {
      const b = await inDoubt({ outcomes: 'UUUUUUUU' });
      b.campaigns.alter('news', {
        outcomes: { accepted: 0, suppressed: 0, rejected: 0, unknown: 8, stopped: 0 },
      });
      await Promise.all(
        Array.from({ length: 8 }, (_, index) => b.run(sesEvents.delivery(of({ ...recipient, index })))),
      );
      expect(b.ledgers.items.get(ledgerId)?.outcomes).toBe('AAAAAAAA');
      expect(b.campaigns.of('news')?.outcomes).toMatchObject({ accepted: 8, unknown: 0 });
    });

    it('settles nothing for a chunk that nobody knows', async () => {
      const b = bench();
      await b.run(sesEvents.delivery(of(recipient)));
      expect(b.ledgers.items.size).toBe(0);
    });
  });

  it('comes to the same end in any order and however often events come', async () => {
    const kinds = [
      'send',
      'deliveryDelay',
      'delivery',
      'bounce',
      'complaint',
      'reject',
      'renderingFailure',
      'open',
    ] as const;
    const event = fc.record({
      kind: fc.constantFrom(...kinds),
      key: fc.constantFrom(notification, recipient),
    });
    const end = async (order: readonly { kind: (typeof kinds)[number]; key: DeliveryKey }[]) => {
      const b = bench();
      for (const { kind, key } of order) {
        await b.run(sesEvents[kind](of(key)));
      }
      const items = [...b.deliveries.items].map(([id, { updatedAtMs: _, ...item }]) => [id, item] as const);
      return {
        items: Object.fromEntries(items),
        suppressions: Object.fromEntries(b.suppressions.items),
        counters: b.counters(),
        counts: b.counts,
      };
    };
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(event, { minLength: 1, selector: JSON.stringify }),
        fc.array(fc.nat(), { minLength: 32, maxLength: 32 }),
        async (some, places) => {
          const twice = [...some, ...some].map((each, i) => ({ ...each, place: places[i] ?? 0 }));
          const shuffled = twice.sort((one, other) => one.place - other.place);
          expect(await end(shuffled)).toEqual(await end(some));
        },
      ),
      { numRuns: 200 },
    );
  });
});
