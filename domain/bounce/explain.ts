import { catalogue, type ReasonCode } from './catalogue.ts';
import { type Answer, type BounceEvidence, readAnswers } from './evidence.ts';
import { type Provider, providerOf } from './provider.ts';
import type { Confidence, Reason } from './reason.ts';
import { type Circumstances, type ReadyRule, type RuleList, ready } from './rule.ts';
import { apple } from './rules/apple.ts';
import { docomo } from './rules/docomo.ts';
import { preciseCodes, vagueCodes } from './rules/enhanced-codes.ts';
import { generalAuthentication } from './rules/general-authentication.ts';
import { generalContent } from './rules/general-content.ts';
import { generalDomain } from './rules/general-domain.ts';
import { generalMailbox } from './rules/general-mailbox.ts';
import { deliveryPrograms, generalReceiver } from './rules/general-receiver.ts';
import { generalRecipient } from './rules/general-recipient.ts';
import { generalSender } from './rules/general-sender.ts';
import { google, googleGroups } from './rules/google.ts';
import { kddi } from './rules/kddi.ts';
import { microsoft } from './rules/microsoft.ts';
import {
  cloudfilter,
  comcast,
  facebook,
  gmx,
  laposte,
  mailRu,
  messageLabs,
  mimecast,
  netease,
  orange,
  tencent,
  zoho,
} from './rules/more-providers.ts';
import { replyCodes } from './rules/reply-codes.ts';
import { ses, sesDocument, sesHints, sesSubTypes } from './rules/ses.ts';
import { softbank } from './rules/softbank.ts';
import { yahoo } from './rules/yahoo.ts';

/** Why a mail did not arrive, whose fault it is and what to do, with what the answer rests on. */
export interface BounceReason extends Reason {
  readonly code: ReasonCode;
  /** The rule that decided: `docomo/unknown-user-2025`, `none` where none did. */
  readonly ruleId: string;
  /** Address of the document that the rule rests on, or its name. */
  readonly source: string;
  readonly confidence: Confidence;
  /** The diagnostic as it came. May quote the address: show it to those who may see that, never log it. */
  readonly raw: string;
}

const all = (...lists: readonly RuleList[]) => lists.flatMap(ready);

/**
 * What holds for every receiver. A mailbox that is said to be full or closed exists, whatever code came with it, so these
 * texts stand before the codes.
 */
const general = all(
  ses,
  deliveryPrograms,
  generalMailbox,
  preciseCodes,
  generalAuthentication,
  generalSender,
  generalDomain,
  generalContent,
  generalRecipient,
  generalReceiver,
);

const before = (own: RuleList) => [...ready(own), ...general];

/** A provider's own rules come before those for everybody. */
const byProvider: Readonly<Record<Provider, readonly ReadyRule[]>> = {
  google: before(google),
  'google-groups': before(googleGroups),
  microsoft: before(microsoft),
  yahoo: before(yahoo),
  'yahoo-japan': general,
  docomo: before(docomo),
  kddi: before(kddi),
  softbank: before(softbank),
  apple: before(apple),
  cloudfilter: before(cloudfilter),
  comcast: before(comcast),
  facebook: before(facebook),
  gmx: before(gmx),
  laposte: before(laposte),
  'mail-ru': before(mailRu),
  mimecast: before(mimecast),
  messagelabs: before(messageLabs),
  netease: before(netease),
  orange: before(orange),
  tencent: before(tencent),
  zoho: before(zoho),
};

/** When neither the innermost answer nor the text around it said anything that the other rules know. */
const vague = all(vagueCodes, replyCodes);

/** Explains one bounce or delay of one recipient. What cannot be told is `unknown`, with the raw text kept. */
export function explainBounce(evidence: BounceEvidence): BounceReason {
  const { diagnosticCode: raw = '', bounceType, bounceSubType = '' } = evidence;
  const reason =
    ofSubType(sesSubTypes, bounceSubType, raw, 'high') ??
    ofAnswers(evidence, raw) ??
    ofSubType(sesHints, bounceSubType, raw, 'medium') ??
    reasonOf('unknown', 'none', '', raw, 'low');
  // SES saw the whole dialogue: while it holds the failure for temporary, nobody is given up.
  return reason.action === 'suppress' && bounceType === 'Transient' ? { ...reason, action: 'retry' } : reason;
}

function ofSubType(
  codes: ReadonlyMap<string, ReasonCode>,
  bounceSubType: string,
  raw: string,
  confidence: Confidence,
): BounceReason | undefined {
  const code = codes.get(bounceSubType);
  return code && reasonOf(code, `ses/${bounceSubType}`, sesDocument, raw, confidence);
}

function ofAnswers(evidence: BounceEvidence, raw: string): BounceReason | undefined {
  const { destination, remoteMta = '', status = '', bounceType = '', atMs } = evidence;
  const answers = readAnswers(evidence);
  const provider = providerOf(destination, remoteMta, `${answers.at(-1)?.text ?? ''} ${status}`);
  for (const rules of [provider === undefined ? general : byProvider[provider], vague]) {
    const found = firstThatHolds(rules, answers, { bounceType, atMs });
    if (found !== undefined) {
      const { rule, id, source } = found;
      return {
        ...reasonOf(rule.reason, id, source, raw, rule.confidence ?? 'high'),
        ...(rule.action && { action: rule.action }),
        ...(rule.sisimai && { sisimai: rule.sisimai }),
      };
    }
  }
  return undefined;
}

function firstThatHolds(
  rules: readonly ReadyRule[],
  answers: readonly Answer[],
  circumstances: Circumstances,
): ReadyRule | undefined {
  for (const answer of answers) {
    const found = rules.find(({ holds }) => holds(answer, circumstances));
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function reasonOf(
  code: ReasonCode,
  ruleId: string,
  source: string,
  raw: string,
  confidence: Confidence,
): BounceReason {
  return { code, ...catalogue[code], ruleId, source, confidence, raw };
}
