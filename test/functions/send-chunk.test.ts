import { recipientIdOf } from '../../domain/address.ts';
import { resumed } from '../../domain/campaign/campaign-life.ts';
import type { SendAnswer } from '../../domain/send-answer.ts';
import { sendChunk } from '../../functions/send-chunk.ts';
import { campaign } from './in-memory-campaigns.ts';
import { sqsRecord, unsubscribed } from './in-memory-ports.ts';
import { bench } from './send-chunk-bench.ts';

const accepted: SendAnswer = { outcome: 'accepted', sesMessageId: 'ses-1' };
const unsubscribe = async (b: Awaited<ReturnType<typeof bench>>, i: number) =>
  await b.suppressions.add(
    { recipientId: recipientIdOf(`r${i}@example.com`), address: '' },
    'topic:newsletter',
    unsubscribed,
  );

describe('sendChunk', () => {
  it('sends to all, quantum by quantum, and completes the campaign', async () => {
    const b = await bench(25);
    await b.run();
    expect(b.ses.mails.map(({ toHeader }) => toHeader)).toEqual(
      Array.from({ length: 25 }, (_, i) => `r${i}@example.com`),
    );
    expect(b.ses.mails[24]?.tags).toMatchObject({
      'todoke-campaign': 'news',
      'todoke-chunk': '0',
      'todoke-index': '24',
    });
    expect(b.outcomes()).toBe('A'.repeat(25));
    expect(b.campaign()).toMatchObject({
      state: 'completed',
      chunksDone: 1,
      outcomes: { accepted: 25, suppressed: 0, rejected: 0, unknown: 0, stopped: 0 },
    });
    expect(b.counts).toEqual({ Accepted: 25 });
    expect([b.queue.sent, b.deadLetterQueue.sent]).toEqual([[], []]);
  });

  it('marks attempts in the ledger before SES is asked', async () => {
    const seen: (string | undefined)[] = [];
    const look = () => {
      seen.push(b.outcomes());
      return accepted;
    };
    const b = await bench(12, ...Array.from({ length: 12 }, () => look));
    await b.run();
    expect([...new Set(seen)]).toEqual([`${'a'.repeat(10)}..`, `${'A'.repeat(10)}aa`]);
  });

  it.each<[string, SendAnswer, { outcomes: string; delaySeconds?: number; counts: object }]>([
    [
      'refuses it',
      { outcome: 'rejected', code: 'MessageRejected' },
      { outcomes: 'RA', counts: { Accepted: 1, Rejected: 1 } },
    ],
    [
      'does not answer',
      { outcome: 'ambiguous', code: 'TimeoutError' },
      { outcomes: 'UA', counts: { Accepted: 1, Unknown: 1 } },
    ],
    ['says "too fast"', { outcome: 'throttled' }, { outcomes: 'AA', counts: { Accepted: 2, Throttled: 1 } }],
    [
      'has no quota left',
      { outcome: 'quotaExceeded' },
      { outcomes: '.A', delaySeconds: 900, counts: { Paused: 1 } },
    ],
    [
      'is paused',
      { outcome: 'paused', code: 'SendingPausedException' },
      { outcomes: '.A', delaySeconds: 900, counts: { Paused: 1 } },
    ],
  ])('when SES %s', async (_, answer, { outcomes, delaySeconds, counts }) => {
    const b = await bench(2, answer);
    await b.run();
    expect(b.outcomes()).toBe(outcomes);
    expect(b.counts).toEqual(counts);
    expect(b.sendRate.slowedDown).toEqual(answer.outcome === 'throttled' ? [0.5] : []);
    expect(b.queue.sent.map((sent) => ({ ...sent, body: JSON.parse(sent.body) }))).toEqual(
      delaySeconds === undefined ? [] : [{ body: b.pointer, delaySeconds }],
    );
    expect(b.campaign()?.state).toBe(delaySeconds === undefined ? 'completed' : 'sending');
    if (delaySeconds !== undefined) {
      await b.run();
      expect(b.outcomes()).toBe('AA');
      expect(b.campaign()).toMatchObject({ state: 'completed', outcomes: { accepted: 2 } });
    }
  });

  it('records a refused recipient by row and address', async () => {
    const b = await bench(1, { outcome: 'rejected', code: 'MessageRejected' });
    await b.run();
    expect([...b.deliveries.items]).toEqual([
      [
        'c#news#0#0',
        expect.objectContaining({
          state: 'rejected',
          reason: 'MessageRejected',
          campaignId: 'news',
          row: 1,
          address: 'r0@example.com',
        }),
      ],
    ]);
  });

  it('skips who is suppressed, also since the chunk was begun', async () => {
    const b = await bench(
      20,
      meanwhile(() => unsubscribe(b, 15)),
    );
    await unsubscribe(b, 3);
    await b.run();
    expect(b.outcomes()).toBe('AAASAAAAAAAAAAASAAAA');
    expect(b.ses.mails).toHaveLength(18);
    expect(b.campaign()?.outcomes).toEqual({
      accepted: 18,
      suppressed: 2,
      rejected: 0,
      unknown: 0,
      stopped: 0,
    });
  });

  /** An answer of SES during which something else happens. */
  function meanwhile(happen: () => Promise<unknown>): () => SendAnswer {
    return () => {
      void happen();
      return accepted;
    };
  }

  it('sends to nobody while suppressions cannot be read, and leaves nobody in doubt', async () => {
    const b = await bench(2);
    const find = async (): Promise<never> => {
      throw new Error('AccessDenied');
    };
    await expect(b.run({ suppressions: { find } })).rejects.toThrow('AccessDenied');
    expect(b.ses.mails).toEqual([]);
    expect(b.outcomes()).toBe('..');
    await b.run();
    expect(b.outcomes()).toBe('AA');
  });

  it.each([
    ['refuses to look at it', { sendMail: true }],
    ['refuses it and that cannot be recorded', { deliveries: true }],
  ] as const)('keeps what the others came to when SES %s', async (_, broken) => {
    const fail = (): never => {
      throw new Error('AccessDenied');
    };
    const b = await bench(
      3,
      accepted,
      'sendMail' in broken ? fail : { outcome: 'rejected', code: 'MessageRejected' },
    );
    const recordRejected = async (): Promise<never> => fail();
    const overrides = 'deliveries' in broken ? { deliveries: { ...b.deliveries, recordRejected } } : {};
    await expect(b.run(overrides)).rejects.toThrow('AccessDenied');
    expect(b.outcomes()).toBe('A.A');
    await b.run();
    expect(b.outcomes()).toBe('AAA');
    expect(b.ses.mails).toHaveLength(4);
  });

  it.each(['paused', 'halted', 'failed', 'completed'] as const)(
    'drops a chunk of a %s campaign',
    async (state) => {
      const b = await bench(2);
      b.campaigns.alter('news', { state });
      await b.run();
      expect([b.ses.mails, b.queue.sent, b.outcomes()]).toEqual([[], [], undefined]);
    },
  );

  it('stops within seconds when the campaign is cancelled', async () => {
    const b = await bench(30, () => {
      b.campaigns.alter('news', { state: 'cancelled' });
      b.clock.advance(2_000);
      return accepted;
    });
    await b.run();
    expect(b.ses.mails).toHaveLength(10);
    expect(b.outcomes()).toBe(`${'A'.repeat(10)}${'H'.repeat(20)}`);
    expect(b.queue.sent).toEqual([]);
    expect(b.campaign()).toMatchObject({
      ...{ state: 'cancelled', chunksDone: 1, outcomes: { accepted: 10, stopped: 20 } },
    });
  });

  it('closes a chunk of a cancelled campaign that nobody began, and asks SES nothing', async () => {
    const b = await bench(3);
    b.campaigns.alter('news', { state: 'cancelled' });
    await b.run();
    await b.run();
    expect([b.ses.mails, b.queue.sent, b.outcomes()]).toEqual([[], [], 'HHH']);
    expect(b.campaign()).toMatchObject({
      ...{ state: 'cancelled', chunksDone: 1, outcomes: { accepted: 0, stopped: 3 } },
      providers: { other: { stopped: 3 } },
    });
  });

  it('reports as unknown whom a worker may have reached that died before the campaign was cancelled', async () => {
    const b = await bench(4);
    await b.ledgers.create(
      'c#news#0',
      { outcomes: 'Aaa.', version: 3, leaseUntilMs: 0, done: false, resends: 0, resumes: 0 },
      0,
    );
    b.campaigns.alter('news', { state: 'cancelled' });
    await b.run();
    expect(b.outcomes()).toBe('AUUH');
    expect(b.campaign()?.outcomes).toMatchObject({ accepted: 1, unknown: 2, stopped: 1 });
  });

  it('drops the rest when the campaign is paused, and goes on when it is queued again, everybody once', async () => {
    const b = await bench(30, () => {
      b.campaigns.alter('news', { state: 'paused' });
      b.clock.advance(2_000);
      return accepted;
    });
    await b.run();
    expect(b.outcomes()).toBe(`${'A'.repeat(10)}${'.'.repeat(20)}`);
    expect([b.queue.sent, b.campaign()?.chunksDone]).toEqual([[], 0]);
    b.campaigns.alter('news', { state: 'sending' });
    await b.run();
    expect(b.ses.mails.map(({ toHeader }) => toHeader)).toEqual(b.recipients);
    expect(b.campaign()).toMatchObject({ state: 'completed', outcomes: { accepted: 30 } });
  });

  describe('where the mail to one provider is stopped', () => {
    const halt = { code: 'authentication', provider: 'google', count: 5, of: 5, atMs: 0 } as const;
    const domains = ['gmail.com', 'example.com', 'gmail.com', 'docomo.ne.jp'];

    it('leaves its recipients out, goes on with the others, and then halts the campaign', async () => {
      const b = await bench(domains);
      b.campaigns.alter('news', { stops: { google: halt } });
      await b.run();
      expect(b.outcomes()).toBe('HAHA');
      expect(b.ses.mails.map(({ toHeader }) => toHeader)).toEqual(['r1@example.com', 'r3@docomo.ne.jp']);
      expect(b.campaign()).toMatchObject({
        ...{ state: 'halted', halt, chunksDone: 1, outcomes: { accepted: 2, stopped: 2 } },
        providers: { google: { stopped: 2 }, other: { accepted: 1 }, docomo: { accepted: 1 } },
      });
    });

    it('sees it within two seconds', async () => {
      const many = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 'gmail.com' : 'example.com'));
      const b = await bench(many, () => {
        b.campaigns.alter('news', { stops: { google: halt } });
        b.clock.advance(2_000);
        return accepted;
      });
      await b.run();
      expect(b.outcomes()).toBe(`${'A'.repeat(10)}${'HA'.repeat(5)}`);
    });

    it('sends to them, and to nobody else, when it is resumed', async () => {
      const b = await bench(domains);
      b.campaigns.alter('news', { stops: { google: halt } });
      await b.run();
      const read = b.campaign();
      await b.campaigns.change(read ?? campaign(), resumed(read ?? campaign(), { by: 'somebody', atMs: 0 }));
      expect(b.campaign()).toMatchObject({ state: 'sending', resumes: 1 });
      await b.run();
      await b.run();
      expect(b.outcomes()).toBe('AAAA');
      expect(b.ses.mails).toHaveLength(4);
      expect(b.campaign()).toMatchObject({
        ...{ state: 'completed', chunksDone: 1, outcomes: { accepted: 4, stopped: 0 } },
        providers: { google: { accepted: 2, stopped: 0 } },
      });
    });
  });

  it('has SES report deliveries of a canary, whatever the campaign keeps', async () => {
    const reportings: string[] = [];
    const b = await bench(1);
    const sendMail: typeof b.ports.sendMail = async (mail, reporting) => {
      reportings.push(reporting);
      return await b.ports.sendMail(mail, reporting);
    };
    for (const kind of ['canary', 'rest'] as const) {
      b.ledgers.items.clear();
      b.campaigns.alter('news', {
        ...{ state: 'sending', stage: { kind, number: 1, chunks: 1, recipients: 1, sinceMs: 0 } },
      });
      await b.run({ sendMail });
    }
    expect(reportings).toEqual(['full', 'failures']);
  });

  it.each([
    ['there is no slot', 0, 'busy'],
    ['its time runs out', 36_000, 0],
  ] as const)('gives the rest back at once when %s', async (_, advanceMs, waitMs) => {
    const b = await bench(20, () => {
      b.clock.advance(advanceMs);
      b.sendRate.waitMs = waitMs;
      return accepted;
    });
    await b.run();
    expect(b.outcomes()).toBe(`${'A'.repeat(10)}${'.'.repeat(10)}`);
    expect(b.queue.sent).toEqual([{ body: JSON.stringify(b.pointer), delaySeconds: 0 }]);
    b.sendRate.waitMs = 0;
    await b.run();
    expect(b.ses.mails).toHaveLength(20);
    expect(b.campaign()).toMatchObject({ state: 'completed', outcomes: { accepted: 20 } });
  });

  it('waits for no slot longer than leaves SES time to answer before the Lambda ends', async () => {
    const b = await bench(20, () => {
      b.clock.advance(32_000);
      return accepted;
    });
    await b.run();
    expect(b.sendRate.taken).toEqual([
      { count: 10, category: 'marketing', patienceMs: 10_000 },
      { count: 10, category: 'marketing', patienceMs: 3_000 },
    ]);
  });

  it('sends to nobody for whom the campaign is cancelled during the wait for slots', async () => {
    const b = await bench(10);
    await b.run({
      sendRate: {
        ...b.sendRate,
        take: async (...args) => {
          b.clock.advance(9_000);
          b.campaigns.alter('news', { state: 'cancelled' });
          return await b.sendRate.take(...args);
        },
      },
    });
    expect(b.ses.mails).toEqual([]);
    expect(b.outcomes()).toBe('H'.repeat(10));
    expect(b.queue.sent).toEqual([]);
  });

  it('parks while campaigns have used up the quota, and goes on by itself', async () => {
    const b = await bench(20, () => {
      b.sendRate.waitMs = 'quota';
      return accepted;
    });
    await b.run();
    expect(b.outcomes()).toBe(`${'A'.repeat(10)}${'.'.repeat(10)}`);
    expect(b.queue.sent).toEqual([{ body: JSON.stringify(b.pointer), delaySeconds: 900 }]);
    b.sendRate.waitMs = 0;
    b.clock.advance(900_000);
    await b.run();
    expect(b.campaign()).toMatchObject({ state: 'completed', outcomes: { accepted: 20 } });
  });

  it('does nothing for a chunk that is done', async () => {
    const b = await bench(3);
    await b.run();
    await b.run();
    expect(b.ses.mails).toHaveLength(3);
    expect(b.campaign()).toMatchObject({ chunksDone: 1, outcomes: { accepted: 3 } });
    expect(b.queue.sent).toEqual([]);
  });

  it('looks again later at a chunk that another worker has', async () => {
    const b = await bench(20, () => {
      second ??= b.run();
      return accepted;
    });
    let second: Promise<void> | undefined;
    await b.run();
    await second;
    expect(b.ses.mails).toHaveLength(20);
    expect(b.queue.sent).toEqual([{ body: JSON.stringify(b.pointer), delaySeconds: 75 }]);
    expect(b.campaign()).toMatchObject({ state: 'completed', chunksDone: 1, outcomes: { accepted: 20 } });
  });

  it('lets one of two workers go on that begin at the same time', async () => {
    const b = await bench(20);
    await Promise.all([b.run(), b.run()]);
    expect(b.ses.mails).toHaveLength(20);
    expect(b.campaign()).toMatchObject({ chunksDone: 1, outcomes: { accepted: 20 } });
  });

  it('lets one of two workers go on that find an abandoned chunk at the same time', async () => {
    const b = await bench(20);
    await b.ledgers.create(
      'c#news#0',
      { outcomes: `AAaa${'.'.repeat(16)}`, version: 3, leaseUntilMs: 0, done: false, resends: 0, resumes: 0 },
      0,
    );
    await Promise.all([b.run(), b.run()]);
    expect(b.ses.mails).toHaveLength(16);
    expect(b.outcomes()).toBe(`AAUU${'A'.repeat(16)}`);
    expect(b.campaign()).toMatchObject({ chunksDone: 1, outcomes: { accepted: 18, unknown: 2 } });
  });

  it('holds the recipients whose attempt an interruption cut off', async () => {
    const b = await bench(12);
    const died = b.run({ sendMail: () => new Promise(() => {}) });
    await Promise.race([died, new Promise((resolve) => setImmediate(resolve))]);
    expect(b.outcomes()).toBe(`${'a'.repeat(10)}..`);
    b.clock.advance(76_000);
    await b.run();
    expect(b.outcomes()).toBe(`${'U'.repeat(10)}AA`);
    expect(b.ses.mails.map(({ toHeader }) => toHeader)).toEqual(['r10@example.com', 'r11@example.com']);
    expect(b.campaign()).toMatchObject({ state: 'completed', outcomes: { accepted: 2, unknown: 10 } });
  });

  it.each<[string, (b: Awaited<ReturnType<typeof bench>>) => unknown, string]>([
    ['that is not JSON', () => 'r0@example.com', 'chunk-pointer'],
    ['of a campaign that does not exist', (b) => ({ ...b.pointer, campaignId: 'other' }), 'unknown-campaign'],
    ['whose part is gone', (b) => ({ ...b.pointer, key: 'campaigns/news/parts/9.jsonl' }), 'chunk-part'],
    ['with fewer rows than it says', (b) => ({ ...b.pointer, count: 4 }), 'chunk-part'],
    [
      'that begins in the middle of a row',
      (b) => ({ ...b.pointer, firstByte: b.pointer.firstByte + 9 }),
      'chunk-part',
    ],
  ])('keeps a chunk message %s as a dead letter, without addresses', async (_, bodyOf, reason) => {
    const b = await bench(3);
    const record = sqsRecord(bodyOf(b));
    await sendChunk(b.ports, b.clock.nowMs() + 60_000)(record);
    expect(b.deadLetterQueue.sent).toEqual([
      { body: record.body, attributes: expect.objectContaining({ reason, deliveryId: 'm#message-1' }) },
    ]);
    expect(JSON.stringify(b.deadLetterQueue.sent[0]?.attributes)).not.toContain('example.com');
    expect(b.ses.mails).toEqual([]);
    expect(b.counts).toEqual({ Rejected: 1 });
  });
});
