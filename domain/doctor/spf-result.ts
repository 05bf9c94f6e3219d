import { spf } from 'mailauth/lib/spf/index.js';
import type { Dns } from './dns.ts';
import { Undecided } from './fact.ts';
import { sesSpfDomain, spfRecords, spfTerms } from './spf.ts';

/** Part of what SES publishes; stands in where the DNS at hand, that of a test for example, does not know `amazonses.com`. */
const standIn = 'v=spf1 ip4:199.255.192.0/22 ip4:199.127.232.0/22 ip4:54.240.0.0/18 ip4:69.169.224.0/20 -all';

/**
 * What SPF says of mail that SES sends in the name of a domain (RFC 7208 §2.6): the worst over all of SES's IPv4 networks.
 *
 * @throws Undecided when the DNS did not answer
 */
export async function spfResultOfSes(dns: Dns, domain: string): Promise<{ result: string; comment: string }> {
  const [published] = spfRecords(await dns.records(sesSpfDomain, 'TXT').catch(() => []));
  const record = published ?? standIn;
  const networks = (spfTerms(record) ?? []).filter(({ name }) => name === 'ip4').map(({ value }) => value);
  const resolver = async (name: string, type: string): Promise<string[] | string[][]> => {
    if (name.toLowerCase() === sesSpfDomain && type === 'TXT') {
      return [[record]];
    }
    return await resolved(dns, name, type);
  };
  let worst = { result: 'pass', comment: '' };
  for (const network of networks) {
    const { status } = await spf({
      sender: `doctor@${domain}`,
      ip: firstHost(network),
      helo: `smtp-out.${sesSpfDomain}`,
      mta: 'doctor.invalid',
      resolver,
      strict: true,
    });
    if (status.result === 'temperror') {
      throw new Undecided({
        ja: `${domain} のSPFの途中でDNSが答えませんでした。`,
        en: `the DNS did not answer while SPF of ${domain} was evaluated`,
      });
    }
    if (status.result !== 'pass') {
      worst = { result: status.result, comment: status.comment ?? '' };
      break;
    }
  }
  return worst;
}

/** Answers as `node:dns` does, which is what mailauth takes. */
async function resolved(dns: Dns, name: string, type: string): Promise<string[] | string[][]> {
  if (type !== 'TXT' && type !== 'A' && type !== 'AAAA' && type !== 'MX' && type !== 'PTR') {
    throw Object.assign(new Error(`no look-up of ${type}`), { code: 'ENODATA' });
  }
  const answer = await dns.answer(name, type);
  if (answer.status !== 'records') {
    const code = { nxdomain: 'ENOTFOUND', nodata: 'ENODATA', failed: 'ESERVFAIL' }[answer.status];
    throw Object.assign(new Error(`${name} ${type}: ${answer.status}`), { code });
  }
  if (type === 'TXT') {
    return answer.records.map((text) => [text]);
  }
  if (type === 'MX') {
    // The declared type of a resolver knows texts only; mailauth itself reads `exchange`.
    return answer.records.map((text) => {
      const [priority, exchange] = text.split(/\s+/);
      return { priority: Number(priority), exchange };
    }) as unknown as string[];
  }
  return [...answer.records];
}

function firstHost(network: string): string {
  const [a, b, c, d] = (network.split('/')[0] ?? '').split('.').map(Number);
  return [a, b, c, (d ?? 0) + 1].join('.');
}
