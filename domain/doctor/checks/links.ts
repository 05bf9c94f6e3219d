import { linkShorteners } from '../../link-shorteners.ts';
import { type Check, type Subject, together } from '../check.ts';
import { shown } from '../dns.ts';
import { need } from '../fact.ts';
import type { FindingDraft } from '../finding.ts';
import { linksOf } from '../mail-links.ts';
import { organizationalDomain } from '../organizational-domain.ts';
import type { Text } from '../text.ts';
import { blocklistFindings } from './blocklists.ts';
import { trackingOptions, trackingRedirects } from './tracking.ts';

export const linksCheck: Check = {
  number: 17,
  title: { ja: 'リンク先', en: 'Links and the tracking domain: https, resolvable, our own' },
  examine: (subject) =>
    together([
      () => ofMails(subject),
      () => trackingOptions(subject),
      () => trackingRedirects(subject),
      ...(subject.facts.blocklists ?? []).map((zone) => () => blocklistFindings(subject, zone)),
    ]),
};

async function ofMails(subject: Subject): Promise<FindingDraft[]> {
  const links = linksOf(need(subject.facts.mails));
  const findings: FindingDraft[] = [];
  const seen = new Set<string>();
  for (const [url, template] of links) {
    for (const draft of await linkFindings(subject, url, template)) {
      // A host is named once, however many links lead there.
      const key = `${draft.code} ${URL.parse(url)?.host}`;
      if (!seen.has(key)) {
        seen.add(key);
        findings.push(draft);
      }
    }
  }
  return findings;
}

async function linkFindings({ facts, dns }: Subject, url: string, template: string): Promise<FindingDraft[]> {
  const { protocol, hostname } = URL.parse(url) ?? { protocol: '', hostname: '' };
  const own = `https://www.${organizationalDomain(facts.domain)}/`;
  const draft = (
    code: string,
    title: Text,
    text: Text,
    to: string,
    evidence: readonly string[] = [`${template}: ${url}`],
  ): FindingDraft => ({
    code,
    severity: 'warn',
    title,
    evidence,
    consequence: {
      gmail: {
        ja: 'リンク先の評判でメール全体が判定されます（4.7.28）。',
        en: 'Judges the mail by where its links lead (4.7.28).',
      },
      microsoft: { ja: '迷惑メールに入りやすくなります。', en: 'More likely to be filed as junk.' },
    },
    fix: { text, changes: [{ kind: 'goal', fact: `link ${url}`, value: to }] },
  });
  if (/^[\d.]+$|^\[/.test(hostname)) {
    return [
      draft(
        'link-to-address',
        {
          ja: `リンクがIPアドレスを指しています（${hostname}）。`,
          en: `A link leads to an IP address (${hostname}).`,
        },
        { ja: 'ホスト名にしてください。', en: 'Use the name of the host.' },
        own,
      ),
    ];
  }
  if (linkShorteners.has(hostname)) {
    return [
      draft(
        'link-shortener',
        { ja: `短縮URLが使われています（${hostname}）。`, en: `A link is shortened by ${hostname}.` },
        { ja: '元のURLを使ってください。', en: 'Use the page’s own URL.' },
        own,
      ),
    ];
  }
  const findings: FindingDraft[] = [];
  if (protocol !== 'https:') {
    findings.push(
      draft(
        'link-not-https',
        { ja: `httpsでないリンクがあります（${hostname}）。`, en: `A link to ${hostname} is not https.` },
        { ja: 'httpsにしてください。', en: 'Use https.' },
        url.replace(/^http:/, 'https:'),
      ),
    );
  }
  const addresses = [...(await dns.records(hostname, 'A')), ...(await dns.records(hostname, 'AAAA'))];
  if (addresses.length === 0) {
    findings.push(
      draft(
        'link-unresolved',
        { ja: `リンク先 ${hostname} がDNSにありません。`, en: `The link host ${hostname} does not resolve.` },
        { ja: 'URLかDNSを直してください。', en: 'Correct the URL, or publish the host.' },
        own,
        [`${template}: ${url}`, ...shown(hostname, 'A', [])],
      ),
    );
  } else if (organizationalDomain(hostname) !== organizationalDomain(facts.domain)) {
    findings.push(
      draft(
        'link-foreign',
        {
          ja: `リンク先 ${hostname} は送信ドメインと別の組織のドメインです。`,
          en: `The link host ${hostname} is not of the sending organization.`,
        },
        {
          ja: '自社ドメインのページ、または自社ドメインのサブドメイン（CNAME）を使ってください。',
          en: 'Link to a page of your own domain, or to a subdomain of it (CNAME).',
        },
        own,
      ),
    );
  }
  return findings;
}
