import { Undecided } from './fact.ts';

export type RecordType = 'A' | 'AAAA' | 'CNAME' | 'MX' | 'NS' | 'PTR' | 'SOA' | 'TXT';

/** What the DNS says: `nxdomain` the name does not exist, `nodata` it has no such record, `failed` nobody knows. */
export type DnsAnswer =
  /** In presentation form without quotes; the strings of a TXT joined. */
  | { readonly status: 'records'; readonly records: readonly string[] }
  | { readonly status: 'nxdomain' | 'nodata' }
  /** `servfail` and `refused` are answers of servers, `timeout` is none. */
  | { readonly status: 'failed'; readonly reason: 'servfail' | 'refused' | 'timeout' | string };

/** The port to the DNS. Follows CNAMEs as a resolver does; asked for a CNAME, it does not. */
export type Resolve = (name: string, type: RecordType) => Promise<DnsAnswer>;

/** The DNS as the checks read it. */
export interface Dns {
  readonly answer: (name: string, type: RecordType) => Promise<DnsAnswer>;
  /**
   * Nothing where there is none.
   *
   * @throws Undecided when the DNS did not answer
   */
  readonly records: (name: string, type: RecordType) => Promise<readonly string[]>;
}

/** Asks each question once. */
export function dnsOf(resolve: Resolve): Dns {
  const asked = new Map<string, Promise<DnsAnswer>>();
  const answer = (name: string, type: RecordType): Promise<DnsAnswer> => {
    const plain = name.toLowerCase().replace(/\.$/, '');
    const key = `${type} ${plain}`;
    const found = asked.get(key) ?? resolve(plain, type);
    asked.set(key, found);
    return found;
  };
  return {
    answer,
    async records(name, type) {
      const answered = await answer(name, type);
      if (answered.status === 'failed') {
        throw new Undecided({
          ja: `DNSが ${name} の ${type} に答えませんでした（${answered.reason}）。`,
          en: `the DNS did not answer for ${name} ${type}: ${answered.reason}`,
        });
      }
      return answered.status === 'records' ? answered.records : [];
    },
  };
}

/** A record set as evidence: `example.com MX "10 mx.example.com"`, or that there is none. */
export function shown(name: string, type: RecordType, records: readonly string[]): string[] {
  return records.length === 0
    ? [`${name} ${type} —`]
    : records.map((record) => `${name} ${type} "${record}"`);
}

/** Host of an MX record, in lower case, without the root. */
export function mxHost(record: string): string {
  return (record.trim().split(/\s+/)[1] ?? '').toLowerCase().replace(/\.$/, '');
}

/** Name in which a PTR record of an IPv4 address stands. */
export function reverseName(ip: string): string {
  return `${ip.split('.').reverse().join('.')}.in-addr.arpa`;
}
