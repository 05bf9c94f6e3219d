import type { Bucket } from '../aws/bucket.ts';
import type { InputError } from '../domain/errors.ts';
import type { InFlight } from './in-flight.ts';

/** Why the planner left a row out; without personal data, since the row can be looked up by its number. */
export interface Exclusion {
  /** Counts on from file to file. */
  readonly row: number;
  /** Which of several files it is in, from 1. */
  readonly file?: number;
  readonly why: 'invalid' | 'duplicate' | 'rejected' | 'suppressed' | 'capped';
  readonly code: string;
  readonly field: string;
  readonly message: string;
}

/** Lines of one object: some 4 MB. */
const linesPerObject = 25_000;

export function exclusion(
  row: number,
  why: Exclusion['why'],
  { code, field, message }: Pick<InputError, 'code' | 'field' | 'message'>,
): Exclusion {
  return { row, why, code, field, message };
}

/** Lists every row that gets no mail, 25,000 of them in an object, which are written while the audience is read. */
export function excludedRows(target: Pick<Bucket, 'put'>, keyOf: (list: number) => string, writes: InFlight) {
  const counts = { invalid: 0, duplicate: 0, rejected: 0, suppressed: 0, capped: 0 };
  let lines: string[] = [];
  let objects = 0;

  async function closeObject(): Promise<void> {
    if (lines.length === 0) {
      return;
    }
    const key = keyOf(objects);
    const text = lines.join('');
    lines = [];
    objects++;
    await writes.begin(() => target.put(key, text, 'application/x-ndjson'));
  }

  return {
    counts: counts as Readonly<typeof counts>,
    /** @returns a promise where an object is full: it resolves when there is room for the next one */
    add(excluded: Exclusion): Promise<void> | undefined {
      counts[excluded.why]++;
      lines.push(`${JSON.stringify(excluded)}\n`);
      return lines.length < linesPerObject ? undefined : closeObject();
    },
    finish: closeObject,
  };
}
