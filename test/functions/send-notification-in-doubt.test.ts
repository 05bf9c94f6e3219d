import { recipientIdOf } from '../../domain/address.ts';
import { type InDoubtPolicy, maxAttemptsInDoubt, proofDelaySeconds } from '../../domain/in-doubt.ts';
import type { SendAnswer } from '../../domain/send-answer.ts';
import type { Category } from '../../domain/template/compiled.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import type { SendNotificationPorts } from '../../functions/notification/notification-job.ts';
import { notificationBody } from '../domain/notification-body.ts';
import { startMs, unsubscribed } from './in-memory-ports.ts';
import { bench } from './send-notification-bench.ts';

const id = 'n#order-1234:confirmed';
const ambiguous: SendAnswer = { outcome: 'ambiguous', code: 'TimeoutError' };
const throttled: SendAnswer = { outcome: 'throttled' };
const bodyOf = (category: Category, more: Record<string, unknown> = {}) =>
  notificationBody(category === 'marketing' ? { template: 'announcement', data: {}, ...more } : { ...more });
const policies = (policy: InDoubtPolicy) => ({ inDoubt: { transactional: policy, marketing: policy } });

/** Delivers what was given back when its time has come, until nothing is. */
async function drain(b: ReturnType<typeof bench>, overrides: Partial<SendNotificationPorts>): Promise<void> {
  for (let i = 0; i < b.queue.sent.length; i++) {
    expect(i).toBeLessThan(100);
    b.clock.advance((b.queue.sent[i]?.delaySeconds ?? 0) * 1_000);
    await b.again(b.queue.sent[i], overrides);
  }
}

describe('a notification in doubt', () => {
  const cases = (['transactional', 'marketing'] as const).flatMap((category) =>
    (['hold', 'resend'] as const).map((policy) => ({ category, policy })),
  );

  it.each(cases)('that SES never answers is tried as often as "$policy" allows: $category', async (each) => {
    const b = bench(...Array<SendAnswer>(9).fill(ambiguous));
    await b.run(bodyOf(each.category), policies(each.policy));
    await drain(b, policies(each.policy));
    const attempts = each.policy === 'hold' ? 1 : maxAttemptsInDoubt;
    expect(b.ses.mails).toHaveLength(attempts);
    expect(b.deliveries.items.get(id)).toMatchObject({ state: 'unknown', attempt: attempts });
    expect(b.deadLetterQueue.sent).toEqual([]);
  });

  it.each(cases)('of workers that die is tried as often as "$policy" allows: $category', async (each) => {
    const b = bench();
    let calls = 0;
    const sendMail = async (): Promise<never> => {
      calls++;
      return await new Promise<never>(() => {});
    };
    for (let worker = 0; worker < 2 * maxAttemptsInDoubt; worker++) {
      const run = b.run(bodyOf(each.category), { ...policies(each.policy), sendMail });
      await Promise.race([run, new Promise((resolve) => setImmediate(resolve))]);
      b.clock.advance(75_000);
    }
    expect(calls).toBe(each.policy === 'hold' ? 1 : maxAttemptsInDoubt);
    expect(b.deliveries.items.get(id)).toMatchObject({ state: 'unknown', reason: 'held-in-doubt' });
  });

  it('loses no attempt, and no doubt, by "too fast"', async () => {
    const b = bench(ambiguous, throttled, throttled, ambiguous, throttled, ambiguous, ambiguous);
    await b.run(bodyOf('transactional'), policies('resend'));
    await drain(b, policies('resend'));
    expect(b.ses.mails).toHaveLength(6);
    expect(b.deliveries.items.get(id)).toMatchObject({ state: 'unknown', attempt: 3 });
  });

  it.each(['busy', 'quota'] as const)('stays so while there is no slot: %s', async (waitMs) => {
    const b = bench(ambiguous);
    await b.run(bodyOf('marketing'), policies('resend'));
    b.sendRate.waitMs = waitMs;
    b.clock.advance(proofDelaySeconds * 1_000);
    await b.run(b.queue.sent[0]?.body, policies('resend'));
    expect(b.deliveries.items.get(id)).toMatchObject({ state: 'unknown', attempt: 1 });
    expect(b.queue.sent).toHaveLength(2);
    b.sendRate.waitMs = 0;
    await b.run(b.queue.sent[1]?.body, policies('resend'));
    expect(b.deliveries.items.get(id)).toMatchObject({ state: 'accepted', attempt: 2 });
  });

  it.each<{ when: string; more: Record<string, unknown>; second?: SendAnswer; reason: string }>([
    { when: 'it expires', more: { expiresAt: formatTimestamp(startMs + 20_000) }, reason: 'expired' },
    { when: 'its recipient unsubscribes', more: {}, reason: 'unsubscribe' },
    {
      when: 'SES refuses it',
      more: {},
      second: { outcome: 'rejected', code: 'MessageRejected' },
      reason: 'MessageRejected',
    },
  ])('stays so when $when before the second attempt', async ({ more, second, reason }) => {
    const b = bench(ambiguous, ...(second ? [second] : []));
    await b.run(bodyOf('marketing', more), policies('resend'));
    if (reason === 'unsubscribe') {
      const recipient = { recipientId: recipientIdOf('taro@example.com'), address: '' };
      await b.suppressions.add(recipient, 'all', unsubscribed);
    }
    await drain(b, policies('resend'));
    expect(b.ses.mails).toHaveLength(second ? 2 : 1);
    expect(b.deliveries.items.get(id)).toMatchObject({ state: 'unknown', reason });
  });

  it.each([
    { when: 'before SES answers', early: true },
    { when: 'while it waits for proof', early: false },
  ])('is not tried again when SES reports it $when', async ({ early }) => {
    const b = bench();
    let calls = 0;
    const sendMail = async (): Promise<SendAnswer> => {
      calls++;
      if (early) {
        await b.deliveries.raise(id, 'delivered', 5, startMs);
      }
      return ambiguous;
    };
    await b.run(bodyOf('transactional'), { ...policies('resend'), sendMail });
    if (!early) {
      await b.deliveries.raise(id, 'delivered', 5, startMs);
    }
    await drain(b, { ...policies('resend'), sendMail });
    expect(calls).toBe(1);
    expect(b.deliveries.items.get(id)).toMatchObject({ state: 'delivered' });
    // Nobody has published it twice.
    expect(b.deliveries.items.get(id)).not.toHaveProperty('duplicates');
    expect(b.counts).toEqual({ Unknown: 1 });
  });

  it('is not sent by the loser of two workers that take it over at once', async () => {
    const b = bench(ambiguous);
    await b.run(bodyOf('transactional'), policies('resend'));
    b.clock.advance(proofDelaySeconds * 1_000);
    const body = b.queue.sent[0]?.body;
    await Promise.all([b.run(body, policies('resend')), b.run(body, policies('resend'))]);
    expect(b.ses.mails).toHaveLength(2);
    expect(b.deliveries.items.get(id)).toMatchObject({ state: 'accepted', attempt: 2 });
  });
});
