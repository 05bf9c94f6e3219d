import type { FindingDraft } from './finding.ts';
import { mailDateMs } from './mail-date.ts';
import { fieldsNamed } from './raw-mail.ts';

/** RFC 5322 §2.1.1. */
export const mostLineOctets = 998;

/** Between the Date of a mail and its arrival. */
const mostDriftMs = 86_400_000;

/** Fields of RFC 5322 §3.6 that must stand exactly once; SES writes them, and what lies between may add more. */
export function arrivedFindings(source: string): FindingDraft[] {
  const wrong = ['from', 'date', 'message-id'].filter((name) => fieldsNamed(source, name).length !== 1);
  const longest = Math.max(...source.split(/\r?\n/).map((line) => Buffer.byteLength(line)));
  const drafts: FindingDraft[] = [];
  if (wrong.length > 0) {
    drafts.push({
      code: 'arrived-fields',
      severity: 'block',
      title: {
        ja: `届いたメールに ${wrong.join('、')} が1つずつありません。`,
        en: `The mail that arrived does not have exactly one of ${wrong.join(', ')}.`,
      },
      evidence: wrong.map((name) => `${name}: ${fieldsNamed(source, name).length}`),
      consequence: { gmail: { ja: 'RFC 5322違反として拒否されます。', en: 'Rejected: not RFC 5322.' } },
      fix: {
        text: {
          ja: '途中でヘッダーを書き換えるものを外してください。',
          en: 'Remove what rewrites headers on the way.',
        },
        changes: [{ kind: 'goal', fact: 'seedMail', value: 'one From, one Date, one Message-ID' }],
      },
    });
  }
  const [date = ''] = fieldsNamed(source, 'date');
  const [received = ''] = fieldsNamed(source, 'received');
  const sentMs = mailDateMs(date);
  // Behind the semicolon of the latest `Received` stands when it came.
  const cameMs = mailDateMs(received.slice(received.lastIndexOf(';') + 1)) ?? sentMs ?? 0;
  if (date !== '' && (sentMs === undefined || Math.abs(sentMs - cameMs) > mostDriftMs)) {
    drafts.push({
      code: 'arrived-date',
      severity: 'block',
      title: {
        ja: '届いたメールの Date が正しくないか、受信時刻と大きく違います。',
        en: 'The Date of the mail that arrived is none, or far from when it came.',
      },
      evidence: [`Date: ${date}`, ...(received === '' ? [] : [`Received: ${received}`])],
      consequence: {
        yahoo: { ja: 'Dateのおかしいメールは拒否されます。', en: 'Rejects mail with an odd Date.' },
        all: { ja: '迷惑メールと判定されやすくなります。', en: 'Filters charge for it.' },
      },
      fix: {
        text: {
          ja: 'Date は SES が書きます。途中でヘッダーを書き換えるものと、送信側の時計を確かめてください。',
          en: 'SES writes the Date: look at what rewrites headers on the way, and at the clock of whatever sends.',
        },
        changes: [{ kind: 'goal', fact: 'seedMail', value: 'a Date within a day of its arrival' }],
      },
    });
  }
  if (longest > mostLineOctets) {
    drafts.push({
      code: 'arrived-line-length',
      severity: 'block',
      title: {
        ja: `${longest}オクテットの行があります。`,
        en: `A line has ${longest} octets; 998 are allowed.`,
      },
      evidence: [`${longest} octets`],
      consequence: {
        docomo: { ja: '500 Line Too Long で拒否されます。', en: 'Rejected with 500 Line Too Long.' },
      },
      fix: {
        text: {
          ja: '本文を quoted-printable か base64 で送ってください。',
          en: 'Send the body as quoted-printable or base64.',
        },
        changes: [{ kind: 'goal', fact: 'seedMail', value: 'lines of at most 998 octets' }],
      },
    });
  }
  return drafts;
}
