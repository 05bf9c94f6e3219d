import type { Category } from './template/compiled.ts';

/**
 * What is done about a mail that SES may or may not have accepted, when no event has proved it: `resend` can mail twice, `hold` can
 * mail never. Either way the delivery says so.
 */
export type InDoubtPolicy = 'resend' | 'hold';

/** By category. A password that comes twice is better than none; marketing mail that comes twice is not. */
export type InDoubtPolicies = Readonly<Record<Category, InDoubtPolicy>>;

/**
 * Reads `transactional=resend,marketing=hold`.
 *
 * @throws Error when it is anything else: a fault of the stack
 */
export function parseInDoubtPolicies(text: string): InDoubtPolicies {
  const [, transactional, marketing] =
    /^transactional=(resend|hold),marketing=(resend|hold)$/.exec(text) ?? [];
  if (transactional === undefined || marketing === undefined) {
    throw new Error(`"${text}" is not of the form transactional=resend|hold,marketing=resend|hold`);
  }
  return { transactional: transactional as InDoubtPolicy, marketing: marketing as InDoubtPolicy };
}

/** Time for an event of SES to prove that it accepted a mail, before the mail is sent again. */
export const proofDelaySeconds = 30;

/** A mail that keeps ending in doubt is held after so many attempts: each of them may have arrived. */
export const maxAttemptsInDoubt = 3;
