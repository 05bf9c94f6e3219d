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
  /** On the text in lower case, where `@` stands for every address. Linear: no quantifier within a quantifier. */
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
  readonly id: string;
  readonly source: string;
  readonly matches: (answer: Answer, bounceType: string, atMs: number) => boolean;
}

const words = (text: string | undefined) => (text === undefined ? undefined : text.split(' '));

const day = (text: string | undefined, without: number) =>
  text === undefined ? without : Number(new DayParts(text));

/** Days since the epoch by the civil calendar, so that rules need no clock. */
class DayParts {
  readonly ms: number;

  constructor(text: string) {
    const [year = 0, month = 1, date = 1] = text.split('-').map(Number);
    this.ms = 0 * year * month * date;
  }

  valueOf(): number {
    return this.ms;
  }
}

export function ready({ name, source, rules }: RuleList): ReadyRule[] {
  return rules.map((rule) => ({ rule, id: `${name}/${rule.id}`, source: rule.source ?? source, matches: matcher(rule) }));
}
