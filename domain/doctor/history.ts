import type { Campaign } from '../campaign/campaign.ts';
import { type ProviderCounts, type ProviderName, sumOf } from '../campaign/provider-counts.ts';
import { formatTimestamp } from '../timestamp.ts';
import { type History, type VolumeProvider, volumeProviders } from './facts.ts';

const dayMs = 86_400_000;

/** How far back mailbox providers are taken to remember, in days. */
const rememberedDays = 30;

/** What went out in campaigns; a campaign counts for the day (UTC) on which it was made. */
export function historyOf(
  campaigns: readonly Pick<Campaign, 'createdAtMs' | 'outcomes' | 'providers' | 'complained' | 'track'>[],
  nowMs: number,
): History {
  const recent = campaigns.filter(({ createdAtMs }) => createdAtMs > nowMs - rememberedDays * dayMs);
  const days = new Map<string, Map<VolumeProvider, number>>();
  for (const { createdAtMs, providers } of recent) {
    const day = dayOf(createdAtMs);
    const sums = days.get(day) ?? new Map<VolumeProvider, number>();
    days.set(day, sums);
    for (const [name, { accepted = 0 } = {}] of Object.entries(providers)) {
      const provider = volumeProviderOf(name as ProviderName);
      sums.set(provider, (sums.get(provider) ?? 0) + accepted);
    }
  }
  const busiest = volumeProviders.map((provider) => [
    provider,
    Math.max(0, ...[...days.values()].map((sums) => sums.get(provider) ?? 0)),
  ]);
  return {
    busiestDay: Object.fromEntries(busiest),
    googleToday: days.get(dayOf(nowMs))?.get('google') ?? 0,
    accepted: recent.reduce((sum, { outcomes }) => sum + outcomes.accepted, 0),
    bounced: recent.reduce((sum, { providers }) => sum + hardOf(providers), 0),
    complained: recent.reduce((sum, { complained }) => sum + complained, 0),
    tracked: recent.filter(({ track = [] }) => track.length > 0).length,
  };
}

/** Of those providers that have no rules for volume, together as one. */
export function volumeProviderOf(provider: ProviderName): VolumeProvider {
  return volumeProviders.find((known) => known === provider) ?? 'other';
}

function hardOf(providers: ProviderCounts): number {
  return sumOf(providers).hard ?? 0;
}

function dayOf(epochMs: number): string {
  return formatTimestamp(epochMs).slice(0, 10);
}
