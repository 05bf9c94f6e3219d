import fc from 'fast-check';
import {
  campaignQuotaOf,
  cutPace,
  horizonMs,
  nextTakeStep,
  paceOf,
  quantumOf,
  type SendRateState,
  shardsOf,
  spreadMs,
} from '../../domain/rate.ts';
import type { Category } from '../../domain/template/compiled.ts';

function state(changes: Partial<SendRateState> = {}): SendRateState {
  return { tatMs: 0, perSecond: 10, shards: 1, pace: 1, cutAtMs: 0, refreshedAtMs: 0, ...changes };
}

describe('quantumOf', () => {
  it.each([
    { perSecond: 1, recipients: 1 },
    { perSecond: 14, recipients: 3 },
    { perSecond: 50, recipients: 12 },
    { perSecond: 400, recipients: 100 },
    { perSecond: 800, recipients: 200 },
    { perSecond: 5_000, recipients: 200 },
  ])('is $recipients at $perSecond per second', ({ perSecond, recipients }) => {
    expect(quantumOf(perSecond)).toBe(recipients);
  });
});

describe('shardsOf', () => {
  it.each([1, 14, 200, 5_000])('is one item at %d per second', (perSecond) => {
    expect(shardsOf(perSecond)).toBe(1);
  });

  it('keeps every item below the 1,000 writes a second that DynamoDB allows, also when every second one fails', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1_000_000, noNaN: true }), (maxSendRate) => {
        const perSecond = maxSendRate / shardsOf(maxSendRate);
        expect((2 * perSecond) / quantumOf(perSecond)).toBeLessThanOrEqual(1_000);
      }),
    );
  });
});

describe('campaignQuotaOf', () => {
  it.each([
    { max24HourSend: -1, sentLast24Hours: 1_000_000, left: undefined },
    { max24HourSend: 50_000, sentLast24Hours: 0, left: 47_500 },
    { max24HourSend: 50_000, sentLast24Hours: 40_000, left: 7_500 },
    { max24HourSend: 50_000, sentLast24Hours: 47_500, left: 0 },
    { max24HourSend: 50_000, sentLast24Hours: 50_000, left: 0 },
    { max24HourSend: 200, sentLast24Hours: 189, left: 1 },
  ])('is $left of $max24HourSend when $sentLast24Hours are gone', ({ left, ...quota }) => {
    expect(campaignQuotaOf({ maxSendRate: 14, ...quota })).toBe(left);
  });
});

describe('the pace', () => {
  const cut = fc.record({
    perSecond: fc.integer({ min: 1, max: 5_000 }),
    pace: fc.double({ min: 0.05, max: 1, noNaN: true }),
    cutAtMs: fc.nat(1_000_000),
  });
  const share = fc.double({ min: 0, max: 1, noNaN: true });

  it('climbs from where it was cut to the full rate, and no further', () => {
    fc.assert(
      fc.property(cut, fc.nat(10_000), fc.nat(10_000), (last, earlyMs, laterMs) => {
        const early = paceOf(last, last.cutAtMs + earlyMs);
        const later = paceOf(last, last.cutAtMs + earlyMs + laterMs);
        expect(early).toBeGreaterThanOrEqual(last.pace);
        expect(later).toBeGreaterThanOrEqual(early);
        expect(paceOf(last, last.cutAtMs + 3_600_000)).toBe(1);
      }),
    );
  });

  it('is not faster for a sender whose clock is behind', () => {
    expect(paceOf({ pace: 0.4, cutAtMs: 10_000 }, 9_000)).toBe(0.4);
  });

  it('is slower after every cut, the more so the more was too much', () => {
    fc.assert(
      fc.property(cut, fc.nat(600_000), share, share, (last, afterMs, one, other) => {
        const nowMs = last.cutAtMs + afterMs;
        const [less, more] = [Math.min(one, other), Math.max(one, other)];
        const before = paceOf(last, nowMs);
        expect(cutPace(last, more, nowMs)).toBeLessThanOrEqual(cutPace(last, less, nowMs));
        expect(cutPace(last, less, nowMs)).toBeLessThan(Math.max(before, 0.051));
      }),
    );
  });

  it.each([
    { of: 'a handful, which may be chance', perSecond: 14, pace: 0.91 },
    { of: 'a quantum that tells', perSecond: 500, pace: 0.85 },
  ])('is cut to $pace by 15 % of $of', ({ perSecond, pace }) => {
    expect(cutPace({ perSecond, pace: 1, cutAtMs: 0 }, 0.15, 0)).toBeCloseTo(pace, 6);
  });

  it('is never cut to nothing: somebody has to find out that the others are gone', () => {
    let last = { perSecond: 500, pace: 1, cutAtMs: 0 };
    for (let second = 1; second <= 200; second++) {
      last = { ...last, pace: cutPace(last, 1, second * 1_000), cutAtMs: second * 1_000 };
    }
    expect(last.pace).toBe(0.05);
  });

  it.each([
    { pace: 1, addMs: 500 },
    { pace: 0.5, addMs: 1_000 },
  ])('of $pace makes five slots $addMs ms long', ({ pace, addMs }) => {
    const step = nextTakeStep(state({ tatMs: 1_000, pace, cutAtMs: 1_000 }), 5, 'marketing', 1_000);
    expect(step).toMatchObject({ kind: 'append', addMs });
  });
});

