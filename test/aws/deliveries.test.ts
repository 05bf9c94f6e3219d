import fc from 'fast-check';
import type { Deliveries } from '../../aws/deliveries.ts';
import { type DeliveryState, deliveryRetentionMs, stateRank } from '../../domain/delivery.ts';
import type { Feedback } from '../../domain/feedback/feedback.ts';
import { type QuietStack, startQuietStack } from './quiet-stack.ts';

const nowMs = Date.UTC(2026, 10, 24, 4, 0, 0);
const facts = { notificationId: 'order-1', template: 'order-confirmation' };

let stack: QuietStack;
let deliveries: Deliveries;
let ids = 0;
const newId = () => `n#${++ids}`;

beforeAll(async () => {
  stack = await startQuietStack();
  const { deliveriesTable } = await import('../../aws/deliveries.ts');
  deliveries = deliveriesTable(stack.output('DeliveriesTableName'));
});
afterAll(() => stack.close());

async function claimed(): Promise<string> {
  const id = newId();
  expect(await deliveries.claim(id, facts, nowMs)).toEqual({ kind: 'claimed', attempt: 1 });
  return id;
}

async function failureIds(day: string): Promise<string[]> {
  return (await deliveries.failuresOn(day, 100)).map(({ deliveryId }) => deliveryId);
}

describe('claim', () => {
  it('marks a mail before it is sent', async () => {
    const id = await claimed();
    expect(await deliveries.get(id)).toMatchObject({
      ...facts,
      deliveryId: id,
      state: 'attempting',
      expiresAtEpochSeconds: Math.floor((nowMs + deliveryRetentionMs) / 1000),
    });
  });

  it('lets one of fifty workers win', async () => {
    const id = newId();
    const answers = await Promise.all(Array.from({ length: 50 }, () => deliveries.claim(id, facts, nowMs)));
    expect(answers.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
    expect(answers.filter(({ kind }) => kind === 'busy')).toHaveLength(49);
  });

  it('says for how long another worker is taken to be alive', async () => {
    const id = await claimed();
    expect(await deliveries.claim(id, facts, nowMs + 5_000)).toEqual({ kind: 'busy', retryAfterMs: 70_000 });
  });

  it.each([
    { when: 'the worker died', state: undefined, laterMs: 75_000 },
    { when: 'SES gave no clear answer', state: 'unknown' as const, laterMs: 1 },
  ])('is in doubt when $when', async ({ state, laterMs }) => {
    const id = await claimed();
    if (state !== undefined) {
      await deliveries.settle(id, state, { reason: 'TimeoutError' }, nowMs);
    }
    expect(await deliveries.claim(id, facts, nowMs + laterMs)).toEqual({ kind: 'inDoubt', attempt: 1 });
  });

  it.each(['rejected', 'suppressed', 'expired'] as const)(
    'takes an id again that was %s, and forgets why',
    async (state) => {
      const id = await claimed();
      await deliveries.settle(id, state, { reason: 'test', field: 'data.a', detail: 'a is missing' }, nowMs);
      expect(await deliveries.claim(id, facts, nowMs + 1)).toEqual({ kind: 'claimed', attempt: 1 });
      const delivery = await deliveries.get(id);
      expect(delivery).toMatchObject({ state: 'attempting' });
      expect(delivery).not.toHaveProperty('reason');
      expect(await failureIds('2026-11-24')).not.toContain(id);
    },
  );

  it('counts how often a mail was published again that was sent', async () => {
    const id = await claimed();
    await deliveries.recordAccepted(id, 'ses-1', nowMs);
    await deliveries.raise(id, 'delivered', stateRank.delivered, nowMs);
    const again = await Promise.all([1, 2, 3].map(() => deliveries.claim(id, facts, nowMs)));
    expect(again).toEqual(again.map(() => ({ kind: 'duplicate', state: 'delivered' })));
    expect(await deliveries.get(id)).toMatchObject({ state: 'delivered', duplicates: 3 });
  });
});

describe('reclaim', () => {
  it('lets one of twenty workers take over', async () => {
    const id = await claimed();
    const won = await Promise.all(
      Array.from({ length: 20 }, () => deliveries.reclaim(id, 1, nowMs + 80_000)),
    );
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await deliveries.claim(id, facts, nowMs + 80_001)).toMatchObject({ kind: 'busy' });
    expect(await deliveries.claim(id, facts, nowMs + 155_000)).toEqual({ kind: 'inDoubt', attempt: 2 });
  });

  it('loses against an event that proves acceptance', async () => {
    const id = await claimed();
    await deliveries.settle(id, 'unknown', { reason: 'TimeoutError' }, nowMs);
    await deliveries.raise(id, 'accepted', stateRank.accepted, nowMs);
    expect(await deliveries.reclaim(id, 1, nowMs)).toBe(false);
    expect(await deliveries.get(id)).toMatchObject({ state: 'accepted' });
  });
});

