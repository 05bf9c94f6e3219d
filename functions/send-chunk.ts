import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { campaignsTable } from '../aws/campaigns.ts';
import { type ChunkLedger, chunkLedgersTable } from '../aws/chunk-ledgers.ts';
import { startPlanning } from '../aws/planner.ts';
import { sendRateTable } from '../aws/send-rate.ts';
import { type Campaign, type ChunkPointer, parseChunkPointer } from '../domain/campaign/campaign.ts';
import { isSending } from '../domain/campaign/campaign-life.ts';
import { deliveryId } from '../domain/delivery.ts';
import { InputError } from '../domain/errors.ts';
import { parseGuardrailSettings } from '../domain/guardrail/settings.ts';
import { afterChunk, closeCancelled, giveBack, lookAgain, settleProved } from './chunk/chunk-end.ts';
import { ChunkInHand } from './chunk/chunk-in-hand.ts';
import { isToBeReopened, reopenChunk } from './chunk/chunk-reopen.ts';
import { sendAll } from './chunk/chunk-sending.ts';
import { type ChunkWork, loadChunk, mayWorkOn, openLedger, type SendChunkPorts } from './chunk/chunk-work.ts';
import { keepDeadLetter } from './dead-letter.ts';
import { eachRecord } from './each-record.ts';
import { readEnvironment } from './environment.ts';
import { campaignGuard } from './guard-campaign.ts';
import { parseProviderPaces, providerPace } from './provider-pace.ts';
import { sendingPorts } from './sending.ts';
import { nowMs } from './wait.ts';

/**
 * Sends a chunk, quantum by quantum: claim in the ledger, suppression, slots, SES, and the outcomes are recorded with the claim of the
 * next quantum. What is not done when time runs out, or while SES takes nothing, goes back to the queue as a new message. The message of
 * a campaign that is paused or halted is dropped: whoever resumes it queues all of them anew.
 */
export const sendChunk =
  (ports: SendChunkPorts, deadlineMs: number) =>
  async (record: SQSRecord): Promise<void> => {
    let work: ChunkWork | undefined;
    try {
      const pointer = parseChunkPointer(record.body);
      const campaign = await campaignOf(ports, pointer);
      work = mayWorkOn(campaign) ? await loadChunk(ports, pointer, campaign) : undefined;
    } catch (error) {
      if (error instanceof InputError) {
        const reason = { reason: error.code, field: error.field, detail: error.message };
        await keepDeadLetter(
          ports,
          record,
          deliveryId({ kind: 'message', sqsMessageId: record.messageId }),
          reason,
        );
        return;
      }
      throw error;
    }
    if (work === undefined) {
      return;
    }
    const ledger = await openLedger(ports, work);
    if ('delaySeconds' in ledger) {
      await giveBack(ports, work, ledger);
    } else if (ledger.done) {
      await lookAtDone(ports, work, ledger, deadlineMs);
    } else {
      await workOn(ports, work, ledger, deadlineMs);
    }
  };

async function campaignOf(ports: SendChunkPorts, { campaignId }: ChunkPointer): Promise<Campaign> {
  const campaign = await ports.campaigns.get(campaignId);
  if (campaign === undefined) {
    throw new InputError('unknown-campaign', 'campaignId', `campaign ${campaignId} does not exist`);
  }
  return campaign;
}

async function lookAtDone(
  ports: SendChunkPorts,
  work: ChunkWork,
  ledger: ChunkLedger,
  deadlineMs: number,
): Promise<void> {
  if (isSending(work.campaign) && isToBeReopened(work, ledger)) {
    const open = await reopenChunk(ports, work, ledger);
    if (open === undefined) {
      await lookAgain(ports, work);
      return;
    }
    if (!open.done) {
      await workOn(ports, work, open, deadlineMs);
      return;
    }
  }
  // The worker that finished it may have died before it came to this.
  await settleProved(ports, work, ledger.outcomes);
  await afterChunk(ports, work);
}

async function workOn(
  ports: SendChunkPorts,
  work: ChunkWork,
  ledger: ChunkLedger,
  deadlineMs: number,
): Promise<void> {
  const hand = new ChunkInHand(ports, work, ledger);
  hand.stop(work.campaign);
  if (work.campaign.state === 'cancelled') {
    await closeCancelled(ports, work, hand);
  } else {
    await sendAll(ports, work, hand, deadlineMs);
  }
}

let ports: SendChunkPorts | undefined;

function wire(): SendChunkPorts {
  const environment = readEnvironment([
    'campaignConfigurationSetName',
    'campaignsTable',
    'deliveriesTable',
    'engagementConfigurationSetName',
    'guardrails',
    'planCampaignFunctionName',
    'providerPaces',
    'sendRateTable',
    'tracedCampaignConfigurationSetName',
    'tracedEngagementConfigurationSetName',
  ]);
  const campaigns = campaignsTable(environment.campaignsTable);
  return {
    ...sendingPorts({
      failures: environment.campaignConfigurationSetName,
      full: environment.tracedCampaignConfigurationSetName,
      'failures+engagement': environment.engagementConfigurationSetName,
      'full+engagement': environment.tracedEngagementConfigurationSetName,
    }),
    providerPace: providerPace({
      paces: parseProviderPaces(environment.providerPaces),
      store: sendRateTable(environment.sendRateTable),
      nowMs,
      random: Math.random,
    }),
    campaigns,
    ledgers: chunkLedgersTable(environment.deliveriesTable),
    guard: campaignGuard({
      campaigns,
      by: 'send-chunk',
      settings: parseGuardrailSettings(environment.guardrails),
      startPlanner: (campaignId) => startPlanning(environment.planCampaignFunctionName, campaignId),
      nowMs,
    }),
  };
}

export const handler = (event: SQSEvent, context: Context) => {
  ports ??= wire();
  return eachRecord(event, sendChunk(ports, nowMs() + context.getRemainingTimeInMillis()));
};
