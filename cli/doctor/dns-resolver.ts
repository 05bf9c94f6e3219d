import { promises } from 'node:dns';
import { isIP } from 'node:net';
import { types } from 'node:util';
import type { DnsAnswer, RecordType, Resolve } from '../../domain/doctor/dns.ts';
import { UsageError } from '../command.ts';

/** A CNAME chain that is longer leads in a circle. */
const maxAliases = 8;

const statusOf: Readonly<Record<string, DnsAnswer>> = {
  ENOTFOUND: { status: 'nxdomain' },
  // A name that cannot exist, for which nobody is asked.
  EBADNAME: { status: 'nxdomain' },
  ENODATA: { status: 'nodata' },
  ESERVFAIL: { status: 'failed', reason: 'servfail' },
  EREFUSED: { status: 'failed', reason: 'refused' },
  ETIMEOUT: { status: 'failed', reason: 'timeout' },
  ECONNREFUSED: { status: 'failed', reason: 'timeout' },
};

/**
 * The DNS as this machine sees it, or as one server does.
 *
 * @param server - `192.0.2.53`, `127.0.0.1:5353`, `[::1]:5353`
 * @throws UsageError when it is no address
 */
export function dnsResolver(server?: string): Resolve {
  const resolver = new promises.Resolver({ timeout: 2_000, tries: 2 });
  if (server !== undefined) {
    resolver.setServers([serverAddress(server)]);
  }

  async function ask(name: string, type: RecordType): Promise<DnsAnswer> {
    try {
      const records = await lookUp(resolver, name, type);
      return records.length > 0 ? { status: 'records', records } : { status: 'nodata' };
    } catch (error) {
      const code = types.isNativeError(error) && 'code' in error ? String(error.code) : '';
      if (code === '') {
        throw error;
      }
      return statusOf[code] ?? { status: 'failed', reason: code };
    }
  }

  /** A server that is no resolver answers with the alias alone, and leaves it to us to go on. */
  async function resolve(name: string, type: RecordType, aliases = 0): Promise<DnsAnswer> {
    const answer = await ask(name, type);
    if (
      type === 'CNAME' ||
      answer.status === 'records' ||
      answer.status === 'failed' ||
      aliases >= maxAliases
    ) {
      return answer;
    }
    const alias = await ask(name, 'CNAME');
    return alias.status === 'records' && alias.records[0] !== undefined
      ? await resolve(alias.records[0], type, aliases + 1)
      : answer;
  }

  return (name, type) => resolve(name, type);
}

function serverAddress(server: string): string {
  const [, host = '', port] =
    /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(isIP(server) === 6 ? `[${server}]` : server) ?? [];
  if (isIP(host) === 0) {
    throw new UsageError('--dns-server takes an address and perhaps a port: 192.0.2.53, 127.0.0.1:5353');
  }
  const written = isIP(host) === 6 ? `[${host}]` : host;
  return port === undefined ? written : `${written}:${port}`;
}

/** In presentation form. */
async function lookUp(resolver: promises.Resolver, name: string, type: RecordType): Promise<string[]> {
  switch (type) {
    case 'TXT':
      return (await resolver.resolveTxt(name)).map((strings) => strings.join(''));
    case 'MX':
      return (await resolver.resolveMx(name)).map(
        ({ priority, exchange }) => `${priority} ${exchange || '.'}`,
      );
    case 'SOA': {
      const { nsname, hostmaster, serial, refresh, retry, expire, minttl } = await resolver.resolveSoa(name);
      return [[nsname, hostmaster, serial, refresh, retry, expire, minttl].join(' ')];
    }
    case 'A':
      return await resolver.resolve4(name);
    case 'AAAA':
      return await resolver.resolve6(name);
    case 'CNAME':
      return await resolver.resolveCname(name);
    case 'NS':
      return await resolver.resolveNs(name);
    case 'PTR':
      return await resolver.resolvePtr(name);
  }
}
