import type { Campaign } from '../campaign/campaign.ts';
import type { Halt } from '../campaign/campaign-state.ts';
import { providerNameOf } from '../campaign/provider-counts.ts';
import { deliveryId } from '../delivery.ts';
import { haltText } from '../guardrail/text.ts';
import type { SuppressionScope } from '../suppression/suppression.ts';
import { acceptedFinding } from './accepted.ts';
import type { Finding } from './finding.ts';
import type { CampaignPlace, Circumstances, KnownMail } from './known-mail.ts';
import { suppressedFinding } from './suppressed.ts';
import { type Facts, type Text, timeText } from './verdict-text.ts';

/** Mail of a campaign that has no row of its own: what the ledger of its chunk says, and where the campaign is. */
export function inCampaign(mail: KnownMail, place: CampaignPlace, circumstances: Circumstances): Finding {
  const { campaign, planned } = place;
  switch (planned.kind) {
    case 'capped':
      return {
        code: 'never_sent_capped',
        facts: plannedAt(campaign),
        evidence: [moveEvidence(campaign, 'planning')],
      };
    case 'rejected':
      return {
        code: 'never_sent_data',
        facts: plannedAt(campaign),
        evidence: [moveEvidence(campaign, 'planning')],
      };
    case 'suppressed':
      return suppressed(mail, campaign, circumstances, campaign.plan?.plannedAtMs);
    case 'planned':
      return byOutcome(mail, place, circumstances, ledgerEvidence(place, planned.chunk, planned.index));
  }
}

function byOutcome(
  mail: KnownMail,
  { campaign, outcome = '.', leaseUntilMs = 0 }: CampaignPlace,
  circumstances: Circumstances,
  ledger: Finding['evidence'][number],
): Finding {
  switch (outcome) {
    case 'A':
      return {
        ...acceptedFinding(
          mail,
          sendingTime(campaign),
          campaign.lastChunkAtMs ?? circumstances.nowMs,
          circumstances.nowMs,
        ),
        evidence: [ledger],
      };
    case 'S': {
      const found = suppressed(mail, campaign, circumstances, campaign.lastChunkAtMs);
      return { ...found, evidence: [ledger, ...found.evidence] };
    }
    case 'R':
      return {
        code: 'never_sent_refused',
        facts: { at: sendingTime(campaign), why: 'rejected' },
        evidence: [ledger],
      };
    case 'a':
      return leaseUntilMs > circumstances.nowMs
        ? { code: 'waiting', evidence: [ledger] }
        : { code: 'in_doubt', evidence: [ledger] };
    case 'U':
    case 'u':
      return { code: 'in_doubt', evidence: [ledger] };
    case '.':
    case 'H':
      return { ...untried(mail, campaign, ledger), reason: campaign.state };
  }
}

/** Not sent so far: why depends on what became of the campaign. */
function untried({ address }: KnownMail, campaign: Campaign, ledger: Finding['evidence'][number]): Finding {
  const { name, state, halt, stops = {} } = campaign;
  const stop = stops[address === undefined ? 'other' : providerNameOf(address)];
  switch (state) {
    case 'cancelled':
    case 'failed':
      return {
        code: 'never_sent_cancelled',
        facts: { campaign: name, at: moveTime(campaign, state) },
        evidence: [ledger, moveEvidence(campaign, state)],
      };
    case 'halted':
      return stopped(campaign, stop ?? halt, ledger);
    case 'paused':
      return {
        code: 'waiting_paused',
        facts: { campaign: name, since: moveTime(campaign, 'paused') },
        evidence: [ledger, moveEvidence(campaign, 'paused')],
      };
    case 'completed':
      return { code: 'unknown', evidence: [ledger] };
    default:
      return stop === undefined ? { code: 'waiting', evidence: [ledger] } : stopped(campaign, stop, ledger);
  }
}

function stopped(campaign: Campaign, halt: Halt | undefined, ledger: Finding['evidence'][number]): Finding {
  const why: Text = halt === undefined ? { ja: '', en: '' } : haltText(halt);
  return {
    code: 'never_sent_stopped',
    facts: { campaign: campaign.name, why },
    evidence: [ledger, moveEvidence(campaign, 'halted')],
  };
}

function suppressed(
  { address }: KnownMail,
  { category }: Campaign,
  { suppressions, nowMs }: Circumstances,
  atMs = nowMs,
): Finding {
  const mailed: readonly SuppressionScope[] = ['all', category ?? 'marketing'];
  const topics = Object.keys(suppressions.suppressions).filter((scope) => scope.startsWith('topic:'));
  // Of the campaign's own topic nothing is known here: another one is named only where nothing wider was in force.
  const wide = suppressedFinding(suppressions, { scopes: mailed, atMs });
  return wide.evidence.length > 0 || address === undefined
    ? wide
    : suppressedFinding(suppressions, { scopes: topics as SuppressionScope[], atMs });
}

function ledgerEvidence({ campaign, outcome = '.' }: CampaignPlace, chunk: number, index: number) {
  const id = deliveryId({ kind: 'campaign', campaignId: campaign.campaignId, chunk, index });
  return { what: 'ledger', raw: `${id}: ${outcome}` };
}

function moveEvidence({ history, state }: Campaign, to: Campaign['state']): Finding['evidence'][number] {
  const move = history.findLast((each) => each.to === to);
  return move === undefined
    ? { what: 'campaign', raw: state }
    : {
        what: 'campaign',
        atMs: move.atMs,
        raw: [`${to} by ${move.by}`, move.why].filter(Boolean).join(': '),
      };
}

function moveTime({ history }: Campaign, to: Campaign['state']): Text | undefined {
  const move = history.findLast((each) => each.to === to);
  return move && timeText(move.atMs);
}

/** Who gets no mail is decided when the campaign is planned. */
function plannedAt({ plan }: Campaign): Facts {
  return plan === undefined ? {} : { at: timeText(plan.plannedAtMs) };
}

/** The ledger does not keep the time of each mail: between these two it was. */
function sendingTime({ plan, createdAtMs, lastChunkAtMs }: Campaign): Text {
  const from = timeText(plan?.plannedAtMs ?? createdAtMs);
  if (lastChunkAtMs === undefined) {
    return { ja: `${from.ja}以降`, en: `after ${from.en}` };
  }
  const to = timeText(lastChunkAtMs);
  return from.en === to.en
    ? to
    : { ja: `${from.ja}から${to.ja}までの間`, en: `between ${from.en} and ${to.en}` };
}
