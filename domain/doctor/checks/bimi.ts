import { type Check, outcome } from '../check.ts';
import { discoverDmarc, rewritten } from '../dmarc.ts';
import { shown } from '../dns.ts';
import type { Change, FindingDraft } from '../finding.ts';
import { organizationalDomain } from '../organizational-domain.ts';
import { record, textChange } from '../remedies.ts';
import type { Text } from '../text.ts';

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
          ja: `BIMIはありません（任意）。au、Gmail、Yahoo!メール、iCloudでロゴを出せます。${marks.ja}`,
          en: `There is no BIMI record, which is optional. It shows a logo at au, Gmail, Yahoo and iCloud. ${marks.en}`,
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
    const evidence = /(?:^|;)\s*a\s*=\s*([^;\s]*)/i.exec(text)?.[1] ?? '';
    if (logo !== '' && !/^https:\/\/\S+\.pem$/i.test(evidence)) {
      const rest = text.replace(/;?\s*a\s*=[^;]*/i, '').replace(/;\s*$/, '');
      drafts.push(
        bimi('bimi-no-certificate', name, text, [
          record(name, 'TXT', `${rest}; a=https://www.${zone}/bimi.pem`),
        ]),
      );
    }
    const { policy } = await discoverDmarc(dns, facts.domain);
    const weak = ['p', 'sp'].filter((tag) => {
      const value = policy?.tags.get(tag);
      return (tag === 'p' || value !== undefined) && !/^(?:quarantine|reject)$/i.test(value ?? '');
    });
    // A domain without DMARC has more to mend, which another check says.
    if (policy !== undefined && weak.length > 0) {
      const value = rewritten(policy, Object.fromEntries(weak.map((tag) => [tag, 'quarantine'])));
      drafts.push(
        bimi('bimi-without-policy', name, text, [
          await textChange(dns, `_dmarc.${policy.domain}`, (each) => each === policy.text, [value]),
        ]),
      );
    }
    return outcome(drafts, { note: marks });
  },
};

/** What no record brings about. */
const marks: Text = {
  ja: 'ドコモの公式アカウントのマークと、Yahoo! JAPANのブランドアイコン（DKIMまたはSPFが必要、約2か月）は申請制です。',
  en: 'docomo’s mark of an official account, and the brand icon of Yahoo! JAPAN (needs DKIM or SPF, takes about two months), are applied for.',
};

const bimiTexts = {
  'bimi-logo': {
    title: { ja: 'BIMIのロゴがhttpsのSVGではありません。', en: 'The BIMI logo is no SVG under https.' },
    text: {
      ja: 'httpsで公開したSVG（SVG Tiny PS）を l= に書いてください。',
      en: 'Name an SVG (SVG Tiny PS) under https in l=.',
    },
    consequence: {
      gmail: { ja: 'ロゴが出ません。', en: 'No logo is shown.' },
      kddi: { ja: 'ロゴが出ません。', en: 'No logo is shown.' },
    },
  },
  'bimi-no-certificate': {
    title: {
      ja: 'BIMIに証明書（VMCまたはCMC）がありません。',
      en: 'BIMI has no certificate for the logo (VMC or CMC).',
    },
    text: {
      ja: '認証局からVMC（商標がある場合）またはCMCを取り、PEMのURLを a= に書いてください。',
      en: 'Get a VMC, which needs a trademark, or a CMC, and name its PEM under https in a=.',
    },
    consequence: {
      gmail: {
        ja: 'VMCまたはCMCがないとロゴが出ません。青いチェックはVMCだけです。',
        en: 'Shows the logo with a VMC or CMC only, and the blue tick with a VMC.',
      },
      apple: { ja: '証明書がないとロゴが出ません。', en: 'Shows no logo without a certificate.' },
      yahoo: { ja: '証明書がなくても出ることがあります。', en: 'May show it all the same.' },
    },
  },
  'bimi-without-policy': {
    title: {
      ja: 'DMARCの p または sp が none なので、BIMIは表示されません。',
      en: 'BIMI shows nothing while DMARC says p=none or sp=none.',
    },
    text: {
      ja: 'レポートに問題がなければ、p と sp を quarantine 以上にしてください。',
      en: 'When the reports are clean, go on to quarantine or reject in p and sp.',
    },
    consequence: {
      gmail: { ja: 'ロゴが出ません。', en: 'No logo is shown.' },
      kddi: { ja: 'ロゴが出ません。', en: 'No logo is shown.' },
    },
  },
} as const;

function bimi(
  code: keyof typeof bimiTexts,
  name: string,
  text: string,
  changes: readonly Change[],
): FindingDraft {
  const { title, text: fix, consequence } = bimiTexts[code];
  return {
    code,
    severity: 'info',
    title,
    evidence: shown(name, 'TXT', [text]),
    consequence,
    fix: { text: fix, changes },
  };
}
