import { type Check, outcome, type Subject } from '../check.ts';
import { need } from '../fact.ts';
import { type VolumeProvider, volumeProviders } from '../facts.ts';
import type { FindingDraft } from '../finding.ts';
import { organizationalDomain } from '../organizational-domain.ts';
import { receiverNames } from '../receiver-names.ts';
import { jumpConsequences } from '../volume-consequences.ts';
import { firstDayVolume, warmUpDays } from '../warm-up.ts';

const jump = { warn: 2, block: 5 };

export const growthCheck: Check = {
  number: 22,
  title: { ja: 'プロバイダーごとの増え方', en: 'Growth at each mailbox provider' },
  examine({ facts }) {
    const { providers } = need(facts.audience);
    const { busiestDay } = need(facts.history);
    return outcome(
      volumeProviders.map((provider) =>
        growth(provider, providers[provider] ?? 0, busiestDay[provider] ?? 0),
      ),
    );
  },
};

function growth(provider: VolumeProvider, planned: number, most: number): FindingDraft | undefined {
  // `other` is many small domains, of which none sees a jump.
  if (provider === 'other' || planned <= firstDayVolume) {
    return undefined;
  }
  const times = most === 0 ? Number.POSITIVE_INFINITY : planned / most;
  if (times <= jump.warn) {
    return undefined;
  }
  const { receiver, text } = jumpConsequences[provider];
  const name = receiverNames[receiver];
  const block = times > jump.block;
  const fits = Math.max(firstDayVolume, most * jump.warn);
  return {
    code: most === 0 ? 'growth-no-history' : 'growth-jump',
    severity: block ? 'block' : 'warn',
    title:
      most === 0
        ? {
            ja: `${name.ja}にはこの30日送っていません。いきなり${planned}通は遅延・拒否の原因になります。`,
            en: `Nothing went to ${name.en} in the last 30 days; ${planned} at once will be deferred or blocked.`,
          }
        : {
            ja: `${name.ja}宛てが過去30日の最大（${most}通）の${times.toFixed(1)}倍です。`,
            en: `${name.en} gets ${times.toFixed(1)} times the most of the last 30 days (${most}).`,
          },
    evidence: [`planned for ${provider}: ${planned}`, `busiest day of 30: ${most}`],
    consequence: { [receiver]: text },
    fix: {
      text: {
        ja: `今日は${name.ja}宛てを${fits}通までにし、毎日2倍までで増やしてください（${warmUpDays(planned, fits)}日）。infra/stages.ts の providerPaces でも抑えられます。`,
        en: `Send ${fits} to ${name.en} today and at most double each day: ${warmUpDays(planned, fits)} days. providerPaces of the stage slows it as well.`,
      },
      changes: [{ kind: 'goal', fact: `audience.providers.${provider}`, value: fits }],
    },
  };
}

export const warmUpCheck: Check = {
  number: 23,
  title: { ja: 'ウォームアップの見通し', en: 'How long a warm-up takes' },
  examine({ facts }) {
    const { providers } = need(facts.audience);
    const { busiestDay } = need(facts.history);
    const days = Math.max(
      1,
      ...volumeProviders
        .filter((provider) => provider !== 'other')
        .map((provider) =>
          warmUpDays(
            providers[provider] ?? 0,
            Math.max(firstDayVolume, (busiestDay[provider] ?? 0) * jump.warn),
          ),
        ),
    );
    return outcome([], {
      note: {
        ja: `毎日2倍までで増やすと${days}日で全員に届きます。`,
        en: `At no more than double a day, everybody is reached in ${days} ${days === 1 ? 'day' : 'days'}.`,
      },
    });
  },
};

/** Recipients of personal Gmail in a day from which a domain is a bulk sender, for good. */
const gmailBulk = 5000;

export const gmailCheck: Check = {
  number: 24,
  title: { ja: 'Gmailの一斉送信者', en: 'Gmail’s count of 5,000 a day' },
  examine({ facts }: Subject) {
    const planned = need(facts.audience).providers.google ?? 0;
    const { busiestDay, googleToday } = need(facts.history);
    const total = planned + googleToday;
    const most = busiestDay.google ?? 0;
    if (total < gmailBulk || most >= gmailBulk) {
      return outcome([]);
    }
    const domain = organizationalDomain(facts.domain);
    return outcome([
      {
        code: 'gmail-bulk-sender',
        severity: 'warn',
        title: {
          ja: `この配信で ${domain} はGmailの「一斉送信者」になります。元には戻りません。`,
          en: `With this campaign ${domain} becomes a bulk sender at Gmail, for good.`,
        },
        evidence: [`Gmail today: ${googleToday} + ${planned}`, `busiest day of 30: ${most}`],
        consequence: {
          gmail: {
            ja: '以後すべてのメールに SPF・DKIM・DMARC・ワンクリック配信停止・苦情率0.3%未満が求められます。サブドメインも合算されます。',
            en: 'From then on all mail of the domain and its subdomains needs SPF, DKIM, DMARC, one-click unsubscribe and a spam rate under 0.3 %.',
          },
        },
        fix: {
          text: {
            ja: `ほかの検査が通っていれば送って構いません。まだなら、今日のGmail宛てを${gmailBulk - 1}通までにしてください。`,
            en: `Go ahead when the other checks pass; otherwise keep today’s mail to Gmail under ${gmailBulk}.`,
          },
          changes: [
            {
              kind: 'goal',
              fact: 'audience.providers.google',
              value: Math.max(0, gmailBulk - 1 - googleToday),
            },
          ],
        },
      },
    ]);
  },
};
