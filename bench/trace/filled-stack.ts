import { BatchWriteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { chunkSize, draftCampaign } from '../../domain/campaign/campaign.ts';
import { planKeys } from '../../domain/campaign/plan-keys.ts';
import { indexFile } from '../../domain/campaign/recipient-index.ts';
import { recipientDigest, recipientTable, wordOf } from '../../domain/campaign/recipient-table.ts';
import { chunkLedgerId } from '../../domain/delivery.ts';
import type { Pipeline } from '../../local/runner/pipeline.ts';
import { addressOf, campaignRow, marshalled, notificationRow, type Row } from './rows.ts';

/** BatchWriteItem takes 25 items. */
const itemsPerWrite = 25;
const writesAtOnce = 8;

/** How much there is in the table. */
export interface Filling {
  readonly notifications: number;
  /** Who get them. */
  readonly recipients: number;
  readonly campaigns: number;
  readonly recipientsPerCampaign: number;
}

/** Fills the tables with what a month of mail leaves there, without sending it. @returns rows of mails */
export async function fill(pipeline: Pipeline, filling: Filling, nowMs: number): Promise<number> {
  const { endpoint, outputs, place } = pipeline;
  const client = new DynamoDBClient({
    endpoint,
    region: place.region,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  const { notifications, recipients, campaigns, recipientsPerCampaign } = filling;
  const monthMs = 29 * 86_400_000;
  try {
    let rows = 0;
    const all = function* (): Generator<Row> {
      for (let mail = 0; mail < notifications; mail++) {
        rows++;
        yield notificationRow(mail, recipients, nowMs - (monthMs * (notifications - mail)) / notifications);
      }
      for (let campaign = 0; campaign < campaigns; campaign++) {
        const atMs = nowMs - (monthMs * (campaigns - campaign)) / campaigns;
        for (let i = 0; i < recipientsPerCampaign; i++) {
          rows++;
          yield campaignRow(campaignIdOf(campaign), i, atMs + i);
        }
        yield* ledgers(campaign, recipientsPerCampaign);
      }
    };
    await writeAll(client, outputs.DeliveriesTableName ?? '', all());
    for (let campaign = 0; campaign < campaigns; campaign++) {
      const atMs = nowMs - (monthMs * (campaigns - campaign)) / campaigns;
      await putCampaign(pipeline, client, campaign, recipientsPerCampaign, atMs);
    }
    return rows;
  } finally {
    client.destroy();
  }
}

function campaignIdOf(campaign: number): string {
  return `news-${campaign}`;
}

function* ledgers(campaign: number, recipients: number): Generator<Row> {
  for (let chunk = 0; chunk * chunkSize < recipients; chunk++) {
    const outcomes = 'A'.repeat(Math.min(chunkSize, recipients - chunk * chunkSize));
    const facts = { version: 9, leaseUntilMs: 0, done: true, resends: 0, resumes: 0 };
    yield marshalled({ deliveryId: chunkLedgerId(campaignIdOf(campaign), chunk), outcomes, ...facts });
  }
}

async function writeAll(client: DynamoDBClient, table: string, rows: Generator<Row>): Promise<void> {
  const writeNext = async (): Promise<void> => {
    for (;;) {
      const batch: Row[] = [];
      while (batch.length < itemsPerWrite) {
        const { value, done } = rows.next();
        if (done) break;
        batch.push(value);
      }
      if (batch.length === 0) return;
      const RequestItems = { [table]: batch.map((Item) => ({ PutRequest: { Item } })) };
      const { UnprocessedItems = {} } = await client.send(new BatchWriteItemCommand({ RequestItems }));
      if (Object.keys(UnprocessedItems).length > 0) {
        throw new Error('the local table did not take everything');
      }
    }
  };
  await Promise.all(Array.from({ length: writesAtOnce }, writeNext));
}

/** A campaign that is done, with the index that its planner would have written. */
async function putCampaign(
  pipeline: Pipeline,
  client: DynamoDBClient,
  campaign: number,
  recipients: number,
  atMs: number,
): Promise<void> {
  const campaignId = campaignIdOf(campaign);
  const table = recipientTable();
  for (let i = 0; i < recipients; i++) {
    const digest = recipientDigest(addressOf(i).toLowerCase());
    table.add(wordOf(digest, 0), wordOf(digest, 1), i);
  }
  const plan = {
    planId: 'plan',
    plannedAtMs: atMs,
    rows: recipients,
    recipients,
    invalid: 0,
    duplicates: 0,
    rejected: 0,
    suppressed: 0,
    capped: 0,
    filtered: 0,
    chunks: Math.ceil(recipients / chunkSize),
    canaryChunks: [],
  };
  await pipeline.messaging.call('s3', 'PutObject', {
    Bucket: pipeline.outputs.BucketName ?? '',
    Key: planKeys(campaignId, plan.planId).recipients,
    Body: Buffer.concat([...indexFile(table).pieces()]),
  });
  const {
    outcomes,
    providers: _,
    ...facts
  } = draftCampaign({
    campaignId,
    name: campaignId,
    template: 'product-announcement',
    templateHash: 'none',
    ...{
      audienceKey: 'audiences/none',
      audienceFormat: 'jsonl',
      tracing: 'full',
      data: {},
      createdAtMs: atMs,
    },
  });
  const item = {
    ...facts,
    ...outcomes,
    accepted: recipients,
    state: 'completed',
    plan,
    lastChunkAtMs: atMs + recipients,
  };
  await client.send(
    new PutItemCommand({
      TableName: pipeline.outputs.CampaignsTableName,
      Item: marshalled(item),
    }),
  );
}
