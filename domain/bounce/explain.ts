import { catalogue, type ReasonCode } from './catalogue.ts';
import { type Answer, type BounceEvidence, readAnswers } from './evidence.ts';
import { type Provider, providerOf } from './provider.ts';
import type { Confidence, Reason } from './reason.ts';
import { type Circumstances, type ReadyRule, type RuleList, ready } from './rule.ts';
import { apple } from './rules/apple.ts';
import { netease, sina, tencent } from './rules/chinese-providers.ts';
import { docomo } from './rules/docomo.ts';
import { preciseCodes, vagueCodes } from './rules/enhanced-codes.ts';
import { messageLabs, mimecast, trendMicro } from './rules/gateways.ts';
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
import { cloudfilter, comcast, facebook, gmx, laposte, orange, zoho } from './rules/more-providers.ts';
import { replyCodes } from './rules/reply-codes.ts';
import { mailRu, yandex } from './rules/russian-providers.ts';
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

/**
 * What holds for every receiver. A mailbox that is said to be full or closed exists, whatever code came with it, so these
 * texts stand before the codes.
 */
const general: readonly RuleList[] = [
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
];

/** A provider's own rules come before those for everybody. */
const ownRules: Readonly<Record<Provider, RuleList | undefined>> = {
  google,
  'google-groups': googleGroups,
  microsoft,
  yahoo,
  'yahoo-japan': undefined,
  docomo,
  kddi,
  softbank,
  apple,
  cloudfilter,
  comcast,
  facebook,
  gmx,
  laposte,
  'mail-ru': mailRu,
  mimecast,
  messagelabs: messageLabs,
  netease,
  orange,
  sina,
  tencent,
  'trend-micro': trendMicro,
  yandex,
  zoho,
};

/** When neither the innermost answer nor the text around it said anything that the other rules know. */
const vague: readonly RuleList[] = [vagueCodes, replyCodes];

/** Made ready for the first answer that asks for them: every sender loads this, and hardly ever explains a bounce. */
const readyRules = new Map<Provider | 'general' | 'vague', readonly ReadyRule[]>();

function rulesOf(whose: Provider | 'general' | 'vague'): readonly ReadyRule[] {
  const known = readyRules.get(whose);
  if (known !== undefined) return known;
  const rules =
    whose === 'general'
      ? general.flatMap(ready)
      : whose === 'vague'
        ? vague.flatMap(ready)
        : before(ownRules[whose]);
  readyRules.set(whose, rules);
  return rules;
}

function before(own: RuleList | undefined): readonly ReadyRule[] {
  return own === undefined ? rulesOf('general') : [...ready(own), ...rulesOf('general')];
}

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
  for (const whose of [provider ?? 'general', 'vague'] as const) {
    const found = firstThatHolds(rulesOf(whose), answers, { bounceType, atMs });
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
