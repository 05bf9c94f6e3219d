import { chunkSize } from '../../domain/campaign/campaign.ts';
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

/** A stack that sends a campaign, and one-time passwords meanwhile. */
export interface PaceSettings {
  /** SES's `MaxSendRate`. */
  readonly perSecond: number;
  readonly passwordsPerSecond: number;
  /** Measured, after the time in which Lambda starts its environments. */
  readonly seconds: number;
  /** Recipients of the campaign; as many as the time allows, and more, without it. */
  readonly recipients?: number;
  /** The quanta of the campaign are not made of mails, and it has no end. */
  readonly coarse?: boolean;
  /** A worker's clock is off by so much at most, either way. */
  readonly skewMs?: number;
  /** Recipients per second that somebody else of the account sends to, without asking. */
  readonly competitorPerSecond?: number;
  /** Recipients per rolling 24 hours. */
  readonly max24HourSend?: number;
  /** For a minute, this share of calls is answered "too fast". */
  readonly refusedShare?: number;
  readonly seed?: number;
}

const startMs = Date.UTC(2026, 10, 24, 9);
const warmUpSeconds = 2;

/** `maxConcurrency` of a stage, by the rule of docs/architecture.md. */
export function workersOf({ perSecond, passwordsPerSecond }: PaceSettings) {
  return {
    chunks: Math.max(2, Math.ceil(perSecond / 400) + 1),
    notifications: 5 + Math.ceil(passwordsPerSecond / 20),
  };
}

/** Runs the stack in virtual time. */
export async function runPace(settings: PaceSettings) {
  const { perSecond, passwordsPerSecond, seconds, max24HourSend = -1, skewMs = 0, seed = 1 } = settings;
  const clock = virtualClock(startMs);
  const net = network(clock, seededRandom(seed));
  const fromMs = startMs + warmUpSeconds * 1000;
  const { refusedShare } = settings;
  const account = sesAccount(clock, net, {
    maxSendRate: perSecond,
    max24HourSend,
    refused: refusedShare === undefined ? undefined : { share: refusedShare, untilMs: fromMs + 60_000 },
  });
  const untilMs = fromMs + seconds * 1000;
  const seen = tally(clock.nowMs, fromMs, untilMs);
  const rateItems = sendRateItems(net, clock.nowMs);
  const stack: Stack = { clock, network: net, account, rateItems, tally: seen, skewMs };
  const workers = workersOf(settings);
  // Two seconds more than there is time for.
  const { recipients = perSecond * (seconds + warmUpSeconds + 2) + workers.chunks * chunkSize } = settings;
  const campaign = settings.coarse
    ? coarseCampaignLane(stack, workers.chunks)
    : campaignLane(stack, workers.chunks, Math.ceil(recipients / chunkSize));
  notificationLane(stack, workers.notifications, passwordsPerSecond);
  if (settings.competitorPerSecond !== undefined) {
    clock.start(account.compete(settings.competitorPerSecond, seen.other));
  }
  await clock.run(untilMs);
  return { workers, tally: seen, rateItems, account, campaign };
}
