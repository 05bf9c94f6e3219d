import type { RecordType } from './dns.ts';
import type { Text } from './text.ts';

/** `block` keeps a campaign from starting; `info` is worth knowing and stops nothing. */
export type Severity = 'block' | 'warn' | 'info';

/** Who treats mail worse for it. */
export type Receiver =
  | 'gmail'
  | 'yahoo'
  | 'microsoft'
  | 'apple'
  | 'docomo'
  | 'kddi'
  | 'softbank'
  | 'yahooJapan'
  | 'ses'
  | 'all';

/** Something that is wrong with a set-up, and what to do about it. */
export interface Finding {
  /** Number of the check, as in docs/doctor.md. */
  readonly check: number;
  /** Stable: `dmarc-missing`. */
  readonly code: string;
  readonly severity: Severity;
  readonly title: Text;
  /** What was seen, as data: `example.com TXT "v=spf1 -all"`. */
  readonly evidence: readonly string[];
  readonly consequence: Readonly<Partial<Record<Receiver, Text>>>;
  readonly fix: Fix;
}

export interface Fix {
  readonly text: Text;
  /** The same for a machine. Applied, all of them, they make the finding go away. */
  readonly changes: readonly Change[];
}

export type Change = RecordChange | SesCall | Goal;

/** The whole record set of a name and type as it has to be; without values it is deleted. */
export interface RecordChange {
  readonly kind: 'dns';
  readonly name: string;
  readonly type: RecordType;
  /** RFC 1035 presentation form without quotes: a TXT as one text, an MX as `10 host.example.com`. */
  readonly values: readonly string[];
}

/** A call of SES v2, in the words of its API. */
export interface SesCall {
  readonly kind: 'ses';
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What has to be true afterwards, where people have to see to it: a fact of the doctor by its path, and the value it needs. */
export interface Goal {
  readonly kind: 'goal';
  /** `plan.volume`, `audience.providers.docomo` */
  readonly fact: string;
  readonly value: unknown;
  /** What people paste to get there, where a command does it. */
  readonly command?: string;
}

/** A finding as a check makes it: who runs the checks knows the number. */
export type FindingDraft = Omit<Finding, 'check'>;

/** What a check came to. Without findings and without `undecided` it has passed. */
export interface Outcome {
  readonly findings: readonly FindingDraft[];
  /** Why part of it, or all, could not be decided. */
  readonly undecided?: Text;
  /** Worth saying although nothing is wrong. */
  readonly note?: Text;
}
