import { type SendQuota, shardsOf } from '../../domain/rate.ts';
import {
  type SendRate,
  type SendRatePorts,
  type SendRateStore,
  sendRate,
} from '../../functions/send-rate.ts';
import { inMemoryClock } from './in-memory-ports.ts';

/** The lowest rate, in thousands, that takes two items. */
export const rateOfTwoItems =
  1_000 *
  (1 + Array.from({ length: 1_000 }, (_, i) => (i + 1) * 1_000).findIndex((rate) => shardsOf(rate) === 2));

/** Senders that share a store, a clock and what SES says of the quota. */
export function bench(store: SendRateStore) {
  const clock = inMemoryClock();
  let seed = 1;
  const shared = {
    clock,
    quota: { maxSendRate: 50, max24HourSend: 50_000, sentLast24Hours: 0 } as SendQuota,
    /** How often SES was asked. */
    quotaReads: 0,
    /** One Lambda environment of its own. Sleeping takes no time but moves the clock that all of them share. */
    sender: (changes: Partial<SendRatePorts> = {}): SendRate =>
      sendRate({
        store,
        getSendQuota: async () => {
          shared.quotaReads++;
          return shared.quota;
        },
        nowMs: clock.nowMs,
        sleep: async (ms) => {
          const untilMs = clock.nowMs() + ms;
          await new Promise(setImmediate);
          await clock.sleep(untilMs - clock.nowMs());
        },
        random: () => 0,
        ...changes,
      }),
    /** Numbers from 0 to 1, the same in every run. */
    random: () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed / 2_147_483_648;
    },
  };
  return shared;
}
