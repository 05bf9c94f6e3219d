import { type Check, outcome, type Subject } from '../check.ts';
import { mxHost, shown } from '../dns.ts';
import type { Change, FindingDraft } from '../finding.ts';
import { isWithin, organizationalDomain, upToOrganization } from '../organizational-domain.ts';
import { record, someRegion } from '../remedies.ts';
import type { Text } from '../text.ts';

export const fromDomainCheck: Check = {
  number: 6,
  title: { ja: 'FromドメインのA・MX・SOA', en: 'The From domain has A or MX and SOA, and takes replies' },
  async examine(subject) {
    const silent = await silentZone(subject);
    if (silent !== undefined) {
      return outcome([silent]);
    }
    const { findings, undecided } = await mailHosts(subject);
    return outcome([...findings, await soa(subject)], undecided && { undecided });
  },
};

/** A zone whose servers answer with an error has a fault of its own, unlike one that nobody could reach from here. */
async function silentZone({ facts, dns }: Subject): Promise<FindingDraft | undefined> {
  const { domain } = facts;
  for (const type of ['MX', 'SOA', 'A'] as const) {
    const answer = await dns.answer(domain, type);
    if (answer.status !== 'failed' || !/servfail|refused/i.test(answer.reason)) {
      continue;
    }
    return {
      code: 'from-zone-broken',
      severity: 'block',
      title: {
        ja: `${domain} のDNSサーバーがエラーを返します（${answer.reason}）。`,
        en: `The name servers of ${domain} answer with an error: ${answer.reason}.`,
      },
      evidence: [`${domain} ${type}: ${answer.reason}`],
      consequence: {
        yahoo: { ja: '451 で遅延します。', en: 'Deferred with 451.' },
        docomo: {
          ja: '送信元ドメインを確認できず拒否されることがあります。',
          en: 'Refused, since the domain cannot be verified.',
        },
        all: {
          ja: 'SPF・DKIM・DMARCのどれも確認できません。',
          en: 'None of SPF, DKIM and DMARC can be checked.',
        },
      },
      fix: {
        text: {
          ja: '委任（NS）とDNSSECの署名を確かめてください（dig +trace、delv）。',
          en: 'Check the delegation and the DNSSEC signatures (dig +trace, delv).',
        },
        changes: [{ kind: 'goal', fact: `dns.${domain}`, value: 'NOERROR' }],
      },
    };
  }
  return undefined;
}

const unreachable: FindingDraft['consequence'] = {
  docomo: {
    ja: 'ヘッダーFromのドメインにAもMXもないメールは届きません。',
    en: 'Mail whose From domain has neither A nor MX is not delivered.',
  },
  yahoo: {
    ja: 'ドメインを解決できないメールは拒否されます。',
    en: 'Mail from a domain that does not resolve is refused.',
  },
  all: { ja: '返信が届きません。', en: 'Replies do not arrive.' },
};

async function mailHosts(
  subject: Subject,
): Promise<{ findings: (FindingDraft | undefined)[]; undecided?: Text }> {
  const { facts, dns } = subject;
  const { domain } = facts;
  const mx = await dns.records(domain, 'MX');
  if (mx.some((each) => mxHost(each) === '')) {
    return { findings: [await nullMx(subject, mx)] };
  }
  if (mx.length === 0) {
    const addresses = [...(await dns.records(domain, 'A')), ...(await dns.records(domain, 'AAAA'))];
    return { findings: addresses.length > 0 ? [] : [await noHost(subject)] };
  }
  const findings: FindingDraft[] = [];
  let unseen: string | undefined;
  for (const each of mx) {
    const host = mxHost(each);
    const why = await troubleOf(subject, host);
    if (why === 'foreign') {
      unseen = host;
    } else if (why !== undefined) {
      findings.push(await badHost(subject, mx, host, why));
    }
  }
  return unseen === undefined
    ? { findings }
    : {
        findings,
        undecided: {
          ja: `MXのホスト ${unseen} を解決できませんでした。`,
          en: `the MX host ${unseen} could not be resolved`,
        },
      };
}

async function troubleOf({ facts, dns }: Subject, host: string): Promise<Text | 'foreign' | undefined> {
  if (/^[\d.]+$/.test(host)) {
    return { ja: 'IPアドレスです', en: 'is an IP address' };
  }
  if ((await dns.records(host, 'CNAME')).length > 0) {
    return { ja: 'CNAMEです（RFC 2181 §10.3で禁止）', en: 'is a CNAME, which RFC 2181 §10.3 forbids' };
  }
  if ((await dns.records(host, 'A')).length + (await dns.records(host, 'AAAA')).length > 0) {
    return undefined;
  }
  // Somebody else's host: whether the DNS at hand knows it says little of the set-up.
  return isWithin(host, organizationalDomain(facts.domain))
    ? { ja: 'アドレスがありません', en: 'has no address' }
    : 'foreign';
}

