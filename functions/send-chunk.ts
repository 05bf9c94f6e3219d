import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Bucket } from '../aws/bucket.ts';
import { type Campaigns, campaignsTable } from '../aws/campaigns.ts';
import { type ChunkLedger, type ChunkLedgers, chunkLedgersTable } from '../aws/chunk-ledgers.ts';
import type { Deliveries } from '../aws/deliveries.ts';
import type { Queue } from '../aws/queue.ts';
import type { Templates } from '../aws/templates.ts';
import { type Campaign, type ChunkPointer, parseChunkPointer, parseChunkRow } from '../domain/campaign.ts';
import {
  indicesBegun,
  indicesInDoubt,
  isInDoubt,
  newOutcomes,
  nextUntried,
  type Outcome,
  type Outcomes,
  settleInterrupted,
  totalsOf,
  withOutcomes,
} from '../domain/chunk-ledger.ts';
import { chunkLedgerId, deliveryId } from '../domain/delivery.ts';
import { InputError } from '../domain/errors.ts';
import { type InDoubtPolicies, maxAttemptsInDoubt, proofDelaySeconds } from '../domain/in-doubt.ts';
import type { Sender } from '../domain/mail.ts';
import { quantumOf } from '../domain/rate.ts';
import { keepDeadLetter } from './dead-letter.ts';
import { eachRecord } from './each-record.ts';
import { readEnvironment } from './environment.ts';
import type { ProviderPace } from './provider-pace.ts';
import { type ChunkMail, type Pause, type SendQuantumPorts, sendQuantum } from './send-quantum.ts';
import type { SendRate } from './send-rate.ts';
import { parkedDelaySeconds, sendingPorts } from './sending.ts';
import { settleDoubt } from './settle-doubt.ts';
import { nowMs } from './wait.ts';

export interface SendChunkPorts extends SendQuantumPorts {
  readonly campaigns: Pick<Campaigns, 'get' | 'addChunk' | 'addTogether' | 'completeIfDone'>;
  readonly ledgers: Pick<ChunkLedgers, 'get' | 'create' | 'update' | 'write' | 'settle' | 'settlement'>;
  readonly deliveries: Pick<Deliveries, 'recordRejected' | 'proved'>;
  readonly inDoubt: InDoubtPolicies;
  /** How long a chunk is taken to be in a worker's hand after it wrote the ledger: longer than a quantum can take. */
  readonly leaseMs: number;
  readonly templates: Templates;
  readonly bucket: Pick<Bucket, 'getRange'>;
  readonly sendRate: Pick<SendRate, 'take' | 'slowDown' | 'perSecond'>;
  readonly providerPace: ProviderPace;
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

/**
 * What a quantum takes at most once it has its slots: SES alone has 20 s to answer. No wait lasts longer than that before the Lambda's
 * deadline, so that a normal end never leaves a mail in doubt. A function that may not live that long works for half of its time.
 */
const mostReserveMs = 25_000;
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
      await settleProved(ports, work, ledger.outcomes);
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
    tracing: campaign.tracing,
    rows,
    sender: await ports.sender(),
  };
}

function mayBeSent({ state }: Campaign): boolean {
  return state === 'planning' || state === 'sending';
}

/** The ledger as far as other workers brought it; a pause when one of them is at it now. */
async function openLedger(ports: SendChunkPorts, work: Work): Promise<ChunkLedger | Pause> {
  const { ledgerId, pointer } = work;
  const now = ports.nowMs();
  const fresh: ChunkLedger = {
    outcomes: newOutcomes(pointer.count),
    version: 0,
    leaseUntilMs: now + ports.leaseMs,
    done: false,
    resends: 0,
  };
  const ledger =
    (await ports.ledgers.get(ledgerId)) ??
    ((await ports.ledgers.create(ledgerId, fresh, now)) ? fresh : undefined);
  if (ledger === fresh || ledger?.done) {
    return ledger;
  }
  if (ledger === undefined || ledger.leaseUntilMs > now) {
    return { delaySeconds: Math.ceil(ports.leaseMs / 1000) };
  }
  // The worker that began these attempts died; by now there was time for proof.
  const interrupted = indicesBegun(ledger.outcomes);
  const outcomes = await withProof(ports, work, settleInterrupted(ledger.outcomes));
  const again = interrupted.filter((index) => isInDoubt(outcomes[index]));
  if (again.length === 0 || !mayTryAgain(ports, work, ledger.resends + 1)) {
    return { ...ledger, outcomes };
  }
  return {
    ...ledger,
    outcomes: withOutcomes(outcomes, new Map(again.map((index) => [index, 'u']))),
    resends: ledger.resends + 1,
  };
}

