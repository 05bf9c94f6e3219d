import { recipientIdOf } from '../../domain/address.ts';
import { maxNotificationBytes } from '../../domain/notification.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import { notificationBody } from '../domain/notification-body.ts';
import { sqsRecord, startMs, unsubscribed } from './in-memory-ports.ts';
import { bench } from './send-notification-bench.ts';

const id = 'n#order-1234:confirmed';
const taro = recipientIdOf('taro@example.com');
const inMs = (ms: number) => formatTimestamp(startMs + ms);
const hash = '0123456789abcdef0123456789abcdef';
/** What comes back to the queue: the notification with its template pinned. */
const pinned = (overrides: Record<string, unknown> = {}) =>
  notificationBody({ ...overrides, templateHash: hash });
const marketing = { template: 'announcement', data: {} };
const ambiguous = { outcome: 'ambiguous', code: 'TimeoutError' } as const;

function givenBack({ queue }: ReturnType<typeof bench>): unknown[] {
  return queue.sent.map(({ body, delaySeconds }) => ({ body: JSON.parse(body), delaySeconds }));
}

describe('sendNotification', () => {
  it('sends, with the claim written before and the acceptance after', async () => {
    const b = bench(() => {
      expect(b.deliveries.items.get(id)).toMatchObject({
        state: 'attempting',
        notificationId: 'order-1234:confirmed',
        template: 'order-confirmation',
        templateHash: hash,
        category: 'transactional',
        recipientId: taro,
        address: 'taro@example.com',
      });
      return { outcome: 'accepted', sesMessageId: 'ses-1' };
    });
    await b.run(notificationBody());
    expect(b.ses.mails).toMatchObject([
      {
        toHeader: 'taro@example.com',
        subject: 'Order 1234',
        tags: { 'todoke-notification': '_b3JkZXItMTIzNDpjb25maXJtZWQ' },
      },
    ]);
    expect(b.deliveries.items.get(id)).toMatchObject({ state: 'accepted', sesMessageId: 'ses-1' });
    expect(b.counts).toEqual({ Accepted: 1 });
    expect([b.queue.sent, b.deadLetterQueue.sent]).toEqual([[], []]);
  });

  it('sends once what is published twice', async () => {
    const b = bench();
    await b.run(notificationBody());
    await b.run(notificationBody({ data: { orderId: 'other' } }));
    expect(b.ses.mails).toHaveLength(1);
    expect(b.counts).toEqual({ Accepted: 1, Duplicate: 1 });
    expect(b.deliveries.items.get(id)).toMatchObject({ state: 'accepted', duplicates: 1 });
  });

  it('sends once what is twice in a batch: the second one looks again in a moment', async () => {
    const b = bench();
    await b.batch(sqsRecord(notificationBody(), 'm1'), sqsRecord(notificationBody(), 'm2'));
    expect(b.ses.mails).toHaveLength(1);
    expect(givenBack(b)).toEqual([{ body: pinned(), delaySeconds: 2 }]);
    b.clock.advance(2_000);
    await b.run(b.queue.sent[0]?.body);
    expect(b.counts).toEqual({ Accepted: 1, Duplicate: 1 });
  });

  it('may be sent under an id that was refused before', async () => {
    const b = bench();
    await b.run(notificationBody({ data: {} }));
    expect(b.deliveries.stateOf(id)).toBe('rejected');
    await b.run(notificationBody());
    expect(b.deliveries.stateOf(id)).toBe('accepted');
  });

  it('keeps feedback that was faster than the answer', async () => {
    const b = bench(() => {
      b.deliveries.items.set(id, { ...b.deliveries.items.get(id), state: 'bounced', stateRank: 7 });
      return { outcome: 'accepted', sesMessageId: 'ses-1' };
    });
    await b.run(notificationBody());
    expect(b.deliveries.items.get(id)).toMatchObject({ state: 'bounced', sesMessageId: 'ses-1' });
  });
});

