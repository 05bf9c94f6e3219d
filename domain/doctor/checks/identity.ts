import { type Check, outcome } from '../check.ts';
import { need } from '../fact.ts';
import type { FindingDraft } from '../finding.ts';
import { easyDkim, ses } from '../remedies.ts';
import type { AccountAnswer, IdentityAnswer } from '../ses-answers.ts';

export const identityCheck: Check = {
  number: 1,
  title: { ja: 'SESの状態と送信元の認証', en: 'The account may send, and the identity is verified' },
  examine({ facts }) {
    const account = need(facts.ses.account);
    const identity = need(facts.ses.identity);
    return outcome([paused(account), enforcement(account), verified(identity, facts.domain)]);
  },
};

function paused({ SendingEnabled }: AccountAnswer): FindingDraft | undefined {
  if (SendingEnabled !== false) {
    return undefined;
  }
  return {
    code: 'account-paused',
    severity: 'block',
    title: {
      ja: 'SESアカウントの送信が停止しています。',
      en: 'Sending is paused for the whole SES account.',
    },
    evidence: ['GetAccount SendingEnabled=false'],
    consequence: { ses: { ja: 'すべてのメールが拒否されます。', en: 'Every mail is refused.' } },
    fix: {
      text: {
        ja: '停止した理由を確かめてから、送信を再開してください。',
        en: 'Find out why it was paused, then switch sending on.',
      },
      changes: [ses('PutAccountSendingAttributes', { SendingEnabled: true })],
    },
  };
}

function enforcement({ EnforcementStatus = 'HEALTHY' }: AccountAnswer): FindingDraft | undefined {
  if (EnforcementStatus === 'HEALTHY') {
    return undefined;
  }
  const shutDown = EnforcementStatus === 'SHUTDOWN';
  return {
    code: shutDown ? 'account-shutdown' : 'account-probation',
    severity: 'block',
    title: shutDown
      ? { ja: 'AWSがこのアカウントの送信を止めています。', en: 'AWS has stopped this account from sending.' }
      : {
          ja: 'AWSがこのアカウントを審査中です。次の送信で止められるおそれがあります。',
          en: 'AWS has this account under review; another bad mailing can stop it.',
        },
    evidence: [`GetAccount EnforcementStatus=${EnforcementStatus}`],
    consequence: {
      ses: shutDown
        ? { ja: 'すべてのメールが拒否されます。', en: 'Every mail is refused.' }
        : { ja: '送信停止の一歩手前です。', en: 'The next step is a stop of all sending.' },
    },
    fix: {
      text: {
        ja: 'SESコンソールの通知に従って原因（バウンス・苦情）を除き、AWSサポートケースに対策を書いて審査を終えてもらってください。それまで一斉配信はしないでください。',
        en: 'Remove the cause named in the SES console (bounces, complaints), answer the AWS support case with what you changed, and wait until the review ends. Send no campaign before.',
      },
      changes: [{ kind: 'goal', fact: 'ses.account.EnforcementStatus', value: 'HEALTHY' }],
    },
  };
}

function verified(identity: IdentityAnswer | undefined, domain: string): FindingDraft | undefined {
  if (identity === undefined) {
    return {
      code: 'identity-missing',
      severity: 'block',
      title: { ja: `${domain} はSESに登録されていません。`, en: `SES has no identity for ${domain}.` },
      evidence: [`GetEmailIdentity ${domain}: NotFoundException`],
      consequence: { ses: { ja: 'すべてのメールが拒否されます。', en: 'Every mail is refused.' } },
      fix: {
        text: {
          ja: 'ドメインをSESに登録し、表示されるDKIMのCNAMEを公開してください（infra/stages.ts の identity でもできます）。',
          en: 'Create the identity and publish the DKIM records that SES then names (or set `identity` of the stage in infra/stages.ts).',
        },
        changes: [ses('CreateEmailIdentity', { EmailIdentity: domain })],
      },
    };
  }
  if (identity.VerifiedForSendingStatus !== false) {
    return undefined;
  }
  return {
    code: 'identity-unverified',
    severity: 'block',
    title: {
      ja: `${identity.EmailIdentity} はまだSESに認証されていません。`,
      en: `SES has not verified ${identity.EmailIdentity}.`,
    },
    evidence: [`GetEmailIdentity ${identity.EmailIdentity} VerifiedForSendingStatus=false`],
    consequence: { ses: { ja: 'すべてのメールが拒否されます。', en: 'Every mail is refused.' } },
    fix: {
      text: {
        ja: '次のCNAMEを公開してください。SESが確認するまで最大72時間かかります。',
        en: 'Publish these CNAME records. SES looks for them for up to 72 hours.',
      },
      changes: easyDkim(identity),
    },
  };
}
