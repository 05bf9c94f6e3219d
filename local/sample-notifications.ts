import { readFileSync } from 'node:fs';

const templatesFolder = new URL('../templates/', import.meta.url);

/** Where the scanned document of the story is put for the mail that carries it. */
export const scanKey = 'attachments/sample/scan.pdf';

/** One event of each of the eight kinds of mail, as services would publish them. */
export function sampleNotifications(nowMs: number, run: string): Record<string, unknown>[] {
  const event = (template: string, localPart: string, name: string, locale: string, more: object = {}) => ({
    notificationId: `sample-${template}-${run}`,
    template,
    recipient: { address: `${localPart}@example.com`, name, locale },
    data: JSON.parse(readFileSync(new URL(`${template}/sample.json`, templatesFolder), 'utf8')) as unknown,
    ...more,
  });
  return [
    event('sign-up-confirmation', 'hanako', '届 花子', 'ja'),
    event('one-time-password', 'taro', '山田 太郎', 'ja', {
      expiresAt: new Date(nowMs + 600_000).toISOString(),
    }),
    event('inquiry-auto-reply', 'naoko', '渡辺 直子', 'ja', {
      inReplyTo: '<20261124014200.4711@mail.example.net>',
      replyTo: 'support@example.com',
    }),
    event('order-confirmation', 'hanako', '届 花子', 'ja'),
    event('product-announcement', 'alex', 'Alex Garcia', 'en'),
    event('approval-request', 'misaki', '中村 美咲', 'ja'),
    event('monitoring-alert', 'on-call', 'On call', 'en', { collapseKey: 'db-01/disk' }),
    event('scanned-document', 'ken', '佐藤 健', 'ja', {
      attachments: [{ key: scanKey, fileName: '2026-11-24_0915_見積書.pdf', contentType: 'application/pdf' }],
    }),
  ];
}

/** A page with nothing on it, as small as PDF allows. */
export const samplePdf = Buffer.from(
  [
    '%PDF-1.4',
    '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj',
    '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj',
    '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj',
    'trailer<</Root 1 0 R>>',
    '%%EOF',
    '',
  ].join('\n'),
);
