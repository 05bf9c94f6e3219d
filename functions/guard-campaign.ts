import type { Campaigns } from '../aws/campaigns.ts';
import type { Campaign } from '../domain/campaign/campaign.ts';
import {
  type CampaignChange,
  canaryPassed,
  halted,
  providerStopped,
  winnerChosen,
} from '../domain/campaign/campaign-life.ts';
import { winnerText } from '../domain/experiment/winner-text.ts';
import { judge, type Verdict } from '../domain/guardrail/judge.ts';
import type { GuardrailSettings } from '../domain/guardrail/settings.ts';
import { haltText } from '../domain/guardrail/text.ts';

export interface CampaignGuardPorts {
  readonly campaigns: Pick<Campaigns, 'get' | 'change'>;
  readonly settings: GuardrailSettings;
  /** Whose doing it is, for the history. */
  readonly by: string;
  /** Has the planner release what is due. */
  readonly startPlanner: (campaignId: string) => Promise<void>;
  readonly nowMs: () => number;
}

/**
 * Looks at a campaign and writes what its guardrails say.
 *
 * @param seen - The campaign as it was read just now, where it was.
 */
export type CampaignGuard = (campaignId: string, seen?: Campaign) => Promise<void>;

/** Each of them may stop a provider, and others move the campaign at the same time. */
const maxVerdicts = 30;

/** Judges by the campaign as it is now, until there is nothing more to say. Safe to call at any time. */
export function campaignGuard(ports: CampaignGuardPorts): CampaignGuard {
  return async (campaignId, seen) => {
    for (let verdicts = 0; verdicts < maxVerdicts; verdicts++) {
      const campaign = (verdicts === 0 ? seen : undefined) ?? (await ports.campaigns.get(campaignId));
      if (campaign === undefined) {
        return;
      }
      const verdict = judge(campaign, ports.settings, ports.nowMs());
      if (verdict.kind === 'go') {
        return;
      }
      const change = changeBy(campaign, verdict, ports);
      const held = await ports.campaigns.change(campaign, change);
      if (held && change.dueAtMs !== undefined) {
        await ports.startPlanner(campaignId);
      }
    }
    throw new Error(`campaign ${campaignId} was moved ${maxVerdicts} times meanwhile`);
  };
}

function changeBy(
  campaign: Campaign,
  verdict: Exclude<Verdict, { kind: 'go' }>,
  { by, nowMs }: CampaignGuardPorts,
): CampaignChange {
  switch (verdict.kind) {
    case 'halt':
      return halted(campaign, verdict.halt, by, haltText(verdict.halt).en);
    case 'stopProvider':
      return providerStopped(campaign, verdict.halt, by, haltText(verdict.halt).en);
    case 'winner': {
      const { winner } = verdict;
      return winnerChosen(campaign, winner, { by, atMs: winner.atMs, why: winnerText(winner).en });
    }
    case 'clear':
    case 'unclear': {
      const why = `canary ${campaign.stage?.number ?? ''} is ${verdict.kind === 'clear' ? '' : 'not '}clear`;
      return canaryPassed(campaign, verdict.kind === 'clear', { by, atMs: nowMs(), why });
    }
  }
}
