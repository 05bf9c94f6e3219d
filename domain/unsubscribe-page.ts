import type { UnsubscribeClaim } from './unsubscribe.ts';

/** The pages behind an unsubscribe link. They work without scripts, cookies, images or anything from elsewhere. */
export type PageLanguage = 'ja' | 'en';

/** Japanese or English, whichever the browser prefers (RFC 9110 §12.5.4); of two with the same weight the one named first. */
export function chooseLanguage(acceptLanguage: string | undefined): PageLanguage {
  let best: { language: PageLanguage; weight: number } = { language: 'en', weight: 0 };
  for (const range of (acceptLanguage ?? '').toLowerCase().split(',')) {
    const [, language, q = '1'] =
      /^\s*(ja|en)(?:-[a-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*$/.exec(range) ?? [];
    if ((language === 'ja' || language === 'en') && Number(q) > best.weight) {
      best = { language, weight: Number(q) };
    }
  }
  return best.language;
}

const words = {
  ja: {
    confirmTitle: 'メールの配信停止',
    confirm: (address: string, topic: string) => `${address} 宛ての「${topic}」のメールを停止しますか？`,
    topicButton: 'このメールを停止する',
    marketingButton: 'すべてのお知らせメールを停止する',
    transactionalNote: 'ご注文の確認など、お手続きに必要なメールは引き続きお送りします。',
    doneTitle: '配信を停止しました',
    doneTopic: (address: string, topic: string) =>
      `${address} 宛ての「${topic}」のメールは、今後お送りしません。`,
    doneMarketing: (address: string) => `${address} 宛てのお知らせメールは、今後お送りしません。`,
    restoreButton: '停止を取り消す',
    restoredTitle: '配信を再開しました',
    restored: (address: string, topic: string) => `${address} 宛ての「${topic}」のメールを再びお送りします。`,
    invalidTitle: 'このリンクは使えません',
    invalid: 'リンクが途中で切れている可能性があります。メールのリンクをもう一度そのままお開きください。',
  },
  en: {
    confirmTitle: 'Unsubscribe',
    confirm: (address: string, topic: string) => `Stop mail about “${topic}” to ${address}?`,
    topicButton: 'Stop this mail',
    marketingButton: 'Stop all announcements',
    transactionalNote: 'Mail that you need, such as order confirmations, still comes.',
    doneTitle: 'You are unsubscribed',
    doneTopic: (address: string, topic: string) =>
      `We will send no more mail about “${topic}” to ${address}.`,
    doneMarketing: (address: string) => `We will send no more announcements to ${address}.`,
    restoreButton: 'Undo',
    restoredTitle: 'You are subscribed again',
    restored: (address: string, topic: string) => `Mail about “${topic}” goes to ${address} again.`,
    invalidTitle: 'This link does not work',
    invalid: 'It may have been cut off on the way. Please open the link in the mail once more as it is.',
  },
} as const;

/** GET: asks, and changes nothing. */
export function confirmPage(language: PageLanguage, { address, topic }: UnsubscribeClaim): string {
  const w = words[language];
  return html(language, w.confirmTitle, [
    paragraph(w.confirm(masked(address), topic)),
    form('topic', w.topicButton),
    form('marketing', w.marketingButton),
    paragraph(w.transactionalNote),
  ]);
}

export function donePage(
  language: PageLanguage,
  { address, topic }: UnsubscribeClaim,
  scope: 'topic' | 'marketing',
): string {
  const w = words[language];
  return html(language, w.doneTitle, [
    paragraph(scope === 'topic' ? w.doneTopic(masked(address), topic) : w.doneMarketing(masked(address))),
    ...(scope === 'topic' ? [form('marketing', w.marketingButton)] : []),
    form('restore', w.restoreButton),
  ]);
}

export function restoredPage(language: PageLanguage, { address, topic }: UnsubscribeClaim): string {
  const w = words[language];
  return html(language, w.restoredTitle, [
    paragraph(w.restored(masked(address), topic)),
    form('topic', w.topicButton),
  ]);
}

export function invalidPage(language: PageLanguage): string {
  return html(language, words[language].invalidTitle, [paragraph(words[language].invalid)]);
}

/** Enough for its owner to know it, too little for whoever else got hold of the link: `t***@example.com`. */
function masked(address: string): string {
  return address.replace(/^("?.).*@/, '$1***@');
}

function form(wish: string, label: string): string {
  // Without an action the form goes to the URL of the page itself, token and all.
  return `<form method="post"><input type="hidden" name="wish" value="${wish}"><button>${escaped(label)}</button></form>`;
}

function paragraph(text: string): string {
  return `<p>${escaped(text)}</p>`;
}

function html(language: PageLanguage, title: string, body: readonly string[]): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${escaped(title)}</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.7 system-ui, "Hiragino Sans", "Noto Sans JP", Meiryo, sans-serif }
main { max-width: 34rem; margin: 10vh auto; padding: 0 1.25rem }
h1 { font-size: 1.4rem }
button { font: inherit; padding: .6rem 1.2rem; margin: .3rem 0; border: 1px solid; border-radius: .4rem; cursor: pointer }
</style>
</head>
<body><main><h1>${escaped(title)}</h1>${body.join('\n')}</main></body>
</html>
`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
