import { parseTimestamp } from '../timestamp.ts';
import type { ReasonCode } from './catalogue.ts';
import type { Answer } from './evidence.ts';
import type { Action, Confidence } from './reason.ts';

/** "Such an answer means that": all conditions that are given must hold. Rules are tried in their order. */
export interface Rule {
  /** Stable; unique within its list. */
  readonly id: string;
  readonly reason: ReasonCode;
  /** Enhanced codes, any of them: `x.7.26 5.1.1 5.7.x`. */
  readonly codes?: string;
  /** SMTP reply codes, any of them: `550 554`. */
  readonly reply?: string;
  /** On the text in lower case, where `@` stands for every mail address and `#` for every IPv4 address. Linear: no quantifier within a quantifier. */
  readonly says?: RegExp;
  /** On the links of the text. */
  readonly link?: RegExp;
  /** SMTP steps, any of them, where the text tells the step: `rcpt data`. */
  readonly step?: string;
  /** What SES made of it: `Permanent`. */
  readonly bounceType?: string;
  /** First day (UTC) from which the rule holds: `2025-03-13`. */
  readonly from?: string;
  /** First day (UTC) from which it holds no more. */
  readonly until?: string;
  /** Where this case is not what the reason usually asks for. */
  readonly action?: Action;
  /** Sisimai's word, where this case is known under another one than the reason. */
  readonly sisimai?: string;
  /** `high` where absent. */
  readonly confidence?: Confidence;
  /** Document behind the rule, where it is not that of the list. */
  readonly source?: string;
}

/** One expression for several wordings, so that each can stand on a line of its own. */
export function either(...wordings: readonly RegExp[]): RegExp {
  return new RegExp(wordings.map(({ source }) => source).join('|'));
}

/** Rules that rest on the same documents. */
export interface RuleList {
  /** First part of the rule ids: `google`. */
  readonly name: string;
  readonly source: string;
  readonly rules: readonly Rule[];
}

/** A rule made ready to be tried. */
export interface ReadyRule {
  readonly rule: Rule;
  /** `google/rate-ip`. */
  readonly id: string;
  readonly source: string;
  readonly holds: (answer: Answer, circumstances: Circumstances) => boolean;
}

/** What is known besides the answer itself. */
export interface Circumstances {
  readonly bounceType: string;
  /** Epoch milliseconds; undefined may be any time, so a rule of the past that comes first is not ruled out. */
  readonly atMs: number | undefined;
}

/** Makes the rules of a list ready to be tried, once and not per answer. */
export function ready({ name, source, rules }: RuleList): ReadyRule[] {
  return rules.map((rule) => ({
    rule,
    id: `${name}/${rule.id}`,
    source: rule.source ?? source,
    holds: matcher(rule),
  }));
}

function matcher({ codes, reply, says, link, step, bounceType, from, until }: Rule): ReadyRule['holds'] {
  const anyCode = codes?.split(' ');
  const anyReply = reply?.split(' ');
  const anyStep = step?.split(' ');
  const fromMs = midnight(from) ?? Number.NEGATIVE_INFINITY;
  const untilMs = midnight(until) ?? Number.POSITIVE_INFINITY;
  return (answer, { bounceType: type, atMs }) =>
    (anyCode === undefined || anyCode.some((code) => answer.codes.has(code))) &&
    (anyReply === undefined || anyReply.includes(answer.replyCode)) &&
    (anyStep === undefined || anyStep.includes(answer.step ?? '')) &&
    (bounceType === undefined || bounceType === type) &&
    (atMs === undefined || (fromMs <= atMs && atMs < untilMs)) &&
    (says === undefined || says.test(answer.text)) &&
    (link === undefined || link.test(answer.links));
}

/** Epoch milliseconds at which a day begins, in UTC. */
function midnight(day: string | undefined): number | undefined {
  return day === undefined ? undefined : parseTimestamp(`${day}T00:00:00Z`);
}
