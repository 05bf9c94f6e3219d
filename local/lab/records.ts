import type { RecordSets } from './zone.ts';

/** Of the server from which SES sends: what events call `ses:outgoing-ip`. */
export const sesAddress = '192.0.2.25';
/** Of the server to which bounces come back. */
export const feedbackAddress = '192.0.2.26';
/** What SES says it sends from: a network, as in reality. */
const sesNetwork = '192.0.2.24/30';
/** Selector of SES's own key. */
export const sesSelector = 'ses';

/** Domain of SES's own MAIL FROM and signature. */
export function sesDomain(region: string): string {
  return region === 'us-east-1' ? 'amazonses.com' : `${region}.amazonses.com`;
}

/** Name of the server from which SES sends; what events call `reportingMTA`. */
export function sesHost(region: string): string {
  return `a8-25.smtp-out.${sesDomain(region)}`;
}

/** What AWS publishes for SES. */
export function sesRecords(region: string, dkimRecord: string): RecordSets {
  const domain = sesDomain(region);
  const spf = [`v=spf1 ip4:${sesNetwork} -all`];
  return {
    'TXT amazonses.com': spf,
    [`TXT ${domain}`]: spf,
    [`MX ${domain}`]: [`10 ${feedbackHost(region)}`],
    [`TXT ${sesSelector}._domainkey.${domain}`]: [dkimRecord],
    [`A ${sesHost(region)}`]: [sesAddress],
    [`PTR ${reverseName(sesAddress)}`]: [sesHost(region)],
    [`A ${feedbackHost(region)}`]: [feedbackAddress],
  };
}

export interface SenderDomain {
  readonly domain: string;
  /** Tokens of Easy DKIM. */
  readonly dkimTokens: readonly string[];
  readonly mailFromDomain: string;
  readonly region: string;
  /** TXT of the key behind every token. */
  readonly dkimRecord: string;
}

/** What the owner of a sending domain publishes so that everything passes, and what AWS publishes for its tokens. */
export function senderRecords(sender: SenderDomain): RecordSets {
  const { domain, dkimTokens, mailFromDomain, region, dkimRecord } = sender;
  const spf = ['v=spf1 include:amazonses.com ~all'];
  return {
    [`SOA ${domain}`]: [`ns1.${domain} hostmaster.${domain} 1 7200 900 1209600 300`],
    [`NS ${domain}`]: [`ns1.${domain}`],
    // docomo and SoftBank look at the domain of the From field, not at that of MAIL FROM alone.
    [`TXT ${domain}`]: spf,
    [`TXT _dmarc.${domain}`]: [`v=DMARC1; p=reject; rua=mailto:dmarc@${domain}`],
    [`MX ${mailFromDomain}`]: [`10 ${feedbackHost(region)}`],
    [`TXT ${mailFromDomain}`]: spf,
    ...Object.fromEntries(
      dkimTokens.flatMap((token) => [
        [`CNAME ${token}._domainkey.${domain}`, [`${token}.dkim.amazonses.com`]],
        [`TXT ${token}.dkim.amazonses.com`, [dkimRecord]],
      ]),
    ),
  };
}

/** Where the PTR record of an IPv4 address is. */
export function reverseName(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa`;
}

function feedbackHost(region: string): string {
  return `feedback-smtp.${region}.amazonses.com`;
}
