import {
  indicesInDoubt,
  type Outcomes,
  providerTotalsOf,
  totalsOf,
  variantTotalsOf,
} from '../../domain/campaign/chunk-ledger.ts';
import { proofDelaySeconds } from '../../domain/in-doubt.ts';
import type { ChunkInHand } from './chunk-in-hand.ts';
import { type ChunkWork, indicesProved, mayTryAgain, type SendChunkPorts, withProof } from './chunk-work.ts';
import type { Pause } from './send-quantum.ts';
import { settleDoubt } from './settle-doubt.ts';

/** Who does what no person asked for. */
const mover = 'send-chunk';

/** Closes a chunk: its totals come into the campaign in the transaction that closes the ledger, so that each counts once. */
export async function finishChunk(ports: SendChunkPorts, work: ChunkWork, hand: ChunkInHand): Promise<void> {
  // An event may have come before the doubt that it settles was written down.
  hand.outcomes = await withProof(ports, work, hand.outcomes);
  if (indicesInDoubt(hand.outcomes).length > 0 && mayTryAgain(ports, work, hand.resends + 1)) {
    hand.set(new Map(indicesInDoubt(hand.outcomes).map((index) => [index, 'u'])));
    if (await hand.put(0, hand.resends + 1)) {
      await giveBack(ports, work, { delaySeconds: proofDelaySeconds });
    } else {
      await lookAgain(ports, work);
    }
    return;
  }
  await closeChunk(ports, work, hand);
}

/** Of a cancelled campaign: nobody is tried any more. */
export async function closeCancelled(
  ports: SendChunkPorts,
  work: ChunkWork,
  hand: ChunkInHand,
): Promise<void> {
  hand.outcomes = await withProof(ports, work, hand.outcomes);
  await closeChunk(ports, work, hand);
}

async function closeChunk(ports: SendChunkPorts, work: ChunkWork, hand: ChunkInHand): Promise<void> {
  const totals = totalsOf(hand.outcomes);
  const counted = await ports.campaigns.addTogether(
    work.campaignId,
    countsOf(work, hand.outcomes),
    hand.closing(),
    { set: { lastChunkAtMs: ports.nowMs() } },
  );
  if (!counted) {
    await lookAgain(ports, work);
    return;
  }
  await settleProved(ports, work, hand.outcomes);
  await afterChunk(ports, work);
  // Of a chunk that was opened again, what has come to it since.
  const newly = (outcome: keyof typeof totals) =>
    Math.max(0, totals[outcome] - (hand.counted?.[outcome] ?? 0));
  ports.count('Accepted', newly('accepted'));
  ports.count('Suppressed', newly('suppressed'));
  ports.count('Rejected', newly('rejected'));
  ports.count('Unknown', newly('unknown'));
}

/** What a closed chunk may have been the last thing to wait for. */
export async function afterChunk(ports: SendChunkPorts, { campaignId }: ChunkWork): Promise<void> {
  const campaign = await ports.campaigns.completeIfDone(campaignId, {
    to: 'completed',
    by: mover,
    atMs: ports.nowMs(),
  });
  // Also where this chunk itself stopped nobody: it may be the last one of a campaign in which others did.
  if (campaign !== undefined) {
    await ports.guard(campaignId, campaign);
  }
}

/** Settles in a closed ledger what was proved while it was in a worker's hand: such an event left it to the worker. */
export async function settleProved(
  ports: SendChunkPorts,
  work: ChunkWork,
  outcomes: Outcomes,
): Promise<void> {
  const { campaignId, chunk } = work;
  for (const index of await indicesProved(ports, work, outcomes)) {
    const place = { campaignId, chunk, index };
    await settleDoubt(ports, place, work.providers[index] ?? 'other', work.variants?.[index]?.name);
  }
}

/** What a closed chunk counts in its campaign. */
export function countsOf(
  { providers, variants = [] }: ChunkWork,
  outcomes: Outcomes,
): Record<string, number> {
  const names = variants.map(({ name }) => name);
  return {
    chunksDone: 1,
    ...totalsOf(outcomes),
    ...providerTotalsOf(outcomes, providers),
    ...variantTotalsOf(outcomes, names),
  };
}

/** Records what was done and gives the rest back. */
export async function stopChunk(
  ports: SendChunkPorts,
  work: ChunkWork,
  hand: ChunkInHand,
  pause: Pause,
): Promise<void> {
  if (await hand.put(0)) {
    await giveBack(ports, work, pause);
  } else {
    await lookAgain(ports, work);
  }
}

/**
 * Somebody else wrote the ledger: another worker, or an event that settled a doubt. Of a campaign that is being sent, a chunk's message is
 * only ever dropped when its ledger is closed, so this one is put back for whoever finds out.
 */
export async function lookAgain(ports: SendChunkPorts, work: ChunkWork): Promise<void> {
  await giveBack(ports, work, { delaySeconds: 0 });
}

export async function giveBack(
  ports: SendChunkPorts,
  { pointer, turns }: ChunkWork,
  { delaySeconds }: Pause,
): Promise<void> {
  await ports.queue.send(JSON.stringify({ ...pointer, turns: turns.kept() }), { delaySeconds });
}
