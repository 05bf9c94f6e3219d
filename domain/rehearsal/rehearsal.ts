import type { ChunkRow, PlanTotals } from '../campaign/campaign.ts';
import type { Exclusion } from '../campaign/exclusion.ts';

/** What the planner says of a campaign that it did not plan: an object of the bucket. */
export type Rehearsal =
  | {
      readonly rehearsalId: string;
      /** What a plan would have counted. */
      readonly totals: PlanTotals;
      /** Rows that are left out, by reason and code, and the first of each. */
      readonly reasons: readonly ExclusionReason[];
      /** A row for each language that rows ask for, as senders would read it. */
      readonly samples: readonly ChunkRow[];
    }
  | {
      readonly rehearsalId: string;
      /** Why the audience cannot be used. */
      readonly failure: string;
    };

export interface ExclusionReason extends Pick<Exclusion, 'why' | 'code'> {
  readonly count: number;
  readonly first: readonly Pick<Exclusion, 'row' | 'file' | 'message'>[];
}

/** Of each reason. */
const mostFirst = 5;
/** A template has fewer languages than that. */
const mostSamples = 8;
/** Where a language has not come up in so many rows it is rare. */
const mostRowsLookedAt = 100_000;

/** Gathers what a rehearsal tells of the rows, from the lines that the planner writes. */
export function rehearsalNotes() {
  const reasons = new Map<
    string,
    ExclusionReason & { count: number; first: ExclusionReason['first'][number][] }
  >();
  const samples = new Map<string, ChunkRow>();
  let lookedAt = 0;

  function seeExcluded({ why, code, row, file, message }: Exclusion): void {
    const key = `${why} ${code}`;
    const reason = reasons.get(key) ?? { why, code, count: 0, first: [] };
    reason.count++;
    if (reason.first.length < mostFirst) {
      reason.first.push({ row, message, ...(file === undefined ? {} : { file }) });
    }
    reasons.set(key, reason);
  }

  function seePlanned(row: ChunkRow): void {
    lookedAt++;
    const language = row.l ?? '';
    if (!samples.has(language)) {
      samples.set(language, row);
    }
  }

  return {
    seeExcluded,
    seePlanned,
    wantsPlanned: () => samples.size < mostSamples && lookedAt < mostRowsLookedAt,
    reasons: (): readonly ExclusionReason[] =>
      [...reasons.values()].sort((one, other) => other.count - one.count),
    samples: (): readonly ChunkRow[] => [...samples.values()],
  };
}
