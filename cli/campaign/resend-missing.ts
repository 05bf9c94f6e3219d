import { bucket } from '../../aws/bucket.ts';
import { type Campaigns, campaignsTable } from '../../aws/campaigns.ts';
import type { Campaign } from '../../domain/campaign/campaign.ts';
import { type Resendable, resendable } from '../../domain/campaign/campaign-state.ts';
import { planKeys } from '../../domain/campaign/plan-keys.ts';
import { countResendable, isBeingResent, resent } from '../../domain/campaign/resend.ts';
import { InputError } from '../../domain/errors.ts';
import { type Call, type Command, CommandError, pipelineOptions, UsageError } from '../command.ts';
import { confirm } from '../confirmation.ts';
import { type Connection, connect } from '../connection.ts';
import { campaignNamed } from './campaign-draft.ts';
import { moveCampaign, moverOf, moverOptions, tellEnd } from './campaign-move.ts';

export const campaignResendMissing: Command = {
  name: 'campaign resend-missing',
  summary:
    'Sends a campaign that is over again to those whom SES has not accepted, and to nobody else; pressed twice it sends once.',
  positionals: ['NAME'],
  options: {
    include: {
      type: 'string',
      value: 'WHICH',
      help: '"rejected,stopped" by default; "unknown" as well may send a mail twice, since SES may have it',
    },
    wait: { type: 'boolean', help: 'stay until it is over, and show how far it is' },
    yes: { type: 'boolean', help: 'send without asking' },
    ...moverOptions,
    ...pipelineOptions,
  },
  async run(call, terminal) {
    const which = outcomesOf(call);
    const connection = await connect(call);
    const campaigns = campaignsTable(connection.outputs.CampaignsTableName);
    const read = await campaignNamed(campaigns, call.positionals[0] ?? '');
    if (isBeingResent(read)) {
      terminal.err(`campaign "${read.name}" is being sent again already`);
      return await tellEnd(call, connection, read.campaignId, terminal);
    }
    const count = countResendable(read, which);
    // Asked of the domain first, so that nobody is asked about what cannot be.
    resent(read, which, moverOf(call));
    if (count === 0) {
      terminal.err(`nobody of campaign "${read.name}" is ${which.join(' or ')}`);
      return await tellEnd(call, connection, read.campaignId, terminal);
    }
    await requireParts(connection, read);
    await confirm(call, terminal, async () => question(read, count, which));
    if (!(await resendOnce(call, connection, campaigns, read, which))) {
      terminal.err(`campaign "${read.name}" is being sent again already`);
    }
    return await tellEnd(call, connection, read.campaignId, terminal);
  },
};

/** @returns false when somebody else had it sent again since it was read */
async function resendOnce(
  call: Call,
  connection: Connection,
  campaigns: Pick<Campaigns, 'get'>,
  read: Campaign,
  which: readonly Resendable[],
): Promise<boolean> {
  try {
    await moveCampaign(connection, read, (campaign) => {
      if (campaign.resend?.round !== read.resend?.round) {
        throw new InputError('campaign-resent', 'state', 'it is being sent again already');
      }
      return resent(campaign, which, moverOf(call));
    });
    return true;
  } catch (error) {
    const now = await campaignNamed(campaigns, read.name);
    if (error instanceof InputError && now.resend?.round !== read.resend?.round) {
      return false;
    }
    throw error;
  }
}

function question({ name }: Campaign, count: number, which: readonly Resendable[]): string {
  const doubt = which.includes('unknown') ? ', of whom those in doubt may get it twice' : '';
  return `this sends "${name}" to ${count} recipients who are ${which.join(' or ')}${doubt}`;
}

/** @throws CommandError when what the senders would read is no longer kept */
async function requireParts({ outputs }: Connection, { campaignId, name, plan }: Campaign): Promise<void> {
  const key = planKeys(campaignId, plan?.planId ?? '').chunks;
  const first = await bucket(outputs.BucketName).getRange(key, 0, 0);
  if (first === undefined) {
    throw new CommandError(`the plan of campaign "${name}" is no longer kept in the bucket`);
  }
}

function outcomesOf(call: Call): readonly Resendable[] {
  const wanted = (call.text('include') ?? 'rejected,stopped').split(',').map((word) => word.trim());
  const unknown = wanted.find((word) => !resendable.some((each) => each === word));
  if (unknown !== undefined) {
    throw new UsageError(`--include takes ${resendable.join(', ')}, with commas between them`);
  }
  return resendable.filter((each) => wanted.includes(each));
}