/** Whoever is in doubt and is proved by an event to have been accepted, is accepted. */
async function withProof(ports: SendChunkPorts, work: Work, outcomes: Outcomes): Promise<Outcomes> {
  const proved = await indicesProved(ports, work, outcomes);
  return withOutcomes(outcomes, new Map(proved.map((index) => [index, 'A'])));
}

/** Those in doubt whom an event has proved to be accepted. */
async function indicesProved(ports: SendChunkPorts, work: Work, outcomes: Outcomes): Promise<number[]> {
  const ids = new Map(
    indicesInDoubt(outcomes).map((index) => [deliveryId({ kind: 'campaign', ...work, index }), index]),
  );
  if (ids.size === 0) {
    return [];
  }
  return [...(await ports.deliveries.proved([...ids.keys()]))].flatMap((id) => ids.get(id) ?? []);
}

/** Settles in a closed ledger what was proved while it was in a worker's hand: such an event left it to the worker. */
async function settleProved(ports: SendChunkPorts, work: Work, outcomes: Outcomes): Promise<void> {
  const { campaignId, chunk } = work;
  for (const index of await indicesProved(ports, work, outcomes)) {
    await settleDoubt(ports, { campaignId, chunk, index });
  }
}

function mayTryAgain(ports: SendChunkPorts, { template }: Work, resends: number): boolean {
  return ports.inDoubt[template.category] === 'resend' && resends < maxAttemptsInDoubt;
}

async function sendAll(
  ports: SendChunkPorts,
  work: Work,
  opened: ChunkLedger,
  deadlineMs: number,
): Promise<void> {
  const hand = new LedgerInHand(ports, work, opened);
  let checkedMs = ports.nowMs();
  const lastWaitMs = deadlineMs - Math.min(mostReserveMs, (deadlineMs - checkedMs) / 2);
  for (;;) {
    const untried = nextUntried(hand.outcomes, hand.outcomes.length);
    if (untried.length === 0) {
      await finish(ports, work, hand);
      return;
    }
    const patienceMs = Math.min(slotPatienceMs, lastWaitMs - ports.nowMs());
    if (patienceMs <= 0) {
      await stop(ports, work, hand, { delaySeconds: 0 });
      return;
    }
    const { quantum, waitMs } = await nextQuantum(ports, work, untried);
    if (quantum.length === 0) {
      if (waitMs > patienceMs) {
        await stop(ports, work, hand, { delaySeconds: Math.ceil(waitMs / 1000) });
        return;
      }
      await ports.sleep(waitMs);
      continue;
    }
    const grant = await ports.sendRate.take(quantum.length, work.template.category, patienceMs);
    if (grant.kind !== 'granted') {
      await stop(ports, work, hand, {
        delaySeconds: grant.kind === 'quota' ? parkedDelaySeconds.marketing : 0,
      });
      return;
    }
    // Last before SES, since the campaign may have been stopped during the wait for slots, and a doubt may have been settled.
    if (ports.nowMs() - checkedMs >= campaignCheckMs) {
      const campaign = await ports.campaigns.get(work.campaignId);
      checkedMs = ports.nowMs();
      if (campaign === undefined || !mayBeSent(campaign)) {
        await hand.put(0);
        return;
      }
    }
    const inDoubt = new Set(await withoutProved(ports, work, hand, quantum));
    const due = quantum.filter((index) => hand.outcomes[index] !== 'A');
    hand.set(new Map(due.map((index) => [index, 'a'])));
    if (!(await hand.put(ports.nowMs() + ports.leaseMs))) {
      await lookAgain(ports, work);
      return;
    }
    await ports.sleep(grant.startMs - ports.nowMs());
    const { outcomes, fault, pause } = await sendQuantum(ports, work, due, inDoubt);
    hand.set(outcomes);
    if (fault !== undefined) {
      await hand.put(0);
      throw fault;
    }
    if (pause !== undefined) {
      await stop(ports, work, hand, pause);
      return;
    }
  }
}

