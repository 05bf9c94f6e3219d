import { providerNameOf } from '../campaign/provider-counts.ts';
import { unseenAfterAcceptance } from './carriers.ts';
import type { Finding } from './finding.ts';
import type { KnownMail, MailRecord } from './known-mail.ts';
import type { Text } from './verdict-text.ts';

/** SES gives up after 14 hours. */
export const retryMs = 14 * 3_600_000;
/** For the event to come. */
export const reportMs = 3_600_000;

/** When SES accepted a mail, as near as its own row tells; epoch milliseconds. */
export function acceptedAtMs({ acceptedAtMs: told, evidence, knownSinceMs }: MailRecord): number | undefined {
  const times = Object.values(evidence).map(({ atMs }) => atMs);
  return told ?? evidence.send?.atMs ?? (times.length > 0 ? Math.min(...times) : knownSinceMs);
}

/** When a mail was sent, or, of mail that has no row of its own, the latest that it can have been; now where it is still to be sent. */
export function sentAtMs({ record, place }: KnownMail, nowMs: number): number {
  return (record && (acceptedAtMs(record) ?? record.updatedAtMs)) ?? place?.campaign.lastChunkAtMs ?? nowMs;
}

/**
 * SES accepted it, and nothing came after that: whether this means anything depends on what is reported of such mail.
 *
 * @param at - When it was accepted, in words.
 * @param atMs - The same, or the latest that it can have been; epoch milliseconds.
 */
export function acceptedFinding(
  { address, deliveryId, place }: KnownMail,
  at: Text,
  atMs: number,
  nowMs: number,
): Omit<Finding, 'evidence'> {
  const facts = { at };
  if (place?.campaign.tracing === 'failures') {
    const steps = address && unseenAfterAcceptance(providerNameOf(address), atMs);
    return { code: 'accepted_no_failure', facts, ...(steps ? { ask: steps } : {}) };
  }
  // Of mail that others sent, and of campaigns that are not in the table any more, it is not known what is reported.
  const isReported = place !== undefined || deliveryId.startsWith('n#');
  return { code: isReported && nowMs > atMs + retryMs + reportMs ? 'no_report' : 'accepted', facts };
}
