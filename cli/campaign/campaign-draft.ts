import { bucket } from '../../aws/bucket.ts';
import { type Campaigns, campaignsTable } from '../../aws/campaigns.ts';
import { templates } from '../../aws/templates.ts';
import { audienceBatches } from '../../domain/audience/read-audience.ts';
import {
  type Campaign,
  campaignIdOf,
  draftCampaign,
  type FrequencyCap,
  type Tracing,
} from '../../domain/campaign/campaign.ts';
import type { Trial } from '../../domain/experiment/trial.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import type { Tracked } from '../../domain/tracking.ts';
import { audienceMeant, type MeantAudience } from '../audience/audience-meant.ts';
import { audienceOptions } from '../audience/audience-options.ts';
import { type Call, CommandError, type Terminal, UsageError } from '../command.ts';
import { confirm } from '../confirmation.ts';
import { type Connection, connect } from '../connection.ts';
import { readInput } from '../read-input.ts';
import { trackedOption, trialOption, trialOptions } from './campaign-trial.ts';
import {
  readVariants,
  storeVariants,
  type VariantsWanted,
  variantMails,
  variantOptions,
} from './campaign-variants.ts';

/** What a campaign is made of. */
export const draftOptions = {
  template: { type: 'string', value: 'T', help: 'name of a published template' },
  ...audienceOptions,
  segment: {
    type: 'string',
    value: 'NAME',
    help: 'a segment, in place of all that says which rows of which files',
  },
  ...variantOptions,
  ...trialOptions,
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
  'frequency-cap': {
    type: 'string',
    value: 'N/DAYS',
    help: 'leave out who is in N campaigns of the last DAYS already: 3/7',
  },
  'no-canary': { type: 'boolean', help: 'send to everyone at once, without a small part going first' },
} as const;

/** Options of commands that have real mail sent. */
export const consentOption = {
  yes: { type: 'boolean', help: 'send it without asking; without a terminal there is nobody to ask' },
  'ignore-doctor': { type: 'boolean', help: 'send it without asking "todoke doctor"' },
} as const;

/** A campaign, and the stack that it is in. */
interface CampaignThere {
  readonly connection: Connection;
  readonly campaign: Campaign;
}

/** The campaign that a command names, or a new draft of what its options say; it is about to be sent, and the doctor has seen it. */
export async function campaignToSend(call: Call, terminal: Terminal): Promise<CampaignThere> {
  const meant = await campaignMeant(call, terminal, async ({ outputs, localEndpoint }, to) => {
    const [mail, where] =
      localEndpoint === undefined
        ? ['real mail', outputs.MailDomain]
        : ['mail', 'the pipeline on this machine'];
    await confirm(call, terminal, async () => `this sends ${mail} to ${await to()} through ${where}`);
  });
  if (!call.flag('ignore-doctor')) {
    // Loaded when needed: it takes longer to load than the rest of the command.
    const { doctorBeforeCampaign } = await import('../doctor/before-campaign.ts');
    await doctorBeforeCampaign(meant.connection, meant.campaign, terminal);
  }
  return meant;
}

/** Told to whom it is going to be sent, before anything is done. */
type Ask = (connection: Connection, to: () => Promise<string>) => Promise<void>;

/** The campaign that a command names, or a new draft of what its options say. */
export async function campaignMeant(call: Call, terminal: Terminal, ask: Ask): Promise<CampaignThere> {
  const [name] = call.positionals;
  if (name === undefined) {
    return await createDraft(call, terminal, ask);
  }
  const makesNew =
    ['template', 'segment'].some((option) => call.text(option) !== undefined) ||
    ['audience', 'variant'].some((option) => call.texts(option).length > 0);
  if (makesNew) {
    throw new UsageError('give either the NAME of a draft, or --template and --audience or --segment');
  }
  const connection = await connect(call);
  const campaign = await campaignNamed(campaignsTable(connection.outputs.CampaignsTableName), name);
  await ask(connection, async () => `up to ${await rowsOf(connection, campaign)} recipients of "${name}"`);
  return { connection, campaign };
}

