import { type Check, outcome, type Subject } from '../check.ts';
import {
  type DmarcRecord,
  discoverDmarc,
  invalidTags,
  isDmarc,
  looksLikeDmarc,
  obsoleteTags,
  parseDmarc,
  rewritten,
} from '../dmarc.ts';
import { type About, change, warning } from '../dmarc-finding.ts';
import { shown } from '../dns.ts';
import type { FindingDraft } from '../finding.ts';
import { organizationalDomain, upToOrganization } from '../organizational-domain.ts';
import { record, textChange } from '../remedies.ts';
import { reporting } from './dmarc-reports.ts';

export const dmarcCheck: Check = {
  number: 8,
  title: { ja: 'DMARC', en: 'DMARC: one record that receivers understand (RFC 9989)' },
  async examine(subject) {
    for (const name of upToOrganization(subject.facts.domain)) {
      const texts = await subject.dns.records(`_dmarc.${name}`, 'TXT');
      const records = texts.filter(isDmarc);
      if (records.length > 1) {
        return outcome([several(name, records)]);
      }
      const [text] = records;
      if (text !== undefined) {
        return outcome(await ofRecord(subject, parseDmarc(name, text)));
      }
      const meant = texts.find(looksLikeDmarc);
      if (meant !== undefined) {
        return outcome([await unreadable(subject, name, meant)]);
      }
    }
    return outcome([await missing(subject)]);
  },
};

const bulk: FindingDraft['consequence'] = {
  gmail: {
    ja: '一斉送信者にはDMARCが必須です。迷惑メール扱いの救済を受けられません（4.7.31 / 5.7.40）。',
    en: 'Required of bulk senders; without it there is no mitigation (4.7.31 / 5.7.40).',
  },
  yahoo: { ja: '一斉送信者には必須です。', en: 'Required of bulk senders.' },
  microsoft: { ja: '550 5.7.515 で拒否されます。', en: 'Rejected with 550 5.7.515.' },
  apple: { ja: '拒否されることがあります。', en: 'May be rejected.' },
  docomo: {
    ja: '警告が表示され、届かないことがあります。',
    en: 'A warning is shown, and mail may not arrive.',
  },
};

async function missing({ facts, dns }: Subject): Promise<FindingDraft> {
  const zone = organizationalDomain(facts.domain);
  const name = `_dmarc.${zone}`;
  return {
    code: 'dmarc-missing',
    severity: 'block',
    title: {
      ja: `${facts.domain} にDMARCがありません。`,
      en: `There is no DMARC record for ${facts.domain}.`,
    },
    evidence: upToOrganization(facts.domain).flatMap((each) => shown(`_dmarc.${each}`, 'TXT', [])),
    consequence: bulk,
    fix: {
      text: {
        ja: 'まず p=none で公開し、レポートを見てから quarantine、reject に強めてください。rua は受け取れるアドレスにしてください。',
        en: 'Publish it with p=none, read the reports, then go on to quarantine and reject. The rua address has to take mail.',
      },
      changes: [await textChange(dns, name, looksLikeDmarc, [`v=DMARC1; p=none; rua=mailto:dmarc@${zone}`])],
    },
  };
}

function several(domain: string, records: readonly string[]): FindingDraft {
  const name = `_dmarc.${domain}`;
  return {
    code: 'dmarc-multiple',
    severity: 'block',
    title: {
      ja: `${name} にDMARCが${records.length}件あります。`,
      en: `${name} has ${records.length} DMARC records.`,
    },
    evidence: shown(name, 'TXT', records),
    consequence: {
      ...bulk,
      all: {
        ja: '複数あると1件もないものとして扱われます（RFC 9989 §4.10）。',
        en: 'Several count as none (RFC 9989 §4.10).',
      },
    },
    fix: {
      text: { ja: '1件だけ残してください。', en: 'Leave one of them.' },
      changes: [record(name, 'TXT', records[0] ?? '')],
    },
  };
}

async function unreadable({ dns }: Subject, domain: string, text: string): Promise<FindingDraft> {
  const name = `_dmarc.${domain}`;
  const { tags } = parseDmarc(domain, text);
  const kept = rewritten(parseDmarc(domain, text), { v: 'DMARC1', p: tags.get('p') ?? 'none' });
  return {
    code: 'dmarc-unreadable',
    severity: 'block',
    title: {
      ja: `${name} はDMARCとして読めません。v=DMARC1 が先頭に必要です。`,
      en: `${name} cannot be read as DMARC: it has to begin with v=DMARC1.`,
    },
    evidence: shown(name, 'TXT', [text]),
    consequence: bulk,
    fix: {
      text: { ja: '次のように書き直してください。', en: 'Write it like this.' },
      changes: [await textChange(dns, name, (each) => each === text, [kept])],
    },
  };
}

async function ofRecord(subject: Subject, found: DmarcRecord): Promise<(FindingDraft | undefined)[]> {
  const about = { subject, found };
  return [
    await policy(about),
    await invalid(about),
    await obsolete(about),
    await testing(about),
    ...(await reporting(about)),
    await organization(about),
  ];
}

