import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Bucket } from '../aws/bucket.ts';
import { type Campaigns, campaignsTable } from '../aws/campaigns.ts';
import { type ChunkLedger, type ChunkLedgers, chunkLedgersTable } from '../aws/chunk-ledgers.ts';
import type { Queue } from '../aws/queue.ts';
import type { SendRate } from '../aws/send-rate.ts';
import type { Templates } from '../aws/templates.ts';
import { type Campaign, type ChunkPointer, parseChunkPointer, parseChunkRow } from '../domain/campaign.ts';
import {
  newOutcomes,
  nextUntried,
  type Outcomes,
  settleInterrupted,
  totalsOf,
  withOutcomes,
} from '../domain/chunk-ledger.ts';
import { chunkLedgerId, deliveryId } from '../domain/delivery.ts';
import { InputError } from '../domain/errors.ts';
import type { Sender } from '../domain/mail.ts';
import { quantumOf } from '../domain/rate.ts';
import { keepDeadLetter } from './dead-letter.ts';
import { eachRecord } from './each-record.ts';
import { readEnvironment } from './environment.ts';
import { type ChunkMail, type Pause, type SendQuantumPorts, sendQuantum } from './send-quantum.ts';
import { sendingPorts } from './sending.ts';
import { nowMs } from './wait.ts';

export interface SendChunkPorts extends SendQuantumPorts {
  readonly campaigns: Pick<Campaigns, 'get' | 'addChunk' | 'completeIfDone'>;
  readonly ledgers: ChunkLedgers;
  readonly templates: Templates;
  readonly bucket: Pick<Bucket, 'getRange'>;
  readonly sendRate: Pick<SendRate, 'take' | 'holdBack' | 'perSecond'>;
  readonly queue: Pick<Queue, 'send'>;
  readonly deadLetterQueue: Pick<Queue, 'send'>;
  readonly sender: () => Promise<Sender>;
  readonly sleep: (ms: number) => Promise<void>;
}

/** A chunk while it is worked on. */
interface Work extends ChunkMail {
  readonly pointer: ChunkPointer;
  readonly ledgerId: string;
  readonly campaign: Campaign;
}

/** Longer than a quantum can take, so that a chunk whose worker died is taken up again. */
const leaseMs = 75_000;
/** Stop this long before the Lambda's deadline, so that a normal end never leaves a mail in doubt. */
const reserveMs = 30_000;
const slotPatienceMs = 10_000;
/** A campaign that is stopped is noticed within this time. */
const campaignCheckMs = 2_000;

/**
 * Sends a chunk, quantum by quantum: claim in the ledger, suppression, slots, SES, and the outcomes are recorded with the claim of the
 * next quantum. What is not done when time runs out, or while SES takes nothing, goes back to the queue as a new message.
 */
export const sendChunk =
  (ports: SendChunkPorts, deadlineMs: number) =>
  async (record: SQSRecord): Promise<void> => {
    let work: Work | undefined;
    try {
      work = await load(ports, parseChunkPointer(record.body));
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
      await giveBack(ports, work.pointer, ledger);
    } else if (ledger.done) {
      // The worker that finished it may have died before it came to this.
      await ports.campaigns.completeIfDone(work.campaignId, ports.nowMs());
    } else {
      await sendAll(ports, work, ledger, deadlineMs);
    }
  };

/** @returns undefined when the campaign is over: what is left of its chunks is dropped, and its ledgers say so */
async function load(ports: SendChunkPorts, pointer: ChunkPointer): Promise<Work | undefined> {
  const campaign = await ports.campaigns.get(pointer.campaignId);
  if (campaign === undefined) {
    throw new InputError('unknown-campaign', 'campaignId', `campaign ${pointer.campaignId} does not exist`);
  }
  if (!mayBeSent(campaign)) {
    return undefined;
  }
  const template = await ports.templates.find(campaign.template, campaign.templateHash);
  const part = await ports.bucket.getRange(pointer.key, pointer.firstByte, pointer.lastByte);
  if (template === undefined || part === undefined) {
    throw new InputError(
      'chunk-part',
      'key',
      `template or audience part of campaign ${pointer.campaignId} is gone`,
    );
  }
  const rows = part.split('\n').filter(Boolean).map(parseChunkRow);
  if (rows.length !== pointer.count) {
    throw new InputError(
      'chunk-part',
      'count',
      `audience part has ${rows.length} rows where ${pointer.count} are due`,
    );
  }
  const ledgerId = chunkLedgerId(pointer.campaignId, pointer.chunk);
  return {
    pointer,
    ledgerId,
    campaign,
    campaignId: pointer.campaignId,
    chunk: pointer.chunk,
    template,
    rows,
    sender: await ports.sender(),
  };
}

function mayBeSent({ state }: Campaign): boolean {
  return state === 'planning' || state === 'sending';
}

