import { type Check, outcome } from '../check.ts';
import { discoverDmarc, rewritten } from '../dmarc.ts';
import { shown } from '../dns.ts';
import type { Change, FindingDraft } from '../finding.ts';
import { organizationalDomain } from '../organizational-domain.ts';
import { record, textChange } from '../remedies.ts';

export const bimiCheck: Check = {
  number: 25,
  title: { ja: 'BIMI', en: 'BIMI' },
  async examine({ facts, dns }) {
    const zone = organizationalDomain(facts.domain);
    const name = `default._bimi.${zone}`;
    const [text] = (await dns.records(name, 'TXT')).filter((each) => /^v\s*=\s*BIMI1/i.test(each.trim()));
    if (text === undefined) {
      return outcome([], {
        note: {
          ja: 'BIMIはありません（任意）。au、Gmail、Yahoo!メール、iCloudでロゴを出せます。ドコモの公式アカウントとYahoo! JAPANのブランドアイコンは申請です。',
          en: 'There is no BIMI record, which is optional. It shows a logo at au, Gmail, Yahoo and iCloud; docomo and Yahoo! JAPAN have marks to apply for.',
        },
      });
    }
    const drafts: FindingDraft[] = [];
    const logo = /(?:^|;)\s*l\s*=\s*([^;\s]*)/i.exec(text)?.[1] ?? '';
    if (logo !== '' && !/^https:\/\/\S+\.svgz?$/i.test(logo)) {
      drafts.push(
        bimi('bimi-logo', name, text, [
          record(name, 'TXT', text.replace(logo, `https://www.${zone}/bimi.svg`)),
        ]),
      );
    }
    const { policy } = await discoverDmarc(dns, facts.domain);
    // A domain without DMARC has more to mend, which another check says.
    if (policy !== undefined && !/^(?:quarantine|reject)$/i.test(policy.tags.get('p') ?? '')) {
      const value = rewritten(policy, { p: 'quarantine' });
      drafts.push(
        bimi('bimi-without-policy', name, text, [
          await textChange(dns, `_dmarc.${policy.domain}`, (each) => each === policy.text, [value]),
        ]),
      );
    }
    return outcome(drafts);
  },
};

function bimi(
  code: 'bimi-logo' | 'bimi-without-policy',
  name: string,
  text: string,
  changes: readonly Change[],
): FindingDraft {
  const logo = code === 'bimi-logo';
  return {
    code,
    severity: 'info',
    title: logo
      ? { ja: 'BIMIのロゴがhttpsのSVGではありません。', en: 'The BIMI logo is no SVG under https.' }
      : {
          ja: 'DMARCが p=none なので、BIMIは表示されません。',
          en: 'BIMI shows nothing while DMARC says p=none.',
        },
    evidence: shown(name, 'TXT', [text]),
    consequence: {
      gmail: { ja: 'ロゴが出ません。', en: 'No logo is shown.' },
      kddi: { ja: 'ロゴが出ません。', en: 'No logo is shown.' },
    },
    fix: {
      text: logo
        ? {
            ja: 'httpsで公開したSVG（SVG Tiny PS）を l= に書いてください。',
            en: 'Name an SVG (SVG Tiny PS) under https in l=.',
          }
        : {
            ja: 'レポートに問題がなければ、p=quarantine 以上にしてください。',
            en: 'When the reports are clean, go on to p=quarantine or reject.',
          },
      changes,
    },
  };
}

export const transportPolicyCheck: Check = {
  number: 26,
  title: { ja: 'MTA-STSとTLS-RPT', en: 'MTA-STS and TLS reports of our own domain' },
  async examine({ facts, dns }) {
    const zone = organizationalDomain(facts.domain);
    const sts = await dns.records(`_mta-sts.${zone}`, 'TXT');
    const reports = await dns.records(`_smtp._tls.${zone}`, 'TXT');
    const drafts: FindingDraft[] = [];
    if (sts.length > 0) {
      const valid = sts.length === 1 && /^v=STSv1\s*;\s*id=[A-Za-z0-9]{1,32}\s*;?\s*$/.test(sts[0] ?? '');
      const host = `mta-sts.${zone}`;
      const served = [...(await dns.records(host, 'A')), ...(await dns.records(host, 'AAAA'))].length > 0;
      if (!valid) {
        drafts.push(
          inbound(
            'mta-sts-record',
            `_mta-sts.${zone}`,
            sts,
            record(`_mta-sts.${zone}`, 'TXT', 'v=STSv1; id=20260101000000'),
          ),
        );
      }
      if (!served) {
        // Without a policy host the record only costs look-ups.
        drafts.push(inbound('mta-sts-host', host, [], record(`_mta-sts.${zone}`, 'TXT')));
      }
    }
    const tlsRpt = reports.filter((text) => /^v=TLSRPTv1/.test(text));
    if (
      reports.length > 0 &&
      (tlsRpt.length !== 1 || !/rua\s*=\s*(?:mailto|https):/i.test(tlsRpt[0] ?? ''))
    ) {
      drafts.push(
        inbound(
          'tls-rpt',
          `_smtp._tls.${zone}`,
          reports,
          record(`_smtp._tls.${zone}`, 'TXT', `v=TLSRPTv1; rua=mailto:tls@${zone}`),
        ),
      );
    }
    return outcome(
      drafts,
      sts.length > 0 || reports.length > 0
        ? {}
        : {
            note: {
              ja: 'MTA-STSとTLS-RPTはありません（任意。受信側の保護です）。',
              en: 'There is neither MTA-STS nor TLS-RPT; both are optional and protect mail that comes in.',
            },
          },
    );
  },
};

function inbound(code: string, name: string, texts: readonly string[], change: Change): FindingDraft {
  return {
    code,
    severity: 'info',
    title: { ja: `${name} が正しくありません。`, en: `${name} is not in order.` },
    evidence: shown(name, code === 'mta-sts-host' ? 'A' : 'TXT', texts),
    consequence: {
      all: {
        ja: '返信を送ってくる側のTLSの確認に失敗することがあります。',
        en: 'Who sends replies may fail to check TLS.',
      },
    },
    fix: { text: { ja: '直すか、外してください。', en: 'Correct it, or take it out.' }, changes: [change] },
  };
}
