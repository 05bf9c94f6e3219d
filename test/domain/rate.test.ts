import fc from 'fast-check';
import { horizonMs, nextTakeStep, quantumOf, slotStartMs } from '../../domain/rate.ts';
import type { Category } from '../../domain/template/compiled.ts';

describe('quantumOf', () => {
  it.each([
    { perSecond: 1, recipients: 1 },
    { perSecond: 14, recipients: 3 },
    { perSecond: 50, recipients: 12 },
    { perSecond: 400, recipients: 100 },
    { perSecond: 5_000, recipients: 100 },
  ])('is $recipients at $perSecond per second', ({ perSecond, recipients }) => {
    expect(quantumOf(perSecond)).toBe(recipients);
  });
});

describe('nextTakeStep', () => {
  it.each([
    {
      when: 'the bucket stands still',
      tatMs: 900,
      category: 'marketing',
      step: { kind: 'restart', tatMs: 1_500, beforeMs: 1_000 },
    },
    {
      when: 'the next slot is now',
      tatMs: 1_000,
      category: 'marketing',
      step: { kind: 'append', addMs: 500, notBeforeMs: 1_000, notAfterMs: 1_100 },
    },
    {
      when: 'the next slot is at the horizon',
      tatMs: 1_100,
      category: 'marketing',
      step: { kind: 'append', addMs: 500, notBeforeMs: 1_000, notAfterMs: 1_100 },
    },
    {
      when: 'the next slot is over the horizon',
      tatMs: 1_100.5,
      category: 'marketing',
      step: { kind: 'wait', waitMs: 1 },
    },
    {
      when: 'the horizon is that of transactional mail',
      tatMs: 11_000,
      category: 'transactional',
      step: { kind: 'append', addMs: 500, notBeforeMs: 1_000, notAfterMs: 11_000 },
    },
    {
      when: 'the next slot is over that one',
      tatMs: 11_250,
      category: 'transactional',
      step: { kind: 'wait', waitMs: 250 },
    },
    {
      when: 'nothing is known',
      tatMs: undefined,
      category: 'marketing',
      step: { kind: 'append', addMs: 500, notBeforeMs: 1_000, notAfterMs: 1_100 },
    },
  ] as const)('of a $category sender is $step.kind when $when', ({ tatMs, category, step }) => {
    expect(nextTakeStep(tatMs, 5, 10, category, 1_000)).toEqual(step);
  });
});

/** What the send-rate item does with the steps of senders that come one after another. */
function grants(perSecond: number, asks: readonly { afterMs: number; slots: number; category: Category }[]) {
  let nowMs = 1_000_000;
  let tatMs = 0;
  return asks.flatMap(({ afterMs, slots, category }) => {
    nowMs += afterMs;
    const step = nextTakeStep(tatMs, slots, perSecond, category, nowMs);
    if (step.kind === 'wait') {
      return [];
    }
    tatMs = step.kind === 'restart' ? step.tatMs : tatMs + step.addMs;
    return [{ nowMs, slots, category, startMs: slotStartMs(tatMs, slots, perSecond) }];
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

describe('slots', () => {
  it('never begin before they are granted, nor beyond the horizon of their category', () => {
    fc.assert(
      fc.property(scene, ({ perSecond, asks }) => {
        for (const { nowMs, startMs, category } of grants(perSecond, asks)) {
          expect(startMs).toBeGreaterThanOrEqual(nowMs - epsilonMs);
          expect(startMs).toBeLessThanOrEqual(nowMs + horizonMs[category] + epsilonMs);
        }
      }),
    );
  });

  it('never overlap, so that no time sees more mail than rate × time and one quantum', () => {
    fc.assert(
      fc.property(scene, ({ perSecond, asks }) => {
        const granted = grants(perSecond, asks);
        granted.forEach(({ startMs: fromMs }, i) => {
          let recipients = 0;
          for (const { startMs, slots } of granted.slice(i)) {
            recipients += slots;
            const allowed = ((startMs - fromMs) * perSecond) / 1_000 + quantumOf(perSecond);
            expect(recipients).toBeLessThanOrEqual(allowed + epsilonMs);
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

  it('of a one-time password begin within 0.4 s of asking, whatever campaigns do', () => {
    fc.assert(
      fc.property(scene, ({ perSecond, asks }) => {
        fc.pre(perSecond >= 4);
        const busy = asks.map((ask) => ({ ...ask, category: 'marketing' as const }));
        const [last] = grants(perSecond, [
          ...busy,
          { afterMs: 0, slots: 1, category: 'transactional' },
        ]).slice(-1);
        expect(last?.category).toBe('transactional');
        expect((last?.startMs ?? Number.NaN) - (last?.nowMs ?? 0)).toBeLessThanOrEqual(100 + 250 + epsilonMs);
      }),
    );
  });
});
