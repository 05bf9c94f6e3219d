import type { Campaign } from '../campaign/campaign.ts';
import { isClosed } from '../campaign/campaign-life.ts';
import type { Halt } from '../campaign/campaign-state.ts';
import type { Winner } from '../experiment/trial.ts';
import { winnerOf } from '../experiment/winner.ts';
import { isUnclear, type Trip, tripsOf } from './rules.ts';
import type { GuardrailSettings } from './settings.ts';
import { type Window, windowOf } from './window.ts';

/** A canary is judged when so much of it is known. */
const enoughResults = 0.95;

/** What guardrails say to a campaign that is being sent. */
export type Verdict =
  | { readonly kind: 'go' }
  | { readonly kind: 'halt' | 'stopProvider'; readonly halt: Halt }
  | { readonly kind: 'clear' | 'unclear' }
  | { readonly kind: 'winner'; readonly winner: Winner };

/** Judges by what is counted and by what time it is; a probe of what else must work is for others. */
export function judge(campaign: Campaign, settings: GuardrailSettings, nowMs: number): Verdict {
  const { stage, stops = {}, plan } = campaign;
  if (campaign.state !== 'sending' || plan === undefined) {
    return { kind: 'go' };
  }
  const window = windowOf(campaign, settings.chunksInFlight);
  const trip = firstOf(tripsOf(window, settings), stops);
  if (trip !== undefined) {
    return verdictOn(trip, nowMs);
  }
  const [stopped] = Object.values(stops);
  if (stopped !== undefined && campaign.outcomes.stopped > 0 && isClosed(campaign)) {
    // Nobody else is left to be sent to: those who were left out are a matter for a person.
    return { kind: 'halt', halt: stopped };
  }
  if (stage?.kind === 'canary') {
    return judgeCanary(campaign, window, settings, nowMs);
  }
  const winner = winnerOf(campaign, nowMs);
  return winner === undefined ? { kind: 'go' } : { kind: 'winner', winner };
}

function judgeCanary(
  campaign: Campaign,
  { total, providers, refusals }: Window,
  settings: GuardrailSettings,
  nowMs: number,
): Verdict {
  const { stage, lastChunkAtMs = nowMs, chunksDone, stops = {}, outcomes } = campaign;
  const { accepted = 0 } = total.counts;
  // Whoever was left out gets it once more after a resume, and their chunks are opened again for that.
  const isReopening = outcomes.stopped > 0 && Object.keys(stops).length === 0;
  if (chunksDone < (stage?.chunks ?? 0) || isReopening) {
    return { kind: 'go' };
  }
  const quietMs = nowMs - Math.max(lastChunkAtMs, stage?.sinceMs ?? 0);
  const isLate = quietMs >= settings.canaryMinutes * 60_000;
  const isSilent = total.results === 0 && quietMs >= settings.silenceMinutes * 60_000;
  if (accepted > 0 && (isSilent || (isLate && total.results < accepted / 2))) {
    return verdictOn({ code: 'no_events', count: total.results, of: accepted }, nowMs);
  }
  if (total.results < accepted * enoughResults && !isLate) {
    return { kind: 'go' };
  }
  const known: Window = { total: byResults(total), providers: providers.map(byResults), refusals };
  const trip = firstOf(tripsOf(known, settings), stops);
  if (trip !== undefined) {
    return verdictOn(trip, nowMs);
  }
  return { kind: isUnclear(known, settings) ? 'unclear' : 'clear' };
}

/** At the end of a canary, what is known is what it is judged by. */
function byResults<S extends { readonly results: number; readonly of: number }>(sample: S): S {
  return { ...sample, of: sample.results };
}

function firstOf(trips: readonly Trip[], stops: NonNullable<Campaign['stops']>): Trip | undefined {
  return trips.find(({ provider }) => provider === undefined || stops[provider] === undefined);
}

function verdictOn(trip: Trip, atMs: number): Verdict {
  return { kind: trip.provider === undefined ? 'halt' : 'stopProvider', halt: { ...trip, atMs } };
}
