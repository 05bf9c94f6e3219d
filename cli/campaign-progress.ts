import { setTimeout } from 'node:timers/promises';
import type { Campaigns } from '../aws/campaigns.ts';
import type { Campaign } from '../domain/campaign.ts';
import type { Terminal } from './command.ts';
import { renderTable } from './table.ts';

/** Follows a campaign to its end, telling each change on `err`. */
export async function awaitCampaign(
  campaigns: Pick<Campaigns, 'get'>,
  campaignId: string,
  { err }: Terminal,
): Promise<Campaign | undefined> {
  let told = '';
  for (;;) {
    const campaign = await campaigns.get(campaignId);
    if (campaign === undefined || ['completed', 'cancelled', 'failed'].includes(campaign.state)) {
      return campaign;
    }
    const line = renderProgress(campaign);
    if (line !== told) {
      err(line);
      told = line;
    }
    await setTimeout(500);
  }
}

function renderProgress({ state, plan, chunksDone, outcomes }: Campaign): string {
  return plan === undefined
    ? `${state} …`
    : `${state}: ${chunksDone} of ${plan.chunks} chunks done, ${outcomes.accepted} accepted …`;
}

/** Every row of the audience in exactly one of these, and what SES reported of the accepted ones since. */
export function totalsOf({ plan, outcomes, bounced, complained }: Campaign) {
  return {
    recipients: plan?.rows ?? 0,
    accepted: outcomes.accepted,
    suppressed: outcomes.suppressed,
    invalid: plan?.invalid ?? 0,
    duplicates: plan?.duplicates ?? 0,
    rejected: (plan?.rejected ?? 0) + outcomes.rejected,
    unknown: outcomes.unknown,
    bounced,
    complained,
  };
}

export function renderCampaigns(campaigns: readonly Campaign[]): string {
  const table = renderTable(
    [
      'campaign',
      'state',
      'recipients',
      'accepted',
      'suppressed',
      'invalid',
      'duplicates',
      'rejected',
      'unknown',
      'bounced',
      'complained',
    ],
    campaigns.map((campaign) => [campaign.campaignId, campaign.state, ...Object.values(totalsOf(campaign))]),
  );
  const failures = campaigns.flatMap(({ campaignId, failure }) =>
    failure ? [`${campaignId} failed: ${failure}`] : [],
  );
  return [table, ...failures].join('\n');
}
