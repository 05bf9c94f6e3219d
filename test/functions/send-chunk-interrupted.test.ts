import fc from 'fast-check';
import { recipientIdOf } from '../../domain/address.ts';
import { type InDoubtPolicy, maxAttemptsInDoubt } from '../../domain/in-doubt.ts';
import type { SendAnswer } from '../../domain/send-answer.ts';
import type { SendChunkPorts } from '../../functions/chunk/chunk-work.ts';
import { unsubscribed } from './in-memory-ports.ts';
import { bench } from './send-chunk-bench.ts';

/** What SES says, and whether it has the mail. */
interface Answered {
  readonly answer: SendAnswer;
  readonly has: boolean;
}

const accepted: Answered = { answer: { outcome: 'accepted', sesMessageId: 'x' }, has: true };
const answer = fc.oneof(
  { weight: 4, arbitrary: fc.constant(accepted) },
  {
    weight: 3,
    arbitrary: fc.constantFrom<Answered>(
      { answer: { outcome: 'throttled' }, has: false },
      { answer: { outcome: 'quotaExceeded' }, has: false },
      { answer: { outcome: 'paused', code: 'SendingPausedException' }, has: false },
      { answer: { outcome: 'rejected', code: 'MessageRejected' }, has: false },
      { answer: { outcome: 'ambiguous', code: 'TimeoutError' }, has: true },
      { answer: { outcome: 'ambiguous', code: 'TimeoutError' }, has: false },
    ),
  },
);

const scene = fc.record({
  policy: fc.constantFrom<InDoubtPolicy>('hold', 'resend'),
  count: fc.integer({ min: 1, max: 35 }),
  suppressed: fc.uniqueArray(fc.nat(34), { maxLength: 5 }),
  answers: fc.array(answer, { maxLength: 60 }),
  /** For each worker in turn: the call of a port at which it is killed, before or after the call has its effect. */
  kills: fc.array(fc.record({ atCall: fc.integer({ min: 1, max: 40 }), after: fc.boolean() }), {
    maxLength: 6,
  }),
  /** For each worker in turn: whether another one gets the same message at the same time. */
  twins: fc.array(fc.boolean(), { maxLength: 6 }),
  /** For each worker in turn: whose mail SES reports after it, if it has it. */
  reports: fc.array(fc.uniqueArray(fc.nat(34), { maxLength: 20 }), { maxLength: 6 }),
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
      addTogether: guard(campaigns.addTogether),
      completeIfDone: guard(campaigns.completeIfDone),
    },
    ledgers: {
      get: guard(ledgers.get),
      create: guard(ledgers.create),
      write: guard(ledgers.write),
      update: ledgers.update,
      reopening: ledgers.reopening,
      lookedAt: ledgers.lookedAt,
      settle: guard(ledgers.settle),
      settlement: ledgers.settlement,
    },
    deliveries: {
      recordRejected: guard(deliveries.recordRejected),
      waitAgain: guard(deliveries.waitAgain),
      proved: guard(deliveries.proved),
    },
    suppressions: { find: guard(suppressions.find) },
    queue: { send: guard(queue.send) },
    sendMail: guard(ports.sendMail),
  };
  return { guarded, dead };
}

describe('sendChunk', () => {
  it('tries nobody again who is proved or held, loses nobody, and reports what SES has, whatever happens', async () => {
    await fc.assert(
      fc.asyncProperty(scene, async ({ policy, count, suppressed, answers, kills, twins, reports }) => {
        const fates = kills.values();
        const script = answers.values();
        const b = await bench(count);
        /** How often SES may have the mail, and whether it has, by recipient. */
        const maybe = new Map<number, number>();
        const has = new Set<number>();
        const reported = new Set<number>();
        const sendMail: SendChunkPorts['sendMail'] = async ({ tags }) => {
          const index = Number(tags['todoke-index']);
          const said = script.next().value ?? accepted;
          expect(reported).not.toContain(index);
          if (said.answer.outcome === 'accepted' || said.answer.outcome === 'ambiguous') {
            maybe.set(index, (maybe.get(index) ?? 0) + 1);
          }
          if (said.has) {
            has.add(index);
          }
          return said.answer;
        };
        const ports = { ...b.ports, sendMail, inDoubt: { transactional: policy, marketing: policy } };
        for (const i of suppressed) {
          await b.suppressions.add(
            { recipientId: recipientIdOf(`r${i}@example.com`), address: '' },
            'all',
            unsubscribed,
          );
        }
        const report = async (index: number): Promise<void> => {
          if (has.has(index)) {
            await b.reported(index);
            reported.add(index);
          }
        };
        // Messages in the queue; that of a worker which died comes back.
        for (let waiting = 1, worker = 0; waiting > 0; worker++) {
          expect(worker).toBeLessThan(300);
          const sentBefore = b.queue.sent.length;
          const workers = twins[worker] ? 2 : 1;
          const ends = Array.from({ length: workers }, async () => {
            const { guarded, dead } = mortal(ports, fates.next().value);
            return await Promise.race([b.run(guarded).then(() => 0), dead.then(() => 1)]);
          });
          const redelivered = Math.max(...(await Promise.all(ends)));
          waiting += redelivered - 1 + b.queue.sent.length - sentBefore;
          for (const index of reports[worker] ?? []) {
            await report(index);
          }
          b.clock.advance(400_000);
        }

        const { state, chunksDone } = b.campaign() ?? {};
        expect({ state, chunksDone }).toEqual({ state: 'completed', chunksDone: 1 });
        for (const [, times] of maybe) {
          expect(times).toBeLessThanOrEqual(policy === 'hold' ? 1 : maxAttemptsInDoubt);
        }
        for (let index = 0; index < count; index++) {
          await report(index);
        }
        const out = b.outcomes() ?? '';
        expect(out).toHaveLength(count);
        for (let index = 0; index < count; index++) {
          // Who has been reported is accepted; of the others SES has nothing, though that may not be known.
          expect([index, out[index]]).toEqual([
            index,
            has.has(index) ? 'A' : expect.stringMatching(maybe.has(index) ? /U/ : /[SRU]/),
          ]);
        }
        const times = (outcome: string) => out.split(outcome).length - 1;
        expect(b.campaign()?.outcomes).toEqual({
          accepted: times('A'),
          suppressed: times('S'),
          rejected: times('R'),
          stopped: times('H'),
          unknown: times('U'),
        });
      }),
      { numRuns: 300 },
    );
  });
});
