import { InputError } from '../errors.ts';
import type { Campaign } from './campaign.ts';
import { type CampaignChange, isClosed, type Mover, plannerPatienceMs, stepped } from './campaign-life.ts';
import { baselineOf, lastStage } from './campaign-stage.ts';
import type { Resendable } from './campaign-state.ts';
import type { ProviderName } from './provider-counts.ts';

/** How many there are to send to again. */
export function countResendable({ outcomes }: Campaign, which: readonly Resendable[]): number {
  return which.reduce((sum, outcome) => sum + outcomes[outcome], 0);
}

/** Whether a resend has not looked at all chunks yet, or what it opened is not done. */
export function isBeingResent(campaign: Campaign): boolean {
  const { state, resend } = campaign;
  return resend !== undefined && !['completed', 'cancelled', 'failed'].includes(state);
}

/**
 * Sends to those again who are in one of these outcomes. The ledgers say who that is: whoever SES accepts is out of it, so that asking
 * twice sends once.
 *
 * @throws InputError `campaign-state`: it is not over, or what is left of it is still being closed
 */
export function resent(campaign: Campaign, which: readonly Resendable[], mover: Mover): CampaignChange {
  const { name, state, plan, resend, providers } = campaign;
  if ((state !== 'completed' && state !== 'cancelled') || plan === undefined || !isClosed(campaign)) {
    throw new InputError('campaign-state', 'state', `campaign "${name}" is ${whyNot(campaign)}`);
  }
  const why = mover.why ?? `sent again to those who are ${which.join(' or ')}`;
  return stepped(
    campaign,
    'sending',
    { ...mover, why },
    {
      resend: { round: (resend?.round ?? 0) + 1, outcomes: which, atMs: mover.atMs },
      chunksToResend: plan.chunks,
      // Of a canary every chunk would be done before it began: it could not be judged.
      stage: lastStage(campaign, { sinceMs: mover.atMs, before: baselineOf(campaign) }),
      halt: undefined,
      stops: undefined,
      dueAtMs: mover.atMs + plannerPatienceMs,
      endRunsOf: Object.keys(providers) as ProviderName[],
    },
  );
}

function whyNot({ state, plan }: Campaign): string {
  if (state === 'cancelled' && plan !== undefined) {
    return 'still being closed: try again in a minute';
  }
  return state === 'paused' || state === 'halted'
    ? `${state}: "campaign resume" sends it to everybody who is left`
    : `${state}: only one that is completed or cancelled is sent again to those it missed`;
}
