import type { Place } from '../api.ts';
import type { ConfigurationSets } from './configuration-sets.ts';
import { eventRecord } from './event-record.ts';
import type { MailEvent } from './events.ts';
import type { Faults } from './faults.ts';
import type { AcceptedMail } from './mail.ts';

/** Milliseconds after which held events leave although the shuffle window is not full. */
const SHUFFLE_PATIENCE_MS = 1000;

export interface EventPublisherOptions {
  readonly place: Place;
  readonly configurationSets: ConfigurationSets;
  readonly faults: Faults;
  readonly schedule: (delayMs: number, task: () => void) => void;
  readonly publish: (topicArn: string, eventJson: string) => Promise<void>;
  readonly onFault: (error: unknown) => void;
}

export interface EventPublisher {
  /** Publishes an event of the mail to every destination of its configuration set that wants it. */
  publish(mail: AcceptedMail, event: MailEvent): void;
  /** Events that are on their way to SNS. */
  pending(): number;
}

/** Brings events to SNS; those of one mail stay in order unless faults are set that change it. */
export function createEventPublisher(options: EventPublisherOptions): EventPublisher {
  const { place, configurationSets, faults, schedule, publish, onFault } = options;
  const lastOfMail = new WeakMap<AcceptedMail, Promise<void>>();
  let held: (() => void)[] = [];
  let pending = 0;

  const inOrder = (mail: AcceptedMail, send: () => Promise<void>) => {
    const done = (lastOfMail.get(mail) ?? Promise.resolve()).then(send).catch(onFault);
    lastOfMail.set(
      mail,
      done.then(() => void pending--),
    );
  };

  const release = () => {
    const released = faults.shuffled(held);
    held = [];
    for (const send of released) send();
  };

  const hold = (send: () => void) => {
    const { shuffleWindow } = faults.settings().events;
    if (shuffleWindow <= 1) {
      send();
      return;
    }
    held.push(send);
    if (held.length >= shuffleWindow) release();
    else if (held.length === 1) schedule(SHUFFLE_PATIENCE_MS, release);
  };

  return {
    publish(mail, event) {
      if (mail.configurationSetName === undefined) return;
      const { destinations } = configurationSets.get(mail.configurationSetName);
      for (const { topicArn, enabled, matchingEventTypes } of destinations) {
        if (!enabled || !matchingEventTypes.includes(event.type)) continue;
        const record = eventRecord(mail, event, place);
        for (const delayMs of faults.ofEvent()) {
          pending++;
          const send = () => hold(() => inOrder(mail, () => publish(topicArn, record)));
          if (delayMs > 0) schedule(delayMs, send);
          else send();
        }
      }
    },
    pending: () => pending,
  };
}