describe('sendNotification in doubt', () => {
  it.each([
    { when: 'the worker died', die: true },
    { when: 'SES did not answer', die: false },
  ])('holds a marketing mail when $when', async ({ die }) => {
    const b = die ? bench() : bench(ambiguous);
    if (die) {
      await b.deliveries.claim(id, {}, startMs);
    } else {
      await b.run(notificationBody(marketing));
      expect(b.queue.sent).toEqual([]);
      expect(b.deliveries.items.get(id)).toMatchObject({ state: 'unknown', reason: 'TimeoutError' });
    }
    b.clock.advance(75_000);
    const mails = b.ses.mails.length;
    await b.run(notificationBody(marketing));
    expect(b.ses.mails).toHaveLength(mails);
    expect(b.deliveries.items.get(id)).toMatchObject({ state: 'unknown', reason: 'held-in-doubt' });
  });

  it('sends a transactional mail again when the worker died', async () => {
    const b = bench();
    await b.deliveries.claim(id, {}, startMs);
    b.clock.advance(75_000);
    await b.run(notificationBody());
    expect(b.ses.mails).toHaveLength(1);
    expect(b.deliveries.items.get(id)).toMatchObject({ state: 'accepted', attempt: 2 });
  });

  it('waits for a proof when SES did not answer, then sends a transactional mail again', async () => {
    const b = bench(ambiguous);
    await b.run(notificationBody());
    expect(b.deliveries.items.get(id)).toMatchObject({ state: 'unknown', reason: 'TimeoutError' });
    expect(b.counts).toEqual({ Unknown: 1 });
    expect(givenBack(b)).toEqual([{ body: pinned(), delaySeconds: 30 }]);
    b.clock.advance(30_000);
    await b.run(b.queue.sent[0]?.body);
    expect(b.ses.mails).toHaveLength(2);
    expect(b.deliveries.stateOf(id)).toBe('accepted');
  });

  it('does not send again what an event proved to be accepted', async () => {
    const b = bench(ambiguous);
    await b.run(notificationBody());
    await b.deliveries.raise(id, 'accepted', 3, startMs);
    await b.again(b.queue.sent[0]);
    expect(b.ses.mails).toHaveLength(1);
    expect(b.counts).toEqual({ Unknown: 1 });
    // Whoever publishes it again does so, though.
    await b.run(notificationBody());
    expect(b.counts).toEqual({ Unknown: 1, Duplicate: 1 });
  });

  it('holds a transactional mail after three attempts without an answer', async () => {
    const b = bench(ambiguous, ambiguous, ambiguous, ambiguous, ambiguous);
    await b.run(notificationBody());
    for (let i = 0; i < b.queue.sent.length; i++) {
      b.clock.advance(30_000);
      await b.run(b.queue.sent[i]?.body);
    }
    expect(b.ses.mails).toHaveLength(3);
    expect(b.deliveries.items.get(id)).toMatchObject({ state: 'unknown', attempt: 3 });
  });

  it('counts no duplicate when SQS delivers again what an event proved to be accepted', async () => {
    const b = bench();
    await b.deliveries.claim(id, {}, startMs);
    await b.deliveries.raise(id, 'accepted', 3, startMs);
    await b.batch(sqsRecord(notificationBody(), 'm1', { receives: 2 }));
    expect(b.ses.mails).toEqual([]);
    expect(b.counts).toEqual({});
  });

  it('leaves the mail to the worker that took it over first', async () => {
    const b = bench();
    await b.deliveries.claim(id, {}, startMs);
    b.clock.advance(75_000);
    await b.run(notificationBody(), { deliveries: { ...b.deliveries, reclaim: async () => false } });
    expect(b.ses.mails).toEqual([]);
  });
});

