import type { Campaign } from '../../domain/campaign.ts';

/** A valid campaign that was not planned yet; a test names what matters to it. */
export function aCampaign(changes: Partial<Campaign> & Pick<Campaign, 'campaignId'>): Campaign {
  return {
    name: changes.campaignId,
    state: 'draft',
    template: 'product-announcement',
    templateHash: '0123456789abcdef0123456789abcdef',
    audienceKey: 'audiences/autumn/audience.csv',
    audienceFormat: 'csv',
    tracing: 'failures',
    data: {},
    createdAtMs: Date.UTC(2026, 10, 24),
    chunksDone: 0,
    outcomes: { accepted: 0, suppressed: 0, rejected: 0, unknown: 0 },
    bounced: 0,
    complained: 0,
    ...changes,
  };
}
