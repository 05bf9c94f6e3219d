import { type Campaign, chunkSize, type PlanTotals } from './campaign.ts';
import type { CampaignStage } from './campaign-state.ts';
import { canariesOf } from './canary.ts';

/** All that is left; where variants are tried out first, and it is not known which is better, only those on whom they are. */
export function lastStage(
  campaign: Campaign,
  kept: Pick<CampaignStage, 'sinceMs' | 'before'>,
): CampaignStage {
  const all = campaign.plan?.chunks ?? 0;
  const recipients = expectedOf(campaign, kept.before);
  const chunks = trialEndOf(campaign);
  return chunks === undefined
    ? { ...kept, kind: 'rest', chunks: all, recipients }
    : { ...kept, kind: 'trial', chunks, recipients: Math.min(recipients, chunks * chunkSize) };
}

/** Chunks that are out with the trial; undefined where nobody waits for its end. */
function trialEndOf({ trial, winner, plan }: Campaign): number | undefined {
  const { chunks = 0, trialChunks = chunks } = plan ?? {};
  return trial === undefined || winner !== undefined || trialChunks >= chunks ? undefined : trialChunks;
}

/** Recipients of one canary. */
export function canarySizeOf({ canarySize, recipients }: PlanTotals): number {
  return canarySize ?? canariesOf(recipients).size;
}

/** A canary of those who are next, judged by what is counted from now on. */
export function freshStage(campaign: Campaign, sinceMs: number): CampaignStage {
  const { plan, stage, chunksDone } = campaign;
  const { chunks: all, canaryChunks } = plan ?? { chunks: 0, canaryChunks: [] };
  const before = baselineOf(campaign);
  const size = plan === undefined ? 0 : canarySizeOf(plan);
  const number = (stage?.number ?? canaryChunks.length) + 1;
  const setAside = stage?.kind === 'canary' ? canaryChunks[number - 1] : undefined;
  const out = Math.max(chunksDone, stage?.kind === 'canary' ? stage.chunks : 0);
  const chunks = setAside ?? out + Math.ceil(size / chunkSize);
  const end = setAside === undefined ? (trialEndOf(campaign) ?? all) : all;
  return canaryChunks.length === 0 || chunks >= end
    ? lastStage(campaign, { sinceMs, before })
    : { kind: 'canary', number, chunks, recipients: size, sinceMs, before };
}

/** What guardrails take off who begin to look anew. */
export function baselineOf({ providers, outcomes }: Campaign) {
  return { providers, rejected: outcomes.rejected };
}

/** Recipients whose results are still to come after what is in the baseline. */
function expectedOf({ plan }: Campaign, before: CampaignStage['before']): number {
  const accepted = Object.values(before?.providers ?? {}).reduce(
    (sum, counts) => sum + (counts.accepted ?? 0),
    0,
  );
  return (plan?.recipients ?? 0) - accepted;
}
