import type { Handler } from 'aws-lambda';
import { authenticationHistories } from '../aws/authentication-history.ts';
import { type Campaigns, campaignsTable } from '../aws/campaigns.ts';
import { readAuthentication } from '../aws/identity-state.ts';
import { mailRecords } from '../aws/mail-records.ts';
import { type Count, count, flushCounts } from '../aws/metrics.ts';
import { startPlanning } from '../aws/planner.ts';
import { answers } from '../aws/web.ts';
import type { Campaign } from '../domain/campaign/campaign.ts';
import { halted, isClosed, isSending } from '../domain/campaign/campaign-life.ts';
import { parseGuardrailSettings } from '../domain/guardrail/settings.ts';
import { haltText } from '../domain/guardrail/text.ts';
import { readEnvironment } from './environment.ts';
import { type CampaignGuard, campaignGuard } from './guard-campaign.ts';
import { noteAuthentication } from './note-authentication.ts';
import { nowMs } from './wait.ts';

export interface WatchCampaignsPorts {
  readonly campaigns: Pick<Campaigns, 'activeIds' | 'get' | 'change' | 'completeIfDone'>;
  readonly guard: CampaignGuard;
  readonly startPlanner: (campaignId: string) => Promise<void>;
  /** Whether people can unsubscribe. */
  readonly canUnsubscribe: () => Promise<boolean>;
  readonly count: (name: Count) => void;
  readonly nowMs: () => number;
}

/** Who does what no person asked for. */
const mover = 'watch-campaigns';

/**
 * Once a minute, does for each campaign that is not over what nobody else does: starts it when its time has come, releases what a
 * planner did not live to release, judges a canary of which no more events come, and halts marketing while nobody can unsubscribe.
 * Every step may be repeated. Where no campaign is active it is one look into an index.
 */
export const watchCampaigns = (ports: WatchCampaignsPorts) => async (): Promise<void> => {
  const campaigns: Campaign[] = [];
  for (const campaignId of await ports.campaigns.activeIds()) {
    const campaign = await ports.campaigns.get(campaignId);
    if (campaign !== undefined) {
      campaigns.push(campaign);
    }
  }
  const isMarketing = (campaign: Campaign) => isSending(campaign) && campaign.category !== 'transactional';
  const canUnsubscribe = !campaigns.some(isMarketing) || (await ports.canUnsubscribe());
  for (const campaign of campaigns) {
    if (campaign.dueAtMs !== undefined && campaign.dueAtMs <= ports.nowMs()) {
      await ports.startPlanner(campaign.campaignId);
    }
    if (isMarketing(campaign) && !canUnsubscribe) {
      const halt = { code: 'unsubscribe_down', atMs: ports.nowMs() } as const;
      await ports.campaigns.change(campaign, halted(campaign, halt, mover, haltText(halt).en));
      ports.count('CampaignHalted');
    } else if (isSending(campaign)) {
      await look(ports, campaign);
    }
    if (campaign.state === 'halted' || campaign.stops !== undefined) {
      ports.count('CampaignHalted');
    }
  }
};

async function look(ports: WatchCampaignsPorts, campaign: Campaign): Promise<void> {
  const { campaignId } = campaign;
  await ports.guard(campaignId);
  if (campaign.plan !== undefined && isClosed(campaign)) {
    await ports.campaigns.completeIfDone(campaignId, { to: 'completed', by: mover, atMs: ports.nowMs() });
  }
}

function wire() {
  const environment = readEnvironment([
    'campaignsTable',
    'guardrails',
    'planCampaignFunctionName',
    'unsubscribeBaseUrl',
    'deliveriesTable',
    'mailDomain',
  ]);
  const campaigns = campaignsTable(environment.campaignsTable);
  const startPlanner = (campaignId: string) =>
    startPlanning(environment.planCampaignFunctionName, campaignId);
  const watchAll = watchCampaigns({
    campaigns,
    startPlanner,
    count,
    nowMs,
    guard: campaignGuard({
      campaigns,
      startPlanner,
      nowMs,
      by: mover,
      settings: parseGuardrailSettings(environment.guardrails),
    }),
    // No token: the function is asked, and answers that there is none.
    canUnsubscribe: () => answers(`${environment.unsubscribeBaseUrl}/u/watch`),
  });
  const histories = authenticationHistories(environment.deliveriesTable);
  // Set where functions run on the machine of a developer, whose DNS knows nothing of the mail domain.
  const readMailRecords = mailRecords(process.env.DNS_SERVER);
  return async () => {
    await watchAll();
    await noteAuthentication({
      histories,
      readAuthentication,
      readMailRecords,
      nowMs,
      mailDomain: environment.mailDomain,
    });
  };
}

let watch: ReturnType<typeof wire> | undefined;

export const handler: Handler<unknown, void> = async () => {
  watch ??= wire();
  await watch();
  flushCounts();
};
