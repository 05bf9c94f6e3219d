import type { Subject } from '../check.ts';
import { Undecided } from '../fact.ts';
import type { FindingDraft } from '../finding.ts';
import { linksOf } from '../mail-links.ts';
import { organizationalDomain } from '../organizational-domain.ts';
import { trackingDomains } from './tracking.ts';

/**
 * Whether a list of domains seen in spam names ours or those that our links lead to. Only where somebody asks for it: such lists refuse
 * questions that come through public resolvers.
 */
export async function blocklistFindings({ facts, dns }: Subject, zone: string): Promise<FindingDraft[]> {
  const findings: FindingDraft[] = [];
  const hosts = facts.mails.known ? [...linksOf(facts.mails.value).keys()].map(hostOf) : [];
  const tracking = facts.ses.configurationSets.known ? trackingDomains(facts) : [];
  const domains = new Set(
    [facts.domain, ...tracking, ...hosts].filter((name) => /[a-z]/.test(name)).map(organizationalDomain),
  );
  for (const domain of domains) {
    const answers = await dns.records(`${domain}.${zone}`, 'A');
    if (answers.some(isRefusal)) {
      throw new Undecided({
        ja: `${nameOf(zone)} が問い合わせを断りました（${answers.join(' ')}）。公開リゾルバー経由では答えません。自前のリゾルバーを --dns-server で指定してください。`,
        en: `${nameOf(zone)} refused the question (${answers.join(' ')}): it does not answer public resolvers; name one of your own with --dns-server`,
      });
    }
    if (answers.length > 0) {
      findings.push(listed(domain, zone, answers));
    }
  }
  return findings;
}

function hostOf(url: string): string {
  return URL.parse(url)?.hostname ?? '';
}

/** Answers that are about the question: 127.255.255.0/24 and 127.0.1.255 of Spamhaus, 127.0.0.1 of SURBL; any other network is no list's. */
function isRefusal(address: string): boolean {
  return !address.startsWith('127.') || /^127\.255\.255\.|^127\.0\.1\.255$|^127\.0\.0\.1$/.test(address);
}

/** Without what stands before it: with a paid list that is the key of the account. */
function nameOf(zone: string): string {
  return zone.split('.').slice(-3).join('.');
}

function listed(domain: string, zone: string, answers: readonly string[]): FindingDraft {
  const list = nameOf(zone);
  return {
    code: 'link-domain-listed',
    severity: 'warn',
    title: {
      ja: `${domain} がブロックリスト ${list} に載っています。`,
      en: `${domain} is on the blocklist ${list}.`,
    },
    evidence: [`${domain}.${list} A ${answers.join(' ')}`],
    consequence: {
      all: {
        ja: 'このドメインを含むメールは、多くの受信側で拒否されるか迷惑メールになります。',
        en: 'Many receivers refuse or junk mail that names this domain.',
      },
      yahoo: { ja: 'BL* のコードで拒否されます（Spamhaus）。', en: 'Rejects with BL* codes (Spamhaus).' },
    },
    fix: {
      text: {
        ja: `乗っ取られたページや宛先の不明なリストなど、載った原因を除いてから、${list} に解除を申請してください。他社のドメインなら、そのリンクを外してください。`,
        en: `Remove the cause, such as a hacked page or a list of unknown origin, then ask ${list} to take it off. Take the link out if the domain is not yours.`,
      },
      changes: [{ kind: 'goal', fact: `blocklist ${domain}.${list}`, value: 'NXDOMAIN' }],
    },
  };
}