describe('nextTakeStep', () => {
  const hourMs = 3_600_000;
  it.each([
    {
      when: 'the bucket stood still',
      tatMs: 0,
      category: 'marketing',
      step: { kind: 'restart', addMs: 500, tatMs: hourMs + 500 },
    },
    {
      when: 'the next slot is now',
      tatMs: hourMs,
      category: 'marketing',
      step: { kind: 'append', addMs: 500, notAfterMs: hourMs + 50 },
    },
    {
      when: 'the next slot is at the horizon',
      tatMs: hourMs + 50,
      category: 'marketing',
      step: { kind: 'append', addMs: 500, notAfterMs: hourMs + 50 },
    },
    {
      when: 'the next slot is over the horizon',
      tatMs: hourMs + 50.5,
      category: 'marketing',
      step: { kind: 'wait', waitMs: 1 },
    },
    {
      when: 'the horizon is that of transactional mail',
      tatMs: hourMs + horizonMs.transactional,
      category: 'transactional',
      step: { kind: 'append', addMs: 500, notAfterMs: hourMs + horizonMs.transactional },
    },
    {
      when: 'the next slot is over that one',
      tatMs: hourMs + horizonMs.transactional + 250,
      category: 'transactional',
      step: { kind: 'wait', waitMs: 250 },
    },
  ] as const)('of a $category sender is $step.kind when $when', ({ tatMs, category, step }) => {
    expect(nextTakeStep(state({ tatMs }), 5, category, hourMs)).toMatchObject(step);
  });

  it.each([
    { category: 'marketing', campaignQuota: 4, kind: 'quota' },
    { category: 'marketing', campaignQuota: 5, kind: 'restart' },
    { category: 'marketing', campaignQuota: undefined, kind: 'restart' },
    { category: 'transactional', campaignQuota: 0, kind: 'restart' },
  ] as const)(
    'of five $category recipients is $kind with $campaignQuota left for campaigns',
    ({ category, campaignQuota, kind }) => {
      const seen = campaignQuota === undefined ? state() : state({ campaignQuota });
      expect(nextTakeStep(seen, 5, category, hourMs).kind).toBe(kind);
    },
  );

  it('writes under a condition that holds for the state it was made for', () => {
    fc.assert(
      fc.property(
        fc.record({ tatMs: fc.double({ min: -5_000, max: 15_000, noNaN: true }), perSecond: fc.nat(500) }),
        fc.constantFrom<Category>('marketing', 'transactional'),
        ({ tatMs, perSecond }, category) => {
          const seen = state({ tatMs: hourMs + tatMs, perSecond: perSecond + 1 });
          const step = nextTakeStep(seen, 1, category, hourMs);
          if (step.kind === 'append') {
            expect(seen.tatMs).toBeGreaterThanOrEqual(step.notBeforeMs);
            expect(seen.tatMs).toBeLessThanOrEqual(step.notAfterMs);
          } else if (step.kind === 'restart') {
            expect(seen.tatMs).toBeLessThan(step.beforeMs);
            // Nothing is brought forward by it.
            expect(step.tatMs).toBeGreaterThan(seen.tatMs + step.addMs);
          } else {
            expect(step.kind).toBe('wait');
          }
        },
      ),
    );
  });
});

