import type { Outcome } from '../campaign/chunk-ledger.ts';
import type { Exclusion } from '../campaign/exclusion.ts';
import type { DeliveryState } from '../delivery.ts';

/**
 * Where a row of an audience ended: each is in exactly one of these. `underway` is who has not been tried yet, or is in a sender's hand
 * just now; nobody is when a campaign is over.
 */
export type RowOutcome = Exclusion['why'] | 'filtered' | 'accepted' | 'unknown' | 'stopped' | 'underway';

/** In the order in which they are shown. */
export const rowOutcomes = [
  'accepted',
  'suppressed',
  'rejected',
  'unknown',
  'stopped',
  'underway',
  'invalid',
  'duplicate',
  'capped',
  'filtered',
] as const satisfies readonly RowOutcome[];

const ofLedger: Readonly<Record<Outcome, RowOutcome>> = {
  '.': 'underway',
  a: 'underway',
  u: 'underway',
  A: 'accepted',
  S: 'suppressed',
  R: 'rejected',
  U: 'unknown',
  H: 'stopped',
};

/** @param outcome - Of a chunk's ledger; absent where no sender has had the chunk yet. */
export function outcomeOf(outcome: string | undefined): RowOutcome {
  return ofLedger[(outcome ?? '.') as Outcome];
}

/** What SES reported of a mail that it had accepted; `none` where nothing is known, which is no bad news with tracing of failures. */
export type Report = 'delivered' | 'delayed' | 'bounced' | 'complained' | 'refused' | 'none';

export const reports = ['delivered', 'delayed', 'bounced', 'complained', 'refused', 'none'] as const;

const reportOfState: Readonly<Partial<Record<DeliveryState, Report>>> = {
  delivered: 'delivered',
  delayed: 'delayed',
  bounced: 'bounced',
  complained: 'complained',
  rejected: 'refused',
};

/** @param state - Of the mail's row in the deliveries table, if there is one. */
export function reportOf(state: DeliveryState | undefined): Report {
  return (state && reportOfState[state]) ?? 'none';
}
