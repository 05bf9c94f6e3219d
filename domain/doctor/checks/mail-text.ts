import { type Check, outcome } from '../check.ts';
import type { MailSample } from '../facts.ts';
import type { FindingDraft } from '../finding.ts';
import { type Fault, perMail } from '../mail-fault.ts';

/** Characters of a subject. */
const maxSubject = 300;

/** NEC and IBM extensions: old Japanese phones show them differently or not at all. */
const machineDependent = /[①-⑳Ⅰ-Ⅻ㈱㈲㍉㌔㌢㍍㌘㌧㌃㌶㍑㍗㌍㌦㌣㌫㍊㌻㎜㎝㎞㎎㎏㏄㎡㍻㍼㍽㍾№㏍℡]/u;

export const fieldsCheck: Check = {
  number: 16,
  title: { ja: '差し込みと文字', en: 'Merge fields filled, subject, characters' },
  examine({ facts }) {
    const rows = facts.audience.known ? missingRows(facts.audience.value.missingData) : undefined;
    if (!facts.audience.known) {
      return perMail(facts, textFaults);
    }
    return outcome([rows, ...(facts.mails.known ? perMail(facts, textFaults).findings : [])]);
  },
};

function missingRows(missing: number): FindingDraft | undefined {
  if (missing === 0) {
    return undefined;
  }
  return {
    code: 'merge-data-missing',
    severity: 'block',
    title: {
      ja: `差し込みデータが足りない宛先が${missing}件あります。`,
      en: `${missing} recipients lack data for the template.`,
    },
    evidence: [`audience: ${missing} rows`],
    consequence: { all: { ja: 'その宛先には送られません。', en: 'They get no mail.' } },
    fix: {
      text: {
        ja: 'リストの列を埋めてください。どの行かは todoke campaign rehearse または excluded.jsonl で分かります。',
        en: 'Fill the columns in; the plan of the campaign lists the rows.',
      },
      changes: [{ kind: 'goal', fact: 'audience.missingData', value: 0 }],
    },
  };
}

function textFaults(mail: MailSample): (Fault | undefined)[] {
  const parts = [mail.subject, mail.html, mail.text];
  const hole = parts
    .map((part) => /\{\{[^}]*\}\}|\{\{|\bundefined\b|\[object Object\]/.exec(part)?.[0])
    .find((each) => each !== undefined);
  const broken = parts
    .map((part) => /[\ufffd\ue000-\uf8ff]/u.exec(part)?.[0])
    .find((each) => each !== undefined);
  const all: FindingDraft['consequence'] = {
    all: { ja: '受信者にそのまま見えます。', en: 'Every recipient sees it.' },
  };
  const clean = (text: string) =>
    text.replaceAll(/\{\{[^}]*\}\}|\{\{|\bundefined\b|\[object Object\]|[\ufffd\ue000-\uf8ff]/gu, '');
  const cleaned = { subject: clean(mail.subject), html: clean(mail.html), text: clean(mail.text) };
  return [
    hole === undefined
      ? undefined
      : {
          code: 'merge-field-left',
          severity: 'block',
          title: { ja: '差し込みが残っています。', en: 'a merge field is left in the text.' },
          evidence: hole,
          consequence: all,
          text: { ja: 'テンプレートのその箇所を直してください。', en: 'Correct that place of the template.' },
          better: cleaned,
        },
    broken === undefined
      ? undefined
      : {
          code: 'characters-broken',
          severity: 'block',
          title: {
            ja: '文字化けした文字、または外字があります。',
            en: 'there are broken or private-use characters.',
          },
          evidence: `U+${broken.codePointAt(0)?.toString(16).toUpperCase()}`,
          consequence: all,
          text: {
            ja: 'その文字を普通の文字に置き換えてください。',
            en: 'Replace them with ordinary characters.',
          },
          better: cleaned,
        },
    mail.subject.trim() !== '' && mail.subject.length <= maxSubject
      ? undefined
      : {
          code: 'subject-length',
          severity: 'block',
          title: {
            ja: mail.subject.trim() === '' ? '件名が空です。' : `件名が${mail.subject.length}文字あります。`,
            en:
              mail.subject.trim() === ''
                ? 'the subject is empty.'
                : `the subject has ${mail.subject.length} characters.`,
          },
          evidence: `${mail.subject.length} / ${maxSubject}`,
          consequence: { all: { ja: '迷惑メールと判定されやすくなります。', en: 'Filters charge for it.' } },
          text: { ja: '1〜300文字にしてください。', en: 'Use 1 to 300 characters.' },
          better: { subject: mail.subject.trim() === '' ? mail.template : mail.subject.slice(0, maxSubject) },
        },
    mail.text.trim() !== ''
      ? undefined
      : {
          code: 'text-part-missing',
          severity: 'block',
          title: { ja: 'テキスト部分が空です。', en: 'the text part is empty.' },
          evidence: 'text/plain: 0',
          consequence: { all: { ja: '迷惑メールと判定されやすくなります。', en: 'Filters charge for it.' } },
          text: { ja: 'テキスト部分を入れてください。', en: 'Send a text part.' },
          better: { text: 'text' },
        },
    machineDependent.test(mail.subject)
      ? {
          code: 'machine-dependent-characters',
          severity: 'warn',
          title: {
            ja: '件名に機種依存文字があります。',
            en: 'the subject has machine-dependent characters.',
          },
          evidence: machineDependent.exec(mail.subject)?.[0] ?? '',
          consequence: {
            docomo: { ja: '古い端末で正しく表示されません。', en: 'Old phones do not show them.' },
          },
          text: { ja: '①は(1)、㈱は(株)のように書き換えてください。', en: 'Write (1) for ① and so on.' },
          better: { subject: mail.subject.normalize('NFKC') },
        }
      : undefined,
  ];
}
