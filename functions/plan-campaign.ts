import type { Handler } from 'aws-lambda';
import { type Bucket, bucket } from '../aws/bucket.ts';
import { type Campaigns, campaignsTable } from '../aws/campaigns.ts';
import { type Queue, queue } from '../aws/queue.ts';
import { type Templates, templates } from '../aws/templates.ts';
import { type AudienceRow, recipientOf, rowsOf } from '../domain/audience.ts';
import {
  type Campaign,
  type ChunkPointer,
  type ChunkRow,
  chunkSize,
  type PlanTotals,
} from '../domain/campaign.ts';
import { InputError } from '../domain/errors.ts';
import type { CompiledTemplate } from '../domain/template/compiled.ts';
import { missingData } from '../domain/template/validate.ts';
import { readEnvironment } from './environment.ts';
import { nowMs } from './wait.ts';

export interface PlanCampaignPorts {
  readonly campaigns: Pick<Campaigns, 'get' | 'move' | 'planned' | 'completeIfDone'>;
  readonly templates: Templates;
  readonly bucket: Pick<Bucket, 'stream' | 'put'>;
  readonly chunksQueue: Pick<Queue, 'sendAll'>;
  readonly nowMs: () => number;
}

/** Chunks in one object of the bucket: few enough to keep in memory, many enough that objects cost next to nothing. */
const chunksPerPart = 50;

/** Rows that get no mail are listed in an object, up to this many. */
const maxListedExclusions = 100_000;

/** Why the planner left a row out; without personal data, since the row can be looked up by its number. */
interface Exclusion {
  readonly row: number;
  readonly why: 'invalid' | 'duplicate' | 'rejected';
  readonly code: string;
  readonly field: string;
  readonly message: string;
}

/**
 * Plans a campaign in one pass over its audience: reads, normalises and de-duplicates, checks each row against the template, and writes
 * parts to the bucket. Only when the whole audience was read are pointers put on the chunks queue: a file that turns out to be broken
 * in its middle mails nobody. The same audience gives the same chunks, so a second run after a crash writes what the first wrote, and
 * the ledger of each chunk sees to it that nobody is mailed twice.
 */
export const planCampaign =
  (ports: PlanCampaignPorts) =>
  async (campaignId: string): Promise<void> => {
    const campaign = await ports.campaigns.get(campaignId);
    if (campaign === undefined) {
      throw new Error(`campaign ${campaignId} does not exist`);
    }
    if (campaign.state !== 'draft' && campaign.state !== 'planning') {
      // The planner that planned it may have died before it came to this, and after the last chunk was done.
      await ports.campaigns.completeIfDone(campaignId, ports.nowMs());
      return;
    }
    await ports.campaigns.move(campaignId, ['draft', 'planning'], 'planning');
    try {
      const totals = await plan(ports, campaign);
      await ports.campaigns.planned(campaignId, totals);
      await ports.campaigns.completeIfDone(campaignId, ports.nowMs());
    } catch (error) {
      if (!(error instanceof InputError)) {
        throw error;
      }
      // The audience will stay wrong, so trying again is no use.
      await ports.campaigns.move(campaignId, ['planning'], 'failed', { failure: error.message });
    }
  };

async function plan(ports: PlanCampaignPorts, campaign: Campaign): Promise<PlanTotals> {
  const template = await ports.templates.find(campaign.template, campaign.templateHash);
  if (template === undefined) {
    throw new InputError(
      'unknown-template',
      'template',
      `template ${campaign.template} is not published in that version`,
    );
  }
  const audience = await ports.bucket.stream(campaign.audienceKey);
  if (audience === undefined) {
    throw new InputError('audience-missing', 'audience', 'the audience is not in the bucket');
  }
  const writer = partWriter(ports.bucket, campaign.campaignId);
  const seen = new Set<string>();
  const exclusions: Exclusion[] = [];
  const counts = { rows: 0, invalid: 0, duplicate: 0, rejected: 0 };
  const exclude = (exclusion: Exclusion) => {
    counts[exclusion.why]++;
    if (exclusions.length < maxListedExclusions) {
      exclusions.push(exclusion);
    }
  };
  for await (const row of rowsOf(campaign.audienceFormat, audience)) {
    counts.rows++;
    const checked = checkRow(row, campaign, template, seen);
    if ('why' in checked) {
      exclude(checked);
    } else {
      await writer.add(checked);
    }
  }
  const pointers = await writer.finish();
  if (exclusions.length > 0) {
    const lines = exclusions.map((exclusion) => `${JSON.stringify(exclusion)}\n`).join('');
    await ports.bucket.put(`campaigns/${campaign.campaignId}/excluded.jsonl`, lines, 'application/x-ndjson');
  }
  await ports.chunksQueue.sendAll(pointers.map((pointer) => JSON.stringify(pointer)));
  return {
    rows: counts.rows,
    invalid: counts.invalid,
    duplicates: counts.duplicate,
    rejected: counts.rejected,
    chunks: pointers.length,
  };
}

