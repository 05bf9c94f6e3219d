import { recipientIdOf } from '../../domain/address.ts';
import { type InDoubtPolicies, maxAttemptsInDoubt, proofDelaySeconds } from '../../domain/in-doubt.ts';
import type { SendAnswer } from '../../domain/send-answer.ts';
import { unsubscribed } from './in-memory-ports.ts';
import { bench } from './send-chunk-bench.ts';

const ambiguous: SendAnswer = { outcome: 'ambiguous', code: 'TimeoutError' };
const accepted: SendAnswer = { outcome: 'accepted', sesMessageId: 'ses-1' };
const refused: SendAnswer = { outcome: 'rejected', code: 'MessageRejected' };
const throttled: SendAnswer = { outcome: 'throttled' };
const resend = { inDoubt: { transactional: 'resend', marketing: 'resend' } } satisfies {
  inDoubt: InDoubtPolicies;
};
const hangs = () => new Promise<never>(() => {});
const aMoment = () => new Promise((resolve) => setImmediate(resolve));

describe('a chunk with a recipient in doubt, where doubt is held', () => {
  it('is closed with it, and SES is not asked again', async () => {
    const b = await bench(3, accepted, ambiguous);
    expect(await b.drain()).toEqual([]);
    expect(b.outcomes()).toBe('AUA');
    expect(b.ses.mails).toHaveLength(3);
    expect(b.campaign()).toMatchObject({ state: 'completed', outcomes: { accepted: 2, unknown: 1 } });
  });

  it.each([
    { when: 'before the doubt is written down', early: true },
    { when: 'after the chunk is closed', early: false },
  ])('has no doubt when SES reports $when', async ({ early }) => {
    const b = await bench(3);
    await b.run({
      sendMail: async (mail) => {
        if (mail.tags['todoke-index'] !== '1') {
          return accepted;
        }
        if (early) {
          await b.reported(1);
        }
        return ambiguous;
      },
    });
    if (!early) {
      expect(b.outcomes()).toBe('AUA');
      await b.reported(1);
    }
    await b.reported(1, 'bounce');
    expect(b.outcomes()).toBe('AAA');
    expect(b.campaign()?.outcomes).toEqual({
      accepted: 3,
      suppressed: 0,
      rejected: 0,
      unknown: 0,
      stopped: 0,
    });
    expect(b.campaign()?.bounced).toBe(1);
  });

  it('has no doubt when SES reports between the last look and the close', async () => {
    const b = await bench(3, accepted, ambiguous);
    await b.run({
      campaigns: {
        ...b.campaigns,
        addTogether: async (...args) => {
          await b.reported(1);
          return await b.campaigns.addTogether(...args);
        },
      },
    });
    expect(b.outcomes()).toBe('AAA');
    expect(b.campaign()).toMatchObject({ state: 'completed', outcomes: { accepted: 3, unknown: 0 } });
  });

  it('has no doubt when the worker died right after that close', async () => {
    const b = await bench(3, accepted, ambiguous);
    const died = b.run({
      campaigns: {
        ...b.campaigns,
        addTogether: async (...args) => {
          await b.reported(1);
          await b.campaigns.addTogether(...args);
          return await hangs();
        },
      },
    });
    await Promise.race([died, aMoment()]);
    expect(b.outcomes()).toBe('AUA');
    await b.run();
    expect(b.outcomes()).toBe('AAA');
    expect(b.campaign()).toMatchObject({ state: 'completed', outcomes: { accepted: 3, unknown: 0 } });
  });

  it('has no doubt when SES reports after the worker died', async () => {
    const b = await bench(2);
    await Promise.race([b.run({ sendMail: hangs }), aMoment()]);
    expect(b.outcomes()).toBe('aa');
    b.clock.advance(1_000);
    await b.reported(1);
    b.clock.advance(75_000);
    await b.reported(0, 'send');
    expect(await b.drain()).toEqual([]);
    expect(b.outcomes()).toBe('AA');
    expect(b.ses.mails).toHaveLength(0);
  });
});

