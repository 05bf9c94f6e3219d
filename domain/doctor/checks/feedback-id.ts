import { type Check, outcome } from '../check.ts';
import { need } from '../fact.ts';
import type { MailSample } from '../facts.ts';
import type { FindingDraft } from '../finding.ts';
import { type Fault, perMail } from '../mail-fault.ts';
import { fieldsNamed } from '../raw-mail.ts';

const unseen: FindingDraft['consequence'] = {
  gmail: {
    ja: 'Postmaster Toolsの苦情レポートに出ません。',
    en: 'Complaints do not show in Postmaster Tools.',
  },
};

export const feedbackIdCheck: Check = {
  number: 14,
  title: { ja: 'Feedback-ID', en: 'Feedback-ID' },
  examine({ facts }) {
    if (!facts.seedMail.known) {
      need(facts.mails);
    }
    return outcome([
      ...(facts.mails.known ? perMail(facts, (mail) => [shape(mail)]).findings : []),
      facts.seedMail.known ? several(facts.seedMail.value) : undefined,
    ]);
  },
};

/** Without one of ours SES writes its own. */
function shape(mail: MailSample): Fault | undefined {
  const given = Object.entries(mail.headers).filter(([name]) => /^feedback-id$/i.test(name));
  const wrong = given.find(([, value]) => !isRight(value));
  if (given.length <= 1 && wrong === undefined) {
    return undefined;
  }
  const others = Object.entries(mail.headers).filter(([name]) => !/^feedback-id$/i.test(name));
  return {
    code: 'feedback-id',
    severity: 'warn',
    title:
      wrong === undefined
        ? { ja: 'Feedback-ID が複数あります。', en: 'there are several Feedback-ID.' }
        : {
            ja: 'Feedback-ID の形が正しくありません。',
            en: 'Feedback-ID is not of the form a:b:c:SenderId.',
          },
    evidence:
      wrong === undefined
        ? `Feedback-ID: ${given.length}`
        : /@/.test(wrong[1])
          ? 'Feedback-ID holds an address'
          : `Feedback-ID: ${wrong[1]}`,
    consequence: unseen,
    text: {
      ja: 'a:b:c:SenderId の4つ組を1つだけにし、SenderIdは5〜15文字、宛先の情報は入れないでください。外せばSESが付けます。',
      en: 'Use one, of four parts, with a SenderId of 5 to 15 characters and nothing about the recipient; or leave it to SES.',
    },
    better: { headers: { ...Object.fromEntries(others), 'Feedback-ID': `${mail.template}:::todoke` } },
  };
}

function isRight(value: string): boolean {
  const parts = value.split(':');
  const sender = parts.at(-1) ?? '';
  return parts.length === 4 && sender.length >= 5 && sender.length <= 15 && !value.includes('@');
}

/** What SES or somebody behind it adds to ours. */
function several(source: string): FindingDraft | undefined {
  const found = fieldsNamed(source, 'feedback-id');
  return found.length <= 1
    ? undefined
    : {
        code: 'feedback-id-several',
        severity: 'warn',
        title: {
          ja: `届いたメールに Feedback-ID が${found.length}つあります。`,
          en: `The mail that arrived has ${found.length} Feedback-ID.`,
        },
        evidence: found.map((value) => `Feedback-ID: ${value.includes('@') ? '(holds an address)' : value}`),
        consequence: unseen,
        fix: {
          text: {
            ja: 'テンプレートの Feedback-ID を外し、SESが付けるものだけにしてください。',
            en: 'Take the one of the template out, and leave it to SES.',
          },
          changes: [{ kind: 'goal', fact: 'seedMail', value: 'one Feedback-ID' }],
        },
      };
}
