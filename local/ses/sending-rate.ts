const DAY_MS = 24 * 60 * 60 * 1000;
const MINUTE_MS = 60_000;
/** So that a token that is due is not withheld for a rounding error. */
const ROUNDING = 1e-9;

/** SES `MaxSendRate`: counted in recipients, with a short overdraft. */
export interface SendingRate {
  /**
   * @returns False when the rate is used up. A message is let through whole as soon as one token
   *   is there, so a message to n recipients may leave the bucket n - 1 below zero.
   */
  take(recipients: number, rate: RateLimit): boolean;
}

interface RateLimit {
  /** Recipients per second, sustained. */
  readonly maxSendRate: number;
  /** Seconds' worth of recipients that may leave at once after a pause. */
  readonly overdraftSeconds: number;
}

export function createSendingRate(nowMs: () => number): SendingRate {
  let tokens: number | undefined;
  let updatedAtMs = nowMs();
  return {
    take(recipients, { maxSendRate, overdraftSeconds }) {
      const now = nowMs();
      const capacity = Math.max(1, maxSendRate * overdraftSeconds);
      const refill = (Math.max(0, now - updatedAtMs) / 1000) * maxSendRate;
      tokens = Math.min(capacity, (tokens ?? capacity) + refill);
      updatedAtMs = now;
      if (tokens < 1 - ROUNDING) return false;
      tokens -= recipients;
      return true;
    },
  };
}

/** SES `Max24HourSend`: recipients in the last 24 hours, kept by the minute. */
export interface DailyQuota {
  sentLast24Hours(): number;
  add(recipients: number): void;
}

export function createDailyQuota(nowMs: () => number): DailyQuota {
  const minutes: { startMs: number; recipients: number }[] = [];
  let total = 0;
  const forget = () => {
    const now = nowMs();
    for (let oldest = minutes[0]; oldest && now - oldest.startMs - MINUTE_MS >= DAY_MS; oldest = minutes[0]) {
      total -= oldest.recipients;
      minutes.shift();
    }
  };
  return {
    sentLast24Hours() {
      forget();
      return total;
    },
    add(recipients) {
      const startMs = Math.floor(nowMs() / MINUTE_MS) * MINUTE_MS;
      const last = minutes.at(-1);
      if (last?.startMs === startMs) last.recipients += recipients;
      else minutes.push({ startMs, recipients });
      total += recipients;
    },
  };
}
