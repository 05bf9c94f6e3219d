import { type Campaign, draftCampaign } from '../../domain/campaign/campaign.ts';

/** A valid campaign that was not planned yet; a test names what matters to it. */
export function aCampaign(changes: Partial<Campaign> & Pick<Campaign, 'campaignId'>): Campaign {
  return {
    ...draftCampaign({
      campaignId: changes.campaignId,
      name: changes.campaignId,
      template: 'product-announcement',
      templateHash: '0123456789abcdef0123456789abcdef',
      audienceKey: 'audiences/autumn/audience.csv',
      audienceFormat: 'csv',
      tracing: 'failures',
      data: {},
      createdAtMs: Date.UTC(2026, 10, 24),
    }),
    ...changes,
  };
}
