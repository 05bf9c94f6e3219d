import { createInterface } from 'node:readline';
import type { Bucket } from '../../aws/bucket.ts';
import { type TracedRow, type Traces, tracedRow } from '../../aws/traces.ts';
import {
  type Campaign,
  type ChunkPointer,
  type ChunkRow,
  parseChunkPointer,
  parseChunkRow,
} from '../../domain/campaign/campaign.ts';
import { planKeys } from '../../domain/campaign/plan-keys.ts';
import { chunkLedgerId, deliveryId } from '../../domain/delivery.ts';
import { outcomeOf, reportOf } from '../../domain/receipt/row-outcome.ts';
import type { SettledRow } from '../../domain/receipt/tally.ts';
import { CommandError } from '../command.ts';
import { inOrder } from './in-order.ts';

export interface ChunkResultsPorts {
  readonly bucket: Pick<Bucket, 'stream' | 'getRange'>;
  /** Of the deliveries table. */
  readonly items: Traces['items'];
}

/** A recipient who has a place in a chunk, and what became of the mail. */
export interface RecipientResult extends SettledRow {
  readonly delivery?: TracedRow | undefined;
  /** As the planner wrote it, where it was asked for. */
  readonly planned?: ChunkRow | undefined;
}

export interface ChunkResult {
  readonly recipients: readonly RecipientResult[];
  /** How often its ledger was written. */
  readonly ledgerWrites: number;
}

/** Chunks that are read at the same time: so many are in memory. */
const chunksAtOnce = 8;

/**
 * What became of the recipients of a campaign, chunk by chunk, from the ledgers, which are the truth of it, and from what SES reported.
 * Memory stays flat.
 *
 * @param wantsRow - Whether the row as the planner wrote it is of interest; it is read for the whole chunk then.
 * @throws CommandError when the plan is no longer kept
 */
export async function* chunkResults(
  ports: ChunkResultsPorts,
  campaign: Campaign,
  wantsRow: (settled: SettledRow) => boolean,
): AsyncGenerator<ChunkResult> {
  yield* inOrder(pointersOf(ports, campaign), chunksAtOnce, (pointer) => resultOf(ports, pointer, wantsRow));
}

/** @throws CommandError where it is not known yet who gets it */
export function checkPlanned({ name, plan }: Campaign): void {
  if (plan === undefined) {
    throw new CommandError(`campaign "${name}" has not been planned yet`);
  }
}

async function* pointersOf({ bucket }: ChunkResultsPorts, campaign: Campaign): AsyncGenerator<ChunkPointer> {
  const { campaignId, name, plan } = campaign;
  checkPlanned(campaign);
  const file = plan && (await bucket.stream(planKeys(campaignId, plan.planId).chunks));
  if (file === undefined) {
    throw new CommandError(`the plan of campaign "${name}" is no longer kept in the bucket`);
  }
  for await (const line of createInterface({ input: file })) {
    yield parseChunkPointer(line);
  }
}

async function resultOf(
  { bucket, items }: ChunkResultsPorts,
  pointer: ChunkPointer,
  wantsRow: (settled: SettledRow) => boolean,
): Promise<ChunkResult> {
  const { campaignId, chunk, count, key, firstByte, lastByte } = pointer;
  const ledgerId = chunkLedgerId(campaignId, chunk);
  const idOf = (index: number) => deliveryId({ kind: 'campaign', campaignId, chunk, index });
  const ledger = (await items([ledgerId])).get(ledgerId);
  const outcomes = String(ledger?.outcomes ?? '');
  const indices = Array.from({ length: count }, (_, index) => index);
  // Who was never tried has no row.
  const rows = await items(indices.filter((index) => /[ARU]/.test(outcomes[index] ?? '.')).map(idOf));
  const recipients = indices.map((index): RecipientResult => {
    const item = rows.get(idOf(index));
    const delivery = item && tracedRow(item);
    return { ...settledBy(outcomes[index], delivery), delivery };
  });
  const ledgerWrites = ledger === undefined ? 0 : Number(ledger.version) + 1;
  if (!recipients.some(wantsRow)) {
    return { recipients, ledgerWrites };
  }
  const part = (await bucket.getRange(key, firstByte, lastByte)) ?? '';
  const planned = part.split('\n').filter(Boolean).map(parseChunkRow);
  return {
    ledgerWrites,
    recipients: recipients.map((each, index) => ({
      ...each,
      row: planned[index]?.r,
      planned: planned[index],
    })),
  };
}

function settledBy(letter: string | undefined, delivery: TracedRow | undefined): SettledRow {
  const outcome = outcomeOf(letter);
  if (outcome !== 'accepted') {
    return { outcome, code: outcome === 'rejected' ? delivery?.reason : undefined };
  }
  const report = reportOf(delivery?.state);
  const isFailure = report === 'bounced' || report === 'complained' || report === 'refused';
  return { outcome, report, code: isFailure ? (delivery?.reason ?? report) : undefined };
}
