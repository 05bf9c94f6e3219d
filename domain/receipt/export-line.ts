import { csvRecord } from '../csv-line.ts';
import type { Report, RowOutcome } from './row-outcome.ts';

/** Columns of a campaign's export, in their order. */
export const exportColumns = [
  'row',
  'address',
  'outcome',
  'report',
  'reason',
  'detail',
  'sesMessageId',
] as const;

/** One row of an audience, as an export has it. */
export interface ExportedRow {
  readonly row: number;
  /** As the file has it where the row was left out, else as it is mailed. */
  readonly address?: string | undefined;
  readonly outcome: RowOutcome;
  readonly report?: Report | undefined;
  readonly reason?: string | undefined;
  readonly detail?: string | undefined;
  readonly sesMessageId?: string | undefined;
}

/** Which rows an export has. */
export const exportSelections = ['all', 'failed', 'excluded'] as const;

export type ExportSelection = (typeof exportSelections)[number];

/** Whether somebody who has a place in the campaign did not get its mail, or may not have: by our doing or by the receiver's. */
export function isFailed({ outcome, report }: Pick<ExportedRow, 'outcome' | 'report'>): boolean {
  return outcome === 'accepted'
    ? report === 'bounced' || report === 'complained' || report === 'refused'
    : outcome !== 'underway';
}

/** A record of CSV in which no field is a formula. */
export function exportRecord({
  row,
  address,
  outcome,
  report,
  reason,
  detail,
  sesMessageId,
}: ExportedRow): string {
  const texts = [address, outcome, report === 'none' ? undefined : report, reason, detail, sesMessageId];
  return csvRecord([String(row), ...texts.map((text) => text ?? '')]);
}
