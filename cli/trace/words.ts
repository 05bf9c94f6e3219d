import type { Text } from '../../domain/verdict/verdict-text.ts';

/** What the report says beside verdicts. */
export const words = {
  mails: { ja: 'メール', en: 'mails' },
  when: { ja: '日時(UTC)', en: 'when (UTC)' },
  whenJapan: { ja: '日本時間', en: 'in Japan' },
  what: { ja: '内容', en: 'what' },
  source: { ja: '情報源', en: 'source' },
  detail: { ja: '詳細', en: 'detail' },
  delivery: { ja: 'ID', en: 'delivery' },
  template: { ja: 'テンプレート', en: 'template' },
  verdict: { ja: '判定', en: 'verdict' },
  count: { ja: '件数', en: 'mails' },
  fault: { ja: '原因の所在', en: 'at fault' },
  answer: { ja: '回答', en: 'answer' },
  toCustomer: { ja: 'お客様へ', en: 'to the customer' },
  ask: { ja: 'お客様へのお願い', en: 'the customer can' },
  next: { ja: '次にすること', en: 'next' },
  others: { ja: '同じ事業者の同じ時間帯', en: 'others at this provider in the same hour' },
  suppressed: { ja: '現在の抑止', en: 'suppressed now' },
  authentication: { ja: '送信時の認証', en: 'authentication when it was sent' },
  notRecorded: { ja: '記録なし', en: 'not recorded' },
  more: {
    ja: 'これより前のメールがあります(--limit、--since)。',
    en: 'There are earlier ones (--limit, --since).',
  },
  nothing: { ja: 'この期間に記録されたメールはありません。', en: 'No mail is recorded in this time.' },
  newest: { ja: '最新のメールの詳細', en: 'The newest of them' },
} as const satisfies Readonly<Record<string, Text>>;

/** Whose fault it is, in words. */
export const faultWords: Readonly<Record<string, Text>> = {
  nobody: { ja: '問題なし', en: 'nobody' },
  us: { ja: '送信側(当社)', en: 'us' },
  sender_dns: { ja: '送信側の DNS', en: 'our DNS' },
  content: { ja: 'メールの内容', en: 'the content' },
  list: { ja: '宛先', en: 'the address' },
  recipient: { ja: '受信者', en: 'the recipient' },
  receiver: { ja: '受信側のサーバー', en: 'the receiving server' },
  ses: { ja: 'Amazon SES', en: 'Amazon SES' },
  unknown: { ja: '不明', en: 'not known' },
};
