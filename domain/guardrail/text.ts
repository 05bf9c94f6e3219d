import type { Halt, HaltCode } from '../campaign/campaign-state.ts';
import type { ProviderName } from '../campaign/provider-counts.ts';

/** Why a campaign was stopped, and what to do: for whoever answers for it. */
export interface HaltText {
  readonly ja: string;
  readonly en: string;
}

/** What happened and what it means, and what to do, in both languages. */
type Sentences = readonly [ja: string, fixJa: string, en: string, fixEn: string];

const providerNames: Readonly<Partial<Record<ProviderName, string>>> = {
  google: 'Gmail',
  'google-groups': 'Google Groups',
  microsoft: 'Outlook',
  yahoo: 'Yahoo',
  'yahoo-japan': 'Yahoo! JAPAN',
  docomo: 'docomo',
  kddi: 'au/UQ',
  softbank: 'SoftBank',
  apple: 'iCloud',
};

/** A provider as people call it. */
export function providerLabel(provider: ProviderName, language: 'ja' | 'en'): string {
  if (provider === 'other') {
    return language === 'ja' ? 'その他の事業者' : 'other providers';
  }
  return providerNames[provider] ?? provider;
}

const review: readonly [string, string] = [
  'リストの入手元と同意を確かめ、無効な宛先を除いてから再開してください',
  'Check where the list comes from and that its people agreed, take invalid addresses out, then resume',
];

const sentences: Readonly<Record<HaltCode, Sentences>> = {
  hard_bounces: [
    '宛先不明などで恒久的に届かなかったメールが多く、このまま続けると SES がアカウントを審査・停止するおそれがあります',
    review[0],
    'Too many mails bounced for good; if this goes on, SES may review or pause the account',
    review[1],
  ],
  complaints: [
    '迷惑メールとして報告された割合が高く、このまま続けると今後のメールが届かなくなるおそれがあります',
    '受け取りに同意した人だけに絞り、件名と内容、配信頻度を見直してから再開してください',
    'Too many recipients reported the mail as spam; if this goes on, later mail may not arrive either',
    'Mail only those who agreed to it, look at subject, content and frequency again, then resume',
  ],
  authentication: [
    '送信者認証(SPF・DKIM・DMARC)に合格せず拒否されています。宛先の問題ではなく、送信側の DNS 設定の問題です',
    'todoke doctor で DNS を点検し、直してから再開してください',
    'Mail is refused since it does not pass SPF, DKIM or DMARC; our DNS is at fault, not the recipients',
    'Check the DNS with todoke doctor, mend it, then resume',
  ],
  blocks: [
    '送信元の IP アドレスまたはドメインの評価を理由に拒否されています',
    '2 時間以上あけ、評価を確かめてから再開してください',
    'Mail is refused for the reputation of our IP address or domain',
    'Wait for two hours at least, look at the reputation, then resume',
  ],
  delays: [
    '受信側が一時的な拒否を繰り返しています。送信が速すぎるか、評価が下がっています',
    '時間をおき、送信速度(providerPaces)を下げてから再開してください',
    'Receivers defer the mail; we are too fast for them, or our reputation has suffered',
    'Wait, lower the pace (providerPaces), then resume',
  ],
  unknown_users: [
    '存在しない宛先が多く、続けると携帯電話会社がこの送信元からのメールを止めるおそれがあります',
    '無効な宛先を除いてから再開してください',
    'Too many of the recipients do not exist; if this goes on, the carrier may block all of our mail',
    'Take invalid addresses out, then resume',
  ],
  refusals: [
    'SES が受け付けなかった、または作成できなかったメールが多くあります',
    'todoke status で理由を確かめ、テンプレートか宛先を直してから再開してください',
    'Too many mails were refused by SES or could not be rendered',
    'See the reasons with todoke status, mend template or addresses, then resume',
  ],
  no_events: [
    '送信したメールの結果が SES から届いていません。結果が見えないまま続けることはできません',
    '設定セットのイベント通知と feedback キューを確かめてから再開してください',
    'SES does not report what becomes of the mails; it would be blind to go on',
    'Check the event destinations of the configuration sets and the feedback queue, then resume',
  ],
  unsubscribe_down: [
    '配信停止の URL が応答しません。配信停止できない販促メールを送ることはできません',
    '配信停止 API を復旧してから再開してください',
    'The unsubscribe endpoint does not answer; marketing mail that nobody can unsubscribe from must not be sent',
    'Bring the unsubscribe API back, then resume',
  ],
};

/** One sentence of what happened, with the figures, and one of what to do. */
export function haltText({ code, provider, count, of }: Halt): HaltText {
  const [ja, fixJa, en, fixEn] = sentences[code];
  const figures = of === undefined || count === undefined ? '' : figuresOf(count, of);
  const whereJa = provider === undefined ? 'キャンペーン全体' : `${providerLabel(provider, 'ja')} 宛て`;
  const whereEn = provider === undefined ? 'The campaign' : `Mail to ${providerLabel(provider, 'en')}`;
  return {
    ja: `${whereJa}の配信を停止しました${figures && `(${of} 通中 ${count} 通、${figures})`}:${ja}。${fixJa}。`,
    en: `${whereEn} was stopped${figures && ` (${count} of ${of}, ${figures})`}: ${en}. ${fixEn}.`,
  };
}

function figuresOf(count: number, of: number): string {
  return of === 0 ? '0 %' : `${((100 * count) / of).toFixed(1)} %`;
}
