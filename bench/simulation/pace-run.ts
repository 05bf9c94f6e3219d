import { chunkSize } from '../../domain/campaign.ts';
import { seededRandom } from '../../local/ses/seeded-random.ts';
import { campaignLane } from './campaign-lane.ts';
import { coarseCampaignLane } from './coarse-campaign-lane.ts';
import type { Stack } from './lane.ts';
import { network } from './network.ts';
import { notificationLane } from './notification-lane.ts';
import { sendRateItems } from './send-rate-items.ts';
import { sesAccount } from './ses-account.ts';
import { tally } from './tally.ts';
import { virtualClock } from './virtual-clock.ts';

/** A stack with a campaign that is larger than the time, and one-time passwords. */
export interface PaceSettings {
  /** SES's `MaxSendRate`. */
  readonly perSecond: number;
  readonly passwordsPerSecond: number;
  /** Concurrent environments of `send-chunk` and `send-notification`. */
  readonly workers: { readonly chunks: number; readonly notifications: number };
  /** Measured, after `warmUpSeconds`. */
  readonly seconds: number;
  readonly warmUpSeconds?: number;
  readonly skewMs?: number;
  /** Recipients per second that somebody else of the account sends to, without asking. */
  readonly competitorPerSecond?: number;
  /** Quanta of the campaign are not made of mails. */
  readonly coarse?: boolean;
  readonly seed?: number;
}

const startMs = Date.UTC(2026, 10, 24, 9);

/** Runs the stack in virtual time. */
export async function runPace(settings: PaceSettings) {
  const { perSecond, passwordsPerSecond, workers, seconds, warmUpSeconds = 5 } = settings;
  const clock = virtualClock(startMs);
  const net = network(clock, seededRandom(settings.seed ?? 1));
  const account = sesAccount(clock, net, { maxSendRate: perSecond, max24HourSend: -1 });
  const fromMs = startMs + warmUpSeconds * 1000;
  const untilMs = fromMs + seconds * 1000;
  const stack: Stack = {
    clock,
    network: net,
    account,
    rateItems: sendRateItems(net, clock.nowMs),
    tally: tally(clock.nowMs, fromMs, untilMs),
    skewMs: settings.skewMs ?? 0,
  };
  const chunks = Math.ceil((perSecond * (seconds + warmUpSeconds + 2)) / chunkSize) + workers.chunks;
  if (settings.coarse) {
    coarseCampaignLane(stack, workers.chunks);
  } else {
    campaignLane(stack, workers.chunks, chunks);
  }
  notificationLane(stack, workers.notifications, passwordsPerSecond);
  if (settings.competitorPerSecond !== undefined) {
    clock.start(account.compete(settings.competitorPerSecond, stack.tally.other));
  }
  await clock.run(untilMs);
  const { answers } = stack.tally;
  const rest = perSecond * seconds - stack.tally.acceptedOfOthers();
  return {
    accepted: answers.accepted,
    restUsed: answers.accepted / rest,
    throttled: answers.throttled / (answers.accepted + answers.throttled),
    otpP50Seconds: stack.tally.waitMs(0.5) / 1000,
    otpP99Seconds: stack.tally.waitMs(0.99) / 1000,
    passwords: stack.tally.notifications(),
    writesPerSecondPerItem: stack.rateItems.mostWritesInASecond(),
    readsPerSecondPerItem: stack.rateItems.mostReadsInASecond(),
    getAccountPerMinute: account.getAccountCalls() / ((seconds + warmUpSeconds) / 60),
  };
}
