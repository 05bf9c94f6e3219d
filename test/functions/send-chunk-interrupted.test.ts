import fc from 'fast-check';
import { recipientIdOf } from '../../domain/address.ts';
import type { SendAnswer } from '../../domain/send-answer.ts';
import type { SendChunkPorts } from '../../functions/send-chunk.ts';
import { unsubscribed } from './in-memory-ports.ts';
import { bench } from './send-chunk-bench.ts';

const answer = fc.oneof(
  { weight: 4, arbitrary: fc.constant<SendAnswer>({ outcome: 'accepted', sesMessageId: 'x' }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<SendAnswer>(
      { outcome: 'throttled' },
      { outcome: 'quotaExceeded' },
      { outcome: 'paused', code: 'SendingPausedException' },
      { outcome: 'rejected', code: 'MessageRejected' },
      { outcome: 'ambiguous', code: 'TimeoutError' },
    ),
  },
);

const scene = fc.record({
  count: fc.integer({ min: 1, max: 35 }),
  suppressed: fc.uniqueArray(fc.nat(34), { maxLength: 5 }),
  answers: fc.array(answer, { maxLength: 60 }),
  /** For each worker in turn: the call of a port at which it is killed, before or after the call has its effect. */
  kills: fc.array(fc.record({ atCall: fc.integer({ min: 1, max: 40 }), after: fc.boolean() }), {
    maxLength: 6,
  }),
  /** For each worker in turn: whether another one gets the same message at the same time. */
  twins: fc.array(fc.boolean(), { maxLength: 6 }),
});

/** Ports of a worker that dies at some call: from then on no call has an effect or returns. */
function mortal(ports: SendChunkPorts, kill: { atCall: number; after: boolean } | undefined) {
  let calls = 0;
  let die: () => void = () => {};
  const dead = new Promise<void>((resolve) => {
    die = resolve;
  });
  const never = () => new Promise<never>(() => {});
  function guard<A extends unknown[], R>(call: (...args: A) => Promise<R>): (...args: A) => Promise<R> {
    return async (...args) => {
      calls++;
      if (kill === undefined || calls < kill.atCall) {
        return await call(...args);
      }
      if (calls === kill.atCall && kill.after) {
        await call(...args);
      }
      die();
      return await never();
    };
  }
  const { campaigns, ledgers, deliveries, suppressions, queue } = ports;
  const guarded: SendChunkPorts = {
    ...ports,
    campaigns: {
      get: guard(campaigns.get),
      addChunk: guard(campaigns.addChunk),
      addTogether: guard(campaigns.addTogether),
      completeIfDone: guard(campaigns.completeIfDone),
    },
    ledgers: {
      get: guard(ledgers.get),
      create: guard(ledgers.create),
      write: guard(ledgers.write),
      update: ledgers.update,
      settle: guard(ledgers.settle),
      settlement: ledgers.settlement,
    },
    deliveries: { recordRejected: guard(deliveries.recordRejected), proved: guard(deliveries.proved) },
    suppressions: { find: guard(suppressions.find) },
    queue: { send: guard(queue.send) },
    sendMail: guard(ports.sendMail),
  };
  return { guarded, dead };
}

describe('sendChunk', () => {
  it('asks SES at most once for each recipient that SES may have accepted, and loses nobody, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(scene, async ({ count, suppressed, answers, kills, twins }) => {
        const fates = kills.values();
        const b = await bench(count, ...answers);
        const taken = new Map<string, number>();
        const sendMail: SendChunkPorts['sendMail'] = async (mail) => {
          const got = await b.ses.sendMail(mail);
          if (got.outcome === 'accepted' || got.outcome === 'ambiguous') {
            taken.set(mail.toHeader, (taken.get(mail.toHeader) ?? 0) + 1);
          }
          return got;
        };
        for (const i of suppressed) {
          await b.suppressions.add(
            { recipientId: recipientIdOf(`r${i}@example.com`), address: '' },
            'all',
            unsubscribed,
          );
        }
        // Messages in the queue; that of a worker which died comes back.
        for (let waiting = 1, worker = 0; waiting > 0; worker++) {
          expect(worker).toBeLessThan(300);
          const sentBefore = b.queue.sent.length;
          const workers = twins[worker] ? 2 : 1;
          const ends = Array.from({ length: workers }, async () => {
            const { guarded, dead } = mortal({ ...b.ports, sendMail }, fates.next().value);
            return await Promise.race([b.run(guarded).then(() => 0), dead.then(() => 1)]);
          });
          const redelivered = Math.max(...(await Promise.all(ends)));
          waiting += redelivered - 1 + b.queue.sent.length - sentBefore;
          b.clock.advance(400_000);
        }
        expect([...taken].filter(([, times]) => times > 1)).toEqual([]);

        const { state, chunksDone, outcomes } = b.campaign() ?? {};
        const { accepted = 0, suppressed: skipped = 0, rejected = 0, unknown = 0 } = outcomes ?? {};
        expect({ state, chunksDone }).toEqual({ state: 'completed', chunksDone: 1 });
        expect(accepted + skipped + rejected + unknown).toBe(count);
        const out = b.outcomes() ?? '';
        for (let i = 0; i < count; i++) {
          const times = taken.get(`r${i}@example.com`) ?? 0;
          // A recipient that SES has is accepted or in doubt; one that is suppressed or refused was never taken.
          expect([i, out[i], times]).toEqual([
            i,
            expect.stringMatching(times === 1 ? /[AU]/ : /[SRU]/),
            times,
          ]);
        }
      }),
      { numRuns: 200 },
    );
  });
});
