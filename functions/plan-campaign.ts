import { randomBytes } from 'node:crypto';
import type { Handler } from 'aws-lambda';
import { type Bucket, bucket } from '../aws/bucket.ts';
import { type Campaigns, campaignsTable } from '../aws/campaigns.ts';
import { contactScan } from '../aws/contacts.ts';
import { knownRecipientsReader, type ReadKnown } from '../aws/known-recipients.ts';
import { type Queue, queue } from '../aws/queue.ts';
import { suppressionRecordScan, suppressionScan } from '../aws/suppression-scan.ts';
import { type Templates, templates } from '../aws/templates.ts';
import { readAudience } from '../domain/audience/read-audience.ts';
import type { Campaign, PlanTotals } from '../domain/campaign/campaign.ts';
import {
  beingPlanned,
  type CampaignChange,
  failed,
  isToBePlanned,
  planned,
} from '../domain/campaign/campaign-life.ts';
import { nextReleaseMs } from '../domain/campaign/campaign-release.ts';
import { parseFrequencyCap } from '../domain/campaign/frequency-cap.ts';
import { localMoments, type MomentOf } from '../domain/campaign/local-release.ts';
import { InputError } from '../domain/errors.ts';
import { rowSelector } from '../domain/segment/row-selector.ts';
import type { CompiledTemplate } from '../domain/template/compiled.ts';
import { readEnvironment } from './environment.ts';
import { audiencePlan } from './planning/audience-plan.ts';
import { rehearse } from './planning/rehearse-campaign.ts';
import { releaseChunks } from './planning/release-chunks.ts';
import { type UnwantedRecipientsPorts, unwantedRecipients } from './planning/unwanted-recipients.ts';
import { nowMs } from './wait.ts';

export interface PlanCampaignPorts extends UnwantedRecipientsPorts {
  readonly campaigns: Pick<Campaigns, 'get' | 'list' | 'change' | 'completeIfDone'>;
  readonly templates: Templates;
  readonly bucket: Pick<Bucket, 'stream' | 'put' | 'putPieces'>;
  readonly chunksQueue: Pick<Queue, 'sendAll'>;
  /** Of what filters of segments ask about. */
  readonly readKnown: ReadKnown;
  readonly nowMs: () => number;
  /** An id that no other run has: see `planKeys`. */
  readonly newPlanId: () => string;
}

/** Who does what no person asked for. */
const mover = 'plan-campaign';

/** What the function's memory has room for, at up to 24 octets each, and its time with any template: see docs/campaigns.md. */
const mostRecipients = 50_000_000;

/** Longer than the function can live: after it, a run that has not ended is taken to be dead. */
const leaseMs = 16 * 60_000;

/**
 * Plans a campaign in one pass over its audience: reads, normalises and de-duplicates, checks each row against the template, and writes
 * parts to the bucket. Only when the whole audience was read, and its plan is recorded, are chunks released: a file that turns out to be
 * broken in its middle mails nobody. Of several runs the one that is recorded first counts. A run that finds a plan releases what is due
 * of it: the next stage, everything that is left after a pause, or what is to be closed of a cancelled one.
 */
export const planCampaign =
  (ports: PlanCampaignPorts) =>
  async (campaignId: string): Promise<void> => {
    const campaign = await takeInHand(ports, campaignId);
    if (campaign !== undefined) {
      await recordPlan(ports, campaign);
    }
    await release(ports, campaignId);
  };

/** Says what a plan of the campaign would come to, as things are now. */
export const rehearseCampaign =
  (ports: PlanCampaignPorts) =>
  async (campaignId: string, rehearsalId: string): Promise<void> => {
    const campaign = await ports.campaigns.get(campaignId);
    if (campaign === undefined) {
      throw new Error(`campaign ${campaignId} does not exist`);
    }
    await rehearse(ports.bucket, campaign, rehearsalId, (bucket) => plan({ ...ports, bucket }, campaign));
  };

/** @returns the campaign, if it is to be planned */
async function takeInHand(ports: PlanCampaignPorts, campaignId: string): Promise<Campaign | undefined> {
  for (;;) {
    const campaign = await ports.campaigns.get(campaignId);
    if (campaign === undefined) {
      throw new Error(`campaign ${campaignId} does not exist`);
    }
    if (!isToBePlanned(campaign, ports.nowMs())) {
      return undefined;
    }
    const change = beingPlanned(campaign, { by: mover, atMs: ports.nowMs() }, leaseMs);
    if (await ports.campaigns.change(campaign, change)) {
      return campaign;
    }
  }
}

async function recordPlan(ports: PlanCampaignPorts, campaign: Campaign): Promise<void> {
  let changeOf: (current: Campaign) => CampaignChange;
  try {
    const totals = await plan(ports, campaign);
    changeOf = (current) => planned(current, totals, { by: mover, atMs: ports.nowMs() });
  } catch (error) {
    if (!(error instanceof InputError)) {
      throw error;
    }
    // The audience will stay wrong, so trying again is no use.
    const { message } = error;
    changeOf = (current) => failed(current, message, { by: mover, atMs: ports.nowMs() });
  }
  for (;;) {
    const current = await ports.campaigns.get(campaign.campaignId);
    // Another run may have been faster, or somebody may have cancelled it.
    if (current?.state !== 'planning' || (await ports.campaigns.change(current, changeOf(current)))) {
      return;
    }
  }
}

