import { chunkSize } from '../../domain/campaign/campaign.ts';
import { quantumOf } from '../../domain/rate.ts';
import { environmentPorts, type Stack } from './lane.ts';

/** As in `functions/send-chunk.ts`. */
const slotPatienceMs = 10_000;
/** A quantum's calls to SES, in so many groups that take effect at the same time. */
const groups = 4;

/**
 * A campaign without end, a quantum at a time: the production code of the send rate, and the waits of `send-chunk` around it without
 * its mails. For more recipients than can be rendered one by one; throttled recipients are dropped.
 */
export function coarseCampaignLane(stack: Stack, maxConcurrency: number): { completed(): boolean } {
  const { clock, network, account, tally } = stack;
  const { latencies } = network;

  async function work(): Promise<void> {
    const { sendRate, nowMs, sleep } = environmentPorts(stack);
    await clock.sleep(latencies.coldStart());
    for (let left = 0; ; ) {
      if (left === 0) {
        // The end of a chunk, and the delivery and beginning of the next.
        await sleep(
          latencies.transaction() + latencies.delivery() + latencies.s3() + 5 * latencies.dynamodb(),
        );
        left = chunkSize;
      }
      const quantum = Math.min(left, quantumOf(await sendRate.perSecond()));
      const grant = await sendRate.take(quantum, 'marketing', slotPatienceMs);
      if (grant.kind !== 'granted') {
        continue;
      }
      left -= quantum;
      await sleep(latencies.dynamodb());
      await sleep(grant.startMs - nowMs());
      await sleep(latencies.dynamodb());
      const throttled = await Promise.all(
        Array.from({ length: groups }, async (_, i) => {
          const recipients = Math.floor(((i + 1) * quantum) / groups) - Math.floor((i * quantum) / groups);
          return await group(recipients);
        }),
      );
      const sum = throttled.reduce((all, one) => all + one, 0);
      if (sum > 0) {
        await sendRate.slowDown(sum / quantum);
      }
    }
  }

  /** @returns how many of them SES throttled */
  async function group(recipients: number): Promise<number> {
    const half = latencies.ses() / 2;
    await clock.sleep(half);
    const accepted = account.takeMany(recipients);
    const throttled = recipients - accepted;
    tally.answered('accepted', accepted);
    tally.answered('throttled', throttled);
    await clock.sleep(half);
    return throttled;
  }

  for (let worker = 0; worker < maxConcurrency; worker++) {
    clock.start(work());
  }
  return { completed: () => false };
}