describe('a chunk with a recipient in doubt, where doubt is resent', () => {
  it('tries again after time for proof, only whom it must', async () => {
    const b = await bench(12, accepted, ambiguous);
    expect(await b.drain(resend)).toEqual([proofDelaySeconds]);
    expect(b.outcomes()).toBe('A'.repeat(12));
    expect(b.ses.mails.map(({ toHeader }) => toHeader).filter((to) => to === 'r1@example.com')).toHaveLength(
      2,
    );
    expect(b.ses.mails).toHaveLength(13);
    expect(b.campaign()).toMatchObject({ state: 'completed', chunksDone: 1, outcomes: { accepted: 12 } });
  });

  it('is not given back at all when SES has reported it by the end', async () => {
    const b = await bench(2);
    const sendMail = async (): Promise<SendAnswer> => {
      await b.reported(0);
      await b.reported(1);
      return ambiguous;
    };
    expect(await b.drain({ ...resend, sendMail })).toEqual([]);
    expect(b.campaign()).toMatchObject({ state: 'completed', outcomes: { accepted: 2, unknown: 0 } });
  });

  it('is held after so many attempts without an answer', async () => {
    const b = await bench(2);
    let calls = 0;
    const sendMail = async (): Promise<SendAnswer> => {
      calls++;
      return ambiguous;
    };
    const delays = await b.drain({ ...resend, sendMail });
    expect(calls).toBe(2 * maxAttemptsInDoubt);
    expect(delays).toEqual(Array(maxAttemptsInDoubt - 1).fill(proofDelaySeconds));
    expect(b.outcomes()).toBe('UU');
    expect(b.campaign()).toMatchObject({ state: 'completed', outcomes: { accepted: 0, unknown: 2 } });
  });

  it('is held after so many attempts of workers that die', async () => {
    const b = await bench(1);
    let calls = 0;
    const sendMail = async () => {
      calls++;
      return await hangs();
    };
    for (let worker = 0; worker < 2 * maxAttemptsInDoubt; worker++) {
      await Promise.race([b.run({ ...resend, sendMail }), aMoment()]);
      b.clock.advance(76_000);
    }
    expect(calls).toBe(maxAttemptsInDoubt);
    expect(b.outcomes()).toBe('U');
    expect(b.campaign()).toMatchObject({ state: 'completed', outcomes: { unknown: 1 } });
  });

  it('loses no attempt by "too fast", which SES says of mail that it did not accept', async () => {
    const answers = [ambiguous, throttled, throttled, ambiguous, throttled, ambiguous, ambiguous, ambiguous];
    const b = await bench(1, ...answers);
    await b.drain(resend);
    // Six: three in doubt, and three that SES refused in between.
    expect(b.ses.mails).toHaveLength(6);
    expect(b.outcomes()).toBe('U');
  });

  it.each([
    { end: 'suppressed', answers: [ambiguous] },
    { end: 'refused', answers: [ambiguous, refused, refused] },
  ])('stays in doubt when it is $end from then on', async ({ end, answers }) => {
    const b = await bench(1, ...answers);
    await b.run(resend);
    if (end === 'suppressed') {
      const recipient = { recipientId: recipientIdOf('r0@example.com'), address: '' };
      await b.suppressions.add(recipient, 'all', unsubscribed);
    }
    b.clock.advance(30_000);
    await b.drain(resend);
    expect(b.outcomes()).toBe('U');
    expect(b.ses.mails).toHaveLength(answers.length);
    expect(b.campaign()?.outcomes).toEqual({
      accepted: 0,
      suppressed: 0,
      rejected: 0,
      unknown: 1,
      stopped: 0,
    });
    await b.reported(0);
    expect(b.campaign()?.outcomes).toEqual({
      accepted: 1,
      suppressed: 0,
      rejected: 0,
      unknown: 0,
      stopped: 0,
    });
  });

  it('does not try again what SES reports while the chunk waits', async () => {
    const b = await bench(2, ambiguous, ambiguous);
    await b.run(resend);
    await b.reported(0);
    b.clock.advance(30_000);
    await b.drain(resend);
    expect(b.ses.mails.map(({ toHeader }) => toHeader)).toEqual([
      'r0@example.com',
      'r1@example.com',
      'r1@example.com',
    ]);
    expect(b.outcomes()).toBe('AA');
    expect(b.campaign()).toMatchObject({ state: 'completed', outcomes: { accepted: 2, unknown: 0 } });
  });

  it('does not try again what SES reports while a worker waits for slots, and loses nobody', async () => {
    const b = await bench(30, ...Array<SendAnswer>(30).fill(ambiguous));
    await b.run(resend);
    b.clock.advance(30_000);
    const { take } = b.sendRate;
    let turn = 0;
    await b.drain({
      ...resend,
      sendRate: {
        ...b.sendRate,
        take: async (...args) => {
          turn++;
          if (turn === 1) {
            await b.reported(3);
          }
          // By then the chunk is in hand, and the event leaves the doubt to its worker.
          if (turn === 3) {
            await b.reported(15);
            await b.reported(25);
          }
          return await take(...args);
        },
      },
    });
    const again = b.ses.mails.slice(30).map(({ toHeader }) => toHeader);
    expect(again).toHaveLength(27);
    for (const index of [3, 15, 25]) {
      expect(again).not.toContain(`r${index}@example.com`);
    }
    expect(b.outcomes()).toBe('A'.repeat(30));
    expect(b.campaign()).toMatchObject({ state: 'completed', chunksDone: 1, outcomes: { accepted: 30 } });
  });

  it('leaves who is in doubt for the end when time runs out, and tries them as often all the same', async () => {
    const b = await bench(30);
    let calls = 0;
    const sendMail = async (): Promise<SendAnswer> => {
      calls++;
      // Each quantum takes as long as SES may need to say nothing.
      b.clock.advance(calls % 10 === 0 ? 20_000 : 0);
      return ambiguous;
    };
    const delays = await b.drain({ ...resend, sendMail });
    expect(calls).toBe(30 * maxAttemptsInDoubt);
    expect(delays.filter((delay) => delay === proofDelaySeconds)).toHaveLength(maxAttemptsInDoubt - 1);
    expect(b.campaign()).toMatchObject({ state: 'completed', outcomes: { unknown: 30 } });
  });
});
