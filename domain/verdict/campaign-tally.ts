import type { Campaign } from '../campaign/campaign.ts';
import type { Outcome } from '../campaign/chunk-ledger.ts';
import { stateRank } from '../delivery.ts';
import { emptyRecord } from '../suppression/suppression-record.ts';
import type { VerdictCode } from './finding.ts';
import type { KnownMail, MailRecord } from './known-mail.ts';
import { verdictOf } from './verdict.ts';

export type VerdictCounts = Readonly<Partial<Record<VerdictCode, number>>>;

/**
 * Counts the mails of a campaign by verdict: each row of the audience once. Rows of the deliveries table are shown to it, each once; what
 * has none is counted from the totals of plan and ledgers.
 */
export function campaignTally(campaign: Campaign, nowMs: number) {
  const counts: Partial<Record<VerdictCode, number>> = {};
  let accepted = 0;
  let refused = 0;

  function add(code: VerdictCode, count: number): void {
    if (count > 0) {
      counts[code] = (counts[code] ?? 0) + count;
    }
  }

  function judge(
    record: MailRecord | undefined,
    outcome: Outcome,
    more: Partial<KnownMail> = {},
  ): VerdictCode {
    const mail: KnownMail = {
      deliveryId: `c#${campaign.campaignId}`,
      ...more,
      ...(record === undefined ? {} : { record }),
      place: { campaign, outcome, planned: { kind: 'planned', chunk: 0, index: 0 } },
    };
    return verdictOf(mail, { suppressions: emptyRecord, nowMs }).code;
  }

  function see(record: MailRecord & { readonly deliveryId: string; readonly address?: string }): void {
    if (record.state === 'waiting') {
      return;
    }
    const { address, deliveryId } = record;
    const isAccepted = record.stateRank >= stateRank.accepted;
    accepted += isAccepted ? 1 : 0;
    refused += isAccepted ? 0 : 1;
    add(
      judge(record, isAccepted ? 'A' : 'R', { deliveryId, ...(address === undefined ? {} : { address }) }),
      1,
    );
  }

  /** @returns what the rows of the audience come to; their sum is `plan.rows` once there is a plan */
  function finish(): VerdictCounts {
    const { plan, outcomes } = campaign;
    if (plan === undefined) {
      return {};
    }
    add('never_sent_invalid', plan.invalid);
    add('never_sent_duplicate', plan.duplicates);
    add('never_sent_data', plan.rejected);
    add('never_sent_capped', plan.capped);
    add('never_sent_filtered', plan.filtered);
    add('never_sent_suppressed', plan.suppressed + outcomes.suppressed);
    add('in_doubt', outcomes.unknown);
    add(judge(undefined, 'H'), outcomes.stopped);
    // Ledgers are counted when their chunk is closed; what is in the hand of a worker now is waiting for that.
    const open = plan.recipients - Object.values(outcomes).reduce((sum, count) => sum + count, 0);
    const early = Math.max(0, accepted - outcomes.accepted) + Math.max(0, refused - outcomes.rejected);
    add(judge(undefined, '.'), Math.max(0, open - early));
    add(judge(undefined, 'A'), Math.max(0, outcomes.accepted - accepted));
    add('never_sent_refused', Math.max(0, outcomes.rejected - refused));
    return counts;
  }

  return { see, finish };
}
