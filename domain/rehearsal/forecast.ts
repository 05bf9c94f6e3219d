import { campaignQuotaOf, type SendQuota } from '../rate.ts';

const secondsOfDay = 24 * 3600;

/** How long a campaign takes, and what of it goes out before the daily quota stops it. */
export interface Forecast {
  /** From the first mail to the last, at the full rate. */
  readonly seconds: number;
  /** Recipients that may be sent to within today's quota; all where there is none. */
  readonly today: number;
  /** Days on which campaigns wait for the quota. */
  readonly daysOfWaiting: number;
}

/**
 * At today's rate and with what is left of the rolling quota of 24 hours, of which a reserve stays for transactional mail. What does
 * not fit waits until yesterday's mail has left the window, which is a day at the latest.
 */
export function forecastOf(recipients: number, quota: SendQuota): Forecast {
  const { maxSendRate, max24HourSend } = quota;
  const perSecond = Math.max(maxSendRate, Number.EPSILON);
  const left = campaignQuotaOf(quota) ?? recipients;
  if (recipients <= left) {
    return { seconds: recipients / perSecond, today: recipients, daysOfWaiting: 0 };
  }
  const daily = campaignQuotaOf({ maxSendRate, max24HourSend, sentLast24Hours: 0 }) ?? recipients;
  if (daily === 0) {
    return { seconds: Number.POSITIVE_INFINITY, today: 0, daysOfWaiting: Number.POSITIVE_INFINITY };
  }
  const rest = recipients - left;
  const daysOfWaiting = Math.ceil(rest / daily);
  const lastDay = rest - (daysOfWaiting - 1) * daily;
  return { seconds: daysOfWaiting * secondsOfDay + lastDay / perSecond, today: left, daysOfWaiting };
}