function checkRow(
  row: AudienceRow,
  campaign: Campaign,
  template: CompiledTemplate,
  seen: Set<string>,
): ChunkRow | Exclusion {
  if ('error' in row) {
    return exclusion(row.row, 'invalid', row.error);
  }
  try {
    const { address, name, locale, data } = recipientOf(row.values, row.row, campaign.data, template.schema);
    if (seen.has(address.recipientId)) {
      const message = `row ${row.row} has the address of an earlier row`;
      return { row: row.row, why: 'duplicate', code: 'duplicate', field: `row ${row.row} address`, message };
    }
    const problem = missingData(template, data, locale)[0];
    if (problem !== undefined) {
      return exclusion(row.row, 'rejected', problem);
    }
    seen.add(address.recipientId);
    return {
      r: row.row,
      a: address.wire,
      ...(name === undefined ? {} : { n: name }),
      ...(locale === undefined ? {} : { l: locale }),
      d: data,
    };
  } catch (error) {
    if (error instanceof InputError) {
      return exclusion(row.row, 'invalid', error);
    }
    throw error;
  }
}

function exclusion(row: number, why: Exclusion['why'], { code, field, message }: InputError): Exclusion {
  return { row, why, code, field, message };
}

/** Collects rows into chunks and chunks into objects. Memory holds one part, and one pointer for each chunk. */
function partWriter(target: Pick<Bucket, 'put'>, campaignId: string) {
  const pointers: ChunkPointer[] = [];
  let chunk: string[] = [];
  let part: Buffer[] = [];
  let partBytes = 0;
  let parts = 0;

  const partKey = () => `campaigns/${campaignId}/parts/${String(parts).padStart(6, '0')}.jsonl`;

  function closeChunk(): void {
    if (chunk.length === 0) {
      return;
    }
    const bytes = Buffer.from(chunk.join(''));
    pointers.push({
      campaignId,
      chunk: pointers.length,
      key: partKey(),
      firstByte: partBytes,
      lastByte: partBytes + bytes.length - 1,
      count: chunk.length,
    });
    part.push(bytes);
    partBytes += bytes.length;
    chunk = [];
  }

  async function closePart(): Promise<void> {
    if (part.length === 0) {
      return;
    }
    await target.put(partKey(), Buffer.concat(part), 'application/x-ndjson');
    part = [];
    partBytes = 0;
    parts++;
  }

  return {
    async add(row: ChunkRow): Promise<void> {
      chunk.push(`${JSON.stringify(row)}\n`);
      if (chunk.length === chunkSize) {
        closeChunk();
      }
      if (part.length === chunksPerPart) {
        await closePart();
      }
    },
    async finish(): Promise<readonly ChunkPointer[]> {
      closeChunk();
      await closePart();
      return pointers;
    },
  };
}

function wire() {
  const environment = readEnvironment(['campaignsTable', 'bucketName', 'chunksQueueUrl']);
  const mailBucket = bucket(environment.bucketName);
  return planCampaign({
    campaigns: campaignsTable(environment.campaignsTable),
    templates: templates(mailBucket, nowMs),
    bucket: mailBucket,
    chunksQueue: queue(environment.chunksQueueUrl),
    nowMs,
  });
}

let start: ReturnType<typeof wire> | undefined;

/** Invoked asynchronously with `{ campaignId }`. */
export const handler: Handler<{ campaignId: string }, void> = async ({ campaignId }) => {
  start ??= wire();
  await start(campaignId);
};