async function release(ports: PlanCampaignPorts, campaignId: string): Promise<void> {
  const campaign = await ports.campaigns.get(campaignId);
  if (campaign?.plan === undefined || (campaign.state !== 'sending' && campaign.state !== 'cancelled')) {
    return;
  }
  const { dueAtMs, moves } = campaign;
  const nowMs = ports.nowMs();
  if (dueAtMs !== undefined && dueAtMs < nowMs + leaseMs / 2) {
    await ports.campaigns.change(campaign, { dueAtMs: nowMs + leaseMs });
  }
  const chunks = await releaseChunks(ports, campaign, nowMs);
  await ports.campaigns.completeIfDone(campaignId, {
    to: 'completed',
    by: mover,
    atMs: ports.nowMs(),
  });
  const nextMs = nextReleaseMs(campaign, nowMs);
  if (nextMs !== undefined) {
    await ports.campaigns.change(campaign, { dueAtMs: nextMs, queued: { moves, chunks } });
  } else if (dueAtMs !== undefined) {
    // Unless it was moved meanwhile: then something is due again.
    await ports.campaigns.change(campaign, { dueAtMs: undefined });
  }
}

async function plan(ports: PlanCampaignPorts, campaign: Campaign): Promise<PlanTotals> {
  const template = await templateOf(ports, campaign);
  const variants: CompiledTemplate[] = [];
  for (const variant of campaign.variants ?? []) {
    variants.push(await templateOf(ports, variant));
  }
  const run = { planId: ports.newPlanId(), atMs: ports.nowMs(), mostRecipients };
  const unwanted = await unwantedRecipients(ports, campaign, template);
  const selects = await rowSelector(campaign, ports.readKnown, run.atMs);
  const momentOf = await momentsOf(ports, campaign, run.atMs);
  const mails = variants.length === 0 ? [template] : variants;
  const rules = { unwanted, selects, momentOf };
  const planning = audiencePlan(ports.bucket, campaign, mails, run, rules);
  try {
    await readAudience(ports.bucket, campaign, planning.add);
    return await planning.finish();
  } finally {
    // A planner that gives up leaves nothing behind that still writes.
    await planning.ended();
  }
}

/** Where everybody is mailed at a local time, when that is; of contacts the zone is known. */
async function momentsOf(
  { readKnown }: PlanCampaignPorts,
  { local }: Campaign,
  nowMs: number,
): Promise<MomentOf | undefined> {
  if (local === undefined) {
    return undefined;
  }
  const known = await readKnown({ needs: new Set(['timeZone'] as const) }, nowMs);
  return localMoments(local, (high, low) => known.of(high, low).timeZone);
}

/** @throws InputError `unknown-template` */
async function templateOf(
  { templates }: PlanCampaignPorts,
  { template, templateHash }: Pick<Campaign, 'template' | 'templateHash'>,
): Promise<CompiledTemplate> {
  const found = await templates.find(template, templateHash);
  if (found === undefined) {
    const message = `template ${template} is not published in that version`;
    throw new InputError('unknown-template', 'template', message);
  }
  return found;
}

function wire(): PlanCampaignPorts {
  const environment = readEnvironment([
    'campaignsTable',
    'suppressionsTable',
    'contactsTable',
    'bucketName',
    'chunksQueueUrl',
    'frequencyCap',
  ]);
  const mailBucket = bucket(environment.bucketName);
  const campaigns = campaignsTable(environment.campaignsTable);
  return {
    campaigns,
    scanSuppressions: suppressionScan(environment.suppressionsTable),
    readKnown: knownRecipientsReader({
      campaigns,
      bucket: mailBucket,
      scanSuppressionRecords: suppressionRecordScan(environment.suppressionsTable),
      scanContacts: contactScan(environment.contactsTable),
    }),
    frequencyCap: parseFrequencyCap(environment.frequencyCap),
    templates: templates(mailBucket, nowMs),
    bucket: mailBucket,
    chunksQueue: queue(environment.chunksQueueUrl),
    nowMs,
    newPlanId: () => randomBytes(8).toString('hex'),
  };
}

let ports: PlanCampaignPorts | undefined;

/** Invoked asynchronously with `{ campaignId }`; with a `rehearsalId` nothing is planned. */
export const handler: Handler<{ campaignId: string; rehearsalId?: string }, void> = async ({
  campaignId,
  rehearsalId,
}) => {
  ports ??= wire();
  await (rehearsalId === undefined
    ? planCampaign(ports)(campaignId)
    : rehearseCampaign(ports)(campaignId, rehearsalId));
};
