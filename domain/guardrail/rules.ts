import type { HaltCode } from '../campaign/campaign-state.ts';
import type { Counts, ProviderName } from '../campaign/provider-counts.ts';
import type { GuardrailSettings, Limits } from './settings.ts';
import { leastShare } from './wilson.ts';
import type { Sample, Window } from './window.ts';

/** A guardrail that was run into. */
export interface Trip {
  readonly code: HaltCode;
  /** Absent: everything is stopped. */
  readonly provider?: ProviderName;
  readonly count?: number;
  readonly of?: number;
}

/** Fewer mails than this say nothing about a share. */
const leastMails = 50;

/** In a canary, fewer than this are no reason for another one. */
const leastUnclear = 2;

const japaneseCarriers: readonly ProviderName[] = ['docomo', 'kddi', 'softbank'];

interface Rule {
  readonly code: HaltCode;
  readonly countOf: (counts: Counts) => number;
  readonly limits: Limits;
  /** Fewer than this are taken for chance. */
  readonly least: number;
  /**
   * In total a share as high as this stops by the numbers alone; else, and at one provider, of which there are few in a canary, only a
   * share that is certain.
   */
  readonly atOnce: number;
  /** Looked at there only, and not in total. */
  readonly only?: readonly ProviderName[];
}

function rulesOf(settings: GuardrailSettings): readonly Rule[] {
  const plain = ({ stop }: Limits) => ({ atOnce: stop });
  const { hardBounces, complaints, blocks, delays, unknownUsers } = settings;
  return [
    {
      code: 'hard_bounces',
      limits: hardBounces,
      least: 5,
      ...plain(hardBounces),
      countOf: ({ hard = 0 }) => hard,
    },
    {
      code: 'complaints',
      limits: complaints,
      least: 3,
      atOnce: complaints.atOnce,
      countOf: ({ complained = 0 }) => complained,
    },
    { code: 'blocks', limits: blocks, least: 5, ...plain(blocks), countOf: ({ blocked = 0 }) => blocked },
    { code: 'delays', limits: delays, least: 20, ...plain(delays), countOf: ({ delayed = 0 }) => delayed },
    {
      code: 'unknown_users',
      limits: unknownUsers,
      least: 5,
      ...plain(unknownUsers),
      only: japaneseCarriers,
      countOf: ({ unknownUser = 0 }: Counts) => unknownUser,
    },
  ];
}

/** Every guardrail that was run into: those of the whole campaign first. */
export function tripsOf(window: Window, settings: GuardrailSettings): readonly Trip[] {
  const { total, providers, refusals } = window;
  const rules = rulesOf(settings);
  const inTotal = rules
    .filter(({ only }) => only === undefined)
    .flatMap((rule) => tripOf(rule, total, rule.atOnce));
  const refused = { code: 'refusals', count: refusals, of: total.of + refusals } as const;
  const isRefused = refusals >= 3 && leastShare(refused.count, refused.of) >= settings.refusals.stop;
  const atProviders = providers.flatMap(({ provider, ...sample }) =>
    [
      ...authenticationTrip(sample, settings),
      // What has no name is many providers, of which one is not stopped for another.
      ...rules
        .filter(({ only }) => provider !== 'other' && (only?.includes(provider) ?? true))
        .flatMap((rule) => tripOf(rule, sample)),
    ].map((trip) => ({ ...trip, provider })),
  );
  return [...inTotal, ...(isRefused ? [refused] : []), ...atProviders];
}

function tripOf(
  { code, countOf, limits, least }: Rule,
  { counts, of }: Sample,
  atOnce = Number.POSITIVE_INFINITY,
): readonly Trip[] {
  const count = countOf(counts);
  const isStopped =
    of >= leastMails && count >= least && (count / of >= atOnce || leastShare(count, of) >= limits.stop);
  return isStopped ? [{ code, count, of: Math.round(of) }] : [];
}

/** No matter of the recipient or of chance: when our DNS is wrong all of it is refused. */
function authenticationTrip(
  { counts: { auth = 0, authRun = 0 }, of }: Sample,
  { authentication: { inHundred, inARow } }: GuardrailSettings,
): readonly Trip[] {
  const isOften = auth >= inHundred && auth * 100 >= inHundred * of;
  return isOften || authRun >= inARow
    ? [{ code: 'authentication', count: auth, of: Math.round(Math.max(auth, of)) }]
    : [];
}

/** Whether another canary should go before the rest. */
export function isUnclear(window: Window, settings: GuardrailSettings): boolean {
  return rulesOf(settings).some(({ countOf, limits, only }) => {
    const samples =
      only === undefined
        ? [window.total]
        : window.providers.filter(({ provider }) => only.includes(provider));
    return samples.some(
      ({ counts, of }) =>
        of >= leastMails && countOf(counts) >= leastUnclear && countOf(counts) / of >= limits.unclear,
    );
  });
}
