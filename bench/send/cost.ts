import { chunkSize } from '../../domain/campaign/campaign.ts';
import { nothing, type Quantities, scaled, sumOf, usdOf } from '../../domain/cost.ts';
import { quantumOf } from '../../domain/rate.ts';
import type { CountedCampaign } from './counted-campaign.ts';
import type { StackFacts, WorkerFacts } from './stack-facts.ts';

/**
 * What the model takes as given, since this machine cannot show it. Round trips of a quantum are those that follow one another: slots,
 * claim, suppressions; of an event: suppression or evidence, counters, ledger.
 */
export const assumptions = {
  sesLatencyMs: 60,
  dynamoDbLatencyMs: 8,
  roundTripsPerQuantum: 3,
  roundTripsPerEvent: 4,
  /** Connections that the SDK opens: a quantum above that is sent in waves. */
  connections: 50,
  /** CPU of rendering, signing and sending one mail on a core of its own; Lambda gives a core at 1,769 MB. */
  cpuMsPerMail: 1,
  cpuMsPerEvent: 1,
  megabytesOfOneCore: 1769,
  /** Audience rows that the planner reads in a second on such a core. */
  rowsPerSecond: 40_000,
  secretCacheSeconds: 300,
  batchingWindowSeconds: 1,
  /** Messages gather for so long before one receive takes them, at most ten. */
  gatherSeconds: 0.1,
} as const;

const million = 1_000_000;

/** Dollars of a million mails, by what they are paid for. */
export interface Cost {
  readonly usdPerMillion: number;
  readonly usdBy: Readonly<
    Record<'planning' | 'sending' | 'sendingLambda' | 'feedback' | 'feedbackLambda', number>
  >;
}

/**
 * The cost of a campaign to a million.
 *
 * @param sent - Counted at that rate, so with its quanta and with what workers lose to one another.
 * @param traced - Counted with bounces and complaints and the tracing in question.
 */
export function costOf(
  perSecond: number,
  sent: CountedCampaign,
  traced: CountedCampaign,
  facts: StackFacts,
): Cost {
  const events = traced.events * million;
  const parts = {
    planning: [scaled(traced.planning, million), planningLambda(facts.planner)],
    sending: [
      scaled(sent.sending, million),
      // What the pollers do: a receive and a delete for each message, since a batch is one chunk.
      { ...nothing, sqsRequest: 2 * sent.chunkMessages * million },
    ],
    sendingLambda: [sendingLambda(perSecond, sent, facts.chunks)],
    feedback: [
      scaled(traced.feedback, million),
      { ...nothing, sqsRequest: feedbackRequests(events, perSecond * traced.events) },
    ],
    feedbackLambda: [feedbackLambda(events, perSecond * traced.events, facts.feedback)],
  };
  const usdBy = Object.fromEntries(
    Object.entries(parts).map(([name, quantities]) => [name, usdOf(sumOf(quantities))]),
  ) as Record<keyof typeof parts, number>;
  return { usdBy, usdPerMillion: Object.values(usdBy).reduce((sum, usd) => sum + usd, 0) };
}

/** Workers wait for their slots inside the Lambda, so all of them are paid for as long as the campaign takes. */
function sendingLambda(perSecond: number, sent: CountedCampaign, worker: WorkerFacts): Quantities {
  const seconds = million / Math.min(perSecond, mostPerSecond(perSecond, worker));
  return {
    ...nothing,
    lambdaRequest: sent.chunkMessages * million,
    lambdaGbSecond: seconds * worker.maxConcurrency * gigabytes(worker),
    secretsManagerCall: Math.ceil(seconds / assumptions.secretCacheSeconds) * worker.maxConcurrency,
  };
}

/** What the workers manage when nothing holds them back. */
export function mostPerSecond(perSecond: number, worker: WorkerFacts): number {
  const quantum = Math.min(chunkSize, quantumOf(perSecond));
  const waves = Math.ceil(quantum / assumptions.connections);
  const waitingMs =
    assumptions.roundTripsPerQuantum * assumptions.dynamoDbLatencyMs + waves * assumptions.sesLatencyMs;
  const quantumMs = waitingMs + quantum * cpuMs(assumptions.cpuMsPerMail, worker);
  return (worker.maxConcurrency * quantum * 1000) / quantumMs;
}

/** The delivery of each event to the queue, and the pollers' receives and deletes. */
function feedbackRequests(events: number, eventsPerSecond: number): number {
  const perReceive = Math.min(10, Math.max(1, eventsPerSecond * assumptions.gatherSeconds));
  return events * (1 + 2 / perReceive);
}

function feedbackLambda(events: number, eventsPerSecond: number, worker: WorkerFacts): Quantities {
  const perBatch = Math.min(
    100,
    Math.max(1, (eventsPerSecond * assumptions.batchingWindowSeconds) / worker.maxConcurrency),
  );
  const batchMs =
    assumptions.roundTripsPerEvent * assumptions.dynamoDbLatencyMs +
    perBatch * cpuMs(assumptions.cpuMsPerEvent, worker);
  const batches = events / perBatch;
  return {
    ...nothing,
    lambdaRequest: batches,
    lambdaGbSecond: (batches * batchMs * gigabytes(worker)) / 1000,
  };
}

function planningLambda(planner: WorkerFacts): Quantities {
  const seconds = cpuMs(million / assumptions.rowsPerSecond, planner);
  return { ...nothing, lambdaRequest: 1, lambdaGbSecond: seconds * gigabytes(planner) };
}

/** CPU time on the share of a core that a function of this memory gets. */
function cpuMs(onOneCore: number, { memoryMegabytes }: WorkerFacts): number {
  return onOneCore * Math.max(1, assumptions.megabytesOfOneCore / memoryMegabytes);
}

function gigabytes({ memoryMegabytes }: WorkerFacts): number {
  return memoryMegabytes / 1024;
}
