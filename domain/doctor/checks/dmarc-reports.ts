import type { Subject } from '../check.ts';
import { type DmarcRecord, isDmarc, reportingUris } from '../dmarc.ts';
import { type About, warning } from '../dmarc-finding.ts';
import { shown } from '../dns.ts';
import type { FindingDraft } from '../finding.ts';
import { organizationalDomain } from '../organizational-domain.ts';
import { record } from '../remedies.ts';

/** Whether reports are asked for, and of somebody who takes them. */
export async function reporting(about: About): Promise<(FindingDraft | undefined)[]> {
  const { found, subject } = about;
  const rua = found.tags.get('rua');
  if (rua === undefined || rua === '') {
    return [
      {
        ...(await warning(about, {
          code: 'dmarc-no-reports',
          title: {
            ja: 'DMARCレポートの宛先（rua）がありません。',
            en: 'The DMARC record asks for no reports (rua).',
          },
          why: {
            ja: '認証に失敗したメールがあっても分かりません。',
            en: 'Nobody hears of mail that fails authentication.',
          },
          text: { ja: 'rua を加えてください。', en: 'Add rua.' },
          changes: { rua: `mailto:dmarc@${organizationalDomain(found.domain)}` },
        })),
        severity: 'info',
      },
    ];
  }
  const uris = reportingUris(rua);
  const bad = uris.filter(({ domain }) => domain === undefined);
  const findings: (FindingDraft | undefined)[] = [];
  if (bad.length > 0) {
    const good = uris.filter(({ domain }) => domain !== undefined).map(({ uri }) => uri);
    findings.push(
      await warning(about, {
        code: 'dmarc-rua-invalid',
        title: {
          ja: `rua に正しくない宛先があります（${bad.map(({ uri }) => uri).join(' ')}）。`,
          en: `rua has an address that is no mailto: URI: ${bad.map(({ uri }) => uri).join(' ')}.`,
        },
        why: { ja: 'レポートが届きません。', en: 'No reports arrive.' },
        text: { ja: 'mailto: を付けてください。', en: 'Write mailto: before the address.' },
        changes: {
          rua: good.length > 0 ? good.join(',') : `mailto:dmarc@${organizationalDomain(found.domain)}`,
        },
      }),
    );
  }
  for (const domain of new Set(uris.flatMap((uri) => uri.domain ?? []))) {
    findings.push(await external(subject, found, domain));
  }
  return findings;
}

/** RFC 9990 §3: who gets reports about others has to say that it wants them. */
async function external({ dns }: Subject, found: DmarcRecord, to: string): Promise<FindingDraft | undefined> {
  if (organizationalDomain(to) === organizationalDomain(found.domain)) {
    return undefined;
  }
  const names = [`${found.domain}._report._dmarc.${to}`, `*._report._dmarc.${to}`];
  for (const name of names) {
    if ((await dns.records(name, 'TXT')).some(isDmarc)) {
      return undefined;
    }
  }
  const name = names[0] ?? '';
  return {
    code: 'dmarc-rua-unauthorized',
    severity: 'warn',
    title: {
      ja: `${to} は ${found.domain} のレポートを受け取ると宣言していません。`,
      en: `${to} does not say that it takes reports about ${found.domain}.`,
    },
    evidence: [...shown(`_dmarc.${found.domain}`, 'TXT', [found.text]), ...shown(name, 'TXT', [])],
    consequence: { all: { ja: 'レポートが送られません。', en: 'No reports are sent there.' } },
    fix: {
      text: {
        ja: `${to} の管理者に次のレコードを公開してもらうか、自分のドメインの宛先に変えてください。`,
        en: `Have whoever runs ${to} publish this record, or use an address of your own domain.`,
      },
      changes: [record(name, 'TXT', 'v=DMARC1')],
    },
  };
}
