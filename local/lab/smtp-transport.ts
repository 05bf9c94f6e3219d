import type { Resolver } from 'node:dns/promises';
import type { Place } from '../api.ts';
import { domainOf } from '../ses/mailbox.ts';
import type { Consignment, SmtpAnswer } from '../ses/transport.ts';
import type { DkimKey } from './dkim.ts';
import type { Network } from './network.ts';
import { sesAddress, sesHost } from './records.ts';
import { mailFromOf, outgoingSource } from './sending-host.ts';
import { type Said, talk } from './smtp-client.ts';

export interface SmtpTransportOptions {
  readonly place: Place;
  readonly resolver: Resolver;
  readonly network: Network;
  readonly key: DkimKey;
  /** Epoch milliseconds. */
  readonly nowMs: () => number;
}

type Answer = Omit<SmtpAnswer, 'recipient'>;

/** Of SES's servers, without any answer of the other side. */
const answers = {
  // What SES says of a domain without mail servers; it counts as transient there.
  noDomain: { replyCode: 550, reply: '550 5.4.4 Invalid domain' },
  // RFC 7505: a null MX.
  noMail: { replyCode: 556, reply: '556 5.1.10 Recipient address has null MX' },
  noDns: { replyCode: 451, reply: '451 4.4.0 DNS resolving error' },
  noAnswer: { replyCode: 421, reply: '421 4.4.1 Unable to connect to remote host' },
  cutOff: { replyCode: 421, reply: '421 4.4.2 Connection dropped' },
} as const satisfies Record<string, Answer>;

/** Delivers by SMTP to the mail servers that the zone names, one dialogue a mail. */
export function createSmtpTransport(options: SmtpTransportOptions) {
  const { place, resolver, network, key, nowMs } = options;

  const dialogue = async (consignment: Consignment, address: string): Promise<readonly SmtpAnswer[]> => {
    const { mail, recipients, identity, tlsPolicy } = consignment;
    const source = await outgoingSource(mail, identity, key, { place, address: sesAddress, nowMs: nowMs() });
    const socket = await network.connect(sesAddress, address);
    const said = await talk({
      socket,
      clientName: sesHost(place.region),
      mailFrom: mailFromOf(mail, identity, place),
      recipients,
      source,
      tlsPolicy,
    }).catch((): Said[] => toEach(recipients, answers.cutOff));
    return said.map((one) => ({ ...one, remoteMtaIp: address }));
  };

  return async (consignment: Consignment): Promise<readonly SmtpAnswer[]> => {
    const { recipients } = consignment;
    const found = await addressesFor(domainOf(recipients[0] ?? ''), resolver);
    if (!Array.isArray(found)) return toEach(recipients, found);
    for (const address of found) {
      try {
        return await dialogue(consignment, address);
      } catch (error) {
        if (codeOf(error) !== 'ECONNREFUSED') throw error;
      }
    }
    return toEach(recipients, answers.noAnswer);
  };
}

function toEach(recipients: readonly string[], answer: Answer): SmtpAnswer[] {
  return recipients.map((recipient) => ({ recipient, ...answer }));
}

/** RFC 5321 §5.1: the servers in order of preference, or the domain itself where it has no MX. */
async function addressesFor(domain: string, resolver: Resolver): Promise<string[] | Answer> {
  try {
    const servers = await resolver.resolveMx(domain).catch(orNothing<{ priority: number; exchange: string }>);
    if (servers.length === 1 && servers[0]?.exchange === '') return answers.noMail;
    const hosts = servers.sort((a, b) => a.priority - b.priority).map(({ exchange }) => exchange);
    const addresses = await Promise.all(
      (hosts.length === 0 ? [domain] : hosts).map((host) => resolver.resolve4(host).catch(orNothing<string>)),
    );
    return addresses.flat().length === 0 ? answers.noDomain : addresses.flat();
  } catch {
    return answers.noDns;
  }
}

/** No such record is an answer; a server that fails is not. */
function orNothing<T>(error: unknown): T[] {
  if (codeOf(error) === 'ENOTFOUND' || codeOf(error) === 'ENODATA') return [];
  throw error;
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
}
