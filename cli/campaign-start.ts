import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { bucket } from '../aws/bucket.ts';
import { campaignsTable } from '../aws/campaigns.ts';
import { startPlanning } from '../aws/planner.ts';
import { templates } from '../aws/templates.ts';
import { audienceFormatOf, rowsOf } from '../domain/audience.ts';
import { campaignIdOf, type Tracing } from '../domain/campaign.ts';
import { formatTimestamp } from '../domain/timestamp.ts';
import { awaitCampaign, renderCampaigns, totalsOf } from './campaign-progress.ts';
import { type Command, CommandError, pipelineOptions, UsageError } from './command.ts';
import { connect } from './connection.ts';
import { readInput } from './read-input.ts';

export const campaignStart: Command = {
  name: 'campaign start',
  summary: 'Sends a template to everyone in an audience file (CSV with a header, or JSON Lines).',
  positionals: [],
  options: {
    template: { type: 'string', value: 'T', help: 'name of a published template' },
    audience: { type: 'string', value: 'FILE', help: 'columns: address, name, locale; all others are data' },
    name: {
      type: 'string',
      value: 'N',
      help: 'a name is used once, so that starting twice does not mail twice',
    },
    data: { type: 'string', value: 'FILE', help: 'JSON object with values that are the same for everyone' },
    trace: {
      type: 'string',
      value: 'WHAT',
      help: '"failures" (the default) keeps a row for each mail that failed, "full" for every mail',
    },
    wait: { type: 'boolean', help: 'stay until it is completed, and show how far it is' },
    yes: { type: 'boolean', help: 'send real mail without asking (a deployed stack only)' },
    ...pipelineOptions,
  },
  async run(call, terminal) {
    const { out, err } = terminal;
    const template = required(call.text('template'), 'template');
    const file = required(call.text('audience'), 'audience');
    const tracing = tracingOf(call.text('trace'));
    const name =
      call.text('name') ?? `${template}-${formatTimestamp(Date.now()).replaceAll(/\D/g, '').slice(0, 14)}`;
    const campaignId = campaignIdOf(name);
    const audience = await readInput(file);
    const data = call.text('data') === undefined ? {} : jsonObject(await readInput(call.text('data') ?? ''));
    const format = audienceFormatOf(file);
    const rows = await countRows(format, audience);
    const { outputs, localEndpoint } = await connect(call);
    const target = bucket(outputs.BucketName);
    const found = await templates(target, Date.now).find(template);
    if (found === undefined) {
      throw new CommandError(`template ${template} is not published`);
    }
    if (localEndpoint === undefined && !call.flag('yes')) {
      throw new CommandError(
        `this sends real mail to up to ${rows} recipients of ${basename(file)} through ${outputs.MailDomain}; repeat with --yes`,
      );
    }
    const campaigns = campaignsTable(outputs.CampaignsTableName);
    if ((await campaigns.get(campaignId)) !== undefined) {
      throw new CommandError(`campaign "${name}" exists already; a name is used once`);
    }
    // Named for its content: whoever loses a race for the name must not have replaced the winner's audience.
    const audienceKey = `audiences/${campaignId}/${createHash('sha256').update(audience).digest('hex').slice(0, 32)}.${format}`;
    err(`uploading ${rows} rows …`);
    await target.put(audienceKey, audience, format === 'csv' ? 'text/csv' : 'application/x-ndjson');
    const created = await campaigns.create({
      campaignId,
      name,
      state: 'draft',
      template,
      templateHash: found.hash,
      audienceKey,
      audienceFormat: format,
      tracing,
      data,
      createdAtMs: Date.now(),
      chunksDone: 0,
      outcomes: { accepted: 0, suppressed: 0, rejected: 0, unknown: 0 },
      bounced: 0,
      complained: 0,
    });
    if (!created) {
      throw new CommandError(`campaign "${name}" was started by somebody else just now`);
    }
    await startPlanning(outputs.PlanCampaignFunctionName, campaignId);
    const campaign = call.flag('wait')
      ? await awaitCampaign(campaigns, campaignId, terminal)
      : await campaigns.get(campaignId);
    if (campaign === undefined) {
      throw new CommandError(`campaign ${campaignId} is gone`);
    }
    out(
      call.flag('json')
        ? JSON.stringify({ ...campaign, ...totalsOf(campaign) })
        : renderCampaigns([campaign]),
    );
    return campaign.state === 'failed' ? 1 : 0;
  },
};

function tracingOf(option = 'failures'): Tracing {
  if (option !== 'failures' && option !== 'full') {
    throw new UsageError('--trace is failures or full');
  }
  return option;
}

function required(value: string | undefined, option: string): string {
  if (!value) {
    throw new UsageError(`--${option} is missing`);
  }
  return value;
}

function jsonObject(bytes: Buffer): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Said below, together with JSON that is no object.
  }
  throw new CommandError('--data is not a file with a JSON object');
}

/** Reads the audience once before anything is uploaded, so that a file that cannot be read starts nothing. */
async function countRows(format: 'csv' | 'jsonl', audience: Buffer): Promise<number> {
  let rows = 0;
  for await (const batch of rowsOf(format, chunksOf(audience))) {
    rows += batch.length;
  }
  if (rows === 0) {
    throw new CommandError('the audience has no rows');
  }
  return rows;
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < bytes.length; i += 65_536) {
    yield bytes.subarray(i, i + 65_536);
  }
}
