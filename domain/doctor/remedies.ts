import { type Dns, shown } from './dns.ts';
import type { Change, RecordChange, SesCall } from './finding.ts';
import type { IdentityAnswer } from './ses-answers.ts';
import { brokenTerms, sesSpfDomain, spfRecords, spfTerms, withSes } from './spf.ts';

/** Changes that more than one check asks for. */

export function ses(operation: string, input: Readonly<Record<string, unknown>>): SesCall {
  return { kind: 'ses', operation, input };
}

export function record(name: string, type: RecordChange['type'], ...values: string[]): RecordChange {
  return { kind: 'dns', name, type, values };
}

/** The TXT records of a name with some replaced, and all others as they are. */
export async function textChange(
  dns: Dns,
  name: string,
  replaced: (text: string) => boolean,
  values: readonly string[],
): Promise<RecordChange> {
  const others = (await dns.records(name, 'TXT')).filter((text) => !replaced(text));
  return record(name, 'TXT', ...others, ...values);
}

/** One SPF record in place of all that there are. */
export async function spfChange(dns: Dns, domain: string, value: string): Promise<RecordChange> {
  return await textChange(dns, domain, (text) => spfRecords([text]).length > 0, [value]);
}

/** The SPF record that a domain should have for SES: what it has, joined to one and with SES in it. */
export async function spfWithSes(dns: Dns, domain: string): Promise<RecordChange> {
  const [first, ...others] = spfRecords(await dns.records(domain, 'TXT'));
  return await spfChange(dns, domain, withSes(first === undefined ? undefined : joined([first, ...others])));
}

/** Several SPF records as one: every term once, the strictest end last, and nothing that no receiver understands. */
export function joined(records: readonly string[]): string {
  const terms = records.flatMap((text) => spfTerms(text) ?? []);
  const broken = new Set(brokenTerms(terms));
  const ends = terms.filter(({ name }) => name === 'all' || name === 'redirect');
  const middle = terms.filter((term) => !broken.has(term) && !ends.includes(term)).map(({ text }) => text);
  const end = ends.find(({ name, qualifier }) => name === 'all' && qualifier === '-') ?? ends[0];
  return ['v=spf1', ...new Set(middle), end?.text ?? '~all'].join(' ');
}

/** Names and targets of the CNAME records of Easy DKIM. */
export function dkimRecords({ EmailIdentity, DkimAttributes }: IdentityAnswer): RecordChange[] {
  // With a key of one's own the tokens are selectors, and the records hold that key.
  if (DkimAttributes?.SigningAttributesOrigin === 'EXTERNAL') {
    return [];
  }
  const zone = DkimAttributes?.SigningHostedZone ?? 'dkim.amazonses.com';
  return (DkimAttributes?.Tokens ?? []).map((token) =>
    record(`${token}._domainkey.${EmailIdentity}`, 'CNAME', `${token}.${zone}`),
  );
}

/** Starts Easy DKIM, or starts it again, and publishes what it needs. */
export function easyDkim(identity: IdentityAnswer): Change[] {
  return [
    ses('PutEmailIdentityDkimAttributes', { EmailIdentity: identity.EmailIdentity, SigningEnabled: true }),
    ...dkimRecords(identity),
  ];
}

/** Has SES make a key of 2048 bits and sign with it, whoever made the present one. */
export function easyDkimKey({ EmailIdentity }: IdentityAnswer): SesCall {
  return ses('PutEmailIdentityDkimSigningAttributes', {
    EmailIdentity,
    SigningAttributesOrigin: 'AWS_SES',
    SigningAttributes: { NextSigningKeyLength: 'RSA_2048_BIT' },
  });
}

/** Stands in the records of a fix where the region is not known. */
export const someRegion = 'ap-northeast-1';

export function mailFromMx(region: string = someRegion): string {
  return `10 feedback-smtp.${region}.amazonses.com`;
}

/** The two records of a MAIL FROM domain, which SES looks for. */
function mailFromRecords(mailFromDomain: string, region: string | undefined): RecordChange[] {
  return [
    record(mailFromDomain, 'MX', mailFromMx(region)),
    record(mailFromDomain, 'TXT', `v=spf1 include:${sesSpfDomain} ~all`),
  ];
}

/** A MAIL FROM domain of one's own below the identity, with its records. */
export function ownMailFrom(identity: IdentityAnswer, region: string | undefined): Change[] {
  const mailFromDomain = `bounce.${identity.EmailIdentity}`;
  return [
    ses('PutEmailIdentityMailFromAttributes', {
      EmailIdentity: identity.EmailIdentity,
      MailFromDomain: mailFromDomain,
      BehaviorOnMxFailure: 'REJECT_MESSAGE',
    }),
    ...mailFromRecords(mailFromDomain, region),
  ];
}

/** The record set of a name as evidence. */
export async function evidenceOf(
  dns: Dns,
  name: string,
  type: RecordChange['type'],
  wanted: (text: string) => boolean = () => true,
): Promise<string[]> {
  return shown(name, type, (await dns.records(name, type)).filter(wanted));
}