/** Rows of the audience of a campaign, of which some may not be mailed. */
async function rowsOf({ outputs }: Connection, campaign: Campaign): Promise<number> {
  let count = 0;
  for await (const { rows } of audienceBatches(bucket(outputs.BucketName), campaign)) {
    count += rows.length;
  }
  return count;
}

/** What a draft is made of, read before anything is asked for or written. */
interface DraftSource {
  readonly template: string;
  readonly variants: VariantsWanted;
  readonly track: readonly Tracked[] | undefined;
  readonly trial: Trial | undefined;
  readonly tracing: Tracing;
  readonly name: string;
  readonly campaignId: string;
  readonly audience: MeantAudience;
  readonly data: Record<string, unknown>;
  readonly frequencyCap: FrequencyCap | undefined;
}

async function readDraft(call: Call): Promise<DraftSource> {
  const variants = readVariants(call);
  const track = trackedOption(call.text('track'));
  const trial = trialOption(call, variants.names.length > 0, track);
  const template = required(call.text('template') ?? variants.templates.get('A'), 'template');
  const audienceOf = audienceMeant(call);
  const tracing = tracingOf(call.text('trace'));
  const frequencyCap = frequencyCapOption(call.text('frequency-cap'));
  const name =
    call.text('name') ?? `${template}-${formatTimestamp(Date.now()).replaceAll(/\D/g, '').slice(0, 14)}`;
  const campaignId = campaignIdOf(name);
  const audience = await audienceOf();
  const data = call.text('data') === undefined ? {} : jsonObject(await readInput(call.text('data') ?? ''));
  return { template, variants, track, trial, tracing, name, campaignId, audience, data, frequencyCap };
}

/** Uploads the audience and puts a draft into the table: nothing is sent. */
export async function createDraft(call: Call, terminal: Terminal, ask: Ask): Promise<CampaignThere> {
  const draft = await readDraft(call);
  const { template, tracing, name, campaignId, audience, data, frequencyCap } = draft;
  const connection = await connect(call);
  const { outputs } = connection;
  const target = bucket(outputs.BucketName);
  const catalogue = templates(target, Date.now);
  const mails = await variantMails(catalogue, draft.variants, template);
  const found = mails[0] ?? (await catalogue.find(template));
  if (found === undefined) {
    throw new CommandError(`template ${template} is not published`);
  }
  const there = await audience(connection);
  await ask(connection, async () => there.describe);
  const campaigns = campaignsTable(outputs.CampaignsTableName);
  if ((await campaigns.get(campaignId)) !== undefined) {
    throw new CommandError(`campaign "${name}" exists already; a name is used once`);
  }
  const variants = await storeVariants(target, mails);
  const campaign = draftCampaign({
    campaignId,
    name,
    template,
    templateHash: found.hash,
    category: found.category,
    ...(await there.keep(campaignId, terminal)),
    tracing,
    data,
    createdAtMs: Date.now(),
    ...(variants.length === 0 ? {} : { variants }),
    ...(draft.track === undefined ? {} : { track: draft.track }),
    ...(draft.trial === undefined ? {} : { trial: draft.trial }),
    ...(call.flag('no-canary') ? { canary: false } : {}),
    ...(frequencyCap === undefined ? {} : { frequencyCap }),
  });
  if (!(await campaigns.create(campaign))) {
    throw new CommandError(`campaign "${name}" was started by somebody else just now`);
  }
  return { connection, campaign };
}

/** @throws CommandError when there is none */
export async function campaignNamed(campaigns: Pick<Campaigns, 'get'>, name: string): Promise<Campaign> {
  const campaign = await campaigns.get(campaignIdOf(name));
  if (campaign === undefined) {
    throw new CommandError(`there is no campaign "${name}"`);
  }
  return campaign;
}

function frequencyCapOption(option: string | undefined): FrequencyCap | undefined {
  if (option === undefined) {
    return undefined;
  }
  const [, mails, days] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(option) ?? [];
  if (mails === undefined || days === undefined) {
    throw new UsageError('--frequency-cap is a number of campaigns and one of days: 3/7');
  }
  return { mails: Number(mails), days: Number(days) };
}

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
