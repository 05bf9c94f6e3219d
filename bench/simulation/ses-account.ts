import type { SendQuota } from '../../domain/rate.ts';
import type { SendAnswer } from '../../domain/send-answer.ts';
import { createDailyQuota } from '../../local/ses/sending-rate.ts';
import { busiest } from './busiest.ts';
import type { Network } from './network.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface SesAccountSettings {
  /** Recipients per second. */
  readonly maxSendRate: number;
  /** Recipients per rolling 24 hours; -1 means unlimited. */
  readonly max24HourSend: number;
  /** "Too fast" is the answer to that share of calls, whatever the rate, until that time: epoch milliseconds. */
  readonly refused?: { readonly share: number; readonly untilMs: number } | undefined;
}

/** SES lets about a second of mail through at once. */
const overdraftSeconds = 1;

export type SesAccount = ReturnType<typeof sesAccount>;

/** SES as far as rate and quota go, for one account with all its users. */
export function sesAccount(clock: VirtualClock, network: Network, settings: SesAccountSettings) {
  const { maxSendRate, max24HourSend, refused } = settings;
  const quota = createDailyQuota(clock.nowMs);
  const getAccount = busiest(clock.nowMs, 60_000);
  const capacity = Math.max(1, maxSendRate * overdraftSeconds);
  let tokens = capacity;
  let updatedMs = clock.nowMs();

  function refill(): void {
    const now = clock.nowMs();
    tokens = Math.min(capacity, tokens + ((now - updatedMs) / 1000) * maxSendRate);
    updatedMs = now;
  }

  /** How many of some recipients that come at the same moment are not too fast. */
  function takeMany(recipients: number): number {
    refill();
    const accepted = Math.min(recipients, Math.floor(tokens));
    tokens -= accepted;
    quota.add(accepted);
    return accepted;
  }

  function take(): SendAnswer {
    if (max24HourSend >= 0 && quota.sentLast24Hours() >= max24HourSend) {
      return { outcome: 'quotaExceeded' };
    }
    if (refused !== undefined && clock.nowMs() < refused.untilMs && network.random() < refused.share) {
      return { outcome: 'throttled' };
    }
    return takeMany(1) === 1 ? { outcome: 'accepted', sesMessageId: 'simulated' } : { outcome: 'throttled' };
  }

  return {
    take,
    takeMany,
    mostGetAccountInAMinute: getAccount.most,
    getSendQuota: network.slow(network.latencies.getAccount, (): SendQuota => {
      getAccount.add('account');
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
