import type { Campaign, PlanTotals } from './campaign.ts';

/** Chunks whose pointers belong on the queue, from the first one on; those of a cancelled campaign are closed by whoever gets them. */
export function releasedChunks({ state, stage, plan }: Campaign, nowMs: number): number {
  if (plan === undefined) {
    return 0;
  }
  if (state === 'cancelled') {
    return plan.chunks;
  }
  return state === 'sending' ? Math.min(stage?.chunks ?? plan.chunks, dueChunks(plan, nowMs)) : 0;
}

/** Chunks whose local time has come. */
function dueChunks({ chunks, releases }: Pick<PlanTotals, 'chunks' | 'releases'>, nowMs: number): number {
  return releases === undefined ? chunks : (releases.findLast(({ atMs }) => atMs <= nowMs)?.chunks ?? 0);
}

/** When more of its present stage is to be released: the next local time. */
export function nextReleaseMs({ state, stage, plan }: Campaign, nowMs: number): number | undefined {
  const { chunks = 0, releases = [] } = plan ?? {};
  const isAllOut = state !== 'sending' || dueChunks({ chunks, releases }, nowMs) >= (stage?.chunks ?? chunks);
  return isAllOut ? undefined : releases.find(({ atMs }) => atMs > nowMs)?.atMs;
}
