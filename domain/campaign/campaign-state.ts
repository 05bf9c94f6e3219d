import type { ProviderCounts, ProviderName } from './provider-counts.ts';

/**
 * Where a campaign is in its life: see `domain/campaign/campaign-life.ts`. Halted is paused by a guardrail; failed is a campaign whose audience
 * cannot be used.
 */
export type CampaignState =
  | 'draft'
  | 'scheduled'
  | 'planning'
  | 'sending'
  | 'paused'
  | 'halted'
  | 'completed'
  | 'cancelled'
  | 'failed';

/** What is being sent at present: some chunks to see how they fare, those in which variants are tried out, or all there are. */
export interface CampaignStage {
  readonly kind: 'canary' | 'trial' | 'rest';
  /** Of the canary, from 1. */
  readonly number?: number;
  /** Chunks that are out in this stage, from the first one on. */
  readonly chunks: number;
  /** Recipients that guardrails expect results of. */
  readonly recipients: number;
  /** Epoch milliseconds. */
  readonly sinceMs: number;
  /** What was counted before guardrails began to look anew; absent where they look at everything. */
  readonly before?: StageBaseline;
}

export interface StageBaseline {
  readonly providers: ProviderCounts;
  readonly rejected: number;
}

/** Why a guardrail stopped a campaign, or its mail to one mailbox provider. */
export interface Halt {
  readonly code: HaltCode;
  /** Absent where everything is stopped. */
  readonly provider?: ProviderName;
  /** So many of so many, where it was a matter of numbers. */
  readonly count?: number;
  readonly of?: number;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

export type HaltCode =
  | 'hard_bounces'
  | 'complaints'
  | 'authentication'
  | 'blocks'
  | 'delays'
  | 'unknown_users'
  | 'refusals'
  | 'no_events'
  | 'unsubscribe_down';

/** A step in the life of a campaign, for whoever asks later. */
export interface CampaignMove {
  readonly to: CampaignState;
  /** Epoch milliseconds. */
  readonly atMs: number;
  /** A person's name, or the function that did it. */
  readonly by: string;
  readonly why?: string;
}

/** Outcomes without an acceptance of SES, of whoever has a place in a campaign and may be mailed. */
export const resendable = ['rejected', 'stopped', 'unknown'] as const;

export type Resendable = (typeof resendable)[number];

/** A campaign that is sent again to those whom SES has not accepted. */
export interface Resend {
  /** From 1: each chunk remembers the last one that looked at it, so that each looks once. */
  readonly round: number;
  readonly outcomes: readonly Resendable[];
  /** Epoch milliseconds. */
  readonly atMs: number;
}
