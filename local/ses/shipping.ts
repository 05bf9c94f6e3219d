import type { Place } from '../api.ts';
import type { MailEvent } from './events.ts';
import type { AcceptedMail } from './mail.ts';
import type { MailStore } from './mail-store.ts';
import {
  acceptedEvent,
  deferredEvent,
  expiredEvent,
  isHardBounce,
  lateBounceEvent,
  refusedEvent,
} from './smtp-events.ts';
import type { Consignment, SmtpAnswer, Transport } from './transport.ts';

/** SES tries for 14 hours; here so often. */
const ATTEMPTS = 4;

export interface ShippingOptions {
  readonly place: Place;
  readonly transport: Transport;
  readonly store: MailStore;
  readonly nowMs: () => number;
  readonly newId: () => string;
  /** Who signs the mail, and how it must travel. */
  readonly terms: (mail: AcceptedMail) => Omit<Consignment, 'mail' | 'recipients'>;
  readonly happen: (mail: AcceptedMail, event: MailEvent) => void;
  /** After a hard bounce. */
  readonly suppress: (mail: AcceptedMail, recipients: readonly string[], feedbackId: string) => void;
  /** Runs the task when it is time for another attempt. */
  readonly later: (task: () => void) => void;
  /** Keeps count of what is under way. */
  readonly track: (work: Promise<void>) => void;
}

export type Ship = (
  mail: AcceptedMail,
  recipients: readonly string[],
  /** Called with those whose server took the mail. */
  onAccepted: (recipients: readonly string[]) => void,
) => void;

/** Delivers by SMTP, and tells what the servers answered in the events of SES. */
export function createShipping(options: ShippingOptions): Ship {
  const { place, transport, store, nowMs, newId, terms, happen, suppress, later, track } = options;

  const bounce = (
    mail: AcceptedMail,
    answers: readonly SmtpAnswer[],
    make: typeof refusedEvent | typeof expiredEvent,
  ) => {
    const feedbackId = newId();
    const event = make(answers, feedbackId, nowMs(), place);
    if (isHardBounce(event)) suppress(mail, event.recipients, feedbackId);
    happen(mail, event);
  };

  const attempt = async (
    mail: AcceptedMail,
    recipients: readonly string[],
    onAccepted: Parameters<Ship>[2],
    count: number,
  ): Promise<void> => {
    const answers = await transport.deliver({ mail, recipients, ...terms(mail) });
    for (const [, alike] of Map.groupBy(answers, ({ reply }) => reply)) {
      const [{ replyCode } = { replyCode: 0 }] = alike;
      if (replyCode < 400) {
        happen(mail, acceptedEvent(mail, alike, nowMs(), place));
        onAccepted(alike.map(({ recipient }) => recipient));
      } else if (replyCode >= 500) {
        bounce(mail, alike, refusedEvent);
      } else if (count >= ATTEMPTS) {
        bounce(mail, alike, expiredEvent);
      } else {
        happen(mail, deferredEvent(alike, nowMs(), place));
        const deferred = alike.map(({ recipient }) => recipient);
        later(() => track(attempt(mail, deferred, onAccepted, count + 1)));
      }
    }
  };

  transport.onLateBounce((late) => {
    const mail = store.get(late.messageId)?.mail;
    if (mail === undefined) return;
    const feedbackId = newId();
    const event = lateBounceEvent(late, feedbackId, nowMs());
    if (isHardBounce(event)) suppress(mail, event.recipients, feedbackId);
    happen(mail, event);
  });

  return (mail, recipients, onAccepted) => track(attempt(mail, recipients, onAccepted, 1));
}
