import { type Dns, mxHost } from './dns.ts';

/** RFC 7208 §4.6.4: more of either is a permanent error. */
export const spfLimits = { lookups: 10, voidLookups: 2 };

/** One mechanism or modifier of a record, as written and taken apart. */
export interface SpfTerm {
  readonly text: string;
  readonly qualifier: '+' | '-' | '~' | '?' | '';
  /** Lower case: `include`, `all`, `redirect`. */
  readonly name: string;
  /** Domain or network behind `:` or `=`; empty where there is none. */
  readonly value: string;
}

const mechanisms = /^(?:all|include|a|mx|ptr|ip4|ip6|exists)$/;

/** Terms of a record, or undefined for a text that is no SPF record. */
export function spfTerms(record: string): SpfTerm[] | undefined {
  const [version = '', ...words] = record.trim().split(/\s+/);
  return version.toLowerCase() === 'v=spf1' ? words.map(termOf) : undefined;
}

function termOf(text: string): SpfTerm {
  const [, qualifier = '', name = '', , value = ''] =
    /^([+\-~?]?)([A-Za-z][A-Za-z0-9._-]*)(?:([:=])(.*))?(?:\/.*)?$/.exec(text) ?? [];
  return { text, qualifier: qualifier as SpfTerm['qualifier'], name: name.toLowerCase(), value };
}

/** Terms that no receiver understands; one of them makes the whole record a permanent error. */
export function brokenTerms(terms: readonly SpfTerm[]): SpfTerm[] {
  return terms.filter(({ text, name, value }) => {
    const modifier = /^[A-Za-z][A-Za-z0-9._-]*=/.test(text);
    if (modifier) {
      return (name === 'redirect' || name === 'exp') && value === '';
    }
    if (!mechanisms.test(name)) {
      return true;
    }
    return /^(?:include|ip4|ip6|exists)$/.test(name)
      ? value === '' || !wellFormed(name, value)
      : name === 'all' && value !== '';
  });
}

function wellFormed(name: string, value: string): boolean {
  if (name === 'ip4') {
    const [, address = '', prefix = '32'] = /^([\d.]+)(?:\/(\d+))?$/.exec(value) ?? [];
    const octets = address.split('.');
    return (
      octets.length === 4 &&
      octets.every((each) => /^\d+$/.test(each) && Number(each) < 256) &&
      Number(prefix) <= 32
    );
  }
  return name === 'ip6' ? /^[0-9A-Fa-f:.]+(?:\/\d+)?$/.test(value) : !/[^\x21-\x7e]/.test(value);
}

/** The SPF records among the TXT records of a name. */
export function spfRecords(texts: readonly string[]): string[] {
  return texts.filter((text) => /^v=spf1(?:\s|$)/i.test(text.trim()));
}

/** What a receiver meets on its way through a record and all that it includes. */
export interface SpfWalk {
  /** Terms that cost a look-up, wherever they stand. */
  readonly lookups: number;
  /** Look-ups without an answer, as the terms that caused them. */
  readonly voids: readonly string[];
  /** Domains that are included without having an SPF record. */
  readonly deadIncludes: readonly string[];
  /** Networks of `ip4` and `ip6`, for a record without includes. */
  readonly networks: readonly { readonly under: string; readonly term: string }[];
}

/** SES's own record: it exists, even where a test's DNS does not have it. */
export const sesSpfDomain = 'amazonses.com';

/** Walks all of a record, not only up to the first term that matches: which one that is depends on the sender's address. */
export async function walkSpf(dns: Dns, domain: string, record: string): Promise<SpfWalk> {
  const seen = new Set<string>();
  const walk = {
    lookups: 0,
    voids: [] as string[],
    deadIncludes: [] as string[],
    networks: [] as SpfWalk['networks'][number][],
  };

  async function visit(domain: string, text: string, under: string): Promise<void> {
    for (const term of spfTerms(text) ?? []) {
      const { name, value } = term;
      if (name === 'ip4' || name === 'ip6') {
        walk.networks.push({ under, term: `${name}:${value}` });
      }
      if (!/^(?:include|redirect|a|mx|ptr|exists)$/.test(name)) {
        continue;
      }
      walk.lookups++;
      const target = (value.replace(/\/.*$/, '') || domain).toLowerCase().replace(/\.$/, '');
      // A macro depends on the mail; its look-up counts, its answer cannot be known.
      if (target.includes('%')) {
        continue;
      }
      if (name === 'include' || name === 'redirect') {
        await follow(term.text, target, under === '' ? target : under);
      } else if (name !== 'ptr') {
        await resolveHosts(term, target, under);
      }
    }
  }

  async function resolveHosts({ name, text }: SpfTerm, target: string, under: string): Promise<void> {
    const records = await dns.records(target, name === 'mx' ? 'MX' : 'A');
    const other = name === 'a' && records.length === 0 ? await dns.records(target, 'AAAA') : [];
    if (records.length + other.length === 0) {
      walk.voids.push(text);
    }
    if (name === 'exists') {
      return;
    }
    const hosts =
      name === 'mx' ? await Promise.all(records.map((each) => dns.records(mxHost(each), 'A'))) : [records];
    walk.networks.push(...hosts.flat().map((ip) => ({ under, term: `ip4:${ip}` })));
  }

  async function follow(term: string, target: string, under: string): Promise<void> {
    // A loop runs into the limit of look-ups at a receiver, and must not run for ever here.
    if (seen.has(target) || walk.lookups > 10 * spfLimits.lookups) {
      walk.lookups += seen.has(target) ? spfLimits.lookups : 0;
      return;
    }
    const [found] = spfRecords(await dns.records(target, 'TXT'));
    if (found === undefined) {
      if (target !== sesSpfDomain) {
        walk.deadIncludes.push(target);
        walk.voids.push(term);
      }
      return;
    }
    seen.add(target);
    await visit(target, found, under);
    seen.delete(target);
  }

  seen.add(domain);
  await visit(domain, record, '');
  return walk;
}

/** The record with SES let in, before what ends it. */
export function withSes(record: string | undefined): string {
  const include = `include:${sesSpfDomain}`;
  if (record === undefined) {
    return `v=spf1 ${include} ~all`;
  }
  const kept = (spfTerms(record) ?? [])
    .map(({ text }) => text)
    .filter((text) => !/^[+\-~?]?include:amazonses\.com$/i.test(text));
  const end = kept.findIndex((text) => /^[+\-~?]?all$|^redirect=/i.test(text));
  const at = end < 0 ? kept.length : end;
  return ['v=spf1', ...kept.slice(0, at), include, ...kept.slice(at)].join(' ');
}