describe('sendNotification does not send', () => {
  it.each([
    { when: 'it had expired', overrides: { expiresAt: inMs(0) }, waitMs: 0 },
    { when: 'it expires during the wait for a slot', overrides: { expiresAt: inMs(5_000) }, waitMs: 5_000 },
  ])('when $when', async ({ overrides, waitMs }) => {
    const b = bench();
    b.sendRate.waitMs = waitMs;
    await b.run(notificationBody(overrides));
    expect(b.ses.mails).toEqual([]);
    expect(b.deliveries.items.get(id)).toMatchObject({
      state: 'expired',
      reason: 'expired',
      field: 'expiresAt',
    });
    expect(b.counts).toEqual({ Expired: 1 });
  });

  it('sends what expires a moment after the wait', async () => {
    const b = bench();
    b.sendRate.waitMs = 5_000;
    await b.run(notificationBody({ expiresAt: inMs(5_001) }));
    expect(b.counts).toEqual({ Accepted: 1 });
  });

  it.each([
    { scope: 'all', overrides: {}, sent: false },
    { scope: 'transactional', overrides: {}, sent: false },
    { scope: 'marketing', overrides: {}, sent: true },
    { scope: 'topic:newsletter', overrides: {}, sent: true },
    { scope: 'marketing', overrides: marketing, sent: false },
    { scope: 'topic:newsletter', overrides: marketing, sent: false },
    { scope: 'topic:product-updates', overrides: marketing, sent: true },
  ] as const)(
    'to a recipient suppressed for $scope: sent=$sent $overrides',
    async ({ scope, overrides, sent }) => {
      const b = bench();
      await b.suppressions.add({ recipientId: taro, address: '' }, scope, unsubscribed);
      await b.run(notificationBody(overrides));
      expect(b.ses.mails).toHaveLength(sent ? 1 : 0);
      expect(b.counts).toEqual(sent ? { Accepted: 1 } : { Suppressed: 1 });
      if (!sent) {
        expect(b.deliveries.items.get(id)).toMatchObject({
          state: 'suppressed',
          reason: 'unsubscribe',
          detail: `suppressed for ${scope}`,
        });
      }
    },
  );

  it('to a recipient who unsubscribes during the wait for a slot, in another letter case', async () => {
    const b = bench();
    await b.run(notificationBody({ ...marketing, recipient: { address: 'TARO@example.com' } }), {
      sleep: async () => await b.suppressions.add({ recipientId: taro, address: '' }, 'all', unsubscribed),
    });
    expect(b.ses.mails).toEqual([]);
    expect(b.counts).toEqual({ Suppressed: 1 });
  });

  it('a second alert of a window, and counts it into the next', async () => {
    const b = bench();
    const alert = (n: number) =>
      notificationBody({
        notificationId: `a-${n}`,
        template: 'alert',
        data: {},
        collapseKey: 'disk',
        collapseWindowSeconds: 60,
      });
    await b.run(alert(1));
    await b.run(alert(2));
    await b.run(alert(3));
    b.clock.advance(60_000);
    await b.run(alert(4));
    expect(b.ses.mails.map(({ subject }) => subject)).toEqual(['Alert', 'Alert and 2']);
    expect(b.deliveries.items.get('n#a-2')).toMatchObject({ state: 'suppressed', reason: 'collapsed' });
    expect(b.counts).toEqual({ Accepted: 2, Collapsed: 2 });
  });

  it('collapse an alert that comes back after it was throttled', async () => {
    const b = bench({ outcome: 'throttled' });
    await b.run(notificationBody({ collapseKey: 'disk' }));
    await b.run(b.queue.sent[0]?.body);
    expect(b.counts).toEqual({ Throttled: 1, Accepted: 1 });
  });
});

