import type { CampaignCounts, Campaigns, CountOptions } from '../aws/campaigns.ts';
import type { Deliveries } from '../aws/deliveries.ts';
import { isSending } from '../domain/campaign/campaign-life.ts';
import {
  type Counts,
  countName,
  type ProviderName,
  providerNameOf,
} from '../domain/campaign/provider-counts.ts';
import { variantOfTags } from '../domain/experiment/variant.ts';
import { type VariantMeasure, variantCountName } from '../domain/experiment/variant-counts.ts';
import type { Feedback } from '../domain/feedback/feedback.ts';
import type { Reached } from '../domain/feedback/feedback-end.ts';
import { countsBy } from '../domain/guardrail/measures.ts';
import type { CampaignGuard } from './guard-campaign.ts';

export interface CampaignNotesPorts {
  readonly deliveries: Pick<Deliveries, 'evidenceUpdate' | 'recordEvidence'>;
  readonly campaigns: Pick<Campaigns, 'get' | 'add' | 'addTogether'>;
  readonly guard: CampaignGuard;
  /** So many refusals for authentication in a row stop the mail to a provider. */
  readonly authenticationRun: number;
  readonly nowMs: () => number;
}

/** Feedback about a mail of a campaign. */
export interface CampaignFeedback {
  readonly campaignId: string;
  readonly deliveryId: string;
  readonly feedback: Feedback;
  readonly reached: Reached;
  readonly facts: Readonly<Record<string, string>> & { readonly address: string };
}

const totalOfKind: Readonly<Partial<Record<Feedback['kind'], 'bounced' | 'complained'>>> = {
  bounce: 'bounced',
  complaint: 'complained',
};

const measureOfKind: Readonly<Partial<Record<Feedback['kind'], VariantMeasure>>> = {
  open: 'opened',
  click: 'clicked',
  machineOpen: 'machineOpened',
  machineClick: 'machineClicked',
};

/**
 * Keeps what is reported of campaigns' mail, for one batch of events. Failures are counted together with their evidence, each once, and
 * one after another, since the counters of a campaign are one item. Deliveries and delays are so many that they are added up and
 * written once, opens and clicks too: should that be lost, a canary takes longer, and some clicks are not in the counts. When the batch is done, the guardrails of its campaigns look.
 */
export function campaignNotes(ports: CampaignNotesPorts) {
  const seen = new Map<string, Record<string, number>>();
  const engaged = new Map<string, Record<string, number>>();
  const failed = new Set<string>();
  const turns = new Map<string, Promise<unknown>>();

  /** @returns whether it was the first of its kind */
  async function note(event: CampaignFeedback): Promise<boolean> {
    const counts = countsBy(event.feedback, event.reached);
    const { kind } = event.feedback;
    if (['bounce', 'complaint', 'reject', 'renderingFailure'].includes(kind)) {
      failed.add(event.campaignId);
      return await inTurn(event.campaignId, () => noteFailure(event, counts));
    }
    const first = await keep(event);
    if (first) {
      const sums = seen.get(event.campaignId) ?? {};
      for (const [name, count] of Object.entries(named(providerNameOf(event.facts.address), counts))) {
        sums[name] = (sums[name] ?? 0) + count;
      }
      seen.set(event.campaignId, sums);
      noteEngagement(event);
    }
    return first;
  }

  /** Once for each recipient, since only the first of a kind comes here. */
  function noteEngagement({ campaignId, feedback }: CampaignFeedback): void {
    const measure = measureOfKind[feedback.kind];
    const variant = variantOfTags(feedback.tags);
    if (measure !== undefined && variant !== undefined) {
      const sums = engaged.get(campaignId) ?? {};
      const name = variantCountName(variant, measure);
      engaged.set(campaignId, { ...sums, [name]: (sums[name] ?? 0) + 1 });
    }
  }

  async function inTurn<T>(campaignId: string, task: () => Promise<T>): Promise<T> {
    const turn = (turns.get(campaignId) ?? Promise.resolve()).then(task, task);
    turns.set(campaignId, turn);
    return await turn;
  }

  async function noteFailure(event: CampaignFeedback, counts: Counts): Promise<boolean> {
    const { campaignId, feedback } = event;
    const provider = providerNameOf(event.facts.address);
    const total = totalOfKind[feedback.kind];
    const variant = variantOfTags(feedback.tags);
    const names = {
      ...named(provider, counts),
      ...(total === undefined ? {} : { [total]: 1 }),
      ...(total === undefined || variant === undefined ? {} : { [variantCountName(variant, total)]: 1 }),
    };
    const count = async (options: CountOptions) => {
      const { deliveryId, reached, facts } = event;
      const update = ports.deliveries.evidenceUpdate(deliveryId, feedback, reached, facts, ports.nowMs());
      return await ports.campaigns.addTogether(campaignId, names, update, options);
    };
    let counted: boolean;
    if (counts.auth === undefined) {
      const endsRun = feedback.kind === 'bounce' ? { [countName(provider, 'authRun')]: 0 } : {};
      counted = await count({ set: endsRun });
    } else {
      counted = await count({ unlessRun: { provider, of: ports.authenticationRun } });
      // At once: every mail more to this provider is refused as well.
      await ports.guard(campaignId);
      counted ||= await count({});
    }
    // Not counted: seen before, or of a campaign that is not in the table. What SES said is kept in either case.
    const kept = await keep(event);
    return counted || kept;
  }

  async function keep({ deliveryId, feedback, reached, facts }: CampaignFeedback): Promise<boolean> {
    return await ports.deliveries.recordEvidence(deliveryId, feedback, reached, facts, ports.nowMs());
  }

  /** Called once, when all of the batch are noted. */
  async function settle(): Promise<void> {
    const looked = new Set(failed);
    for (const [campaignId, sums] of engaged) {
      // Whether it is still being sent or not: people open mail for weeks.
      await ports.campaigns.add(campaignId, sums);
    }
    for (const [campaignId, sums] of seen) {
      if (await addSeen(campaignId, sums)) {
        looked.add(campaignId);
      }
    }
    for (const campaignId of looked) {
      await ports.guard(campaignId);
    }
  }

  /** Deliveries say something of a canary only: those of all the rest would be a write for each batch. */
  async function addSeen(campaignId: string, sums: CampaignCounts): Promise<boolean> {
    const names = Object.keys(sums);
    if (names.length === 0) {
      return false;
    }
    const campaign = await ports.campaigns.get(campaignId);
    if (campaign === undefined || !isSending(campaign)) {
      return false;
    }
    const isCanary = campaign.stage?.kind === 'canary';
    const kept = Object.entries(sums).filter(([name]) => isCanary || !name.endsWith(':delivered'));
    if (kept.length === 0) {
      return false;
    }
    await ports.campaigns.add(campaignId, Object.fromEntries(kept));
    return true;
  }

  return { note, settle };
}

export type CampaignNotes = ReturnType<typeof campaignNotes>;

function named(provider: ProviderName, counts: Counts): Record<string, number> {
  return Object.fromEntries(
    Object.entries(counts).map(([measure, count]) => [countName(provider, measure as keyof Counts), count]),
  );
}
