import type { SendAnswer } from '../../domain/send-answer.ts';
import { eachRecord } from '../../functions/each-record.ts';
import { sendChunk } from '../../functions/send-chunk.ts';
import type { Grant } from '../../functions/send-rate.ts';
import { notificationBody } from '../domain/notification-body.ts';
import { sqsRecord } from './in-memory-ports.ts';
import { bench as chunkBench } from './send-chunk-bench.ts';
import { bench as notificationBench } from './send-notification-bench.ts';

/** What keeps mail from being sent now and is nobody's fault. */
const hindrances: { name: string; answer?: SendAnswer; grant?: Exclude<Grant['kind'], 'granted'> }[] = [
  { name: 'SES says "too fast"', answer: { outcome: 'throttled' } },
  { name: 'the daily quota is used up', answer: { outcome: 'quotaExceeded' } },
  { name: 'the account is suspended', answer: { outcome: 'paused', code: 'AccountSuspendedException' } },
  { name: 'sending is paused', answer: { outcome: 'paused', code: 'SendingPausedException' } },
  { name: 'SES does not answer', answer: { outcome: 'ambiguous', code: 'TimeoutError' } },
  { name: 'there is no slot', grant: 'busy' },
  { name: 'campaigns have used up their quota', grant: 'quota' },
];

/** As if SES were asked by thirty people in a hundred too fast: the same ones in every run. */
function thirtyPercentThrottled(): () => SendAnswer {
  let seed = 7;
  return () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648 < 0.3
      ? { outcome: 'throttled' }
      : { outcome: 'accepted', sesMessageId: `ses-${seed}` };
  };
}

describe('no receive is used up', () => {
  it.each(hindrances)('of a notification while $name', async ({ answer, grant }) => {
    const b = notificationBench(...(answer ? Array<SendAnswer>(10).fill(answer) : []));
    b.sendRate.waitMs = grant ?? 0;
    const records = Array.from({ length: 10 }, (_, n) =>
      sqsRecord(notificationBody({ notificationId: `n-${n}` }), `m${n}`),
    );
    expect(await b.batch(...records)).toEqual({ batchItemFailures: [] });
    expect(b.deadLetterQueue.sent).toEqual([]);
    expect(b.queue.sent).toHaveLength(10);
  });

  it.each(hindrances)('of a chunk while $name', async ({ answer, grant }) => {
    const b = await chunkBench(25, ...(answer ? Array<SendAnswer>(25).fill(answer) : []));
    b.sendRate.waitMs = grant ?? 0;
    const send = sendChunk(b.ports, b.clock.nowMs() + 60_000);
    expect(await eachRecord({ Records: [sqsRecord(b.pointer)] }, send)).toEqual({ batchItemFailures: [] });
    expect(b.deadLetterQueue.sent).toEqual([]);
    // Either it is back in the queue, or it is closed.
    expect(b.queue.sent.length + (b.campaign()?.chunksDone ?? 0)).toBe(1);
  });

  it('by 30 % of answers that are "too fast": every notification goes out once', async () => {
    const b = notificationBench();
    const answer = thirtyPercentThrottled();
    const overrides = { sendMail: async () => answer() };
    for (let n = 0; n < 60; n++) {
      await b.run(notificationBody({ notificationId: `n-${n}` }), overrides);
    }
    for (let i = 0; i < b.queue.sent.length; i++) {
      b.clock.advance((b.queue.sent[i]?.delaySeconds ?? 0) * 1_000);
      await b.run(b.queue.sent[i]?.body, overrides);
    }
    expect(b.counts.Accepted).toBe(60);
    expect(b.counts.Throttled).toBeGreaterThan(10);
    expect(b.counts.Throttled).toBe(b.queue.sent.length);
    expect([...b.deliveries.items.values()].map(({ state }) => state)).toEqual(Array(60).fill('accepted'));
    expect(b.deadLetterQueue.sent).toEqual([]);
  });

  it('by 30 % of answers that are "too fast": a whole chunk goes out, and the rate is slowed down by as much', async () => {
    const b = await chunkBench(200);
    const answer = thirtyPercentThrottled();
    await b.drain({ sendMail: async () => answer() });
    expect(b.outcomes()).toBe('A'.repeat(200));
    expect(b.campaign()).toMatchObject({ state: 'completed', outcomes: { accepted: 200, unknown: 0 } });
    const shares = b.sendRate.slowedDown;
    expect(shares.length).toBeGreaterThan(10);
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeGreaterThan(0.2);
    expect(b.deadLetterQueue.sent).toEqual([]);
  });
});

describe('a fault of the send rate while SES says "too fast"', () => {
  const slowDown = async (): Promise<never> => {
    throw new Error('ProvisionedThroughputExceededException');
  };

  it('brings nobody of a chunk into doubt', async () => {
    const b = await chunkBench(3, { outcome: 'accepted', sesMessageId: 'ses-1' }, { outcome: 'throttled' });
    await expect(b.run({ sendRate: { ...b.sendRate, slowDown } })).rejects.toThrow('Throughput');
    expect(b.outcomes()).toBe('A.A');
    await b.run();
    expect(b.outcomes()).toBe('AAA');
    expect(b.ses.mails).toHaveLength(4);
  });

  it('brings no notification into doubt', async () => {
    const b = notificationBench({ outcome: 'throttled' });
    const body = notificationBody({ template: 'announcement', data: {} });
    await expect(b.run(body, { sendRate: { ...b.sendRate, slowDown } })).rejects.toThrow('Throughput');
    await b.run(body);
    expect([...b.deliveries.items.values()]).toMatchObject([{ state: 'accepted', attempt: 1 }]);
  });
});
