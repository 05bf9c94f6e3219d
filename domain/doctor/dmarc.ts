import type { Dns } from './dns.ts';
import { organizationalDomain } from './organizational-domain.ts';

/** One published DMARC record (RFC 9989 §4.7), with what is wrong in it. */
export interface DmarcRecord {
  /** Domain below whose `_dmarc` it stands. */
  readonly domain: string;
  readonly text: string;
  /** By lower-case name, in the order of the record. */
  readonly tags: ReadonlyMap<string, string>;
}

const policies = /^(?:none|quarantine|reject)$/i;

/** What each tag may hold. Others than these are ignored by receivers, and so by us. */
const forms: Readonly<Record<string, RegExp>> = {
  p: policies,
  sp: policies,
  np: policies,
  adkim: /^[rs]$/i,
  aspf: /^[rs]$/i,
  psd: /^[ynu]$/i,
  t: /^[yn]$/i,
  fo: /^[01ds](?::[01ds])*$/i,
};

/** Tags that RFC 9989 took out. */
export const obsoleteTags = ['pct', 'rf', 'ri'] as const;

/** Tags with a value that no receiver understands. */
export function invalidTags({ tags }: DmarcRecord): [name: string, value: string][] {
  return [...tags].filter(([name, value]) => forms[name] !== undefined && !forms[name].test(value));
}

/** Whether receivers take the text for a DMARC record at all: the version comes first and is spelled exactly. */
export function isDmarc(text: string): boolean {
  return /^\s*[vV][ \t]*=[ \t]*DMARC1[ \t]*(?:;|$)/.test(text);
}

/** Meant as a DMARC record, whether it is one or not. */
export function looksLikeDmarc(text: string): boolean {
  return /\bDMARC1?\b/i.test(text) || /(?:^|;)\s*p\s*=/i.test(text);
}

export function parseDmarc(domain: string, text: string): DmarcRecord {
  const tags = new Map<string, string>();
  for (const part of text.split(';')) {
    const at = part.indexOf('=');
    if (at > 0) {
      tags.set(part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim());
    }
  }
  return { domain, text, tags };
}

/** The record with some tags changed; undefined takes a tag out. */
export function rewritten(
  { tags }: DmarcRecord,
  changes: Readonly<Record<string, string | undefined>>,
): string {
  const merged = new Map([...tags, ...Object.entries(changes)]);
  // The version and the policy come first: some receivers still insist.
  const order = ['v', 'p'];
  const names = [
    ...order.filter((name) => merged.has(name)),
    ...[...merged.keys()].filter((name) => !order.includes(name)),
  ];
  return names
    .filter((name) => merged.get(name) !== undefined)
    .map((name) => `${name}=${merged.get(name)}`)
    .join('; ');
}

/** RFC 9989 §4.10: names asked for, from the domain upwards; more than eight labels are shortened to seven first. */
export function treeWalk(domain: string): string[] {
  const labels = domain.split('.');
  const from = labels.length >= 8 ? labels.length - 7 : 1;
  return [domain, ...labels.slice(from).map((_, i) => labels.slice(from + i).join('.'))].filter(
    (name, i, all) => all.indexOf(name) === i,
  );
}

/** What the tree walk of a domain finds. */
export interface DmarcDiscovery {
  /** Organizational domain by RFC 9989 §4.10.2. */
  readonly organization: string;
  /** The record whose policy counts: that of the domain itself, else of its organizational domain, else of a public suffix. */
  readonly policy: DmarcRecord | undefined;
}

export async function discoverDmarc(dns: Dns, domain: string): Promise<DmarcDiscovery> {
  const found: DmarcRecord[] = [];
  for (const name of treeWalk(domain)) {
    const records = (await dns.records(`_dmarc.${name}`, 'TXT')).filter(isDmarc);
    // Several count as none.
    const [text] = records.length === 1 ? records : [];
    if (text !== undefined) {
      const record = parseDmarc(name, text);
      found.push(record);
      if (/^[yn]$/i.test(record.tags.get('psd') ?? '')) {
        break;
      }
    }
  }
  return { organization: organizationOf(domain, found), policy: policyOf(domain, found) };
}

function organizationOf(domain: string, found: readonly DmarcRecord[]): string {
  const psd = (record: DmarcRecord) => (record.tags.get('psd') ?? 'u').toLowerCase();
  const own = found.find((record) => psd(record) === 'n');
  if (own !== undefined) {
    return own.domain;
  }
  const suffix = found.find((record) => psd(record) === 'y');
  if (suffix !== undefined && suffix.domain !== domain) {
    const labels = domain.split('.');
    return labels.slice(-(suffix.domain.split('.').length + 1)).join('.');
  }
  // Where nobody publishes anything, the list is all that receivers have.
  return found.at(-1)?.domain ?? organizationalDomain(domain);
}

function policyOf(domain: string, found: readonly DmarcRecord[]): DmarcRecord | undefined {
  const organization = organizationOf(domain, found);
  return (
    found.find((record) => record.domain === domain) ??
    found.find((record) => record.domain === organization) ??
    found.at(-1)
  );
}

/** Whether two domains belong together as an alignment mode asks: `s` the same, `r` the same organizational domain (RFC 9989 §4.4). */
export async function aligned(
  dns: Dns,
  mode: string | undefined,
  one: string,
  other: string,
): Promise<boolean> {
  if (one === other) {
    return true;
  }
  if (mode?.toLowerCase() === 's') {
    return false;
  }
  const [first, second] = await Promise.all([discoverDmarc(dns, one), discoverDmarc(dns, other)]);
  return first.organization === second.organization;
}

/** Reporting addresses of `rua` or `ruf`: `mailto:` URIs, and what is none. */
export function reportingUris(
  value: string,
): { readonly uri: string; readonly domain: string | undefined }[] {
  return value.split(',').map((part) => {
    const uri = part.trim();
    const [, domain] = /^mailto:[^@\s,!]+@([A-Za-z0-9.-]+)(?:![0-9]+[kmgt]?)?$/i.exec(uri) ?? [];
    return { uri, domain: domain?.toLowerCase() };
  });
}
