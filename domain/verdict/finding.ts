import type { EvidenceByKind } from '../feedback/feedback-end.ts';
import { arrivedTexts } from './texts/arrived.ts';
import { neverSentTexts } from './texts/never-sent.ts';
import { openTexts } from './texts/open.ts';
import { refusedTexts } from './texts/refused.ts';
import type { Facts, Text, VerdictFault, VerdictText } from './verdict-text.ts';

const texts = { ...arrivedTexts, ...refusedTexts, ...neverSentTexts, ...openTexts };

/** The kinds of verdict: stable, for filters and tests. */
export type VerdictCode = keyof typeof texts;

/** Every verdict that there is. */
export const verdictTexts: Readonly<Record<VerdictCode, VerdictText>> = texts;

/** One thing that a verdict rests on, in the words of whoever said it. */
export interface VerdictEvidence {
  /** Kind of event, `suppression`, `ledger`, `campaign` or `record`. */
  readonly what: string;
  /** Epoch milliseconds. */
  readonly atMs?: number;
  readonly raw: string;
}

/** A verdict before it is put into words. */
export interface Finding {
  readonly code: VerdictCode;
  readonly facts?: Facts;
  /** Where it is another one than usual. */
  readonly fault?: VerdictFault;
  readonly ask?: Text;
  /** Code of the reason within the kind: of `domain/bounce`, of a suppression, of a guardrail, of what was wrong with the input. */
  readonly reason?: string;
  readonly evidence: readonly VerdictEvidence[];
}

/** What SES reported, in the order in which it happened. */
export function reportedEvidence(evidence: EvidenceByKind): VerdictEvidence[] {
  return Object.entries(evidence)
    .map(([what, { atMs, diagnosticCode, bounceType, bounceSubType, complaintFeedbackType }]) => ({
      what,
      atMs,
      raw: [bounceType && `${bounceType}/${bounceSubType ?? ''}`, complaintFeedbackType, diagnosticCode]
        .filter(Boolean)
        .join(' '),
    }))
    .toSorted((one, other) => one.atMs - other.atMs || (one.what < other.what ? -1 : 1));
}
