import type { ProviderName } from '../campaign/provider-counts.ts';
import type { Text } from './verdict-text.ts';

/** A carrier that says 250 to mail which it then keeps from the recipient. */
interface UnseenAfterAcceptance {
  /** Epoch milliseconds from which on this holds. */
  readonly sinceMs: number;
  /** What the recipient can do. */
  readonly steps: Text;
}

/** NTT docomo has accepted what its filters catch since 13 March 2025 (Japan time), and files it in a folder of its own. */
const docomoSinceMs = 1_741_791_600_000;

/**
 * Japanese carriers whose filters, on by default, act after acceptance. Sources: NTT docomo, announcement of 2025-02-13; KDDI, 「迷惑メール
 * おまかせ規制」 with DMARC and DKIM since 2023-10-05; SoftBank, 「なりすましメールの拒否」 with DMARC since April 2024.
 */
const carriers: Readonly<Partial<Record<ProviderName, UnseenAfterAcceptance>>> = {
  docomo: {
    sinceMs: docomoSinceMs,
    steps: {
      ja: 'ドコモメールの「迷惑メール_ドコモ用」フォルダーをご確認ください。そこになければ、受信設定で {domain} からの受信を許可してください。',
      en: 'Please look in the folder 「迷惑メール_ドコモ用」 (spam, kept by docomo). If it is not there, allow {domain} in the mail settings (受信設定).',
    },
  },
  kddi: {
    sinceMs: 0,
    steps: {
      ja: '「迷惑メールフィルター」の受信許可(受信リスト)に {domain} を登録してください。「迷惑メールおまかせ規制」は初期設定で有効です。',
      en: 'Please enter {domain} in the allow list (受信リスト) of the spam filter (迷惑メールフィルター). Its automatic filter is on by default.',
    },
  },
  softbank: {
    sinceMs: 0,
    steps: {
      ja: '「迷惑メール対策」の受信許可リストに {domain} を登録してください。「なりすましメールの拒否」は初期設定で有効です。',
      en: 'Please enter {domain} in the allow list (受信許可リスト) of the spam settings (迷惑メール対策). Refusal of spoofed mail is on by default.',
    },
  },
};

/** @returns undefined where acceptance is as good as arrival in a mailbox, its spam folder included */
export function unseenAfterAcceptance(provider: ProviderName, acceptedAtMs: number): Text | undefined {
  const carrier = carriers[provider];
  return carrier !== undefined && acceptedAtMs >= carrier.sinceMs ? carrier.steps : undefined;
}
