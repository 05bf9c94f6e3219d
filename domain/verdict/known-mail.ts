import type { Campaign } from '../campaign/campaign.ts';
import type { Outcome } from '../campaign/chunk-ledger.ts';
import type { PlannedRecipient } from '../campaign/recipient-index.ts';
import type { DeliveryState } from '../delivery.ts';
import type { EvidenceByKind } from '../feedback/feedback-end.ts';
import type { SuppressionRecord } from '../suppression/suppression-record.ts';

/** All that can be found out about one mail to one recipient: what a verdict rests on. */
export interface KnownMail {
  readonly deliveryId: string;
  /** Wire form, where known. */
  readonly address?: string;
  readonly recipientId?: string;
  /** Absent where there is no row of its own: most mail of campaigns. */
  readonly record?: MailRecord;
  /** Of mail of a campaign. */
  readonly place?: CampaignPlace;
  /** Of a mail of which there is no record: messages on the queue of notifications, of which it may be one. */
  readonly queued?: number;
  /** Of a mail of which there is no record: why what was asked about is no address, where it looks like one. */
  readonly noAddress?: string;
}

/** What the row of a mail says; see `docs/architecture.md` for its attributes. */
export interface MailRecord {
  readonly state: DeliveryState;
  readonly stateRank: number;
  readonly evidence: EvidenceByKind;
  readonly notificationId?: string;
  readonly template?: string;
  /** A sample that somebody looks at. */
  readonly test?: boolean;
  readonly category?: string;
  readonly reason?: string;
  readonly ruleId?: string;
  readonly field?: string;
  readonly detail?: string;
  readonly sesMessageId?: string;
  readonly duplicates?: number;
  readonly attempt?: number;
  /** Epoch milliseconds, all of them. */
  readonly leaseUntilMs?: number;
  /** Of a mail that waits: when it is looked at again. */
  readonly waitingUntilMs?: number;
  /** When the message was put on the queue from which it was taken. */
  readonly queuedAtMs?: number;
  readonly knownSinceMs?: number;
  readonly acceptedAtMs?: number;
  readonly updatedAtMs?: number;
}

/** The place of a mail in its campaign, and what the ledger of its chunk says. */
export interface CampaignPlace {
  readonly campaign: Campaign;
  readonly planned: PlannedRecipient;
  /** Absent while no worker has had the chunk in hand. */
  readonly outcome?: Outcome;
  /** Until when the worker that has the chunk is taken to be alive; epoch milliseconds. */
  readonly leaseUntilMs?: number;
}

/** What a verdict depends on beside the mail. */
export interface Circumstances {
  /** Of the recipient. */
  readonly suppressions: SuppressionRecord;
  /** Domain of the From header, for those who are to allow it. */
  readonly mailDomain?: string;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}
