import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { templateKeys } from '../../aws/templates.ts';
import { draftCampaign, type Tracing } from '../../domain/campaign/campaign.ts';
import { type Pipeline, type PipelineOptions, startPipeline } from '../../local/runner/pipeline.ts';
import { synthesize } from '../../local/synthesize.ts';

/** The template that is sent: marketing, so each mail has a token of its own. */
export const templateName = 'product-announcement';

/** As good as no limit: the local SES never says "too fast". */
export const noLimit = 1_000_000;

/** Mails kept whole by the local SES: few, so that memory is not what is measured. */
const keepMails = 100;

/** Starts the stack with a send rate of so many recipients per second and no daily quota. */
export async function startStack(
  assemblyDirectory: string,
  maxSendRate: number,
  options: Pick<PipelineOptions, 'onCall' | 'onUnits' | 'onLog'> = {},
): Promise<Pipeline> {
  const pipeline = await startPipeline({
    assemblyDirectory,
    seed: 1,
    ses: { account: { maxSendRate, max24HourSend: -1 }, keepMails },
    onLog: () => {},
    ...options,
  });
  pipeline.ses.createIdentity(pipeline.outputs.MailDomain ?? '', { verified: true });
  return pipeline;
}

/** Synthesizes the stack of stage `dev` for as long as `use` takes. */
export async function withAssembly<T>(use: (assemblyDirectory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'todoke-bench-'));
  try {
    return await use(await synthesize('dev', join(directory, 'cdk.out')));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Puts a campaign where the command line puts one, and plans it; its chunks are on the queue when this resolves. */
export async function planCampaign(
  pipeline: Pipeline,
  campaignId: string,
  audience: Buffer,
  tracing: Tracing,
): Promise<void> {
  const { endpoint, outputs, place } = pipeline;
  const Bucket = outputs.BucketName ?? '';
  const audienceKey = `audiences/${campaignId}/audience.jsonl`;
  await pipeline.messaging.call('s3', 'PutObject', { Bucket, Key: audienceKey, Body: audience });
  const current = await pipeline.messaging.call('s3', 'GetObject', {
    Bucket,
    Key: templateKeys.current(templateName),
  });
  const { hash } = JSON.parse(Buffer.from(current.Body).toString()) as { hash: string };
  const {
    outcomes,
    providers: _,
    ...campaign
  } = draftCampaign({
    campaignId,
    name: campaignId,
    template: templateName,
    templateHash: hash,
    audienceKey,
    audienceFormat: 'jsonl',
    tracing,
    // A canary is one of 500 mails of a million, and would be one of twenty of the few that are counted.
    canary: false,
    data: {},
    createdAtMs: Date.now(),
  });
  const client = new DynamoDBClient({
    endpoint,
    region: place.region,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  try {
    const TableName = outputs.CampaignsTableName;
    await client.send(new PutItemCommand({ TableName, Item: marshall({ ...campaign, ...outcomes }) }));
  } finally {
    client.destroy();
  }
  const planned = await pipeline.invoke(outputs.PlanCampaignFunctionName ?? '', { campaignId });
  if (planned.outcome !== 'done' || planned.functionError !== undefined) {
    throw new Error(`campaign ${campaignId} could not be planned`);
  }
}
