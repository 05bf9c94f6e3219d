import fc from 'fast-check';
import { recipientIdOf } from '../../domain/address.ts';
import { cancelled, paused, resumed } from '../../domain/campaign/campaign-life.ts';
import type { Resendable } from '../../domain/campaign/campaign-state.ts';
import { resent } from '../../domain/campaign/resend.ts';
import type { SendAnswer } from '../../domain/send-answer.ts';
import type { SendChunkPorts } from '../../functions/chunk/chunk-work.ts';
import { campaign, planTotals } from './in-memory-campaigns.ts';
import { unsubscribed } from './in-memory-ports.ts';
import { many, bench as planned } from './plan-campaign-bench.ts';
import { bench } from './send-chunk-bench.ts';

const accepted: SendAnswer = { outcome: 'accepted', sesMessageId: 'ses-1' };
const rejected: SendAnswer = { outcome: 'rejected', code: 'MessageRejected' };
const ambiguous: SendAnswer = { outcome: 'ambiguous', code: 'TimeoutError' };

const chunks = 3;

/** A campaign of three chunks, with SES answering each recipient the same until told otherwise. */
async function threeChunks(perChunk: number) {
  const b = await bench(1);
  b.campaigns.alter('news', {
    plan: planTotals({ chunks, recipients: chunks * perChunk, rows: chunks * perChunk }),
  });
  const addresses = Array.from({ length: chunks * perChunk }, (_, i) => `p${i}@example.com`);
  const pointers: (typeof b.pointer)[] = [];
  for (let chunk = 0; chunk < chunks; chunk++) {
    const own = addresses.slice(chunk * perChunk, (chunk + 1) * perChunk);
    const text = own.map((a, i) => `${JSON.stringify({ r: chunk * perChunk + i + 1, a, d: {} })}\n`).join('');
    const key = `campaigns/news/parts/${chunk}.jsonl`;
    await b.bucket.put(key, text);
    pointers.push({ ...b.pointer, chunk, key, firstByte: 0, lastByte: text.length - 1, count: perChunk });
  }
  const sent = new Map<string, number>();
  const answers = new Map<string, SendAnswer>();
  const sendMail: SendChunkPorts['sendMail'] = async ({ toHeader }) => {
    sent.set(toHeader, (sent.get(toHeader) ?? 0) + 1);
    return answers.get(toHeader) ?? accepted;
  };
  /** Everything that the planner queues, and what is given back of it, until nothing is left. */
  async function drain(overrides: Partial<SendChunkPorts> = {}): Promise<void> {
    for (const pointer of pointers) {
      const first = b.queue.sent.length;
      await b.run({ sendMail, ...overrides }, pointer);
      for (let i = first; i < b.queue.sent.length && i < first + 50; i++) {
        b.clock.advance((b.queue.sent[i]?.delaySeconds ?? 0) * 1_000);
        await b.run({ sendMail, ...overrides }, b.queue.sent[i]?.body);
      }
    }
  }
  const current = () => b.campaign() ?? campaign();
  const letters = () =>
    pointers.map(({ chunk }) => b.ledgers.items.get(`c#news#${chunk}`)?.outcomes ?? '').join('');
  return {
    ...{ b, addresses, pointers, sent, answers, sendMail, drain, current, letters },
    mover: () => ({ by: 'hanako', atMs: b.clock.nowMs() }),
    /** @returns whether it was this one that moved it */
    async press(which: readonly Resendable[], read = current()): Promise<boolean> {
      b.clock.advance(1);
      return await b.campaigns.change(read, resent(read, which, { by: 'hanako', atMs: b.clock.nowMs() }));
    },
  };
}

type Bench = Awaited<ReturnType<typeof threeChunks>>;

function expectAddsUp({ current, letters }: Bench): void {
  const count = (letter: string) => letters().split(letter).length - 1;
  expect(current().outcomes).toEqual({
    ...{ accepted: count('A'), unknown: count('U'), stopped: count('H') },
    ...{ suppressed: count('S'), rejected: count('R') },
  });
}