/** The ledger as far as other workers brought it; a pause when one of them is at it now. */
async function openLedger(ports: SendChunkPorts, { ledgerId, pointer }: Work): Promise<ChunkLedger | Pause> {
  const now = ports.nowMs();
  const fresh: ChunkLedger = {
    outcomes: newOutcomes(pointer.count),
    version: 0,
    leaseUntilMs: now + leaseMs,
    done: false,
  };
  const ledger =
    (await ports.ledgers.get(ledgerId)) ??
    ((await ports.ledgers.create(ledgerId, fresh, now)) ? fresh : undefined);
  if (ledger === fresh || ledger?.done) {
    return ledger;
  }
  if (ledger === undefined || ledger.leaseUntilMs > now) {
    return { delaySeconds: Math.ceil(leaseMs / 1000) };
  }
  return { ...ledger, outcomes: settleInterrupted(ledger.outcomes) };
}

async function sendAll(
  ports: SendChunkPorts,
  work: Work,
  opened: ChunkLedger,
  deadlineMs: number,
): Promise<void> {
  let { outcomes, version } = opened;
  let checkedMs = ports.nowMs();
  for (;;) {
    const quantum = nextUntried(outcomes, quantumOf(await ports.sendRate.perSecond()));
    if (quantum.length === 0) {
      await finish(ports, work, version, outcomes);
      return;
    }
    if (ports.nowMs() - checkedMs >= campaignCheckMs) {
      const campaign = await ports.campaigns.get(work.campaign.campaignId);
      checkedMs = ports.nowMs();
      if (campaign === undefined || !mayBeSent(campaign)) {
        await put(ports, work, version, outcomes, 0);
        return;
      }
    }
    const slots =
      ports.nowMs() > deadlineMs - reserveMs
        ? undefined
        : await ports.sendRate.take(quantum.length, work.template.category, slotPatienceMs);
    if (slots === undefined) {
      await stop(ports, work, version, outcomes, { delaySeconds: 0 });
      return;
    }
    const claimed = withOutcomes(outcomes, new Map(quantum.map((index) => [index, 'a'])));
    if (!(await put(ports, work, version, claimed, ports.nowMs() + leaseMs))) {
      // Another worker has the chunk: what this one did is recorded there, and the rest is that one's.
      return;
    }
    version++;
    await ports.sleep(slots.startMs - ports.nowMs());
    const results = await sendQuantum(ports, work, quantum);
    outcomes = withOutcomes(claimed, results.outcomes);
    if (results.fault !== undefined) {
      await put(ports, work, version, outcomes, 0);
      throw results.fault;
    }
    if (results.pause !== undefined) {
      await stop(ports, work, version, outcomes, results.pause);
      return;
    }
  }
}

async function put(
  ports: SendChunkPorts,
  { ledgerId }: Work,
  version: number,
  outcomes: Outcomes,
  leaseUntilMs: number,
): Promise<boolean> {
  return await ports.ledgers.write(ledgerId, version, { outcomes, leaseUntilMs, done: false });
}

/** Records what was done and gives the rest back. */
async function stop(
  ports: SendChunkPorts,
  work: Work,
  version: number,
  outcomes: Outcomes,
  pause: Pause,
): Promise<void> {
  if (await put(ports, work, version, outcomes, 0)) {
    await giveBack(ports, work.pointer, pause);
  }
}

async function finish(ports: SendChunkPorts, work: Work, version: number, outcomes: Outcomes): Promise<void> {
  const { campaignId } = work.campaign;
  const totals = totalsOf(outcomes);
  const update = ports.ledgers.update(work.ledgerId, version, { outcomes, leaseUntilMs: 0, done: true });
  if (await ports.campaigns.addChunk(campaignId, totals, update)) {
    await ports.campaigns.completeIfDone(campaignId, ports.nowMs());
    ports.count('Accepted', totals.accepted);
    ports.count('Suppressed', totals.suppressed);
    ports.count('Rejected', totals.rejected);
    ports.count('Unknown', totals.unknown);
  }
}

async function giveBack(
  ports: SendChunkPorts,
  pointer: ChunkPointer,
  { delaySeconds }: Pause,
): Promise<void> {
  await ports.queue.send(JSON.stringify(pointer), { delaySeconds });
}

let ports: SendChunkPorts | undefined;

export const handler = (event: SQSEvent, context: Context) => {
  if (ports === undefined) {
    const { campaignsTable: campaigns, deliveriesTable: deliveries } = readEnvironment([
      'campaignsTable',
      'deliveriesTable',
    ]);
    ports = {
      ...sendingPorts(),
      campaigns: campaignsTable(campaigns),
      ledgers: chunkLedgersTable(deliveries),
    };
  }
  return eachRecord(event, sendChunk(ports, nowMs() + context.getRemainingTimeInMillis()));
};
