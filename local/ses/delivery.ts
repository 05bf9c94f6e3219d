import type { Place } from '../api.ts';
import type { Account } from './account.ts';
import type { ConfigurationSets } from './configuration-sets.ts';
import type { EventPublisher } from './event-publisher.ts';
import {
  bounceEvent,
  complaintEvent,
  delayEvent,
  deliveryEvent,
  inboxAcceptance,
  type MailEvent,
  rejectEvent,
  sendEvent,
} from './events.ts';
import type { Identities } from './identities.ts';
import type { AcceptedMail } from './mail.ts';
import type { MailStore } from './mail-store.ts';
import { domainOf } from './mailbox.ts';
import { createShipping } from './shipping.ts';
import { isSimulator, type RecipientBehaviour, simulatedBehaviour } from './simulator.ts';
import type { SuppressionList, SuppressionReason } from './suppression-list.ts';
import type { Transport } from './transport.ts';

/** Milliseconds, evenly spread: [least, most]. */
type Range = readonly [number, number];

/** How long the other side takes. */
export interface Latencies {
  /** From acceptance to the recipient's SMTP answer. */
  readonly answerMs: Range;
  /** From delivery to the complaint. */
  readonly complaintMs: Range;
  /** From a deferral to the delivery. */
  readonly retryMs: Range;
}

/** Fast enough to watch: real mailboxes take seconds to answer and hours to complain. */
export const DEFAULT_LATENCIES: Latencies = {
  answerMs: [20, 200],
  complaintMs: [200, 600],
  retryMs: [800, 1200],
};

export interface DeliveryOptions {
  readonly place: Place;
  readonly account: Account;
  readonly configurationSets: ConfigurationSets;
  readonly suppressionList: SuppressionList;
  readonly store: MailStore;
  readonly publisher: EventPublisher;
  readonly latencies: Latencies;
  readonly nowMs: () => number;
  readonly random: () => number;
  readonly schedule: (delayMs: number, task: () => void) => void;
  readonly newId: () => string;
  readonly recipientBehaviour: (address: string) => RecipientBehaviour | undefined;
  readonly identities: Identities;
  /** Without it mail is delivered within this process, and always accepted. */
  readonly transport: Transport | undefined;
  readonly track: (work: Promise<void>) => void;
}

type Fate = RecipientBehaviour | 'onAccountSuppressionList';

