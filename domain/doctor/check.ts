import type { Dns } from './dns.ts';
import { Undecided } from './fact.ts';
import type { Facts } from './facts.ts';
import type { FindingDraft, Outcome } from './finding.ts';
import type { Text } from './text.ts';

/** One row of the table in docs/doctor.md. */
export interface Check {
  readonly number: number;
  readonly title: Text;
  /** @throws Undecided when a fact is missing that all of it rests on */
  readonly examine: (subject: Subject) => Outcome | Promise<Outcome>;
}

export interface Subject {
  readonly facts: Facts;
  /** Throws Undecided where no DNS was asked. */
  readonly dns: Dns;
}

/** An outcome of what was found and of what was not; `undefined` stands for a part that is in order. */
export function outcome(
  drafts: readonly (FindingDraft | undefined)[],
  rest: Omit<Outcome, 'findings'> = {},
): Outcome {
  return { findings: drafts.filter((draft) => draft !== undefined), ...rest };
}

/** One outcome of parts that each may lack a fact of its own: what one part lacks hides nothing that another finds. */
export async function together(
  parts: readonly (() => (FindingDraft | undefined)[] | Promise<(FindingDraft | undefined)[]>)[],
): Promise<Outcome> {
  const drafts: (FindingDraft | undefined)[] = [];
  let undecided: Outcome['undecided'];
  for (const part of parts) {
    try {
      drafts.push(...(await part()));
    } catch (error) {
      if (!(error instanceof Undecided)) {
        throw error;
      }
      undecided ??= error.why;
    }
  }
  return outcome(drafts, undecided && { undecided });
}
