import { arrivedFindings, mostLineOctets } from '../arrived-form.ts';
import { type Check, outcome } from '../check.ts';
import { need } from '../fact.ts';
import type { MailSample } from '../facts.ts';
import type { FindingDraft } from '../finding.ts';
import { type Fault, perMail } from '../mail-fault.ts';

const law: FindingDraft['consequence'] = {
  all: {
    ja: '特定電子メール法の表示義務に違反します。苦情も増えます。',
    en: 'Against the Japanese anti-spam law and CAN-SPAM, and it earns complaints.',
  },
};

/** Japanese postal code or prefecture and city, or a US ZIP code behind a state. */
const postalAddress = /〒?\s?\d{3}-\d{4}|[都道府県][^\s]{1,12}[市区町村郡]|\b[A-Z]{2}\s+\d{5}(?:-\d{4})?\b/;

export const senderCheck: Check = {
  number: 13,
  title: { ja: '配信停止リンクと送信者表示', en: 'Visible unsubscribe link, sender and address' },
  examine: ({ facts }) =>
    perMail(facts, (mail) => {
      if (mail.category !== 'marketing') {
        return [];
      }
      const url = /<(https?:\/\/[^>]+)>/.exec(mail.headers['List-Unsubscribe'] ?? '')?.[1] ?? '';
      const linked = /href="[^"]*\/u\/[^"]+"/.test(mail.html) || (url !== '' && mail.html.includes(url));
      const told = /https:\/\/\S*\/u\/\S+/.test(mail.text) || (url !== '' && mail.text.includes(url));
      return [
        linked && told
          ? undefined
          : {
              code: 'unsubscribe-link-missing',
              severity: 'block',
              title: {
                ja: '本文に見える配信停止リンクがありません。',
                en: 'the body shows no unsubscribe link.',
              },
              evidence: `HTML: ${linked}, text: ${told}`,
              consequence: law,
              text: {
                ja: 'HTMLとテキストの両方に {{unsubscribeUrl}} を入れてください。',
                en: 'Put {{unsubscribeUrl}} into the HTML and into the text.',
              },
              better: {
                html: linked
                  ? mail.html
                  : `${mail.html}<a href="${url || 'https://unsubscribe.example.com/u/TOKEN'}">配信停止</a>`,
                text: told ? mail.text : `${mail.text}\n${url || 'https://unsubscribe.example.com/u/TOKEN'}`,
              },
            },
        postalAddress.test(mail.text)
          ? undefined
          : {
              code: 'sender-address-missing',
              severity: 'block',
              title: {
                ja: '送信者の住所が見当たりません。',
                en: 'the mail does not give the sender’s postal address.',
              },
              evidence: 'no postal code, prefecture or ZIP code in the text part',
              consequence: law,
              text: {
                ja: 'フッターに送信者の名称、住所、問い合わせ先を入れてください（templates/_shared）。',
                en: 'Put name, postal address and contact of the sender into the footer (templates/_shared).',
              },
              better: { text: `${mail.text}\n〒100-0001 東京都千代田区千代田1-1` },
            },
      ];
    }),
};

const mostMailOctets = 3 * 1024 * 1024;

export const formCheck: Check = {
  number: 15,
  title: { ja: 'ヘッダー・行の長さ・大きさ', en: 'Headers, line length, size' },
  examine({ facts }) {
    const sent = facts.mails.known ? perMail(facts, formFaults).findings : [];
    const arrived = facts.seedMail.known ? arrivedFindings(facts.seedMail.value) : [];
    if (!facts.seedMail.known) {
      need(facts.mails);
    }
    return outcome([...sent, ...arrived]);
  },
};

function formFaults(mail: MailSample): (Fault | undefined)[] {
  const octets =
    Buffer.byteLength(mail.html) + Buffer.byteLength(mail.text) + Math.ceil((mail.attachmentBytes * 4) / 3);
  const long = Object.entries(mail.headers).filter(
    ([name, value]) => Buffer.byteLength(name) + Buffer.byteLength(value) + 2 > mostLineOctets,
  );
  const froms = mail.fromHeader.match(/@/g)?.length ?? 0;
  return [
    octets <= mostMailOctets
      ? undefined
      : {
          code: 'mail-too-large',
          severity: 'block',
          title: {
            ja: `約${Math.round(octets / 1024)}KBあります（上限3MB）。`,
            en: `about ${Math.round(octets / 1024)} KB; 3 MB is the limit.`,
          },
          evidence: `${octets} octets`,
          consequence: {
            kddi: { ja: '3MBを超えるメールは届きません。', en: 'Takes no mail over 3 MB.' },
            gmail: { ja: '102KBを超える本文は途中で切られます。', en: 'Cuts a body off at 102 KB.' },
          },
          text: {
            ja: '添付をリンクに替え、HTMLを小さくしてください。',
            en: 'Link to attachments instead, and make the HTML smaller.',
          },
          better: {
            attachmentBytes: 0,
            ...(octets - mail.attachmentBytes * 2 > mostMailOctets ? { html: '' } : {}),
          },
        },
    long.length === 0
      ? undefined
      : {
          code: 'header-too-long',
          severity: 'block',
          title: {
            ja: `ヘッダー ${long[0]?.[0]} が998オクテットを超えています。`,
            en: `header ${long[0]?.[0]} is longer than 998 octets.`,
          },
          evidence: `${long[0]?.[0]}: ${long[0]?.[1].length}`,
          consequence: {
            docomo: { ja: '500 Line Too Long で拒否されます。', en: 'Rejected with 500 Line Too Long.' },
          },
          text: { ja: '短くしてください。', en: 'Make it shorter.' },
          better: {
            headers: Object.fromEntries(
              Object.entries(mail.headers).filter(([name]) => name !== long[0]?.[0]),
            ),
          },
        },
    froms === 1
      ? undefined
      : {
          code: 'from-not-single',
          severity: 'block',
          title: { ja: 'Fromのアドレスが1つではありません。', en: 'From is not exactly one address.' },
          evidence: `From: ${froms} addresses`,
          consequence: {
            gmail: { ja: '5.7.1 で拒否されます。', en: 'Rejected with 5.7.1.' },
            all: { ja: 'DMARCを判定できません。', en: 'DMARC cannot be decided.' },
          },
          text: { ja: 'Fromを1つにしてください。', en: 'Use one From address.' },
          better: { fromHeader: 'no-reply@example.com' },
        },
  ];
}
