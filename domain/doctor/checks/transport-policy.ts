import { type Check, outcome } from '../check.ts';
import { shown } from '../dns.ts';
import type { Change, FindingDraft } from '../finding.ts';
import { organizationalDomain } from '../organizational-domain.ts';
import { record } from '../remedies.ts';

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
