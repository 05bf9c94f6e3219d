import type { Category } from '../template/compiled.ts';
import type { Campaign, FrequencyCap, PlanTotals } from './campaign.ts';

const dayMs = 86_400_000;

/** Its own goes before the stage's, which is for marketing. */
export function frequencyCapOf(
  { frequencyCap }: Pick<Campaign, 'frequencyCap'>,
  category: Category,
  ofStage: FrequencyCap | undefined,
): FrequencyCap | undefined {
  return frequencyCap ?? (category === 'marketing' ? ofStage : undefined);
}

/** Whether a campaign counts: planned in these days, unless it was cancelled before any of it was sent. */
export function plannedWithin(
  campaign: Campaign,
  days: number,
  nowMs: number,
): campaign is Campaign & { readonly plan: PlanTotals } {
  const { plan, state, outcomes } = campaign;
  const isWithout = state === 'cancelled' && outcomes.accepted + outcomes.unknown === 0;
  return plan !== undefined && !isWithout && plan.plannedAtMs > nowMs - days * dayMs;
}

/** Reads what the stack has for the stage's: `{"mails":3,"days":7}`, or `null` where there is none. */
export function parseFrequencyCap(json: string): FrequencyCap | undefined {
  return (JSON.parse(json) as FrequencyCap | null) ?? undefined;
}
