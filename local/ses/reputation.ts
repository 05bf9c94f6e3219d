import type { MailStore } from './mail-store.ts';
import { isSimulator } from './simulator.ts';

/**
 * The rates by which SES judges an account, by the names of its metrics: hard bounces and complaints as fractions of the mails that are
 * kept whole. Mail to the simulator does not count, as with SES. Undefined as long as there is no other.
 */
export function reputationOf(store: MailStore): Readonly<Record<string, number>> | undefined {
  let sent = 0;
  let bounced = 0;
  let complained = 0;
  for (const { mail, events, recipients } of store.all()) {
    if (mail !== undefined && !recipients.every(isSimulator)) {
      sent++;
      bounced += events.some(({ type, payload }) => type === 'BOUNCE' && payload.bounceType === 'Permanent')
        ? 1
        : 0;
      complained += events.some(({ type }) => type === 'COMPLAINT') ? 1 : 0;
    }
  }
  return sent === 0
    ? undefined
    : { 'Reputation.BounceRate': bounced / sent, 'Reputation.ComplaintRate': complained / sent };
}