describe('sendNotification gives back', () => {
  it.each([
    {
      when: 'there is no slot',
      answer: undefined,
      delaySeconds: 1,
      counts: {},
      slowedDown: [],
      reason: 'send-rate',
    },
    {
      when: 'SES says "too fast"',
      answer: { outcome: 'throttled' },
      delaySeconds: 1,
      counts: { Throttled: 1 },
      slowedDown: [0],
      reason: 'throttled',
    },
    {
      when: 'the quota is used up',
      answer: { outcome: 'quotaExceeded' },
      delaySeconds: 60,
      counts: { Paused: 1 },
      slowedDown: [],
      reason: 'quota',
    },
    {
      when: 'the account is paused',
      answer: { outcome: 'paused', code: 'SendingPausedException' },
      delaySeconds: 60,
      counts: { Paused: 1 },
      slowedDown: [],
      reason: 'sending-paused',
    },
  ] as const)(
    'with a free claim when $when, and says so',
    async ({ answer, delaySeconds, counts, slowedDown, reason }) => {
      const b = answer === undefined ? bench() : bench(answer);
      b.sendRate.waitMs = answer === undefined ? 'busy' : 0;
      await b.run(notificationBody());
      expect(givenBack(b)).toEqual([{ body: pinned(), delaySeconds }]);
      expect(b.deliveries.items.get(id)).toMatchObject({
        ...{ state: 'waiting', stateRank: 0, reason },
        waitingUntilMs: b.clock.nowMs() + delaySeconds * 1000,
      });
      expect(b.counts).toEqual(counts);
      expect(b.sendRate.slowedDown).toEqual(slowedDown);
      b.sendRate.waitMs = 0;
      await b.run(b.queue.sent[0]?.body);
      expect(b.deliveries.stateOf(id)).toBe('accepted');
    },
  );

  it.each([
    { timeoutMs: 30_000, preparingMs: 0, patienceMs: 5_000 },
    { timeoutMs: 30_000, preparingMs: 4_000, patienceMs: 1_000 },
    { timeoutMs: 30_000, preparingMs: 8_000, patienceMs: 1_000 },
    { timeoutMs: 30_000, preparingMs: 10_000, patienceMs: undefined },
    { timeoutMs: 4_000, preparingMs: 1_000, patienceMs: 1_000 },
  ])(
    'what SES might not answer before the Lambda ends: after $preparingMs of $timeoutMs ms',
    async ({ timeoutMs, preparingMs, patienceMs }) => {
      const b = bench();
      b.sendRate.waitMs = 'busy';
      const sender = async () => {
        b.clock.advance(preparingMs);
        return await b.ports.sender();
      };
      await b.run(notificationBody(), { sender }, timeoutMs);
      expect(b.sendRate.taken.map((taken) => taken.patienceMs)).toEqual(
        patienceMs === undefined ? [] : [patienceMs],
      );
      expect(b.deliveries.stateOf(id)).toBe('waiting');
      expect(givenBack(b)).toEqual([{ body: pinned(), delaySeconds: 1 }]);
    },
  );

  it('what has a slot that begins too late for this Lambda', async () => {
    const b = bench();
    b.sendRate.waitMs = 1_334;
    await b.run(notificationBody(), {}, 4_000);
    expect([b.ses.mails, givenBack(b)]).toEqual([[], [{ body: pinned(), delaySeconds: 1 }]]);
  });

  it('what is not due yet, without a claim', async () => {
    const b = bench();
    await b.run(notificationBody({ notBefore: inMs(90_500) }));
    expect(givenBack(b)).toEqual([{ body: pinned({ notBefore: inMs(90_500) }), delaySeconds: 91 }]);
    expect(b.deliveries.items.get(id)).toMatchObject({
      ...{ state: 'waiting', reason: 'not-before', waitingUntilMs: Date.parse(inMs(90_500)) },
    });
    b.clock.advance(90_500);
    await b.run(b.queue.sent[0]?.body);
    expect(b.counts).toEqual({ Accepted: 1 });
  });

  it('the largest notification in a form that is accepted when it comes back', async () => {
    const b = bench();
    const empty = Buffer.byteLength(
      JSON.stringify(notificationBody({ notBefore: inMs(1_000), data: { orderId: '1', x: '' } })),
    );
    const data = { orderId: '1', x: 'x'.repeat(maxNotificationBytes - empty) };
    const body = JSON.stringify(notificationBody({ notBefore: inMs(1_000), data }));
    expect(Buffer.byteLength(body)).toBe(maxNotificationBytes);
    await b.run(body);
    b.clock.advance(1_000);
    await b.run(b.queue.sent[0]?.body);
    expect(b.counts).toEqual({ Accepted: 1 });
  });
});

