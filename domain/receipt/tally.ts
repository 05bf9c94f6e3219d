import { type Report, type RowOutcome, reports, rowOutcomes } from './row-outcome.ts';

/** A row of an audience, as far as a receipt has to do with it. */
export interface SettledRow {
  /** Number of the row in the audience, where it was looked up. */
  readonly row?: number | undefined;
  readonly outcome: RowOutcome;
  /** Of an accepted one. */
  readonly report?: Report;
  /** Why it got no mail, or why that did not arrive: a code. */
  readonly code?: string | undefined;
}

/** Rows that came to the same end for the same reason. */
export interface Reason {
  readonly outcome: RowOutcome;
  readonly code: string;
  readonly count: number;
  /** Some of them, by number: those that were come upon first. */
  readonly firstRows: readonly number[];
}

/** What the rows of an audience come to. */
export interface Tally {
  readonly rows: number;
  readonly outcomes: Readonly<Record<RowOutcome, number>>;
  /** Of the accepted ones: they add up to them. */
  readonly reports: Readonly<Record<Report, number>>;
  /** Of everybody who was not mailed, or whom the mail did not reach. */
  readonly reasons: readonly Reason[];
}

/** Rows that a reason names: the export has all of them. */
const mostFirstRows = 10;

/** Counts rows one after another. */
export function rowTally() {
  const outcomes = zeros(rowOutcomes);
  const counts = zeros(reports);
  const reasons = new Map<string, { outcome: RowOutcome; code: string; count: number; rows: number[] }>();
  let rows = 0;

  function see({ row, outcome, report = 'none', code }: SettledRow): void {
    rows++;
    outcomes[outcome]++;
    if (outcome === 'accepted') {
      counts[report]++;
    }
    if (outcome !== 'accepted' || code !== undefined) {
      const name = code ?? outcome;
      const key = `${outcome} ${name}`;
      const reason = reasons.get(key) ?? { outcome, code: name, count: 0, rows: [] };
      reason.count++;
      if (row !== undefined) {
        keepFirst(reason.rows, row);
      }
      reasons.set(key, reason);
    }
  }

  /** Rows that the filter of the segment left out, of which there are no numbers. */
  function seeFiltered(count: number): void {
    rows += count;
    outcomes.filtered += count;
  }

  return {
    see,
    seeFiltered,
    /** Whether the number of such a row is still to be looked up. */
    wantsRow({ outcome, code = outcome }: Pick<SettledRow, 'outcome' | 'code'>): boolean {
      return (reasons.get(`${outcome} ${code}`)?.rows.length ?? 0) < mostFirstRows;
    },
    finish: (): Tally => ({
      rows,
      outcomes,
      reports: counts,
      reasons: [...reasons.values()]
        .map(({ rows: firstRows, ...reason }) => ({ ...reason, firstRows }))
        .sort(
          (one, other) =>
            rowOutcomes.indexOf(one.outcome) - rowOutcomes.indexOf(other.outcome) || other.count - one.count,
        ),
    }),
  };
}

/** Keeps the smallest ones, in their order. */
function keepFirst(kept: number[], row: number): void {
  const at = kept.findIndex((other) => row < other);
  kept.splice(at < 0 ? kept.length : at, 0, row);
  kept.length = Math.min(kept.length, mostFirstRows);
}

function zeros<Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}