async function badHost(
  subject: Subject,
  mx: readonly string[],
  host: string,
  why: Text,
): Promise<FindingDraft> {
  const { domain } = subject.facts;
  const rest = mx.filter((each) => mxHost(each) !== host);
  return {
    code: 'from-mx-unusable',
    severity: 'warn',
    title: { ja: `${domain} のMX ${host} は${why.ja}。`, en: `The MX ${host} of ${domain} ${why.en}.` },
    evidence: shown(domain, 'MX', mx),
    consequence: { all: { ja: '返信が届きません。', en: 'Replies do not arrive.' } },
    fix: {
      text: {
        ja: '使えるホスト名だけをMXに残してください。',
        en: 'Leave only hosts with an address in the MX record.',
      },
      changes: rest.length > 0 ? [record(domain, 'MX', ...rest)] : await replyChanges(subject),
    },
  };
}

async function nullMx(subject: Subject, mx: readonly string[]): Promise<FindingDraft> {
  const { domain } = subject.facts;
  return {
    code: 'from-null-mx',
    severity: 'block',
    title: {
      ja: `${domain} はメールを受け取らないと宣言しています（null MX）。`,
      en: `${domain} says that it takes no mail (null MX).`,
    },
    evidence: shown(domain, 'MX', mx),
    consequence: {
      yahoo: {
        ja: 'null MXのドメインからのメールは拒否されます。',
        en: 'Refuses mail from a domain with a null MX.',
      },
      all: {
        ja: '返信が届きません。RFC 7505 §4.2で拒否する受信側があります。',
        en: 'Replies do not arrive, and receivers may refuse the mail (RFC 7505 §4.2).',
      },
    },
    fix: {
      text: { ja: 'メールを受け取るMXに変えてください。', en: 'Replace it with an MX that takes mail.' },
      changes: await replyChanges(subject),
    },
  };
}

async function noHost(subject: Subject): Promise<FindingDraft> {
  const { domain } = subject.facts;
  return {
    code: 'from-no-host',
    severity: 'block',
    title: { ja: `${domain} にAもMXもありません。`, en: `${domain} has neither A nor MX.` },
    evidence: [...shown(domain, 'MX', []), ...shown(domain, 'A', []), ...shown(domain, 'AAAA', [])],
    consequence: unreachable,
    fix: {
      text: {
        ja: '返信を受け取るMXを公開してください。',
        en: 'Publish an MX record that takes replies.',
      },
      changes: await replyChanges(subject),
    },
  };
}

/** The MX of the organization where it has one; else SES's own inbound, which needs a receipt rule. */
async function replyChanges({ facts, dns }: Subject): Promise<Change[]> {
  const { domain, ses } = facts;
  for (const parent of upToOrganization(domain).slice(1)) {
    const answer = await dns.answer(parent, 'MX');
    const usable = answer.status === 'records' ? answer.records.filter((each) => mxHost(each) !== '') : [];
    if (usable.length > 0) {
      return [record(domain, 'MX', ...usable)];
    }
  }
  return [record(domain, 'MX', `10 inbound-smtp.${ses.region ?? someRegion}.amazonaws.com`)];
}

/** Yahoo asks for the SOA of the organizational domain; a zone of one's own below it has another. */
async function soa({ facts, dns }: Subject): Promise<FindingDraft | undefined> {
  const names = upToOrganization(facts.domain);
  for (const name of names) {
    if ((await dns.records(name, 'SOA')).length > 0) {
      return undefined;
    }
  }
  const zone = organizationalDomain(facts.domain);
  return {
    code: 'soa-missing',
    severity: 'block',
    title: { ja: `${zone} のSOAが引けません。`, en: `${zone} has no SOA record.` },
    evidence: names.flatMap((name) => shown(name, 'SOA', [])),
    consequence: {
      yahoo: {
        ja: 'ドメインが存在しないとみなされ、451 または 554 で拒否されます。',
        en: 'Takes the domain for one that does not exist: 451 or 554.',
      },
    },
    fix: {
      text: {
        ja: 'ゾーンの頂点にSOAを置き、委任を確かめてください。',
        en: 'Give the apex of the zone its SOA record, and check the delegation.',
      },
      changes: [record(zone, 'SOA', `ns1.${zone} hostmaster.${zone} 2026010101 7200 900 1209600 300`)],
    },
  };
}