describe('recordWaiting', () => {
  const notBefore = { reason: 'not-before', untilMs: nowMs + 60_000 } as const;

  it('says of a mail that nobody has claimed what it waits for, and is in nobody’s way', async () => {
    const id = newId();
    await deliveries.recordWaiting(id, notBefore, facts, nowMs);
    await deliveries.recordWaiting(id, { ...notBefore, reason: 'fault' }, facts, nowMs + 1);
    const known = await deliveries.get(id);
    expect(known).toMatchObject({ ...facts, state: 'waiting', reason: 'not-before', updatedAtMs: nowMs });
    expect(await deliveries.claim(id, facts, nowMs)).toEqual({ kind: 'claimed', attempt: 1 });
    expect(await deliveries.get(id)).not.toHaveProperty('reason');
  });

  it.each(['unknown', 'attempting', 'accepted'] as const)('leaves a mail alone that is %s', async (state) => {
    const id = await claimed();
    if (state === 'unknown') await deliveries.settle(id, state, { reason: 'test' }, nowMs);
    if (state === 'accepted') await deliveries.recordAccepted(id, 'ses-9', nowMs);
    await deliveries.recordWaiting(id, notBefore, facts, nowMs);
    expect(await deliveries.get(id)).toMatchObject({ state });
  });
});

const waiting = { reason: 'throttled', untilMs: nowMs + 1_000 } as const;

describe('release', () => {
  it('frees a claim, and says what the mail waits for', async () => {
    const id = await claimed();
    await deliveries.release(id, 1, waiting, nowMs);
    const known = await deliveries.get(id);
    expect(known).toMatchObject({ state: 'waiting', reason: 'throttled', waitingUntilMs: nowMs + 1_000 });
    expect(known).not.toHaveProperty('leaseUntilMs');
    expect(await deliveries.claim(id, facts, nowMs)).toEqual({ kind: 'claimed', attempt: 1 });
  });

  it.each(['unknown', 'rejected'] as const)('leaves a mail alone that is %s', async (state) => {
    const id = await claimed();
    await deliveries.settle(id, state, { reason: 'test' }, nowMs);
    await deliveries.release(id, 1, waiting, nowMs);
    expect(await deliveries.get(id)).toMatchObject({ state });
  });

  it('leaves a mail in doubt that an earlier attempt left in doubt, with as many attempts', async () => {
    const id = await claimed();
    await deliveries.settle(id, 'unknown', { reason: 'TimeoutError' }, nowMs);
    expect(await deliveries.reclaim(id, 1, nowMs)).toBe(true);
    await deliveries.release(id, 2, waiting, nowMs);
    expect(await deliveries.get(id)).toMatchObject({ state: 'unknown', attempt: 1, failedOn: '2026-11-24' });
    expect(await deliveries.claim(id, facts, nowMs)).toEqual({ kind: 'inDoubt', attempt: 1 });
  });

  it.each([1, 2])(
    'leaves a mail alone that an event proved to be accepted in attempt %d',
    async (attempt) => {
      const id = await claimed();
      if (attempt === 2) {
        await deliveries.settle(id, 'unknown', { reason: 'TimeoutError' }, nowMs);
        await deliveries.reclaim(id, 1, nowMs);
      }
      await deliveries.raise(id, 'delivered', stateRank.delivered, nowMs);
      await deliveries.release(id, attempt, waiting, nowMs);
      expect(await deliveries.get(id)).toMatchObject({ state: 'delivered', attempt });
    },
  );
});

