import type { Resolver } from 'node:dns/promises';
import { authenticate, type DNSResolver } from 'mailauth';
import { spf } from 'mailauth/lib/spf/index.js';
import { addressParser } from 'postal-mime';
import type { HeaderField } from '../ses/mail.ts';
import { domainOf } from '../ses/mailbox.ts';
import { splitRaw, valuesOf } from '../ses/raw-mail.ts';

/** Who brings a mail. */
export interface Client {
  readonly address: string;
  /** As it calls itself in EHLO. */
  readonly helo: string;
  /** From its PTR record, where that name leads back to the address; undefined otherwise. */
  readonly hostName: string | undefined;
  readonly encrypted: boolean;
  /** RFC 5321 MAIL FROM. */
  readonly mailFrom: string;
}

export interface DkimResult {
  readonly domain: string;
  readonly result: string;
  readonly aligned: boolean;
  /** Names of the fields in `h=`, in lower case. */
  readonly fields: readonly string[];
}

/** Everything that receivers look at in a mail. */
export interface Examined {
  readonly client: Client;
  readonly sizeBytes: number;
  /** Octets, without the line break. */
  readonly longestLine: number;
  readonly headers: readonly HeaderField[];
  /** Every address of every From field. */
  readonly fromAddresses: readonly string[];
  /** Domain of the first of them; empty when there is none. */
  readonly fromDomain: string;
  readonly spf: { readonly result: string; readonly aligned: boolean };
  readonly dkim: readonly DkimResult[];
  readonly dmarc: {
    /** `none`: no record. */
    readonly result: 'pass' | 'fail' | 'none';
    readonly policy: 'none' | 'quarantine' | 'reject';
  };
  /** SPF of the domain of the From field, which is not what RFC 7208 checks; some carriers do. */
  readonly fromDomainSpf: string;
  /** Whether the domain of the From field can be answered: it has an MX or an A record. */
  readonly fromDomainReachable: boolean;
  readonly fromDomainHasSoa: boolean;
  /** The fields of RFC 8601 and RFC 7208, to be put in front. */
  readonly resultFields: string;
}

/** Examines a mail as receivers do: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 9989), and what is in the DNS. */
export async function examine(
  source: Buffer,
  client: Client,
  resolver: Resolver,
  authenticatorName: string,
): Promise<Examined> {
  const { headers } = splitRaw(source);
  const fromAddresses = valuesOf(headers, 'from')
    .flatMap((value) => addressParser(value, { flatten: true }))
    .flatMap(({ address }) => (address === undefined || address === '' ? [] : [address]));
  const fromDomain = fromAddresses[0] === undefined ? '' : domainOf(fromAddresses[0]);
  const lookUp = lookUpWith(resolver);
  const asked = { ip: client.address, helo: client.helo, mta: authenticatorName, resolver: lookUp };
  const [results, ofFrom, [mx, a, soa]] = await Promise.all([
    authenticate(source, { ...asked, sender: client.mailFrom, disableArc: true, disableBimi: true }),
    fromDomain === '' ? undefined : spf({ ...asked, sender: `postmaster@${fromDomain}` }),
    Promise.all((['MX', 'A', 'SOA'] as const).map((type) => exists(resolver, fromDomain, type))),
  ]);
  const dmarc = results.dmarc === false ? undefined : results.dmarc;
  return {
    client,
    sizeBytes: source.length,
    longestLine: Math.max(
      ...source
        .toString('latin1')
        .split('\r\n')
        .map(({ length }) => length),
    ),
    headers,
    fromAddresses,
    fromDomain,
    spf: {
      result: resultOf(results.spf || undefined),
      aligned: Boolean(dmarc?.alignment?.spf?.result),
    },
    dkim: results.dkim.results.map((row) => ({
      domain: row.signingDomain ?? '',
      result: resultOf(row),
      aligned: Boolean(row.status?.aligned),
      fields: (row.signingHeaders?.keys ?? '').toLowerCase().split(/ *: */),
    })),
    dmarc: {
      result: dmarcResult(resultOf(dmarc)),
      policy: policyOf(dmarc?.policy),
    },
    fromDomainSpf: resultOf(ofFrom || undefined),
    fromDomainReachable: mx === true || a === true,
    fromDomainHasSoa: soa === true,
    resultFields: results.headers,
  };
}

/** The name behind an address, when it leads back: forward-confirmed reverse DNS. */
export async function confirmedHostName(address: string, resolver: Resolver): Promise<string | undefined> {
  for (const name of await resolver.reverse(address).catch((): string[] => [])) {
    const back = await resolver.resolve4(name).catch((): string[] => []);
    if (back.includes(address)) return name;
  }
  return undefined;
}

/** RFC 8058 §4: both fields, and both covered by a signature that passes and is aligned. */
export function offersOneClick({ headers, dkim }: Examined): boolean {
  const names = ['list-unsubscribe', 'list-unsubscribe-post'];
  return (
    names.every((name) => valuesOf(headers, name).length === 1) &&
    dkim.some(
      ({ result, aligned, fields }) =>
        result === 'pass' && aligned && names.every((name) => fields.includes(name)),
    )
  );
}

/** mailauth reads answers and errors as `node:dns` gives them. */
function lookUpWith(resolver: Resolver): DNSResolver {
  return (name, type) => resolver.resolve(name, type as 'TXT');
}

async function exists(resolver: Resolver, name: string, type: 'MX' | 'A' | 'SOA'): Promise<boolean> {
  if (name === '') return false;
  return resolver.resolve(name, type).then(
    () => true,
    () => false,
  );
}

interface WithStatus {
  readonly status?: { readonly result?: string | undefined } | undefined;
}

function resultOf(checked: WithStatus | undefined): string {
  return checked?.status?.result ?? 'none';
}

function dmarcResult(result: string): 'pass' | 'fail' | 'none' {
  return result === 'pass' || result === 'none' ? result : 'fail';
}

function policyOf(policy: string | undefined): 'none' | 'quarantine' | 'reject' {
  return policy === 'quarantine' || policy === 'reject' ? policy : 'none';
}
