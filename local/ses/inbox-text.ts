import type { Outcome } from './mail-store.ts';

export type Language = 'ja' | 'en';

/** Every word of the inbox. */
export interface InboxText {
  readonly inbox: string;
  readonly search: string;
  readonly find: string;
  readonly found: (total: number) => string;
  readonly time: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly outcome: string;
  readonly pages: string;
  readonly newest: string;
  readonly older: string;
  readonly noSubject: string;
  readonly messageId: string;
  readonly configurationSet: string;
  readonly tags: string;
  readonly views: string;
  readonly summaryOnly: string;
  readonly noPart: string;
  readonly download: string;
  readonly view: Readonly<Record<'html' | 'text' | 'headers' | 'source' | 'attachments' | 'events', string>>;
  readonly outcomes: Readonly<Record<Outcome, string>>;
}

const TEXTS: Readonly<Record<Language, InboxText>> = {
  ja: {
    inbox: '受信箱',
    search: '宛先・件名・本文・タグ',
    find: '検索',
    found: (total) => `${total} 通`,
    time: '日時',
    from: '差出人',
    to: '宛先',
    subject: '件名',
    outcome: '結果',
    pages: 'ページ',
    newest: '最新へ',
    older: '以前のメール',
    noSubject: '（件名なし）',
    messageId: 'SES メッセージ ID',
    configurationSet: '設定セット',
    tags: 'タグ',
    views: '表示',
    summaryOnly: 'このメールは古いため、概要だけを保存しています。',
    noPart: 'このメールにはこの形式の本文がありません。',
    download: 'ダウンロード',
    view: {
      html: 'HTML',
      text: 'テキスト',
      headers: 'ヘッダー',
      source: 'ソース',
      attachments: '添付ファイル',
      events: 'イベント',
    },
    outcomes: {
      accepted: '受付済み',
      delayed: '遅延',
      delivered: '配信済み',
      bounced: '不達',
      suppressed: '配信抑止',
      complained: '苦情',
      rejected: '拒否',
    },
  },
  en: {
    inbox: 'Inbox',
    search: 'Address, subject, text or tag',
    find: 'Search',
    found: (total) => (total === 1 ? '1 mail' : `${total} mails`),
    time: 'Time',
    from: 'From',
    to: 'To',
    subject: 'Subject',
    outcome: 'Outcome',
    pages: 'Pages',
    newest: 'Newest',
    older: 'Older',
    noSubject: '(no subject)',
    messageId: 'SES message id',
    configurationSet: 'Configuration set',
    tags: 'Tags',
    views: 'Views',
    summaryOnly: 'This mail is old: only its summary is kept.',
    noPart: 'This mail has no such part.',
    download: 'Download',
    view: {
      html: 'HTML',
      text: 'Text',
      headers: 'Headers',
      source: 'Source',
      attachments: 'Attachments',
      events: 'Events',
    },
    outcomes: {
      accepted: 'accepted',
      delayed: 'delayed',
      delivered: 'delivered',
      bounced: 'bounced',
      suppressed: 'suppressed',
      complained: 'complained',
      rejected: 'rejected',
    },
  },
};

export function inboxText(language: Language): InboxText {
  return TEXTS[language];
}

/** What the reader chose (`?lang=`), else the first language of Accept-Language. */
export function languageOf(chosen: string | null, acceptLanguage = ''): Language {
  if (chosen === 'ja' || chosen === 'en') return chosen;
  return /^\s*ja\b/i.test(acceptLanguage) ? 'ja' : 'en';
}
