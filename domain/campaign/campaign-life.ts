import { InputError } from '../errors.ts';
import type { Winner } from '../experiment/trial.ts';
import { formatTimestamp } from '../timestamp.ts';
import type { Campaign, PlanTotals } from './campaign.ts';
import { baselineOf, canarySizeOf, freshStage, lastStage } from './campaign-stage.ts';
import type { CampaignMove, CampaignStage, CampaignState, Halt } from './campaign-state.ts';
import type { LocalTime } from './local-release.ts';
import type { ProviderName } from './provider-counts.ts';

/** Where a campaign may go from where it is. */
const ways: Readonly<Record<CampaignState, readonly CampaignState[]>> = {
  draft: ['scheduled', 'planning', 'cancelled'],
  scheduled: ['scheduled', 'planning', 'cancelled'],
  planning: ['planning', 'sending', 'failed', 'cancelled'],
  sending: ['sending', 'paused', 'halted', 'completed', 'cancelled'],
  paused: ['sending', 'cancelled'],
  halted: ['sending', 'cancelled'],
  completed: [],
  cancelled: [],
  failed: [],
};

/** Moves that are remembered; an item of DynamoDB pays for each when it is written. */
const mostHistory = 20;

/** Whoever moves a campaign starts the planner as well; if that does not come to pass, it is started again after so long. */
export const plannerPatienceMs = 60_000;

/** Who moves a campaign, when, and why. */
export type Mover = Pick<CampaignMove, 'by' | 'atMs' | 'why'>;

type Facts =
  | 'stage'
  | 'startAtMs'
  | 'local'
  | 'queued'
  | 'dueAtMs'
  | 'halt'
  | 'stops'
  | 'resumes'
  | 'plan'
  | 'winner'
  | 'failure'
  | 'resend'
  | 'chunksToResend';

/** New values of a campaign; what is undefined goes. Holds only while nobody else has moved it. */
export type CampaignChange = { readonly [K in Facts]?: Campaign[K] | undefined } & Partial<
  Pick<Campaign, 'state' | 'moves' | 'history'>
> & {
    /** Providers at which no refusal counts as one of a row any more. */
    readonly endRunsOf?: readonly ProviderName[];
  };

/** Only then its chunks are sent. */
export function isSending({ state }: Campaign): boolean {
  return state === 'sending';
}

/** Nothing will be sent any more, unless somebody has it sent again to those it missed. */
export function isOver({ state }: Campaign): boolean {
  return ways[state].length === 0;
}

/** One that was begun by another run is planned anew: that run may have died. */
export function isToBePlanned({ state, startAtMs = 0 }: Campaign, nowMs: number): boolean {
  return state === 'draft' || state === 'planning' || (state === 'scheduled' && startAtMs <= nowMs);
}

/** Whether something may have to be done about it without anybody's asking. */
export function isActive({ state, dueAtMs }: Pick<Campaign, 'state' | 'dueAtMs'>): boolean {
  return dueAtMs !== undefined || ['planning', 'sending', 'paused', 'halted'].includes(state);
}

/** Every chunk is accounted for, and a resend has looked at it. */
export function isClosed({ plan, chunksDone, chunksToResend = 0 }: Campaign): boolean {
  return chunksDone >= (plan?.chunks ?? 0) && chunksToResend <= 0;
}

/** What somebody asks for who moves a campaign there. */
const asked: Readonly<Record<CampaignState, string>> = {
  draft: 'a draft',
  scheduled: 'scheduled',
  planning: 'started',
  sending: 'resumed',
  paused: 'paused',
  halted: 'halted',
  completed: 'completed',
  cancelled: 'cancelled',
  failed: 'failed',
};

/**
 * A move, or a step within a state.
 *
 * @throws InputError `campaign-state`: there is no way from where it is
 */
function moved(campaign: Campaign, to: CampaignState, mover: Mover, facts: CampaignChange): CampaignChange {
  if (!ways[campaign.state].includes(to)) {
    throw new InputError(
      'campaign-state',
      'state',
      `campaign "${campaign.name}" is ${campaign.state}: it cannot be ${asked[to]}`,
    );
  }
  return stepped(campaign, to, mover, facts);
}

/** A move of which somebody else has made sure that there is a way. */
export function stepped(
  campaign: Campaign,
  to: CampaignState,
  { by, atMs, why }: Mover,
  facts: CampaignChange,
): CampaignChange {
  const move: CampaignMove = { to, atMs, by, ...(why === undefined ? {} : { why }) };
  return {
    ...facts,
    state: to,
    moves: campaign.moves + 1,
    history: [...campaign.history, move].slice(-mostHistory),
  };
}

/** Now, whatever it was scheduled for. */
export function started(campaign: Campaign, mover: Mover): CampaignChange {
  return moved(campaign, 'planning', mover, {
    dueAtMs: mover.atMs + plannerPatienceMs,
    startAtMs: undefined,
    local: undefined,
  });
}

/**
 * @param local - Where everybody is to get it at a local time; `startAtMs` is the first of those times.
 * @throws InputError `campaign-schedule`: that time is over
 */