describe('recordAccepted', () => {
  it('keeps what feedback said that was faster', async () => {
    const id = await claimed();
    await deliveries.raise(id, 'bounced', stateRank.bounced, nowMs);
    await deliveries.recordAccepted(id, 'ses-2', nowMs + 1);
    expect(await deliveries.get(id)).toMatchObject({ state: 'bounced', sesMessageId: 'ses-2' });
  });

  it('ends the doubt: the mail is no failure any more', async () => {
    const id = await claimed();
    await deliveries.settle(id, 'unknown', { reason: 'TimeoutError', detail: 'no answer' }, nowMs);
    expect(await failureIds('2026-11-24')).toContain(id);
    await deliveries.reclaim(id, 1, nowMs);
    expect(await failureIds('2026-11-24')).not.toContain(id);
    await deliveries.recordAccepted(id, 'ses-3', nowMs);
    const delivery = await deliveries.get(id);
    expect(delivery).toMatchObject({ state: 'accepted' });
    expect(delivery).not.toHaveProperty('reason');
    expect(delivery).not.toHaveProperty('detail');
  });
});

describe('settle', () => {
  it('says why and where', async () => {
    const id = await claimed();
    await deliveries.settle(id, 'rejected', { reason: 'missing-data', field: 'data.a', detail: 'a' }, nowMs);
    expect(await deliveries.get(id)).toMatchObject({
      state: 'rejected',
      reason: 'missing-data',
      field: 'data.a',
      detail: 'a',
    });
  });

  it.each(['accepted', 'delivered', 'bounced', 'complained'] as const)(
    'never overrides %s',
    async (state) => {
      const id = await claimed();
      await deliveries.raise(id, state, stateRank[state], nowMs);
      for (const end of ['rejected', 'suppressed', 'expired', 'unknown'] as const) {
        await deliveries.settle(id, end, { reason: 'late' }, nowMs);
      }
      const delivery = await deliveries.get(id);
      expect(delivery).toMatchObject({ state });
      expect(delivery).not.toHaveProperty('reason');
    },
  );

  it('holds a mail in doubt for another reason, and does not call it rejected', async () => {
    const id = await claimed();
    await deliveries.settle(id, 'unknown', { reason: 'TimeoutError' }, nowMs);
    await deliveries.settle(id, 'rejected', { reason: 'late' }, nowMs);
    await deliveries.settle(id, 'unknown', { reason: 'held-in-doubt' }, nowMs);
    expect(await deliveries.get(id)).toMatchObject({ state: 'unknown', reason: 'held-in-doubt' });
  });
});

describe('raise', () => {
  const reports = ['accepted', 'delayed', 'delivered', 'bounced', 'complained'] as const;

  it('ends the same in whatever order and however often feedback comes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...reports), { minLength: 1, maxLength: 8 }),
        fc.boolean(),
        async (states, atOnce) => {
          const id = await claimed();
          const raise = (state: DeliveryState) => deliveries.raise(id, state, stateRank[state], nowMs);
          if (atOnce) {
            await Promise.all(states.map(raise));
          } else {
            for (const state of states) await raise(state);
          }
          const highest = states.toSorted((a, b) => stateRank[b] - stateRank[a])[0];
          expect(await deliveries.get(id)).toMatchObject({ state: highest });
        },
      ),
      { numRuns: 25 },
    );
  });

  it('makes nothing of a mail that is not known', async () => {
    const id = newId();
    await deliveries.raise(id, 'delivered', stateRank.delivered, nowMs);
    expect(await deliveries.get(id)).toBeUndefined();
  });
});

