import type { SendQuota } from '../../domain/rate.ts';
import type { SendAnswer } from '../../domain/send-answer.ts';
import { createDailyQuota, createSendingRate } from '../../local/ses/sending-rate.ts';
import type { Network } from './network.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface SesAccountSettings {
  /** Recipients per second. */
  readonly maxSendRate: number;
  /** Recipients per rolling 24 hours; -1 means unlimited. */
  readonly max24HourSend: number;
}

/** SES lets about a second of mail through at once. */
const overdraftSeconds = 1;

export type SesAccount = ReturnType<typeof sesAccount>;

/** SES as far as rate and quota go, for one account with all its users. */
export function sesAccount(clock: VirtualClock, network: Network, settings: SesAccountSettings) {
  const { maxSendRate, max24HourSend } = settings;
  const rate = createSendingRate(clock.nowMs);
  const quota = createDailyQuota(clock.nowMs);
  let getAccountCalls = 0;

  /** What SES says to one more recipient now. */
  function take(): SendAnswer {
    if (max24HourSend >= 0 && quota.sentLast24Hours() >= max24HourSend) {
      return { outcome: 'quotaExceeded' };
    }
    if (!rate.take(1, { maxSendRate, overdraftSeconds })) {
      return { outcome: 'throttled' };
    }
    quota.add(1);
    return { outcome: 'accepted', sesMessageId: 'simulated' };
  }

  return {
    take,
    sentLast24Hours: quota.sentLast24Hours,
    getAccountCalls: () => getAccountCalls,
    getSendQuota: network.slow(network.latencies.getAccount, (): SendQuota => {
      getAccountCalls++;
      return { maxSendRate, max24HourSend, sentLast24Hours: quota.sentLast24Hours() };
    }),
    /** Somebody else in the account, who sends without asking anyone. */
    async compete(perSecond: number, accepted: () => void): Promise<void> {
      for (;;) {
        await clock.sleep(network.untilNextMs(perSecond));
        if (take().outcome === 'accepted') {
          accepted();
        }
      }
    },
  };
}
