import type { ChunkLedger } from '../../aws/chunk-ledgers.ts';
import type { Resendable } from '../../domain/campaign/campaign-state.ts';
import { hasStopped, indicesRejected, reopened, totalsOf } from '../../domain/campaign/chunk-ledger.ts';
import { deliveryId } from '../../domain/delivery.ts';
import { countsOf } from './chunk-end.ts';
import type { ChunkWork, SendChunkPorts } from './chunk-work.ts';

/** Whether a closed chunk has recipients who were stopped before the campaign was resumed, or a resend has not looked at it yet. */
export function isToBeReopened(work: ChunkWork, ledger: ChunkLedger): boolean {
  return ledger.done && (wasStopped(work, ledger) || isToBeLookedAt(work, ledger));
}

function wasStopped({ campaign }: ChunkWork, { outcomes, resumes }: ChunkLedger): boolean {
  return hasStopped(outcomes) && resumes < campaign.resumes;
}

function isToBeLookedAt({ campaign }: ChunkWork, { resendRound = 0 }: ChunkLedger): boolean {
  return resendRound < (campaign.resend?.round ?? 0);
}

/**
 * Opens a closed chunk for those who are due again: what it counted is taken back with that. Where a resend finds nobody, the chunk
 * remembers that it was looked at. Both happen once for each resend, and are counted together with it, so that the campaign is
 * completed when the last chunk was looked at and is done.
 *
 * @returns the ledger, still closed where nobody is due; undefined when another worker was faster
 */
export async function reopenChunk(
  ports: SendChunkPorts,
  work: ChunkWork,
  ledger: ChunkLedger,
): Promise<ChunkLedger | undefined> {
  const { resumes, resend } = work.campaign;
  const ofResend = isToBeLookedAt(work, ledger) ? resend : undefined;
  const outcomes = reopened(ledger.outcomes, dueAgain(work, ledger));
  const resendRound = ofResend?.round ?? ledger.resendRound ?? 0;
  const version = ledger.version + 1;
  const looked = ofResend === undefined ? {} : { chunksToResend: -1 };
  const options = ofResend === undefined ? {} : { ofResend: ofResend.round };
  if (outcomes === ledger.outcomes) {
    const update = ports.ledgers.lookedAt(work.ledgerId, ledger.version, resendRound);
    const held = await ports.campaigns.addTogether(work.campaignId, looked, update, options);
    return held ? { ...ledger, version, resendRound } : undefined;
  }
  if (ofResend?.outcomes.includes('rejected')) {
    await waitAgain(ports, work, ledger, ofResend.atMs);
  }
  const counted = totalsOf(ledger.outcomes);
  const back = Object.entries(countsOf(work, ledger.outcomes)).map(([name, count]) => [name, -count]);
  const held = await ports.campaigns.addTogether(
    work.campaignId,
    { ...Object.fromEntries(back), ...looked },
    ports.ledgers.reopening(work.ledgerId, ledger.version, { outcomes, resumes, resendRound, counted }),
    options,
  );
  return held ? { ...ledger, outcomes, resumes, resendRound, counted, version, done: false } : undefined;
}

function dueAgain(work: ChunkWork, ledger: ChunkLedger): readonly Resendable[] {
  const again = isToBeLookedAt(work, ledger) ? (work.campaign.resend?.outcomes ?? []) : [];
  return wasStopped(work, ledger) ? [...again, 'stopped'] : again;
}

/** A mail that is tried again is no failure any more; should the worker die before the chunk is open, the reasons are gone, and the next one opens it. */
async function waitAgain(
  ports: SendChunkPorts,
  { campaignId, chunk }: ChunkWork,
  { outcomes }: ChunkLedger,
  beforeMs: number,
): Promise<void> {
  for (const index of indicesRejected(outcomes)) {
    const id = deliveryId({ kind: 'campaign', campaignId, chunk, index });
    await ports.deliveries.waitAgain(id, beforeMs, ports.nowMs());
  }
}
