import { isInDoubt } from '../../domain/campaign/chunk-ledger.ts';
import { behindScouts } from '../../domain/guardrail/scouts.ts';
import { quantumOf } from '../../domain/rate.ts';
import { parkedDelaySeconds } from '../sending.ts';
import { closeCancelled, finishChunk, lookAgain, stopChunk } from './chunk-end.ts';
import type { ChunkInHand } from './chunk-in-hand.ts';
import type { SendChunkPorts } from './chunk-work.ts';
import { type ChunkWork, mayWorkOn, withProof } from './chunk-work.ts';
import { findSuppressions, recipientsOf, sendQuantum } from './send-quantum.ts';

/**
 * What a quantum takes at most once it has its slots: SES alone has 20 s to answer. No wait lasts longer than that before the Lambda's
 * deadline, so that a normal end never leaves a mail in doubt. A function that may not live that long works for half of its time.
 */
const mostReserveMs = 25_000;
const slotPatienceMs = 10_000;
/** A chunk whose turns at mailbox providers come later than this comes back for them: others go first. */
const turnPatienceMs = 1_500;
/** A campaign that is stopped is noticed within this time, and nothing of it is sent after a longer wait without a look. */
const campaignCheckMs = 2_000;
/** How long scouts are waited for, and how often it is looked what came of them: events take seconds. */
const scoutPatienceMs = 20_000;
const scoutLookMs = 500;
/** A longer wait for slots comes before the look at the campaign and the claim, for all but this. */
const lastWaitMs = 250;

/** Sends to all of a chunk who are still to be sent to, or gives the rest back. */
export async function sendAll(
  ports: SendChunkPorts,
  work: ChunkWork,
  hand: ChunkInHand,
  deadlineMs: number,
): Promise<void> {
  const beganMs = ports.nowMs();
  const latestWaitMs = deadlineMs - Math.min(mostReserveMs, (deadlineMs - beganMs) / 2);
  let seen = { campaign: work.campaign, atMs: beganMs };
  for (;;) {
    const untried = hand.untried();
    if (untried.length === 0) {
      await finishChunk(ports, work, hand);
      return;
    }
    const patienceMs = Math.min(slotPatienceMs, latestWaitMs - ports.nowMs());
    if (patienceMs <= 0) {
      await stopChunk(ports, work, hand, { delaySeconds: 0 });
      return;
    }
    const isScouting = ports.nowMs() - beganMs < scoutPatienceMs;
    const due = isScouting ? behindScouts(seen.campaign, hand.outcomes, untried, work.providers) : untried;
    const size = quantumOf(await ports.sendRate.perSecond());
    const { quantum, waitMs } = await work.turns.next(due, work.providers, size);
    let startMs = ports.nowMs();
    if (quantum.length > 0) {
      const grant = await ports.sendRate.take(quantum.length, work.template.category, patienceMs);
      if (grant.kind !== 'granted') {
        await stopChunk(ports, work, hand, {
          delaySeconds: grant.kind === 'quota' ? parkedDelaySeconds.marketing : 0,
        });
        return;
      }
      startMs = grant.startMs;
      const aheadMs = startMs - lastWaitMs - ports.nowMs();
      if (aheadMs > 0) {
        await ports.sleep(aheadMs);
      }
    } else if (due.length === 0) {
      // What came of the scouts is told by events, and what is known of them is written down meanwhile.
      if (!(await hand.put(ports.nowMs() + ports.leaseMs))) {
        await lookAgain(ports, work);
        return;
      }
      await ports.sleep(scoutLookMs);
    } else if (waitMs > Math.min(turnPatienceMs, patienceMs)) {
      await stopChunk(ports, work, hand, { delaySeconds: Math.ceil(waitMs / 1000) });
      return;
    } else {
      await ports.sleep(waitMs);
    }
    // Last before the claim, since the campaign may have been stopped during the wait, and a doubt may have been settled.
    if (due.length === 0 || ports.nowMs() - seen.atMs >= campaignCheckMs) {
      const campaign = await ports.campaigns.get(work.campaignId);
      if (campaign === undefined || !mayWorkOn(campaign)) {
        await hand.put(0);
        return;
      }
      seen = { campaign, atMs: ports.nowMs() };
      hand.stop(campaign);
      if (campaign.state === 'cancelled') {
        await closeCancelled(ports, work, hand);
        return;
      }
    }
    if (quantum.length > 0 && !(await sendClaimed(ports, work, hand, quantum, startMs))) {
      return;
    }
  }
}

/** Claims a quantum and sends it. @returns false when the work on the chunk is over */
async function sendClaimed(
  ports: SendChunkPorts,
  work: ChunkWork,
  hand: ChunkInHand,
  quantum: readonly number[],
  startMs: number,
): Promise<boolean> {
  const inDoubt = new Set(await withoutProved(ports, work, hand, quantum));
  const untried = new Set(hand.untried());
  const claimed = quantum.filter((index) => untried.has(index));
  if (claimed.length === 0) {
    return true;
  }
  hand.set(new Map(claimed.map((index) => [index, 'a'])));
  const recipients = recipientsOf(work, claimed);
  const [isHeld, suppressions] = await Promise.allSettled([
    hand.put(ports.nowMs() + ports.leaseMs),
    findSuppressions(ports, recipients),
  ]);
  if (isHeld.status === 'rejected') {
    throw isHeld.reason;
  }
  if (!isHeld.value) {
    await lookAgain(ports, work);
    return false;
  }
  await ports.sleep(startMs - ports.nowMs());
  const { outcomes, fault, pause } = await sendQuantum(ports, work, recipients, { inDoubt, suppressions });
  hand.set(outcomes);
  if (fault !== undefined) {
    await hand.put(0);
    throw fault;
  }
  if (pause !== undefined) {
    await stopChunk(ports, work, hand, pause);
    return false;
  }
  return true;
}

/** Those of a quantum who are still in doubt; whom an event has proved to be accepted meanwhile is so in the ledger from now on. */
async function withoutProved(
  ports: SendChunkPorts,
  work: ChunkWork,
  hand: ChunkInHand,
  quantum: readonly number[],
): Promise<number[]> {
  const inDoubt = () => quantum.filter((index) => isInDoubt(hand.outcomes[index]));
  if (inDoubt().length > 0) {
    hand.outcomes = await withProof(ports, work, hand.outcomes);
  }
  return inDoubt();
}
