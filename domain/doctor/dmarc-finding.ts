import type { Subject } from './check.ts';
import { type DmarcRecord, rewritten } from './dmarc.ts';
import { shown } from './dns.ts';
import type { FindingDraft, RecordChange } from './finding.ts';
import { textChange } from './remedies.ts';
import type { Text } from './text.ts';

/** A record that is looked at, and where. */
export interface About {
  readonly subject: Subject;
  readonly found: DmarcRecord;
}

/** The record as it should be; undefined takes a tag out. */
export async function change(
  { subject, found }: About,
  changes: Record<string, string | undefined>,
): Promise<RecordChange> {
  return await textChange(subject.dns, `_dmarc.${found.domain}`, (text) => text === found.text, [
    rewritten(found, changes),
  ]);
}

/** Something about a record that receivers ignore, or take for less than was meant. */
export async function warning(
  about: About,
  what: {
    readonly code: string;
    readonly title: Text;
    readonly why: Text;
    readonly text: Text;
    readonly changes: Record<string, string | undefined>;
  },
): Promise<FindingDraft> {
  return {
    code: what.code,
    severity: 'warn',
    title: what.title,
    evidence: shown(`_dmarc.${about.found.domain}`, 'TXT', [about.found.text]),
    consequence: { all: what.why },
    fix: { text: what.text, changes: [await change(about, what.changes)] },
  };
}
