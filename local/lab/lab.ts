import type { Place } from '../api.ts';
import { easyDkimTokens } from '../ses/identities.ts';
import type { LateBounce, Transport } from '../ses/transport.ts';
import { createDkimKey } from './dkim.ts';
import { returnMail, startFeedbackServer } from './late-bounces.ts';
import { serveZone } from './name-server.ts';
import { createNetwork, type Network } from './network.ts';
import type { Persona } from './persona.ts';
import { au } from './personas/au.ts';
import { company } from './personas/company.ts';
import { docomo } from './personas/docomo.ts';
import { gmail } from './personas/gmail.ts';
import { icloud } from './personas/icloud.ts';
import { ordinary } from './personas/ordinary.ts';
import { outlook } from './personas/outlook.ts';
import { yahoo } from './personas/yahoo.ts';
import { type ReceivedMail, type Receiver, startReceiver } from './receiver.ts';
import { feedbackAddress, reverseName, senderRecords, sesRecords } from './records.ts';
import { createSmtpTransport } from './smtp-transport.ts';
import { createZone, type RecordSets, type Zone } from './zone.ts';

export const personas: readonly Persona[] = [gmail, outlook, yahoo, docomo, au, icloud, company, ordinary];

export interface LabOptions {
  readonly place: Place;
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
  /** Hears what nobody waits for. */
  readonly onFault: (error: unknown) => void;
}

/** Mail servers and the DNS between them and SES, all on this machine: where mails really arrive. */
export interface Lab {
  readonly zone: Zone;
  readonly network: Network;
  /** `127.0.0.1:PORT` of the DNS server that serves the zone. */
  readonly nameServer: string;
  readonly transport: Transport;
  /** @throws Error when there is none of that name. */
  receiver(name: string): Receiver;
  readonly receivers: readonly Receiver[];
  /** Mails in the mailboxes of an address, the oldest first. */
  mailsTo(recipient: string): readonly ReceivedMail[];
  /** Publishes what the owner of a sending domain has to, so that everything passes. */
  publishSender(domain: string, mailFromDomain?: string): void;
  close(): Promise<void>;
}

export async function startLab({ place, nowMs, onFault }: LabOptions): Promise<Lab> {
  const key = await createDkimKey();
  const zone = createZone({ ...sesRecords(place.region, key.record), ...receiverRecords() });
  const server = await serveZone(zone);
  const { resolver } = server;
  const network = createNetwork();
  const listeners: ((bounce: LateBounce) => void)[] = [];
  let returning = 0;

  const receivers = await Promise.all(
    personas.map((persona) =>
      startReceiver({
        persona,
        resolver,
        nowMs,
        onFault,
        returned(by, mail) {
          returning++;
          returnMail(by, mail, resolver, network)
            .catch(onFault)
            .finally(() => void returning--);
        },
      }),
    ),
  );
  const feedback = await startFeedbackServer((bounce) => {
    for (const listener of listeners) listener(bounce);
  });
  for (const { persona, port } of receivers) network.attach(persona.address, port);
  network.attach(feedbackAddress, feedback.port);
  const deliver = createSmtpTransport({ place, resolver, network, key, nowMs });

  return {
    zone,
    network,
    nameServer: `${server.host}:${server.port}`,
    transport: {
      deliver,
      onLateBounce: (listener) => void listeners.push(listener),
      pending: () => returning,
    },
    receivers,
    receiver(name) {
      const found = receivers.find(({ persona }) => persona.name === name);
      if (found === undefined) throw new Error(`the lab has no receiver ${name}`);
      return found;
    },
    mailsTo: (recipient) =>
      receivers.flatMap(({ mails }) => mails.filter((mail) => mail.recipient === recipient)),
    publishSender(domain, mailFromDomain = `bounce.${domain}`) {
      zone.change(
        senderRecords({
          domain,
          mailFromDomain,
          region: place.region,
          dkimTokens: easyDkimTokens,
          dkimRecord: key.record,
        }),
      );
    },
    async close() {
      await Promise.all([...receivers.map((receiver) => receiver.close()), feedback.close()]);
      await server.close();
    },
  };
}

/** MX, A and PTR of every persona. */
function receiverRecords(): RecordSets {
  return Object.fromEntries(
    personas.flatMap(({ domains, host, address }) => [
      ...domains.map((domain) => [`MX ${domain}`, [`10 ${host}`]] as const),
      [`A ${host}`, [address]] as const,
      [`PTR ${reverseName(address)}`, [host]] as const,
    ]),
  );
}
