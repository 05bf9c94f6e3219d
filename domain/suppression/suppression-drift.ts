import { isInForce, mirrorSource, type SuppressionsByScope } from './suppression.ts';
import type { SuppressionChange } from './suppression-record.ts';

/** Why SES has an address on its account list. */
export type AccountListReason = 'BOUNCE' | 'COMPLAINT';

/** How the account list of SES and our suppressions differ about one address. */
export type Drift = 'onlyInSes' | 'onlyHere' | 'reasonDiffers' | 'goneFromSes';

/** What would bring the two in line: here, or on SES's side. */
export type Remedy =
  | { readonly drift: Drift; readonly at: 'here'; readonly change: SuppressionChange }
  | { readonly drift: Drift; readonly at: 'ses'; readonly reason: AccountListReason };

/**
 * What is to be done about an address that SES has: a bounce there stops all mail here, a complaint marketing.
 *
 * @param here - Suppressions of that recipient.
 * @param updatedAtMs - Since when SES has it.
 */
export function remedyOfEntry(
  reason: AccountListReason,
  updatedAtMs: number,
  here: SuppressionsByScope,
  nowMs: number,
): Remedy | undefined {
  const inForce = (scope: 'all' | 'marketing') => {
    const found = here[scope];
    return found && isInForce(found, nowMs) ? found : undefined;
  };
  const all = inForce('all');
  const marketing = inForce('marketing');
  const change = (scope: 'all' | 'marketing'): SuppressionChange => ({
    kind: 'suppressed',
    scope,
    reason: reason === 'BOUNCE' ? 'bounce' : 'complaint',
    source: mirrorSource.account,
    atMs: updatedAtMs,
    evidence: `account list: ${reason}`,
  });
  if (reason === 'BOUNCE') {
    if (all === undefined) {
      return { drift: 'onlyInSes', at: 'here', change: change('all') };
    }
    // A complaint is the graver of the two, and SES keeps one reason.
    return all.reason === 'complaint'
      ? { drift: 'reasonDiffers', at: 'ses', reason: 'COMPLAINT' }
      : undefined;
  }
  if (all === undefined && marketing === undefined) {
    return { drift: 'onlyInSes', at: 'here', change: change('marketing') };
  }
  const known = all?.reason === 'complaint' || marketing?.reason === 'complaint';
  return known ? undefined : { drift: 'reasonDiffers', at: 'here', change: change('marketing') };
}

/**
 * What is to be done about a recipient whom SES does not have. Only what stops all mail goes there, since SES knows no topics, and only
 * what a receiver said: what we have from SES's list goes with it.
 */
export function remedyOfMissing(here: SuppressionsByScope, nowMs: number): Remedy | undefined {
  for (const scope of ['all', 'marketing'] as const) {
    const found = here[scope];
    if (found?.source === mirrorSource.account) {
      const change: SuppressionChange = {
        kind: 'released',
        scope,
        only: 'mirror',
        source: mirrorSource.account,
        atMs: nowMs,
        evidence: 'no longer on the account list',
      };
      return { drift: 'goneFromSes', at: 'here', change };
    }
  }
  const { all } = here;
  if (all === undefined || all.expiresAtMs !== undefined || all.source === mirrorSource.global) {
    return undefined;
  }
  const reasons = {
    bounce: 'BOUNCE',
    complaint: 'COMPLAINT',
    unsubscribe: undefined,
    manual: undefined,
  } as const;
  const reason = reasons[all.reason];
  return reason && { drift: 'onlyHere', at: 'ses', reason };
}
