import type { Subject } from './check.ts';
import { checks } from './checks.ts';
import { type Dns, dnsOf } from './dns.ts';
import { Undecided } from './fact.ts';
import type { Facts } from './facts.ts';
import type { Finding, Outcome, Severity } from './finding.ts';
import type { Text } from './text.ts';

/** What the doctor has to say. */
export interface Diagnosis {
  readonly domain: string;
  readonly checks: readonly CheckResult[];
  /** Of all checks, the worst first. */
  readonly findings: readonly Finding[];
}

export interface CheckResult {
  readonly number: number;
  readonly title: Text;
  /** `undecided`: nothing was found, and part of it could not be looked at. */
  readonly status: 'passed' | 'found' | 'undecided';
  /** Why it could not, also where something was found. */
  readonly undecided?: Text;
  readonly note?: Text;
}

const order: readonly Severity[] = ['block', 'warn', 'info'];

/** Runs every check over the facts. Pure but for the DNS, which is asked through `facts.resolve`. */
export async function examine(facts: Facts): Promise<Diagnosis> {
  const subject: Subject = { facts, dns: dnsFor(facts) };
  const results: CheckResult[] = [];
  const findings: Finding[] = [];
  for (const { number, title, examine: look } of checks) {
    const { findings: drafts, undecided, note } = await decided(() => look(subject));
    findings.push(...drafts.map((draft) => ({ check: number, ...draft })));
    results.push({
      number,
      title,
      status: drafts.length > 0 ? 'found' : undecided === undefined ? 'passed' : 'undecided',
      ...(undecided && { undecided }),
      ...(note && { note }),
    });
  }
  return {
    domain: facts.domain,
    checks: results,
    findings: findings.sort(
      (a, b) => order.indexOf(a.severity) - order.indexOf(b.severity) || a.check - b.check,
    ),
  };
}

async function decided(look: () => Outcome | Promise<Outcome>): Promise<Outcome> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Undecided) {
      return { findings: [], undecided: error.why };
    }
    throw error;
  }
}

function dnsFor({ resolve }: Facts): Dns {
  if (resolve.known) {
    return dnsOf(resolve.value);
  }
  const { why } = resolve;
  const refuse = async (): Promise<never> => {
    throw new Undecided(why);
  };
  return { answer: refuse, records: refuse };
}

/** Whether something keeps a campaign from starting. */
export function blocks({ findings }: Pick<Diagnosis, 'findings'>): boolean {
  return findings.some(({ severity }) => severity === 'block');
}