async function policy(about: About): Promise<FindingDraft | undefined> {
  const { found } = about;
  const p = found.tags.get('p');
  if (p !== undefined && !invalidTags(found).some(([name]) => name === 'p')) {
    return undefined;
  }
  return {
    code: 'dmarc-policy-invalid',
    severity: 'block',
    title: {
      ja: p === undefined ? 'DMARCに p= がありません。' : `DMARCの p=${p} は無効です。`,
      en: p === undefined ? 'The DMARC record has no p=.' : `The DMARC policy p=${p} is not valid.`,
    },
    evidence: shown(`_dmarc.${found.domain}`, 'TXT', [found.text]),
    consequence: bulk,
    fix: {
      text: {
        ja: 'none、quarantine、reject のどれかにしてください。',
        en: 'Use none, quarantine or reject.',
      },
      changes: [await change(about, { p: 'none' })],
    },
  };
}

async function invalid(about: About): Promise<FindingDraft | undefined> {
  const wrong = invalidTags(about.found).filter(([name]) => name !== 'p');
  if (wrong.length === 0) {
    return undefined;
  }
  const names = wrong.map(([name, value]) => `${name}=${value}`).join(' ');
  return warning(about, {
    code: 'dmarc-tag-invalid',
    title: {
      ja: `DMARCに無効な値があります（${names}）。`,
      en: `The DMARC record has values that are not valid: ${names}.`,
    },
    why: {
      ja: '無効な sp・np があると、ポリシー全体が none として扱われることがあります（RFC 9989 §4.10.1）。',
      en: 'With an invalid sp or np the whole policy may count as none (RFC 9989 §4.10.1).',
    },
    text: { ja: '無効なタグを外すか、正しい値にしてください。', en: 'Correct them, or take them out.' },
    changes: Object.fromEntries(wrong.map(([name]) => [name, undefined])),
  });
}

async function obsolete(about: About): Promise<FindingDraft | undefined> {
  const present = obsoleteTags.filter((name) => about.found.tags.has(name));
  if (present.length === 0) {
    return undefined;
  }
  return warning(about, {
    code: 'dmarc-tag-obsolete',
    title: {
      ja: `DMARCに廃止されたタグがあります（${present.join('・')}）。`,
      en: `The DMARC record has tags that RFC 9989 took out: ${present.join(', ')}.`,
    },
    why: {
      ja: '無視されます。pct で段階的に適用しているつもりでも、全体に適用されます。',
      en: 'They are ignored: a policy meant for a part of the mail (pct) applies to all of it.',
    },
    text: {
      ja: '外してください。試験中なら t=y を使います。',
      en: 'Take them out; t=y is for trying a policy.',
    },
    changes: Object.fromEntries(present.map((name) => [name, undefined])),
  });
}

async function testing(about: About): Promise<FindingDraft | undefined> {
  if (about.found.tags.get('t')?.toLowerCase() !== 'y') {
    return undefined;
  }
  return {
    ...(await warning(about, {
      code: 'dmarc-testing',
      title: {
        ja: 'DMARCが試験中です（t=y）。ポリシーは1段弱く適用されます。',
        en: 'The DMARC policy is being tried out (t=y): receivers apply one step less.',
      },
      why: { ja: 'なりすましが止まりません。', en: 'Spoofed mail is not stopped as the policy says.' },
      text: { ja: '試験が終わったら t=y を外してください。', en: 'Take t=y out when the trial is over.' },
      changes: { t: undefined },
    })),
    severity: 'info',
  };
}

/** Old receivers use the Public Suffix List, new ones the tree walk: both should come to the same. */
async function organization(about: About): Promise<FindingDraft | undefined> {
  const { facts, dns } = about.subject;
  const walked = (await discoverDmarc(dns, facts.domain)).organization;
  const listed = organizationalDomain(facts.domain);
  if (walked === listed) {
    return undefined;
  }
  const { found } = about;
  const psd = found.tags.get('psd')?.toLowerCase();
  return {
    code: 'dmarc-organization-differs',
    severity: 'warn',
    title: {
      ja: `組織ドメインが、新しい規則（RFC 9989）では ${walked}、公開サフィックスリストでは ${listed} になります。`,
      en: `The organizational domain is ${walked} by RFC 9989 and ${listed} by the Public Suffix List.`,
    },
    evidence: [
      ...shown(`_dmarc.${found.domain}`, 'TXT', [found.text]),
      `tree walk: ${walked}`,
      `PSL: ${listed}`,
    ],
    consequence: {
      all: {
        ja: '受信側によってアライメントの判定が変わります。',
        en: 'Whether SPF and DKIM align depends on the receiver.',
      },
    },
    fix: {
      text: {
        ja:
          psd === undefined || psd === 'u'
            ? `${listed} にもDMARCを公開してください。`
            : 'psd を外し、組織ドメインにDMARCを公開してください。',
        en:
          psd === undefined || psd === 'u'
            ? `Publish a DMARC record at ${listed} too.`
            : 'Take psd out, and have a DMARC record at the organizational domain.',
      },
      changes: [
        ...(psd === undefined ? [] : [await change(about, { psd: undefined })]),
        ...(found.domain === listed || (await dns.records(`_dmarc.${listed}`, 'TXT')).some(isDmarc)
          ? []
          : [record(`_dmarc.${listed}`, 'TXT', `v=DMARC1; p=none; rua=mailto:dmarc@${listed}`)]),
      ],
    },
  };
}
