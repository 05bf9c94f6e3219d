import type { Benchmark, Row } from './main.ts';
import { type PaceSettings, runPace } from './simulation/pace-run.ts';

export interface PaceCase extends PaceSettings {
  readonly name: string;
}

const hour = 3_600;

/** At least 0.7 a second, so that there are enough of them to say something about the slowest. */
const passwordsAt = (perSecond: number) => Math.min(300, Math.max(0.7, perSecond / 50));

function saturated(perSecond: number, seconds: number, more: Partial<PaceSettings> = {}): PaceSettings {
  return { perSecond, seconds, passwordsPerSecond: passwordsAt(perSecond), ...more };
}

/** Fast rates are measured for seconds, slow ones for as long as it takes to see hundreds of one-time passwords. */
export const paceCases: readonly PaceCase[] = [
  { name: '1/s, sandbox', ...saturated(1, 3_600, { passwordsPerSecond: 0.1 }) },
  { name: '14/s', ...saturated(14, 1_200) },
  { name: '200/s', ...saturated(200, 120) },
  { name: '500/s', ...saturated(500, 60) },
  { name: '5000/s', ...saturated(5_000, 10) },
  { name: '50000/s', ...saturated(50_000, 3) },
  { name: '14/s, clocks 50 ms off', ...saturated(14, 1_200, { skewMs: 50 }) },
  { name: '200/s, clocks 50 ms off', ...saturated(200, 120, { skewMs: 50 }) },
  { name: '500/s, clocks 50 ms off', ...saturated(500, 60, { skewMs: 50 }) },
  { name: '5000/s, clocks 50 ms off', ...saturated(5_000, 60, { skewMs: 50, coarse: true }) },
  { name: '50000/s, clocks 50 ms off', ...saturated(50_000, 30, { skewMs: 50, coarse: true }) },
  { name: '14/s, competitor', ...saturated(14, 3_000, { competitorPerSecond: 4.2 }) },
  { name: '50/s, competitor', ...saturated(50, 1_000, { competitorPerSecond: 15 }) },
  { name: '500/s, competitor', ...saturated(500, 200, { competitorPerSecond: 150 }) },
  { name: '5000/s, competitor', ...saturated(5_000, 300, { competitorPerSecond: 1_500, coarse: true }) },
  {
    name: '14/s, quota runs out',
    perSecond: 14,
    passwordsPerSecond: 0.02,
    seconds: 26 * hour,
    max24HourSend: 50_000,
    recipients: 60_000,
  },
  {
    name: '200/s, 30 % refused for a minute',
    ...saturated(200, 300, { refusedShare: 0.3, recipients: 20_000 }),
  },
  {
    name: '100 million at 50000/s',
    ...saturated(50_000, 2_000, { coarse: true, passwordsPerSecond: 20 }),
  },
];

/** One line: what a case shows. Ratios are rounded to four digits, times to milliseconds. */
export async function paceRow({ name, ...settings }: PaceCase): Promise<Row> {
  const { perSecond, seconds, competitorPerSecond, max24HourSend, refusedShare, coarse = false } = settings;
  const { workers, tally, rateItems, account, campaign } = await runPace(settings);
  const { accepted, throttled, quotaExceeded } = tally.answers;
  const allowed = perSecond * seconds;
  const row = {
    case: name,
    perSecond,
    unit: coarse ? 'quantum' : 'mail',
    utilisation: ratio((accepted + tally.acceptedOfOthers()) / allowed),
    throttled: ratio(throttled / (accepted + throttled)),
    otpP50Seconds: ratio(tally.waitMs(0.5) / 1000),
    otpP99Seconds: ratio(tally.waitMs(0.99) / 1000),
    writesPerSecondPerItem: rateItems.mostWritesInASecond(),
    readsPerSecondPerItem: rateItems.mostReadsInASecond(),
    getAccountPerMinute: account.mostGetAccountInAMinute(),
    chunkWorkers: workers.chunks,
    notificationWorkers: workers.notifications,
    simulatedSeconds: seconds,
    recipients: accepted,
    passwords: tally.notifications(),
  };
  if (competitorPerSecond !== undefined) {
    return { ...row, restUsed: ratio(accepted / (allowed - tally.acceptedOfOthers())) };
  }
  if (refusedShare !== undefined) {
    const { utilisation: _, ...rest } = row;
    // A fault would end the run: nothing that a function was given is ever received twice.
    return { ...rest, completed: campaign.completed(), oldestWaitingSeconds: tally.oldestWaitingMs() / 1000 };
  }
  if (max24HourSend !== undefined) {
    const { utilisation: _, ...rest } = row;
    return {
      ...rest,
      sentBeyondQuota: quotaExceeded,
      reserveKept: quotaExceeded === 0 && tally.oldestWaitingMs() < 10_000,
      resumedByItself: campaign.completed() && accepted > max24HourSend,
    };
  }
  return row;
}

function ratio(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}

export const benchmark: Benchmark = {
  about:
    'The pace of campaigns and one-time passwords, in virtual time: the production code of rate and senders on models of SQS, Lambda, ' +
    'DynamoDB and SES. Where unit is "quantum", a quantum of a campaign is one thing and not made of mails. ' +
    'writesPerSecondPerItem is that of the busiest second of the busiest item, start included.',
  async *run() {
    for (const one of paceCases) {
      yield await paceRow(one);
    }
  },
};
