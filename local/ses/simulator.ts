import { domainOf, localPartOf } from './mailbox.ts';

/** What the recipient's side can do with a mail. */
export const RECIPIENT_BEHAVIOURS = [
  'delivery',
  /** Permanent, `NoEmail`: SMTP 550 5.1.1. */
  'bounce',
  /** Transient, `MailboxFull`: what SES reports after it gave up. */
  'softBounce',
  /** Permanent, `General`: SMTP 550 5.7.26, as Gmail answers mail that passes neither SPF nor DKIM. */
  'unauthenticated',
  /** Delivered, then reported as abuse. */
  'complaint',
  /** Deferred once, delivered later. */
  'delay',
  /** Permanent, `Suppressed`: on SES's global suppression list. */
  'suppressed',
] as const;

export type RecipientBehaviour = (typeof RECIPIENT_BEHAVIOURS)[number];

const SIMULATOR_DOMAIN = 'simulator.amazonses.com';

const SIMULATED: Readonly<Record<string, RecipientBehaviour>> = {
  success: 'delivery',
  // An out-of-office answer goes to the sender as a mail; for SES the mail is delivered.
  ooto: 'delivery',
  bounce: 'bounce',
  complaint: 'complaint',
  suppressionlist: 'suppressed',
};

/** Simulator mail counts towards the rate, but not towards the daily quota or the suppression list. */
export function isSimulator(address: string): boolean {
  return domainOf(address) === SIMULATOR_DOMAIN;
}

/**
 * What the SES mailbox simulator does with an address; plus-labels and case do not matter.
 *
 * @returns Undefined for an address outside of it. A local part that it does not know bounces.
 */
export function simulatedBehaviour(address: string): RecipientBehaviour | undefined {
  if (!isSimulator(address)) return undefined;
  const mailbox = localPartOf(address).toLowerCase().replace(/\+.*$/, '');
  return SIMULATED[mailbox] ?? 'bounce';
}
