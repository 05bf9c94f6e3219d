import { catalogue, type ReasonCode } from './catalogue.ts';
import { type Answer, type BounceEvidence, readAnswers } from './evidence.ts';
import { type Provider, providerOf } from './provider.ts';
import type { Confidence, Reason } from './reason.ts';
import { type Circumstances, type ReadyRule, type RuleList, ready } from './rule.ts';
import { apple } from './rules/apple.ts';
import { docomo } from './rules/docomo.ts';
import { preciseCodes, vagueCodes } from './rules/enhanced-codes.ts';
import { generalContent } from './rules/general-content.ts';
import { generalDomain } from './rules/general-domain.ts';
import { generalReceiver } from './rules/general-receiver.ts';
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

const byProvider: Readonly<Record<Provider, readonly ReadyRule[]>> = {
  google: ready(google),
  'google-groups': ready(googleGroups),
  microsoft: ready(microsoft),
  yahoo: ready(yahoo),
  docomo: ready(docomo),
  kddi: ready(kddi),
  softbank: ready(softbank),
  apple: ready(apple),
  cloudfilter: ready(cloudfilter),
  comcast: ready(comcast),
  facebook: ready(facebook),
  gmx: ready(gmx),
  laposte: ready(laposte),
  'mail-ru': ready(mailRu),
  mimecast: ready(mimecast),
  messagelabs: ready(messageLabs),
  netease: ready(netease),
  orange: ready(orange),
  tencent: ready(tencent),
  zoho: ready(zoho),
};

const all = (...lists: readonly RuleList[]) => lists.flatMap(ready);

/** After the provider's own rules: what is precise before what is vague. */
const general: readonly (readonly ReadyRule[])[] = [
  all(ses, preciseCodes),
  all(generalSender, generalContent, generalDomain, generalRecipient, generalReceiver),
  all(vagueCodes, replyCodes),
];

/** Explains one bounce or delay of one recipient. What cannot be told is `unknown`, with the raw text kept. */
export function explainBounce(evidence: BounceEvidence): BounceReason {
  const { destination, remoteMta = '', diagnosticCode = '', bounceType = '', bounceSubType = '' } = evidence;
  const own = sesSubTypes[bounceSubType];
  if (own !== undefined) {
    return reasonOf(own, `ses/${bounceSubType}`, sesDocument, diagnosticCode);
  }
  const answers = readAnswers(evidence);
  const circumstances = { bounceType, atMs: evidence.atMs };
  const provider = providerOf(destination, remoteMta, answers.at(-1)?.text ?? '');
  for (const rules of provider === undefined ? general : [byProvider[provider], ...general]) {
    const found = firstThatHolds(rules, answers, circumstances);
    if (found !== undefined) {
      const { rule, id, source } = found;
      const { reason, confidence, action, sisimai } = rule;
      return {
        ...reasonOf(reason, id, source, diagnosticCode, confidence),
        ...(action && { action }),
        ...(sisimai && { sisimai }),
      };
    }
  }
  const hint = sesHints[bounceSubType];
  return hint === undefined
    ? reasonOf('unknown', 'none', '', diagnosticCode, 'low')
    : reasonOf(hint, `ses/${bounceSubType}`, sesDocument, diagnosticCode, 'medium');
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
  confidence: Confidence = 'high',
): BounceReason {
  return { code, ...catalogue[code], ruleId, source, confidence, raw };
}
