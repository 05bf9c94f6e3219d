import { type Check, outcome } from '../check.ts';
import type { AudienceFacts } from '../facts.ts';
import type { FindingDraft } from '../finding.ts';
import { evidenceOf, spfWithSes } from '../remedies.ts';
import { sesSpfDomain, spfRecords } from '../spf.ts';
import { spfResultOfSes } from '../spf-result.ts';

/** docomo looks SPF up at the domain of the From header, not only at MAIL FROM. */
export const fromSpfCheck: Check = {
  number: 5,
  title: { ja: 'FromドメインのSPF（ドコモ）', en: 'SPF of the From domain lets SES in (docomo)' },
  async examine({ facts, dns }) {
    const { domain } = facts;
    const records = spfRecords(await dns.records(domain, 'TXT'));
    const { result } = await spfResultOfSes(dns, domain);
    // Several records, broken ones and too many look-ups are the matter of the next check.
    if (result === 'pass' || (records.length > 0 && result === 'permerror')) {
      return outcome([]);
    }
    const carriers = facts.audience.known ? atCarriers(facts.audience.value) : undefined;
    const draft: FindingDraft = {
      code: records.length === 0 ? 'from-spf-missing' : 'from-spf-without-ses',
      severity: carriers !== undefined && carriers > 0 ? 'block' : 'warn',
      title:
        records.length === 0
          ? { ja: `${domain} にSPFがありません。`, en: `${domain} has no SPF record.` }
          : {
              ja: `${domain} のSPFがSESを通しません（${result}）。`,
              en: `SPF of ${domain} does not pass for SES: ${result}.`,
            },
      evidence: [
        ...(await evidenceOf(dns, domain, 'TXT', (text) => spfRecords([text]).length > 0)),
        ...(carriers === undefined ? [] : [`audience: ${carriers} at docomo, au, SoftBank`]),
      ],
      consequence: {
        docomo: {
          ja: 'ドコモはヘッダーFromのドメインでSPFを調べます。届かない、または警告が付くことがあります。',
          en: 'docomo looks SPF up at the header From; mail may not arrive or carries a warning.',
        },
        softbank: {
          ja: '「なりすましメールの拒否」（既定でオン）で拒否されることがあります。',
          en: 'May be refused by the anti-spoofing filter, which is on by default.',
        },
        yahooJapan: { ja: 'なりすまし扱いになることがあります。', en: 'May be treated as spoofed.' },
      },
      fix: {
        text: {
          ja: `SPFに include:${sesSpfDomain} を加えてください。`,
          en: `Put include:${sesSpfDomain} into the SPF record.`,
        },
        changes: [await spfWithSes(dns, domain)],
      },
    };
    return outcome([draft]);
  },
};

function atCarriers({ providers }: AudienceFacts): number {
  return (providers.docomo ?? 0) + (providers.kddi ?? 0) + (providers.softbank ?? 0);
}