/** Plays what happens to a mail after SES has accepted it. */
export function createDelivery(options: DeliveryOptions): (mail: AcceptedMail) => void {
  const { place, account, configurationSets, suppressionList, store, publisher, nowMs, schedule, newId } =
    options;
  const { answerMs, complaintMs, retryMs } = options.latencies;

  const within = ([least, most]: Range) => least + options.random() * (most - least);

  const happen = (mail: AcceptedMail, event: MailEvent) => {
    store.addEvent(mail.messageId, event);
    publisher.publish(mail, event);
  };

  const suppressionReasons = ({ configurationSetName }: AcceptedMail): readonly SuppressionReason[] =>
    (configurationSetName === undefined
      ? undefined
      : configurationSets.get(configurationSetName).suppressedReasons) ??
    account.settings().suppressedReasons;

  const fateOf = (mail: AcceptedMail, address: string): Fate => {
    const suppressed = suppressionList.find(address);
    if (suppressed !== undefined && suppressionReasons(mail).includes(suppressed.reason)) {
      return 'onAccountSuppressionList';
    }
    return simulatedBehaviour(address) ?? options.recipientBehaviour(address) ?? 'delivery';
  };

  const suppress = (
    mail: AcceptedMail,
    recipients: readonly string[],
    reason: SuppressionReason,
    feedbackId: string,
  ) => {
    if (!suppressionReasons(mail).includes(reason)) return;
    for (const address of recipients) {
      if (isSimulator(address)) continue;
      suppressionList.put({ address, reason, updatedAtMs: nowMs(), messageId: mail.messageId, feedbackId });
    }
  };

  const bounce = (
    mail: AcceptedMail,
    recipients: readonly string[],
    cause: Parameters<typeof bounceEvent>[0],
  ) => {
    const feedbackId = newId();
    if (cause === 'noEmail') suppress(mail, recipients, 'BOUNCE', feedbackId);
    happen(mail, bounceEvent(cause, recipients, feedbackId, nowMs(), place));
  };

  const ship =
    options.transport &&
    createShipping({
      place,
      store,
      nowMs,
      newId: options.newId,
      happen,
      track: options.track,
      transport: options.transport,
      terms: ({ sourceArn, configurationSetName }) => ({
        identity: options.identities.get(sourceArn.slice(sourceArn.indexOf('/') + 1)),
        tlsPolicy:
          configurationSetName === undefined
            ? 'OPTIONAL'
            : configurationSets.get(configurationSetName).tlsPolicy,
      }),
      suppress: (mail, recipients, feedbackId) => suppress(mail, recipients, 'BOUNCE', feedbackId),
      later: (task) => schedule(within(retryMs), task),
    });

  const deliver = (
    mail: AcceptedMail,
    recipients: readonly string[],
    onAccepted: (recipients: readonly string[]) => void = () => {},
  ) => {
    // Mail to the mailbox simulator never leaves AWS.
    if (ship !== undefined && !recipients.some(isSimulator)) {
      ship(mail, recipients, onAccepted);
      return;
    }
    happen(mail, deliveryEvent(mail, recipients, inboxAcceptance, nowMs(), place));
    onAccepted(recipients);
  };

  const complain = (mail: AcceptedMail, recipients: readonly string[]) => {
    const feedbackId = newId();
    suppress(mail, recipients, 'COMPLAINT', feedbackId);
    happen(mail, complaintEvent(recipients, feedbackId, nowMs()));
  };

  const play: Record<Fate, (mail: AcceptedMail, recipients: readonly string[]) => void> = {
    delivery: (mail, recipients) => deliver(mail, recipients),
    bounce: (mail, recipients) => bounce(mail, recipients, 'noEmail'),
    softBounce: (mail, recipients) => bounce(mail, recipients, 'mailboxFull'),
    unauthenticated: (mail, recipients) => bounce(mail, recipients, 'unauthenticated'),
    suppressed: (mail, recipients) => bounce(mail, recipients, 'suppressed'),
    onAccountSuppressionList: (mail, recipients) => bounce(mail, recipients, 'onAccountSuppressionList'),
    complaint(mail, recipients) {
      deliver(mail, recipients, (accepted) => schedule(within(complaintMs), () => complain(mail, accepted)));
    },
    delay(mail, recipients) {
      happen(mail, delayEvent(recipients, nowMs()));
      schedule(within(retryMs), () => deliver(mail, recipients));
    },
  };

  return (mail) => {
    if (hasVirus(mail)) {
      schedule(within(answerMs), () => happen(mail, rejectEvent(mail, nowMs())));
      return;
    }
    schedule(0, () => happen(mail, sendEvent(mail, nowMs())));
    for (const [fate, recipients] of byFateAndDomain(mail.recipients, (address) => fateOf(mail, address))) {
      schedule(within(answerMs), () => play[fate](mail, recipients));
    }
  };
}

/** SES reports recipients of one domain that met with the same in one event. */
function byFateAndDomain(
  recipients: readonly string[],
  fateOf: (address: string) => Fate,
): Iterable<readonly [Fate, string[]]> {
  const groups = new Map<string, readonly [Fate, string[]]>();
  for (const address of recipients) {
    const fate = fateOf(address);
    const key = `${fate} ${domainOf(address)}`;
    const group = groups.get(key) ?? ([fate, []] as const);
    group[1].push(address);
    groups.set(key, group);
  }
  return groups.values();
}

/** The EICAR anti-malware test file, written so that this file is not taken for one. */
const EICAR = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
/** Its beginning in base64, short enough to stand on one line of a raw mail. */
const EICAR_BASE64 = Buffer.from(EICAR).toString('base64').slice(0, 60);

function hasVirus({ content }: AcceptedMail): boolean {
  if (content.kind === 'raw') return content.source.includes(EICAR) || content.source.includes(EICAR_BASE64);
  return (
    (content.text?.includes(EICAR) ?? false) ||
    (content.html?.includes(EICAR) ?? false) ||
    content.attachments.some((attachment) => attachment.content.includes(EICAR))
  );
}