describe('spreadMs', () => {
  it('grows each time that a sender comes too late, up to two seconds', () => {
    expect([0, 1, 2, 3].map(spreadMs)).toEqual([50, 100, 200, 400]);
    expect(spreadMs(20)).toBe(2_000);
  });
});

/** What the send-rate item does with the steps of senders that come one after another. */
function grants(perSecond: number, asks: readonly { afterMs: number; slots: number; category: Category }[]) {
  let nowMs = 1_000_000;
  let tatMs = 0;
  return asks.flatMap(({ afterMs, slots, category }) => {
    nowMs += afterMs;
    const step = nextTakeStep(state({ tatMs, perSecond }), slots, category, nowMs);
    if (step.kind === 'wait' || step.kind === 'quota') {
      return [];
    }
    tatMs = step.kind === 'restart' ? step.tatMs : tatMs + step.addMs;
    const startMs = tatMs - step.addMs;
    return [{ nowMs, slots, category, startMs, sentAtMs: Math.max(nowMs, startMs) }];
  });
}

const scene = fc.integer({ min: 1, max: 500 }).chain((perSecond) =>
  fc.record({
    perSecond: fc.constant(perSecond),
    asks: fc.array(
      fc.record({
        afterMs: fc.oneof(fc.constant(0), fc.nat(40), fc.nat(5_000)),
        slots: fc.integer({ min: 1, max: quantumOf(perSecond) }),
        category: fc.constantFrom<Category>('marketing', 'transactional'),
      }),
      { minLength: 1, maxLength: 120 },
    ),
  }),
);
/** Epoch milliseconds as floating-point numbers are good to about this much. */
const epsilonMs = 0.01;
/** A short burst, as SES forgives it: what senders left unused just before. */
const forgivenMs = 250;

describe('slots', () => {
  it('never begin long before they are granted, nor beyond the horizon of their category', () => {
    fc.assert(
      fc.property(scene, ({ perSecond, asks }) => {
        for (const { nowMs, startMs, category } of grants(perSecond, asks)) {
          expect(startMs).toBeGreaterThanOrEqual(nowMs - forgivenMs);
          // Where slots are long, marketing may take them a quarter of one ahead.
          const aheadMs = Math.max(horizonMs[category], 250 / perSecond);
          expect(startMs).toBeLessThanOrEqual(nowMs + aheadMs + epsilonMs);
        }
      }),
    );
  });

  it('never overlap, so that no time sees more mail than rate × time, one quantum and a short burst', () => {
    fc.assert(
      fc.property(scene, ({ perSecond, asks }) => {
        const granted = grants(perSecond, asks);
        granted.forEach(({ startMs: fromMs, sentAtMs: firstMs }, i) => {
          let recipients = 0;
          for (const { startMs, sentAtMs, slots } of granted.slice(i)) {
            recipients += slots;
            const sold = ((startMs - fromMs) * perSecond) / 1_000 + quantumOf(perSecond);
            const sent = ((sentAtMs - firstMs + forgivenMs) * perSecond) / 1_000 + quantumOf(perSecond);
            expect(recipients).toBeLessThanOrEqual(sold + epsilonMs);
            expect(recipients).toBeLessThanOrEqual(sent + epsilonMs);
          }
        });
      }),
    );
  });

  it('are given out at the full rate while somebody asks', () => {
    const asks = Array.from({ length: 1_000 }, () => ({
      afterMs: 10,
      slots: 3,
      category: 'marketing' as const,
    }));
    const slots = grants(14, asks).reduce((sum, grant) => sum + grant.slots, 0);
    expect(slots).toBeGreaterThanOrEqual(14 * 10);
    expect(slots).toBeLessThanOrEqual(14 * 10 + 2 * 3);
  });

  it('of a one-time password begin within 0.3 s of asking, whatever campaigns do', () => {
    fc.assert(
      fc.property(scene, ({ perSecond, asks }) => {
        fc.pre(perSecond >= 4);
        const busy = asks.map((ask) => ({ ...ask, category: 'marketing' as const }));
        const [last] = grants(perSecond, [
          ...busy,
          { afterMs: 0, slots: 1, category: 'transactional' },
        ]).slice(-1);
        expect(last?.category).toBe('transactional');
        expect((last?.startMs ?? Number.NaN) - (last?.nowMs ?? 0)).toBeLessThanOrEqual(50 + 250 + epsilonMs);
      }),
    );
  });
});