export function scheduled(
  campaign: Campaign,
  startAtMs: number,
  mover: Mover,
  local?: LocalTime,
): CampaignChange {
  if (local !== undefined && campaign.trial !== undefined) {
    const message = 'a campaign whose variants are tried out first cannot be sent at a local time';
    throw new InputError('campaign-schedule', 'local', message);
  }
  if (!(startAtMs > mover.atMs)) {
    throw new InputError(
      'campaign-schedule',
      'at',
      `${formatTimestamp(startAtMs)} is over: choose a later time`,
    );
  }
  return moved(campaign, 'scheduled', mover, { startAtMs, dueAtMs: startAtMs, local });
}

/** The planner is at it, and has so long for it. */
export function beingPlanned(campaign: Campaign, mover: Mover, leaseMs: number): CampaignChange {
  const dueAtMs = mover.atMs + leaseMs;
  return campaign.state === 'planning'
    ? { dueAtMs }
    : moved(campaign, 'planning', mover, { dueAtMs, startAtMs: undefined });
}

export function planned(campaign: Campaign, plan: PlanTotals, mover: Mover): CampaignChange {
  const [chunks] = plan.canaryChunks;
  const stage: CampaignStage =
    chunks === undefined
      ? lastStage({ ...campaign, plan }, { sinceMs: mover.atMs })
      : {
          kind: 'canary',
          number: 1,
          chunks,
          sinceMs: mover.atMs,
          recipients: canarySizeOf(plan),
        };
  return moved(campaign, 'sending', mover, { plan, stage });
}

export function failed(campaign: Campaign, failure: string, mover: Mover): CampaignChange {
  return moved(campaign, 'failed', mover, { failure, dueAtMs: undefined });
}

export function paused(campaign: Campaign, mover: Mover): CampaignChange {
  return moved(campaign, 'paused', mover, { dueAtMs: undefined });
}

/**
 * Goes on, everybody exactly once: after a pause where it was, after a halt with a new canary. Providers that were stopped get
 * their mail.
 */
export function resumed(campaign: Campaign, mover: Mover): CampaignChange {
  const hasStops = Object.keys(campaign.stops ?? {}).length > 0;
  if (campaign.state === 'planning' || (campaign.state === 'sending' && !hasStops)) {
    const { name, state } = campaign;
    throw new InputError(
      'campaign-state',
      'state',
      `campaign "${name}" is ${state}: there is nothing to resume`,
    );
  }
  const stage = campaign.state === 'halted' ? freshStage(campaign, mover.atMs) : campaign.stage;
  return moved(campaign, 'sending', mover, {
    halt: undefined,
    stops: undefined,
    dueAtMs: mover.atMs + plannerPatienceMs,
    stage: hasStops && stage !== undefined ? { ...stage, before: baselineOf(campaign) } : stage,
    ...(hasStops ? { resumes: campaign.resumes + 1 } : {}),
    endRunsOf: Object.keys(campaign.providers) as ProviderName[],
  });
}

/** What was not sent yet never will be. */
export function cancelled(campaign: Campaign, mover: Mover): CampaignChange {
  return moved(campaign, 'cancelled', mover, {
    startAtMs: undefined,
    dueAtMs: campaign.plan === undefined ? undefined : mover.atMs + plannerPatienceMs,
    // Chunks at which a resend has not looked stay as they are.
    chunksToResend: undefined,
  });
}

/** The halt may be an earlier stop of a provider, when all others have theirs: the history goes on from its last move all the same. */
export function halted(campaign: Campaign, halt: Halt, by: string, why: string): CampaignChange {
  const atMs = Math.max(halt.atMs, campaign.history.at(-1)?.atMs ?? halt.atMs);
  return moved(campaign, 'halted', { by, atMs, why }, { halt, dueAtMs: undefined });
}

/** No more of it goes to a provider; the others get theirs. */
export function providerStopped(campaign: Campaign, halt: Halt, by: string, why: string): CampaignChange {
  const stops = { ...campaign.stops, [halt.provider ?? 'other']: halt };
  return moved(campaign, 'sending', { by, atMs: halt.atMs, why }, { stops });
}

/** After a canary: another one where it was not clear and there is one, else all that is left, or the trial of its variants. */
export function canaryPassed(campaign: Campaign, isClear: boolean, mover: Mover): CampaignChange {
  const { stage, plan } = campaign;
  if (stage === undefined || plan === undefined) {
    return {};
  }
  const { before } = stage;
  const kept = { sinceMs: mover.atMs, ...(before === undefined ? {} : { before }) };
  const { number = 0, recipients } = stage;
  const further = isClear ? undefined : plan.canaryChunks[number];
  const next: CampaignStage =
    further === undefined
      ? lastStage(campaign, kept)
      : {
          ...kept,
          kind: 'canary',
          number: number + 1,
          chunks: further,
          recipients: recipients + canarySizeOf(plan),
        };
  return moved(campaign, 'sending', mover, { stage: next, dueAtMs: mover.atMs + plannerPatienceMs });
}

/** Whoever has waited gets the better variant. */
export function winnerChosen(campaign: Campaign, winner: Winner, mover: Mover): CampaignChange {
  const { before } = campaign.stage ?? {};
  const kept = { sinceMs: mover.atMs, ...(before === undefined ? {} : { before }) };
  const stage = lastStage({ ...campaign, winner }, kept);
  return moved(campaign, 'sending', mover, { winner, stage, dueAtMs: mover.atMs + plannerPatienceMs });
}
