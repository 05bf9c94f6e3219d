import type { Receiver } from './finding.ts';
import type { Text } from './text.ts';

/** How people call who treats mail worse. */
export const receiverNames: Readonly<Record<Receiver, Text>> = {
  gmail: { ja: 'Gmail', en: 'Gmail' },
  yahoo: { ja: 'Yahoo/AOL（米国）', en: 'Yahoo/AOL' },
  microsoft: { ja: 'Outlook', en: 'Outlook' },
  apple: { ja: 'iCloud', en: 'iCloud' },
  docomo: { ja: 'ドコモ', en: 'docomo' },
  kddi: { ja: 'au', en: 'au' },
  softbank: { ja: 'ソフトバンク', en: 'SoftBank' },
  yahooJapan: { ja: 'Yahoo! JAPAN', en: 'Yahoo! JAPAN' },
  ses: { ja: 'SES', en: 'SES' },
  all: { ja: '全体', en: 'everywhere' },
};
