import { stateRank } from '../delivery.ts';
import { reachedBy } from '../feedback/feedback-end.ts';
import { afterAcceptance } from './after-acceptance.ts';
import { beforeAcceptance } from './before-acceptance.ts';
import { type Finding, type VerdictCode, type VerdictEvidence, verdictTexts } from './finding.ts';
import { inCampaign } from './in-campaign.ts';
import type { Circumstances, KnownMail } from './known-mail.ts';
import { filled, type Text, type VerdictFault } from './verdict-text.ts';

/** The answer to "did it arrive, and if not why". */
export interface Verdict {
  readonly code: VerdictCode;
  /** The reason within the kind, where there is one: of `domain/bounce`, of a suppression, of the input. */
  readonly reason?: string;
  readonly fault: VerdictFault;
  /** What happened, for a support person. */
  readonly title: Text;
  /** One sentence for the customer. */
  readonly customer: Text;
  /** What the customer is asked to do. */
  readonly ask?: Text;
  /** What we do now. */
  readonly next: Text;
  readonly evidence: readonly VerdictEvidence[];
}

/**
 * Judges a mail: exactly one verdict, whatever is known of it and in whatever order that came. What SES reported counts before what
 * was recorded, since it proves acceptance; a row of the mail counts before the ledger of its chunk.
 */
export function verdictOf(mail: KnownMail, circumstances: Circumstances): Verdict {
  return inWords(mail.deliveryId, find(mail, circumstances), circumstances.mailDomain);
}

function find(mail: KnownMail, circumstances: Circumstances): Finding {
  const { record, place } = mail;
  // A campaign's mail that was refused and is tried again: its ledger knows better.
  const isTriedAgain =
    record?.state === 'waiting' && place !== undefined && Object.keys(record.evidence).length === 0;
  if (record !== undefined && !isTriedAgain) {
    const isReported = Object.keys(record.evidence).length > 0;
    const reported = isReported ? reachedBy(record.evidence) : { state: record.state, rank: -1 };
    const { state, rank } =
      reported.rank > record.stateRank ? reported : { state: record.state, rank: record.stateRank };
    return rank >= stateRank.accepted
      ? afterAcceptance(mail, record, state, circumstances.nowMs)
      : beforeAcceptance(record, circumstances);
  }
  return place === undefined ? noRecord(mail) : inCampaign(mail, place, circumstances);
}

function noRecord({ noAddress, queued = 0 }: KnownMail): Finding {
  if (noAddress !== undefined) {
    return { code: 'not_an_address', facts: { why: noAddress }, evidence: [] };
  }
  return queued === 0
    ? { code: 'unknown', evidence: [] }
    : {
        code: 'maybe_queued',
        facts: { count: String(queued) },
        evidence: [{ what: 'queue', raw: `${queued} messages` }],
      };
}

const ourDomain: Text = { ja: '当社のドメイン', en: 'our domain' };

function inWords(
  id: string,
  { code, facts: found, fault, ask, reason, evidence }: Finding,
  mailDomain: string | undefined,
): Verdict {
  const facts = { id, domain: mailDomain ?? ourDomain, ...found };
  const text = verdictTexts[code];
  const asked = ask ?? text.ask;
  return {
    code,
    ...(reason === undefined || reason === '' ? {} : { reason }),
    fault: fault ?? text.fault,
    title: filled(text.title, facts),
    customer: filled(text.customer, facts),
    ...(asked === undefined ? {} : { ask: filled(asked, facts) }),
    next: filled(text.next, facts),
    evidence,
  };
}
