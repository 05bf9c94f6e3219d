import type { Bucket } from '../../aws/bucket.ts';
import type { AudienceRow } from '../../domain/audience/audience-row.ts';
import { audienceBatches } from '../../domain/audience/read-audience.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { InputError } from '../../domain/errors.ts';
import { type ExportedRow, type ExportSelection, isFailed } from '../../domain/receipt/export-line.ts';
import { type ChunkResultsPorts, chunkResults, type RecipientResult } from './chunk-results.ts';
import { excludedRows } from './excluded-rows.ts';

/**
 * The rows of a campaign, each once: first those that the planner left out, in the order of the audience, then the others chunk by
 * chunk, canaries first. Memory stays flat.
 *
 * @param miss - Called where the audience is no longer kept, so that rows that were left out have no address.
 */
export async function* exportedRows(
  ports: ChunkResultsPorts,
  campaign: Campaign,
  what: ExportSelection,
  miss: () => void,
): AsyncGenerator<ExportedRow> {
  if (what !== 'failed') {
    yield* leftOut(ports.bucket, campaign, miss);
  }
  if (what !== 'excluded') {
    const wanted = (settled: Pick<ExportedRow, 'outcome' | 'report'>) => what === 'all' || isFailed(settled);
    for await (const { recipients } of chunkResults(ports, campaign, wanted)) {
      yield* recipients.filter(wanted).map(exported);
    }
  }
}

function exported({ row = 0, outcome, report, code, delivery, planned }: RecipientResult): ExportedRow {
  return {
    row,
    outcome,
    report,
    address: planned?.a,
    reason: code,
    detail: delivery?.evidence.bounce?.diagnosticCode ?? delivery?.detail,
    sesMessageId: delivery?.sesMessageId,
  };
}

async function* leftOut(
  bucket: Pick<Bucket, 'stream'>,
  campaign: Campaign,
  miss: () => void,
): AsyncGenerator<ExportedRow> {
  const audience = audienceRows(bucket, campaign, miss);
  try {
    for await (const { row, why, code, message } of excludedRows(bucket, campaign)) {
      let read = await audience.next();
      while (!read.done && read.value.row < row) {
        read = await audience.next();
      }
      yield { row, outcome: why, reason: code, detail: message, address: addressIn(read.value) };
    }
  } finally {
    await audience.return(undefined);
  }
}

function addressIn(row: AudienceRow | undefined): string | undefined {
  const address = row !== undefined && 'values' in row ? row.values.address : undefined;
  return typeof address === 'string' ? address : undefined;
}

async function* audienceRows(
  bucket: Pick<Bucket, 'stream'>,
  campaign: Campaign,
  miss: () => void,
): AsyncGenerator<AudienceRow, undefined> {
  try {
    for await (const { rows } of audienceBatches(bucket, campaign)) {
      yield* rows;
    }
  } catch (error) {
    if (!(error instanceof InputError) || error.code !== 'audience-missing') {
      throw error;
    }
    miss();
  }
  return undefined;
}
