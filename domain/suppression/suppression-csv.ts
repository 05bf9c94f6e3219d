import { parseAddress } from '../address.ts';
import { type AudienceRow, rowError } from '../audience/audience-row.ts';
import { unguarded } from '../csv-line.ts';
import type { InputError } from '../errors.ts';
import { formatTimestamp, parseTimestamp } from '../timestamp.ts';
import {
  parseScope,
  type Suppression,
  type SuppressionScope,
  saySame,
  suppressionReasons,
} from './suppression.ts';
import { type SuppressionRecord, suppressedNow, withChange } from './suppression-record.ts';

/** Columns of an export, in their order. The last one stands in for an address that is not known. */
export const suppressionColumns = [
  'address',
  'scope',
  'reason',
  'source',
  'at',
  'expires',
  'evidence',
  'recipientId',
] as const;

/** Characters. */
export const longestEvidence = 1_000;

/** The fields of one suppression in an export. */
export function suppressionFields(
  recipientId: string,
  address: string | undefined,
  scope: string,
  { reason, source, atMs, expiresAtMs, evidence = '' }: Suppression,
): readonly string[] {
  return [
    address ?? '',
    scope,
    reason,
    source,
    formatTimestamp(atMs),
    expiresAtMs === undefined ? '' : formatTimestamp(expiresAtMs),
    evidence,
    recipientId,
  ];
}

/** A suppression as a file gives it. */
export interface ImportedSuppression {
  readonly recipientId: string;
  readonly address?: string;
  readonly scope: SuppressionScope;
  readonly reason: Suppression['reason'];
  readonly source: string;
  /** Epoch milliseconds; absent: the file does not say, so it holds from now on. */
  readonly atMs?: number;
  readonly expiresAtMs?: number;
  readonly evidence?: string;
}

/**
 * Reads one row of an import.
 *
 * @param defaults - For rows that say nothing of it.
 * @throws InputError `suppression-row` naming row and column, or what is wrong with the address
 */
export function readSuppression(
  row: AudienceRow,
  defaults: Pick<ImportedSuppression, 'scope' | 'reason'>,
): ImportedSuppression {
  if ('error' in row) {
    throw row.error;
  }
  const fields = fieldsOf(row.values);
  const text = (name: (typeof suppressionColumns)[number], most: number) => {
    const value = fields.get(name.toLowerCase());
    if (value !== undefined && value.length > most) {
      throw wrong(row.row, name, `has ${value.length} characters; ${most} are the most`);
    }
    return value;
  };
  const time = (name: 'at' | 'expires') => {
    const value = text(name, 64);
    const ms = value === undefined ? undefined : parseTimestamp(value);
    if (Number.isNaN(ms)) {
      throw wrong(row.row, name, 'is not a time of RFC 3339, such as 2026-11-24T09:00:00Z');
    }
    return ms;
  };
  const scopeText = text('scope', 80);
  const scope = scopeText === undefined ? defaults.scope : parseScope(scopeText);
  if (scope === undefined) {
    throw wrong(row.row, 'scope', 'is none of all, marketing, transactional, topic:NAME');
  }
  const reasonText = text('reason', 80);
  const reason =
    reasonText === undefined ? defaults.reason : suppressionReasons.find((each) => each === reasonText);
  if (reason === undefined) {
    throw wrong(row.row, 'reason', `is none of ${suppressionReasons.join(', ')}`);
  }
  const atMs = time('at');
  const expiresAtMs = time('expires');
  const evidence = text('evidence', longestEvidence);
  return {
    ...recipientOf(row.row, text('address', 1_000), text('recipientId', 22)),
    scope,
    reason,
    source: text('source', 64) ?? 'import',
    ...(atMs === undefined ? {} : { atMs }),
    ...(expiresAtMs === undefined ? {} : { expiresAtMs }),
    ...(evidence === undefined ? {} : { evidence }),
  };
}

/**
 * Adds what a file says to what is known.
 *
 * @param actor - Who imports it; where the file tells since when, it tells the rest as well.
 * @returns the same record when it is known already
 */
export function withImported(
  record: SuppressionRecord,
  { recipientId: _id, address: _address, atMs, ...suppression }: ImportedSuppression,
  actor: string,
  nowMs: number,
): SuppressionRecord {
  if (atMs === undefined) {
    return suppressedNow(record, { ...suppression, actor, atMs: nowMs });
  }
  const found = record.suppressions[suppression.scope];
  const known = found?.atMs === atMs && saySame(found, suppression);
  return known ? record : withChange(record, { kind: 'suppressed', ...suppression, atMs });
}

function recipientOf(row: number, address: string | undefined, recipientId: string | undefined) {
  if (address !== undefined) {
    const parsed = parseAddress(address, `row ${row} address`);
    return { recipientId: parsed.recipientId, address: parsed.wire };
  }
  if (recipientId === undefined || !/^[A-Za-z0-9_-]{22}$/.test(recipientId)) {
    throw wrong(row, 'address', 'is empty, and no recipientId of 22 characters stands in for it');
  }
  return { recipientId };
}

/** Without the apostrophes of an export; what is empty is absent. */
function fieldsOf(values: Readonly<Record<string, unknown>>): Map<string, string> {
  return new Map(
    Object.entries(values).flatMap(([name, value]) => {
      const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
      const field = unguarded(text);
      return field === '' ? [] : [[name.normalize('NFKC').trim().toLowerCase(), field]];
    }),
  );
}

function wrong(row: number, column: string, what: string): InputError {
  return rowError('suppression-row', row, `${column} ${what}`);
}
