import type { AddressInfo } from 'node:net';
import DNS from 'dns2';
import type { RecordType, Resolve } from '../../../domain/doctor/dns.ts';

const { Packet } = DNS;

/** Response codes of RFC 1035 §4.1.1. */
const rcode = { nodata: 0, failed: 2, nxdomain: 3 } as const;

export interface ZoneServer {
  /** `127.0.0.1:54321` */
  readonly address: string;
  readonly close: () => Promise<void>;
}

/** A DNS server on loopback that answers what a resolver of the tests does. */
export async function serveZone(resolve: Resolve): Promise<ZoneServer> {
  const server = DNS.createServer({
    udp: true,
    handle: async (request, send) => {
      const response = Packet.createResponseFromRequest(request);
      const [question] = request.questions;
      const type = nameOfType(question?.type ?? 0);
      if (question !== undefined && type !== undefined) {
        const answer = await resolve(question.name.toLowerCase(), type);
        if (answer.status === 'records') {
          response.answers = answer.records.map(
            (text) => ({ name: question.name, ttl: 1, ...resourceOf(type, text) }) as DNS.Packet.Resource,
          );
        } else {
          response.header.rcode = rcode[answer.status];
        }
      }
      send(response);
    },
  });
  await server.listen({ udp: { port: 0, address: '127.0.0.1' } });
  const { port } = server.addresses().udp as AddressInfo;
  return { address: `127.0.0.1:${port}`, close: async () => void (await server.close()) };
}

const types: readonly RecordType[] = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'TXT'];

function nameOfType(type: number): RecordType | undefined {
  return types.find((name) => Packet.TYPE[name] === type);
}

/** From presentation form. */
function resourceOf(type: RecordType, text: string) {
  const words = text.split(' ');
  const head = { type: Packet.TYPE[type], class: Packet.CLASS.IN };
  switch (type) {
    case 'A':
    case 'AAAA':
      return { ...head, address: text };
    case 'MX':
      return { ...head, priority: Number(words[0]), exchange: words[1] === '.' ? '' : words[1] };
    case 'NS':
      return { ...head, ns: text };
    case 'CNAME':
    case 'PTR':
      return { ...head, domain: text };
    case 'SOA': {
      const [primary, admin, ...numbers] = words;
      const [serial, refresh, retry, expiration, minimum] = numbers.map(Number);
      return { ...head, primary, admin, serial, refresh, retry, expiration, minimum };
    }
    case 'TXT':
      return { ...head, data: text.match(/[\s\S]{1,255}/g) ?? [''] };
  }
}