describe('recordRejected', () => {
  const reason = { reason: 'schema', field: 'recipient', detail: 'recipient is missing' };

  it('keeps the reason, and the newest of several', async () => {
    const id = newId();
    expect(await deliveries.recordRejected(id, { reason: 'not-json' }, {}, nowMs)).toBe(true);
    expect(await deliveries.recordRejected(id, reason, facts, nowMs)).toBe(true);
    expect(await deliveries.get(id)).toMatchObject({ ...facts, ...reason, state: 'rejected' });
  });

  it.each(['attempting', 'unknown', 'accepted', 'delivered', 'bounced', 'complained'] as const)(
    'never overwrites a mail that is %s',
    async (state) => {
      const id = await claimed();
      await deliveries.raise(id, state, stateRank[state], nowMs);
      expect(await deliveries.recordRejected(id, reason, facts, nowMs)).toBe(false);
      expect(await deliveries.get(id)).toMatchObject({ state });
    },
  );
});

describe('recordEvidence', () => {
  const bounce: Feedback = {
    kind: 'bounce',
    sesMessageId: 'ses-4',
    atMs: nowMs,
    tags: { 'todoke-notification': 'order-1' },
    recipient: 'taro@example.com',
    bounceType: 'Permanent',
    enhancedStatusCode: '5.1.1',
  };
  const bounced = {
    state: 'bounced',
    rank: stateRank.bounced,
    reason: 'user_unknown',
    ruleId: 'code/mailbox',
  } as const;
  const delivered = { state: 'delivered', rank: stateRank.delivered } as const;

  it('counts the first of each kind, and keeps the earliest, of twenty that come at once', async () => {
    const id = await claimed();
    const first = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        deliveries.recordEvidence(id, { ...bounce, atMs: nowMs + i }, bounced, {}, nowMs),
      ),
    );
    expect(first.filter(Boolean)).toHaveLength(1);
    const complained = { state: 'complained', rank: stateRank.complained } as const;
    expect(await deliveries.recordEvidence(id, { ...bounce, kind: 'complaint' }, complained, {}, nowMs)).toBe(
      true,
    );
    const delivery = await deliveries.get(id);
    expect(delivery).toMatchObject({
      state: 'complained',
      'event:bounce': { enhancedStatusCode: '5.1.1', atMs: nowMs },
      'event:complaint': {},
    });
    expect(delivery).not.toHaveProperty(['event:bounce', 'tags']);
  });

  it('makes the whole row of a mail that is not known yet', async () => {
    const id = newId();
    const ms = Date.UTC(2026, 8, 1);
    expect(await deliveries.recordEvidence(id, bounce, bounced, { sesMessageId: 'ses-4' }, ms)).toBe(true);
    expect(await deliveries.get(id)).toMatchObject({
      state: 'bounced',
      stateRank: stateRank.bounced,
      reason: 'user_unknown',
      ruleId: 'code/mailbox',
      sesMessageId: 'ses-4',
      expiresAtEpochSeconds: Math.floor((ms + deliveryRetentionMs) / 1000),
    });
    expect(await failureIds('2026-09-01')).toEqual([id]);
    expect(await deliveries.claim(id, facts, nowMs)).toEqual({ kind: 'duplicate', state: 'bounced' });
  });

  it('raises the state of a mail in doubt, which is no failure any more', async () => {
    const id = await claimed();
    const ms = Date.UTC(2026, 8, 2);
    await deliveries.settle(id, 'unknown', { reason: 'TimeoutError' }, ms);
    expect(await failureIds('2026-09-02')).toEqual([id]);
    await deliveries.recordEvidence(id, { ...bounce, kind: 'delivery' }, delivered, {}, ms);
    expect(await deliveries.get(id)).toMatchObject({ state: 'delivered' });
    expect(await deliveries.get(id)).not.toHaveProperty('reason');
    expect(await failureIds('2026-09-02')).toEqual([]);
  });

  it('lowers no state, and raises it also when the evidence is there already', async () => {
    const id = await claimed();
    await deliveries.recordEvidence(id, bounce, bounced, {}, nowMs);
    await deliveries.recordEvidence(id, { ...bounce, kind: 'delivery' }, delivered, {}, nowMs);
    expect(await deliveries.get(id)).toMatchObject({ state: 'bounced', 'event:delivery': {} });
    // A worker died between the two writes of another kind.
    const complained = { state: 'complained', rank: stateRank.complained } as const;
    expect(await deliveries.recordEvidence(id, bounce, complained, {}, nowMs)).toBe(false);
    expect(await deliveries.get(id)).toMatchObject({ state: 'complained' });
  });

  it('does not replace facts that are known', async () => {
    const id = await claimed();
    await deliveries.recordAccepted(id, 'ses-5', nowMs);
    await deliveries.recordEvidence(id, bounce, bounced, { sesMessageId: 'other' }, nowMs);
    expect(await deliveries.get(id)).toMatchObject({ sesMessageId: 'ses-5' });
  });
});

