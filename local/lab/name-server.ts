import { Resolver } from 'node:dns/promises';
import type { AddressInfo } from 'node:net';
import DNS from 'dns2';
import { recordTypes, type Zone, type ZoneRecord } from './zone.ts';

const { Packet } = DNS;

/** A zone on a port of this machine, for every resolver that can be told where to ask. */
export interface NameServer {
  readonly host: string;
  /** The same for UDP and TCP. */
  readonly port: number;
  /** Asks this server and no other. */
  readonly resolver: Resolver;
  close(): Promise<void>;
}

const host = '127.0.0.1';
/** The port that UDP was given may be taken for TCP. */
const attempts = 5;

export async function serveZone(zone: Zone): Promise<NameServer> {
  const handle: DNS.DnsHandler = (request, send) => void send(answer(zone, request));
  for (let attempt = 1; ; attempt++) {
    const udp = DNS.createServer({ udp: true, handle });
    await udp.listen({ udp: { port: 0, address: host } });
    const { port } = udp.addresses().udp as AddressInfo;
    const tcp = DNS.createServer({ tcp: true, handle });
    try {
      await listening(tcp, port);
    } catch (error) {
      await udp.close();
      if (attempt === attempts) throw error;
      continue;
    }
    const resolver = new Resolver({ timeout: 10_000, tries: 3 });
    resolver.setServers([`${host}:${port}`]);
    return {
      host,
      port,
      resolver,
      async close() {
        resolver.cancel();
        await Promise.all([udp.close(), tcp.close()]);
      },
    };
  }
}

function listening(server: DNS.DnsServer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    void server.listen({ tcp: { port, address: host } }).then(() => resolve());
  });
}

function answer(zone: Zone, request: DNS.Packet): DNS.Packet {
  const response = Packet.createResponseFromRequest(request);
  const [question] = request.questions;
  const type = recordTypes.find((name) => Packet.TYPE[name] === question?.type);
  // Nothing is refused: an unknown type is one without records.
  const found = question && zone.lookup(question.name, type ?? 'NS');
  if (type !== undefined && found !== undefined) response.answers = found.records.map(resource);
  if (found?.status === 'nxdomain') response.header.rcode = Packet.RCODE.NXDOMAIN;
  response.header.aa = 1;
  return response;
}

/** Changes of the zone count at once, so nothing may be kept: the time to live is 0. */
function resource({ name, type, value }: ZoneRecord): DNS.Packet.Resource {
  const words = value.split(' ');
  const head = { name, ttl: 0, type: Packet.TYPE[type], class: Packet.CLASS.IN };
  return { ...head, ...fieldsOf(type, value, words) } as DNS.Packet.Resource;
}

function fieldsOf(type: ZoneRecord['type'], value: string, words: readonly string[]): object {
  switch (type) {
    case 'A':
    case 'AAAA':
      return { address: value };
    case 'CNAME':
    case 'PTR':
      return { domain: value };
    case 'NS':
      return { ns: value };
    case 'MX':
      return { priority: Number(words[0]), exchange: words[1] === '.' ? '' : words[1] };
    case 'TXT':
      // RFC 1035 §3.3.14: strings of up to 255 octets.
      return { data: value.match(/[\s\S]{1,255}/g) ?? [''] };
    case 'SOA': {
      const [primary, admin, ...numbers] = words;
      const [serial, refresh, retry, expiration, minimum] = numbers.map(Number);
      return { primary, admin, serial, refresh, retry, expiration, minimum };
    }
  }
}