describe('sendNotification rejects', () => {
  const byId = { deliveryId: id };
  const byMessage = { deliveryId: 'm#message-1' };
  const line = 'Taro\r\nBcc: jiro@example.com';
  it.each<[string, unknown, { deliveryId: string }, string, string | undefined]>([
    ['no JSON', 'taro@example.com', byMessage, 'not-json', undefined],
    ['a body of 1 MiB', 'x'.repeat(1_048_576), byMessage, 'body-too-large', undefined],
    ['a body without an id', { template: 'x' }, byMessage, 'schema', 'notificationId'],
    ['a body that fails the schema', notificationBody({ data: [] }), byId, 'schema', 'data'],
    [
      'an invalid address',
      notificationBody({ recipient: { address: 'taro@localhost' } }),
      byId,
      'address-domain',
      'recipient.address',
    ],
    [
      'a line break in the name',
      notificationBody({ recipient: { address: 'taro@example.com', name: line } }),
      byId,
      'header-injection',
      'recipient.name',
    ],
    ['an unknown template', notificationBody({ template: 'nothing' }), byId, 'unknown-template', 'template'],
    [
      'an unknown version',
      notificationBody({ templateHash: 'f'.repeat(32) }),
      byId,
      'unknown-template',
      'template',
    ],
    ['missing data', notificationBody({ data: {} }), byId, 'missing-data', 'orderId'],
    ['data of a wrong type', notificationBody({ data: { orderId: {} } }), byId, 'wrong-type', 'orderId'],
    [
      'a notBefore of next year',
      notificationBody({ notBefore: inMs(31 * 86_400_000) }),
      byId,
      'not-before',
      'notBefore',
    ],
    [
      'a thread that is too long',
      notificationBody({ references: Array(10).fill(`<${'a'.repeat(200)}>`) }),
      byId,
      'header-too-long',
      'References',
    ],
    [
      'an attachment that is not there',
      notificationBody({ attachments: [{ key: 'attachments/x', fileName: 'x', contentType: 'a/b' }] }),
      byId,
      'attachment-missing',
      'attachments[0].key',
    ],
  ])(
    '%s: recorded, counted, kept as a dead letter, and not retried',
    async (_, body, { deliveryId }, reason, field) => {
      const b = bench();
      await b.run(body);
      expect(b.deliveries.items.get(deliveryId)).toMatchObject({
        state: 'rejected',
        reason,
        ...(field && { field }),
      });
      expect(b.counts).toEqual({ Rejected: 1 });
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const attributes = { deliveryId, reason, ...(field && { field }), detail: expect.any(String) };
      expect(b.deadLetterQueue.sent).toEqual([
        { body: text, ...(text.length > 1_000_000 ? {} : { attributes }) },
      ]);
      expect([b.ses.mails, b.queue.sent]).toEqual([[], []]);
      const written = JSON.stringify([
        b.deliveries.items.get(deliveryId)?.detail,
        b.deadLetterQueue.sent[0]?.attributes,
      ]);
      expect(written).not.toMatch(/taro|jiro/i);
    },
  );

  it('what SES refuses', async () => {
    const b = bench({ outcome: 'rejected', code: 'MessageRejected' });
    await b.run(notificationBody());
    expect(b.deliveries.items.get(id)).toMatchObject({ state: 'rejected', reason: 'MessageRejected' });
    expect(b.counts).toEqual({ Rejected: 1 });
    expect(b.deadLetterQueue.sent).toMatchObject([
      { attributes: { reason: 'MessageRejected', deliveryId: id } },
    ]);
  });

  it('under an id of its own what comes with the id of a mail that was sent', async () => {
    const b = bench();
    await b.run(notificationBody());
    await b.run(notificationBody({ data: {} }));
    expect(b.deliveries.stateOf(id)).toBe('accepted');
    expect(b.deliveries.items.get('m#message-1')).toMatchObject({
      state: 'rejected',
      reason: 'missing-data',
      notificationId: 'order-1234:confirmed',
    });
    expect(b.deadLetterQueue.sent).toMatchObject([{ attributes: { deliveryId: 'm#message-1' } }]);
  });
});