describe('a resend', () => {
  it('reaches those who were refused, and nobody else, when it is pressed twice at the same time', async () => {
    const c = await threeChunks(4);
    c.answers
      .set('p0@example.com', rejected)
      .set('p9@example.com', rejected)
      .set('p5@example.com', ambiguous);
    await c.drain();
    expect([c.letters(), c.current().state]).toEqual(['RAAAAUAAARAA', 'completed']);
    const rejectedRow = 'c#news#0#0';
    expect(c.b.deliveries.items.get(rejectedRow)).toMatchObject({ state: 'rejected' });
    c.answers.clear();
    const read = c.current();
    expect(
      await Promise.all([c.press(['rejected', 'stopped'], read), c.press(['rejected', 'stopped'], read)]),
    ).toEqual([true, false]);
    expect(c.current()).toMatchObject({ state: 'sending', chunksToResend: chunks });
    await c.drain();
    await c.drain();
    expect([c.letters(), c.current().state]).toEqual(['AAAAAUAAAAAA', 'completed']);
    expect(Object.fromEntries([...c.sent].filter(([, times]) => times > 1))).toEqual({
      'p0@example.com': 2,
      'p9@example.com': 2,
    });
    // Each is told to the metrics once.
    expect(c.b.counts).toMatchObject({ Accepted: 11, Rejected: 2, Unknown: 1 });
    expect(c.b.deliveries.items.get(rejectedRow)).toMatchObject({ state: 'waiting', reason: 'resend' });
    expectAddsUp(c);
  });

  it('is completed only when every chunk was looked at', async () => {
    const c = await threeChunks(2);
    c.answers.set('p5@example.com', rejected);
    await c.drain();
    c.answers.clear();
    await c.press(['rejected']);
    const [first, second, third] = c.pointers;
    for (const [pointer, left] of [
      [first, 2],
      [first, 2],
      [second, 1],
    ] as const) {
      await c.b.run({ sendMail: c.sendMail }, pointer);
      const move = { to: 'completed', by: 'test', atMs: c.b.clock.nowMs() } as const;
      expect(await c.b.campaigns.completeIfDone('news', move)).toEqual(c.current());
      expect(c.current()).toMatchObject({ state: 'sending', chunksToResend: left, chunksDone: 3 });
    }
    await c.b.run({ sendMail: c.sendMail }, third);
    expect(c.current()).toMatchObject({ state: 'completed', chunksToResend: 0 });
    expect(c.letters()).toBe('AAAAAA');
  });

  it('leaves alone who has unsubscribed since, and those in doubt unless they are asked for', async () => {
    const c = await threeChunks(2);
    c.answers.set('p0@example.com', rejected).set('p1@example.com', ambiguous);
    await c.drain();
    c.b.suppressions.items.set(recipientIdOf('p0@example.com'), { all: unsubscribed });
    c.answers.clear();
    await c.press(['rejected']);
    await c.drain();
    expect([c.letters(), c.sent.get('p0@example.com'), c.sent.get('p1@example.com')]).toEqual([
      'SUAAAA',
      1,
      1,
    ]);
    await c.press(['unknown']);
    await c.drain();
    expect([c.letters(), c.sent.get('p1@example.com')]).toEqual(['SAAAAA', 2]);
    expectAddsUp(c);
  });

  it('keeps in doubt whom a second attempt does not reach', async () => {
    const c = await threeChunks(1);
    c.answers.set('p0@example.com', ambiguous);
    await c.drain();
    c.answers.set('p0@example.com', rejected);
    await c.press(['unknown']);
    await c.drain();
    expect([c.letters(), c.current().state]).toEqual(['UAA', 'completed']);
  });

  it('sends to those whom a cancelled campaign did not get to', async () => {
    const c = await threeChunks(2);
    await c.b.run({ sendMail: c.sendMail }, c.pointers[0]);
    await c.b.campaigns.change(c.current(), cancelled(c.current(), c.mover()));
    expect(() => resent(c.current(), ['stopped'], c.mover())).toThrow('still being closed');
    await c.drain();
    expect([c.letters(), c.current().state]).toEqual(['AAHHHH', 'cancelled']);
    await c.press(['stopped']);
    await c.drain();
    expect([c.letters(), c.current().state, Math.max(...c.sent.values())]).toEqual([
      'AAAAAA',
      'completed',
      1,
    ]);
  });

  it('is released by the planner, also by one that runs later, and not taken for done meanwhile', async () => {
    const b = await planned(many(450), { canary: false });
    await b.run();
    const pointers = b.pointers();
    const outcomes = { accepted: 449, suppressed: 0, rejected: 1, unknown: 0, stopped: 0 };
    b.campaigns.alter('news', { state: 'completed', chunksDone: 3, outcomes });
    const read = b.campaigns.of('news') ?? campaign();
    // Whoever pressed died before the planner was started.
    expect(await b.campaigns.change(read, resent(read, ['rejected'], { by: 'hanako', atMs: 1 }))).toBe(true);
    expect(b.campaigns.of('news')?.dueAtMs).toBe(60_001);
    await b.run();
    expect(b.pointers().slice(pointers.length)).toEqual(pointers);
    expect(b.campaigns.of('news')).toMatchObject({ state: 'sending', chunksToResend: 3 });
  });

  it('has no canary, also where the campaign was cancelled in one', () => {
    const plan = planTotals({ chunks: 9, recipients: 1_700, canaryChunks: [1, 2, 3] });
    const stage = { kind: 'canary', number: 1, chunks: 1, recipients: 200, sinceMs: 0 } as const;
    const over = campaign({ state: 'cancelled', plan, stage, chunksDone: 9 });
    expect(resent(over, ['stopped'], { by: 'hanako', atMs: 7 })).toMatchObject({
      state: 'sending',
      stage: { kind: 'rest', chunks: 9, sinceMs: 7 },
      chunksToResend: 9,
    });
  });

  it.each(['draft', 'sending', 'paused', 'halted', 'failed'] as const)(
    'is refused of one that is %s',
    (state) => {
      const plan = planTotals();
      expect(() => resent(campaign({ state, plan }), ['rejected'], { by: 'x', atMs: 0 })).toThrow(
        `campaign "news" is ${state}`,
      );
    },
  );

  /** So many refusals would halt it. */
  const unguarded = { guard: async () => {} };

  const step = fc.record({
    /** The worker dies at this call of whatever it calls, or does not come so far. */
    diesAt: fc.integer({ min: 1, max: 40 }),
    /** The call took effect. */
    after: fc.boolean(),
    chunk: fc.nat(chunks - 1),
    moved: fc.constantFrom('nothing', 'nothing', 'pause', 'press'),
  });

  /** The ports of a worker that dies at one of its calls. */
  function dying({ b, sendMail }: Bench, { diesAt, after }: { diesAt: number; after: boolean }) {
    let calls = 0;
    let die: () => void = () => {};
    const dead = new Promise<void>((resolve) => {
      die = resolve;
    });
    const guard =
      <A extends unknown[], R>(call: (...args: A) => Promise<R>) =>
      async (...args: A): Promise<R> => {
        calls++;
        if (calls < diesAt) {
          return await call(...args);
        }
        if (calls === diesAt && after) {
          await call(...args);
        }
        die();
        return await new Promise<never>(() => {});
      };
    const { campaigns, ledgers, deliveries, queue } = b;
    const ports: Partial<SendChunkPorts> = {
      ...unguarded,
      campaigns: {
        ...campaigns,
        get: guard(campaigns.get),
        addTogether: guard(campaigns.addTogether),
        completeIfDone: guard(campaigns.completeIfDone),
      },
      ledgers: { ...ledgers, get: guard(ledgers.get), write: guard(ledgers.write) },
      deliveries: {
        ...deliveries,
        waitAgain: guard(deliveries.waitAgain),
        recordRejected: guard(deliveries.recordRejected),
      },
      queue: { ...queue, send: guard(queue.send) },
      sendMail: guard(sendMail),
    };
    return { ports, dead };
  }

  it('mails nobody twice whom SES accepted, whatever dies, is pressed or paused meanwhile', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('A', 'A', 'R'), { minLength: 12, maxLength: 12 }),
        fc.array(step, { maxLength: 8 }),
        async (fates, steps) => {
          const c = await threeChunks(4);
          for (const [i, fate] of fates.entries()) {
            if (fate === 'R') {
              c.answers.set(`p${i}@example.com`, rejected);
            }
          }
          await c.drain(unguarded);
          const refused = new Set(c.answers.keys());
          c.answers.clear();
          c.sent.clear();
          const pressedBy = async () => {
            if (c.current().state === 'completed') {
              await c.press(['rejected', 'stopped']);
            }
          };
          await pressedBy();
          for (const { chunk, moved, ...death } of steps) {
            const { ports, dead } = dying(c, death);
            await Promise.race([c.b.run(ports, c.pointers[chunk]), dead]);
            if (moved === 'pause' && c.current().state === 'sending') {
              await c.b.campaigns.change(c.current(), paused(c.current(), c.mover()));
            } else if (moved === 'press') {
              await pressedBy();
            }
            c.b.clock.advance(80_000);
          }
          if (c.current().state === 'paused') {
            await c.b.campaigns.change(c.current(), resumed(c.current(), c.mover()));
          }
          for (let runs = 0; runs < 3; runs++) {
            await c.drain(unguarded);
            c.b.clock.advance(80_000);
          }
          expect(c.current().state).toBe('completed');
          expectAddsUp(c);
          for (const [i, address] of c.addresses.entries()) {
            // A worker that died when SES may have been asked leaves a doubt, and nobody is mailed for it.
            const [letter, times] = [c.letters()[i], c.sent.get(address) ?? 0];
            const expected = !refused.has(address) ? ['A 0'] : ['A 1', 'U 0', 'U 1'];
            expect(expected).toContain(`${letter} ${times}`);
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});
