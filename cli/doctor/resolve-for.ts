import type { Resolve } from '../../domain/doctor/dns.ts';
import { type Fact, known, unknown } from '../../domain/doctor/fact.ts';
import type { Connection } from '../connection.ts';
import { dnsResolver } from './dns-resolver.ts';

/**
 * The DNS for a run. The pipeline on this machine sends from a domain that nobody published anything for.
 *
 * @throws UsageError when `server` is no address
 */
export function resolveFor(server: string | undefined, connection: Connection | undefined): Fact<Resolve> {
  if (server === undefined && connection?.localEndpoint !== undefined) {
    return unknown({
      ja: 'このパソコン上のパイプラインではDNSを調べません（--dns-server で指定できます）。',
      en: 'for the pipeline on this machine no DNS is asked, unless --dns-server names one',
    });
  }
  return known(dnsResolver(server));
}