describe('sendNotification', () => {
  it('attaches what is in the bucket', async () => {
    const b = bench();
    await b.bucket.put('attachments/scan.pdf', 'PDF');
    const attachment = { key: 'attachments/scan.pdf', fileName: '書類.pdf', contentType: 'application/pdf' };
    await b.run(notificationBody({ attachments: [attachment] }));
    expect(b.ses.mails[0]?.attachments).toEqual([
      { fileName: '書類.pdf', contentType: 'application/pdf', content: Buffer.from('PDF') },
    ]);
  });

  it('writes Reply-To as SES needs it', async () => {
    const b = bench();
    await b.run(notificationBody({ replyTo: ' support@例え.jp\r\n' }));
    expect(b.ses.mails[0]?.replyTo).toBe('support@xn--r8jz45g.jp');
  });

  it.each(['suppressions', 'sender', 'sendRate', 'collapseWindows', 'bucket', 'sendMail'] as const)(
    'frees the claim and throws when %s fails',
    async (port) => {
      const b = bench();
      const fail = async (): Promise<never> => {
        throw new Error('AccessDenied');
      };
      const broken = {
        suppressions: { find: fail },
        sender: fail,
        sendRate: { take: fail, slowDown: fail },
        collapseWindows: { enter: fail },
        bucket: { getBytes: fail },
        sendMail: fail,
      };
      const body = notificationBody({
        collapseKey: 'x',
        attachments: [{ key: 'attachments/x', fileName: 'x', contentType: 'a/b' }],
      });
      await b.bucket.put('attachments/x', 'x');
      await expect(b.run(body, { [port]: broken[port] })).rejects.toThrow('AccessDenied');
      expect(b.deliveries.items.get(id)).toMatchObject({ state: 'waiting', reason: 'fault' });
      await b.run(body);
      expect(b.deliveries.stateOf(id)).toBe('accepted');
    },
  );

  it('does not send twice when the acceptance could not be recorded', async () => {
    const b = bench();
    const recordAccepted = async (): Promise<never> => {
      throw new Error('ProvisionedThroughputExceeded');
    };
    const deliveries = { ...b.deliveries, recordAccepted };
    await expect(b.run(notificationBody(), { deliveries })).rejects.toThrow();
    await b.run(notificationBody());
    expect(b.ses.mails).toHaveLength(1);
    await b.deliveries.raise(id, 'accepted', 3, startMs);
    b.clock.advance(75_000);
    await b.run(b.queue.sent[0]?.body);
    expect(b.ses.mails).toHaveLength(1);
  });

  it('lets no bad record of a batch stand in the way of the others', async () => {
    const b = bench();
    const good = (n: number) => sqsRecord(notificationBody({ notificationId: `good-${n}` }), `m${n}`);
    const answer = await b.batch(
      sqsRecord('not json', 'm1'),
      good(2),
      sqsRecord(notificationBody({ notificationId: 'bad', template: 'nothing' }), 'm3'),
      good(4),
      sqsRecord('x'.repeat(1_048_576), 'm5'),
      good(6),
    );
    expect(answer).toEqual({ batchItemFailures: [] });
    expect(b.counts).toEqual({ Accepted: 3, Rejected: 3 });
    expect(b.deadLetterQueue.sent).toHaveLength(3);
  });
});
