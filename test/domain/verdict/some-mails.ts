import { type Campaign, draftCampaign } from '../../../domain/campaign/campaign.ts';
import { type DeliveryState, stateRank } from '../../../domain/delivery.ts';
import type { EvidenceByKind } from '../../../domain/feedback/feedback-end.ts';
import type { CampaignPlace, KnownMail, MailRecord } from '../../../domain/verdict/known-mail.ts';

export const nowMs = Date.UTC(2026, 10, 24, 4, 0, 0);
export const minuteMs = 60_000;
export const hourMs = 3_600_000;

const base = { sesMessageId: 'ses-1', recipient: 'taro@example.com' };

/** Some minutes ago, and what goes with it. */
export function event(minutesAgo: number, more: object = {}) {
  return { ...base, atMs: nowMs - minutesAgo * minuteMs, ...more };
}

/** A bounce with such a text. */
export function bounce(diagnosticCode: string, more: object = {}) {
  return { bounce: event(5, { bounceType: 'Permanent', bounceSubType: 'General', diagnosticCode, ...more }) };
}

export function record(state: DeliveryState, more: Partial<MailRecord> = {}): MailRecord {
  return {
    ...{ state, stateRank: stateRank[state], evidence: {}, notificationId: 'order-1' },
    ...{ template: 'order-confirmation', category: 'transactional' },
    ...{
      queuedAtMs: nowMs - 6 * minuteMs,
      knownSinceMs: nowMs - 6 * minuteMs,
      updatedAtMs: nowMs - 5 * minuteMs,
    },
    ...more,
  };
}

/** A notification of which SES reported this. */
export function reported(evidence: EvidenceByKind, more: Partial<KnownMail> = {}): KnownMail {
  const acceptedAtMs = nowMs - 6 * minuteMs;
  return notification(record('accepted', { evidence, acceptedAtMs, sesMessageId: 'ses-1' }), more);
}

export function notification(itsRecord: MailRecord, more: Partial<KnownMail> = {}): KnownMail {
  return { deliveryId: 'n#order-1', address: 'taro@example.com', record: itsRecord, ...more };
}

export function campaign(changes: Partial<Campaign> = {}): Campaign {
  return {
    ...draftCampaign({
      ...{ campaignId: 'news', name: 'news', template: 'product-announcement', templateHash: 'h' },
      ...{ audienceKey: 'audiences/news', audienceFormat: 'csv', tracing: 'failures', data: {} },
      createdAtMs: nowMs - 2 * hourMs,
    }),
    state: 'sending',
    plan: {
      ...{ planId: 'p', plannedAtMs: nowMs - hourMs, rows: 400, recipients: 400, invalid: 0, duplicates: 0 },
      ...{ rejected: 0, suppressed: 0, capped: 0, filtered: 0, chunks: 2, canaryChunks: [] },
    },
    lastChunkAtMs: nowMs - 30 * minuteMs,
    ...changes,
  };
}

/** Mail of a campaign that has no row of its own. */
export function planned(place: Partial<CampaignPlace>, address = 'taro@example.com'): KnownMail {
  return {
    ...{ deliveryId: 'c#news#1#7', address },
    place: { campaign: campaign(), planned: { kind: 'planned', chunk: 1, index: 7 }, ...place },
  };
}
