import { nothing, type Priced, type Quantities, sesMailPrices, usdOf } from '../cost.ts';
import { chunkSize } from './campaign.ts';

/** What a campaign's cost follows from. */
export interface CampaignAmounts {
  /** Rows of the audience. */
  readonly rows: number;
  /** Mails that SES accepted, or may have: it bills those. */
  readonly mails: number;
  readonly chunks: number;
  /** Writes of ledgers: one for each quantum, and two for each chunk. */
  readonly ledgerWrites: number;
  /** Events of SES about the mails, and those of them that are failures. */
  readonly events: number;
  readonly failures: number;
  /** Of sending, pauses left out. */
  readonly sendingSeconds: number;
  /** The account's plan, `NONE` or `ESSENTIALS`; undefined is the first. */
  readonly plan?: string | undefined;
}

/** US dollars of a part of a campaign. */
export interface CostLine {
  readonly what: 'ses' | 'planning' | 'sending' | 'feedback';
  readonly usd: number;
  /** Counted for this very campaign; or modelled from what was counted, as `npm run bench -- send` finds it. */
  readonly basis: 'counted' | 'modelled';
}

/**
 * What the model takes as given, of the stack as it comes. At 500 recipients a second it is within a tenth of what
 * `npm run bench -- send` counts: $0.24 a million without SES with tracing of failures, $1.98 with full tracing.
 */
const model = {
  chunksPerPart: 50,
  excludedPerObject: 25_000,
  rowsPerSecond: 40_000,
  plannerGigabytes: 1769 / 1024,
  /** Workers wait for their slots, so that all of them are paid for as long as it takes. */
  senders: 2,
  senderGigabytes: 0.5,
  feedbackGigabytes: 0.25,
  feedbackSecondsPerEvent: 0.008,
  /** Receives and deletes of a batch of ten. */
  queueRequestsPerEvent: 1.2,
  /** Units of a write that keeps evidence, and of the transaction that counts a failure as well, with their indexes. */
  writeUnitsPerEvent: 1.2,
  writeUnitsPerFailure: 14,
  /** The transaction that closes a chunk, beside the ledger's own write. */
  writeUnitsPerChunk: 7,
} as const;

/** What a campaign costs; no free tier is taken off. */
export function campaignCost(amounts: CampaignAmounts): readonly CostLine[] {
  const { mails, plan = 'NONE' } = amounts;
  const sesPrice = sesMailPrices[plan] ?? sesMailPrices.NONE;
  return [
    { what: 'ses', usd: mails * (sesPrice?.usd ?? 0), basis: 'counted' },
    { what: 'planning', usd: usdOf(planning(amounts)), basis: 'modelled' },
    { what: 'sending', usd: usdOf(sending(amounts)), basis: 'modelled' },
    { what: 'feedback', usd: usdOf(feedback(amounts)), basis: 'modelled' },
  ];
}

export function totalUsd(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}

/**
 * Amounts of a campaign that is still to be sent.
 *
 * @param quantum - Recipients that are sent to with one write of the ledger.
 */
export function amountsAhead(
  {
    rows,
    recipients,
    traced,
  }: { readonly rows: number; readonly recipients: number; readonly traced: boolean },
  quantum: number,
  sendingSeconds: number,
): CampaignAmounts {
  const chunks = Math.ceil(recipients / chunkSize);
  const failures = recipients * usualFailures;
  return {
    rows,
    chunks,
    failures,
    sendingSeconds,
    mails: recipients,
    ledgerWrites: chunks * (2 + Math.ceil(Math.min(chunkSize, recipients) / quantum)),
    events: traced ? recipients : failures,
  };
}

/** The share of bounces and complaints of a list that is looked after. */
const usualFailures = 0.01;

function planning({ rows, mails, chunks }: CampaignAmounts): Quantities {
  return quantities({
    lambdaRequest: 1,
    lambdaGbSecond: (rows / model.rowsPerSecond) * model.plannerGigabytes,
    s3Put: 3 + chunks / model.chunksPerPart + (rows - mails) / model.excludedPerObject,
    s3Get: 2,
    sqsRequest: chunks / 10,
    dynamoDbWriteUnit: 10,
  });
}

function sending({ mails, chunks, ledgerWrites, sendingSeconds }: CampaignAmounts): Quantities {
  return quantities({
    lambdaRequest: chunks,
    lambdaGbSecond: sendingSeconds * model.senders * model.senderGigabytes,
    sqsRequest: 2 * chunks,
    s3Get: chunks,
    // Each quantum takes its slots as well.
    dynamoDbWriteUnit: 2 * ledgerWrites + chunks * model.writeUnitsPerChunk,
    // Who is suppressed is looked up for each, at half the price; the campaign and the ledger for each chunk.
    dynamoDbReadUnit: mails / 2 + 3 * chunks,
  });
}

function feedback({ events, failures }: CampaignAmounts): Quantities {
  return quantities({
    snsPublish: events,
    sqsRequest: events * model.queueRequestsPerEvent,
    lambdaGbSecond: events * model.feedbackSecondsPerEvent * model.feedbackGigabytes,
    lambdaRequest: events / 10,
    dynamoDbWriteUnit: (events - failures) * model.writeUnitsPerEvent + failures * model.writeUnitsPerFailure,
  });
}

function quantities(some: Partial<Record<Priced, number>>): Quantities {
  return { ...nothing, ...some };
}
