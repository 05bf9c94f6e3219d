import type { Bucket } from '../../aws/bucket.ts';
import type { Exclusion } from '../../domain/campaign/exclusion.ts';
import type { InFlight } from './in-flight.ts';

/** Lines of one object: some 4 MB. */
const linesPerObject = 25_000;

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