/** Those of a quantum who are still in doubt; whom an event has proved to be accepted meanwhile is so in the ledger from now on. */
async function withoutProved(
  ports: SendChunkPorts,
  work: Work,
  hand: LedgerInHand,
  quantum: readonly number[],
): Promise<number[]> {
  const inDoubt = () => quantum.filter((index) => isInDoubt(hand.outcomes[index]));
  if (inDoubt().length > 0) {
    hand.outcomes = await withProof(ports, work, hand.outcomes);
  }
  return inDoubt();
}

/** The next recipients: those at a mailbox provider whose pace is used up for now let others go first. */
async function nextQuantum(ports: SendChunkPorts, { rows }: Work, untried: readonly number[]) {
  const size = quantumOf(await ports.sendRate.perSecond());
  const domains = untried.map((index) => rows[index]?.a.replace(/^.*@/, '') ?? '');
  const quantum: number[] = [];
  let waitMs = Number.POSITIVE_INFINITY;
  for (let i = 0; i < untried.length && quantum.length < size; ) {
    const until = Math.min(untried.length, i + size - quantum.length);
    const admission = await ports.providerPace.admit(domains.slice(i, until));
    quantum.push(...admission.admitted.map((position) => untried[i + position] ?? 0));
    waitMs = Math.min(waitMs, admission.waitMs ?? Number.POSITIVE_INFINITY);
    i = until;
  }
  return { quantum, waitMs };
}

/** The ledger of a chunk in the hand of one worker. */
class LedgerInHand {
  outcomes: Outcomes;
  #version: number;
  readonly resends: number;
  readonly #ports: SendChunkPorts;
  readonly #work: Work;

  constructor(ports: SendChunkPorts, work: Work, { outcomes, version, resends }: ChunkLedger) {
    this.#ports = ports;
    this.#work = work;
    this.outcomes = outcomes;
    this.#version = version;
    this.resends = resends;
  }

  set(changes: ReadonlyMap<number, Outcome>): void {
    this.outcomes = withOutcomes(this.outcomes, changes);
  }

  /** @returns false when another worker wrote it since */
  async put(leaseUntilMs: number, resends = this.resends): Promise<boolean> {
    const { outcomes } = this;
    const next = { outcomes, leaseUntilMs, done: false, resends };
    const held = await this.#ports.ledgers.write(this.#work.ledgerId, this.#version, next);
    this.#version++;
    return held;
  }

  /** The update that closes it. */
  closing() {
    const { outcomes, resends } = this;
    return this.#ports.ledgers.update(this.#work.ledgerId, this.#version, {
      outcomes,
      leaseUntilMs: 0,
      done: true,
      resends,
    });
  }
}

/** Records what was done and gives the rest back. */
async function stop(ports: SendChunkPorts, work: Work, hand: LedgerInHand, pause: Pause): Promise<void> {
  if (await hand.put(0)) {
    await giveBack(ports, work.pointer, pause);
  } else {
    await lookAgain(ports, work);
  }
}

/**
 * Somebody else wrote the ledger: another worker, or an event that settled a doubt. A chunk's message is only ever dropped when its
 * ledger is closed, so this one is put back for whoever finds out.
 */
async function lookAgain(ports: SendChunkPorts, work: Work): Promise<void> {
  await giveBack(ports, work.pointer, { delaySeconds: 0 });
}

async function finish(ports: SendChunkPorts, work: Work, hand: LedgerInHand): Promise<void> {
  // An event may have come before the doubt that it settles was written down.
  hand.outcomes = await withProof(ports, work, hand.outcomes);
  if (indicesInDoubt(hand.outcomes).length > 0 && mayTryAgain(ports, work, hand.resends + 1)) {
    hand.set(new Map(indicesInDoubt(hand.outcomes).map((index) => [index, 'u'])));
    if (await hand.put(0, hand.resends + 1)) {
      await giveBack(ports, work.pointer, { delaySeconds: proofDelaySeconds });
    } else {
      await lookAgain(ports, work);
    }
    return;
  }
  const { campaignId } = work;
  const totals = totalsOf(hand.outcomes);
  if (await ports.campaigns.addChunk(campaignId, totals, hand.closing())) {
    await settleProved(ports, work, hand.outcomes);
    await ports.campaigns.completeIfDone(campaignId, ports.nowMs());
    ports.count('Accepted', totals.accepted);
    ports.count('Suppressed', totals.suppressed);
    ports.count('Rejected', totals.rejected);
    ports.count('Unknown', totals.unknown);
  } else {
    await lookAgain(ports, work);
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
