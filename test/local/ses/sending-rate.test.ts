import fc from 'fast-check';
import { createSendingRate } from '../../../local/ses/sending-rate.ts';

describe('the sending rate', () => {
  it('never lets more through than the overdraft, the rate and one message allow', () => {
    const calls = fc.array(
      fc.record({ waitMs: fc.nat(2_000), recipients: fc.integer({ min: 1, max: 50 }) }),
      {
        minLength: 1,
        maxLength: 200,
      },
    );
    const limits = fc.record({
      maxSendRate: fc.integer({ min: 1, max: 500 }),
      overdraftSeconds: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(calls, limits, (sequence, limit) => {
        let now = 0;
        let accepted = 0;
        const rate = createSendingRate(() => now);
        for (const { waitMs, recipients } of sequence) {
          now += waitMs;
          if (rate.take(recipients, limit)) accepted += recipients;
          const burst = Math.max(1, limit.maxSendRate * limit.overdraftSeconds);
          if (accepted > burst + (now / 1000) * limit.maxSendRate + 49) return false;
        }
        return true;
      }),
    );
  });

  it('accepts again once what was overdrawn is paid back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 50 }),
        (maxSendRate, recipients) => {
          let now = 0;
          const rate = createSendingRate(() => now);
          const limit = { maxSendRate, overdraftSeconds: 0 };
          rate.take(recipients, limit);
          now += (recipients * 1000) / maxSendRate;
          return rate.take(1, limit);
        },
      ),
    );
  });
});