describe('proved', () => {
  it('names those that SES has certainly accepted, of more than one request takes', async () => {
    const ids = Array.from({ length: 230 }, () => newId());
    const [attempting = '', unknown = '', accepted = '', bounced = '', rejected = '', last = ''] = [
      ...ids.slice(0, 5),
      ids[229],
    ];
    for (const id of [attempting, unknown, accepted]) {
      await deliveries.claim(id, facts, nowMs);
    }
    await deliveries.settle(unknown, 'unknown', { reason: 'TimeoutError' }, nowMs);
    await deliveries.recordAccepted(accepted, 'ses-6', nowMs);
    await deliveries.recordRejected(rejected, { reason: 'schema' }, {}, nowMs);
    const evidence = { kind: 'bounce', sesMessageId: 'ses-7', atMs: nowMs, tags: {}, recipient: '' } as const;
    for (const id of [bounced, last]) {
      await deliveries.recordEvidence(id, evidence, { state: 'bounced', rank: stateRank.bounced }, {}, nowMs);
    }
    expect(await deliveries.proved(ids)).toEqual(new Set([accepted, bounced, last]));
  });

  it('names nobody of nobody', async () => {
    expect(await deliveries.proved([])).toEqual(new Set());
  });
});

describe('failuresOn', () => {
  it('gives the failures of one day, newest first, and not more than asked for', async () => {
    const dayMs = Date.UTC(2026, 6, 1);
    const at = async (ms: number) => {
      const id = newId();
      await deliveries.recordRejected(id, { reason: 'schema' }, {}, ms);
      return id;
    };
    const [second, last, first] = [await at(dayMs + 2), await at(dayMs + 86_399_999), await at(dayMs)];
    await at(dayMs - 1);
    await at(dayMs + 86_400_000);
    expect(await failureIds('2026-07-01')).toEqual([last, second, first]);
    expect((await deliveries.failuresOn('2026-07-01', 2)).map(({ deliveryId }) => deliveryId)).toEqual([
      last,
      second,
    ]);
  });

  it('lists a bounce, and not what was delivered', async () => {
    const [bounced, delivered] = [await claimed(), await claimed()];
    const ms = Date.UTC(2026, 7, 1);
    await deliveries.raise(bounced, 'bounced', stateRank.bounced, ms);
    await deliveries.raise(delivered, 'delivered', stateRank.delivered, ms);
    expect(await failureIds('2026-08-01')).toEqual([bounced]);
  });
});
