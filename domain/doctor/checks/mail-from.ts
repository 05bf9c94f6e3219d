import { type Check, outcome, type Subject } from '../check.ts';
import { type Dns, mxHost } from '../dns.ts';
import { need } from '../fact.ts';
import type { Change, FindingDraft } from '../finding.ts';
import { isWithin, organizationalDomain } from '../organizational-domain.ts';
import { evidenceOf, mailFromMx, ownMailFrom, record, ses, spfWithSes } from '../remedies.ts';
import type { IdentityAnswer } from '../ses-answers.ts';
import { spfRecords } from '../spf.ts';
import { spfResultOfSes } from '../spf-result.ts';
import type { Text } from '../text.ts';

export const mailFromCheck: Check = {
  number: 4,
  title: { ja: '独自のMAIL FROM', en: 'A MAIL FROM domain of our own' },
  async examine(subject) {
    const identity = need(subject.facts.ses.identity);
    if (identity === undefined) {
      return outcome([]);
    }
    const mailFrom = mailFromOf(identity);
    if (mailFrom === undefined) {
      return outcome([missing(identity, subject.facts.ses.region)]);
    }
    if (!isWithin(mailFrom, organizationalDomain(identity.EmailIdentity))) {
      return outcome([foreign(identity, mailFrom, subject.facts.ses.region)]);
    }
    const drafts = [
      await status(subject, identity, mailFrom),
      await mx(subject, mailFrom),
      await spf(subject.dns, mailFrom),
      fallback(identity, mailFrom),
    ];
    // Without a finding it is REJECT_MESSAGE.
    return outcome(drafts, drafts.at(-1) === undefined ? { note: rejects } : {});
  },
};

const rejects: Text = {
  ja: 'MAIL FROMのMXが引けないとき、SESはメールを送りません（REJECT_MESSAGE）。',
  en: 'When the MX of the MAIL FROM domain cannot be found, SES sends nothing (REJECT_MESSAGE).',
};

/** RFC 5321 MAIL FROM domain of the identity; undefined where SES uses its own. */
export function mailFromOf({ MailFromAttributes }: IdentityAnswer): string | undefined {
  return MailFromAttributes?.MailFromDomain?.toLowerCase() || undefined;
}

const unaligned: FindingDraft['consequence'] = {
  gmail: {
    ja: 'SPFのアライメントがなくなり、DMARCはDKIMだけが頼りになります。',
    en: 'SPF no longer aligns, and DMARC rests on DKIM alone.',
  },
  microsoft: {
    ja: '一斉送信者にはSPFとDKIM両方の成功が求められます（5.7.515）。',
    en: 'Bulk senders must pass SPF and DKIM (5.7.515).',
  },
};

function missing(identity: IdentityAnswer, region: string | undefined): FindingDraft {
  return {
    code: 'mail-from-missing',
    severity: 'warn',
    title: {
      ja: '独自のMAIL FROMドメインがありません。エンベロープFromが amazonses.com になります。',
      en: 'There is no MAIL FROM domain of our own; the envelope sender is at amazonses.com.',
    },
    evidence: [`GetEmailIdentity ${identity.EmailIdentity} MailFromAttributes.MailFromDomain=—`],
    consequence: unaligned,
    fix: {
      text: {
        ja: 'サブドメインを1つMAIL FROMに設定し、MXとSPFを公開してください。',
        en: 'Give the identity a MAIL FROM subdomain and publish its MX and SPF.',
      },
      changes: ownMailFrom(identity, region),
    },
  };
}

function foreign(identity: IdentityAnswer, mailFrom: string, region: string | undefined): FindingDraft {
  return {
    code: 'mail-from-foreign',
    severity: 'block',
    title: {
      ja: `MAIL FROM ${mailFrom} は ${identity.EmailIdentity} と別の組織のドメインです。`,
      en: `MAIL FROM ${mailFrom} belongs to another organization than ${identity.EmailIdentity}.`,
    },
    evidence: [`GetEmailIdentity ${identity.EmailIdentity} MailFromDomain=${mailFrom}`],
    consequence: unaligned,
    fix: {
      text: {
        ja: '送信ドメインのサブドメインに変えてください。',
        en: 'Change it to a subdomain of the sending domain.',
      },
      changes: ownMailFrom(identity, region),
    },
  };
}

async function status(
  subject: Subject,
  identity: IdentityAnswer,
  mailFrom: string,
): Promise<FindingDraft | undefined> {
  const seen = identity.MailFromAttributes?.MailFromDomainStatus;
  if (seen === 'SUCCESS') {
    return undefined;
  }
  const behavior = identity.MailFromAttributes?.BehaviorOnMxFailure ?? 'USE_DEFAULT_VALUE';
  return {
    code: 'mail-from-status',
    severity: 'block',
    title: {
      ja: `SESがMAIL FROM ${mailFrom} を確認できていません（${seen}）。`,
      en: `SES has not found the records of MAIL FROM ${mailFrom}: ${seen}.`,
    },
    evidence: [
      `GetEmailIdentity ${identity.EmailIdentity} MailFromDomainStatus=${seen} BehaviorOnMxFailure=${behavior}`,
    ],
    consequence:
      behavior === 'REJECT_MESSAGE'
        ? { ses: { ja: 'メールが拒否されます。', en: 'Mail is refused.' } }
        : unaligned,
    fix: {
      text: {
        ja: 'MXとSPFを公開してから、MAIL FROMを設定し直してSESに確認させてください。',
        en: 'Publish MX and SPF, then set the MAIL FROM domain again, which makes SES look once more.',
      },
      changes: await mailFromChanges(subject, identity, mailFrom),
    },
  };
}

/** SES wants this MX and no other: a second one would get its bounces. */
async function mx({ dns, facts }: Subject, mailFrom: string): Promise<FindingDraft | undefined> {
  const found = await dns.records(mailFrom, 'MX');
  // Without knowing the region, SES's host of any will do.
  const known = /^feedback-smtp\.([a-z0-9-]+)\.amazonses\.com$/.exec(mxHost(found[0] ?? ''))?.[1];
  const wanted = mailFromMx(facts.ses.region ?? known);
  if (found.length === 1 && mxHost(found[0] ?? '') === mxHost(wanted)) {
    return undefined;
  }
  return {
    code: found.length === 0 ? 'mail-from-mx-missing' : 'mail-from-mx-wrong',
    severity: 'block',
    title: {
      ja: `MAIL FROM ${mailFrom} のMXが ${mxHost(wanted)} の1件になっていません。`,
      en: `The MX of MAIL FROM ${mailFrom} is not ${mxHost(wanted)} alone.`,
    },
    evidence: await evidenceOf(dns, mailFrom, 'MX'),
    consequence: {
      ses: {
        ja: 'SESはMAIL FROMを使えなくなり、バウンスも届きません。',
        en: 'SES stops using the MAIL FROM domain, and bounces do not come back.',
      },
      ...unaligned,
    },
    fix: {
      text: { ja: 'MXをこの1件にしてください。', en: 'Make this the only MX record.' },
      changes: [record(mailFrom, 'MX', wanted)],
    },
  };
}

async function spf(dns: Dns, mailFrom: string): Promise<FindingDraft | undefined> {
  const { result, comment } = await spfResultOfSes(dns, mailFrom);
  if (result === 'pass') {
    return undefined;
  }
  return {
    code: 'mail-from-spf',
    severity: 'block',
    title: {
      ja: `MAIL FROM ${mailFrom} のSPFがSESを通しません（${result}）。`,
      en: `SPF of MAIL FROM ${mailFrom} does not pass for SES: ${result}.`,
    },
    evidence: [
      ...(await evidenceOf(dns, mailFrom, 'TXT', (text) => spfRecords([text]).length > 0)),
      `SPF ${result}${comment === '' ? '' : `: ${comment}`}`,
    ],
    consequence: {
      gmail: {
        ja: '4.7.27 / 5.7.27 で遅延または拒否されます。',
        en: 'Deferred or rejected with 4.7.27 / 5.7.27.',
      },
      microsoft: { ja: '550 5.7.515 で拒否されます。', en: 'Rejected with 550 5.7.515.' },
      yahoo: { ja: '一斉送信者には必須です。', en: 'Required of bulk senders.' },
    },
    fix: {
      text: {
        ja: 'SESを含むSPFを1件だけ公開してください。',
        en: 'Publish one SPF record that includes SES.',
      },
      changes: [await spfWithSes(dns, mailFrom)],
    },
  };
}

function fallback(identity: IdentityAnswer, mailFrom: string): FindingDraft | undefined {
  if (identity.MailFromAttributes?.BehaviorOnMxFailure === 'REJECT_MESSAGE') {
    return undefined;
  }
  return {
    code: 'mail-from-fallback',
    severity: 'info',
    title: {
      ja: 'MXが引けないとき、SESは amazonses.com に切り替えて送ります。',
      en: 'When its MX cannot be found, SES sends from amazonses.com instead.',
    },
    evidence: [`GetEmailIdentity ${identity.EmailIdentity} BehaviorOnMxFailure=USE_DEFAULT_VALUE`],
    consequence: unaligned,
    fix: {
      text: {
        ja: 'SPFのアライメントを失うより送らないほうがよければ、REJECT_MESSAGE にしてください。',
        en: 'Set REJECT_MESSAGE if you would rather send nothing than mail without SPF alignment.',
      },
      changes: [
        ses('PutEmailIdentityMailFromAttributes', {
          EmailIdentity: identity.EmailIdentity,
          MailFromDomain: mailFrom,
          BehaviorOnMxFailure: 'REJECT_MESSAGE',
        }),
      ],
    },
  };
}

/** Whether SES uses the MAIL FROM domain and SPF passes for it. */
export async function mailFromWorks(
  subject: Subject,
  identity: IdentityAnswer,
  mailFrom: string,
): Promise<boolean> {
  return (
    identity.MailFromAttributes?.MailFromDomainStatus === 'SUCCESS' &&
    (await mx(subject, mailFrom)) === undefined &&
    (await spf(subject.dns, mailFrom)) === undefined
  );
}

/** All that makes the MAIL FROM domain of an identity work, or gives it one. */
export async function mailFromChanges(
  { facts, dns }: Subject,
  identity: IdentityAnswer,
  mailFrom: string | undefined,
): Promise<Change[]> {
  const { region } = facts.ses;
  if (mailFrom === undefined || !isWithin(mailFrom, organizationalDomain(identity.EmailIdentity))) {
    return ownMailFrom(identity, region);
  }
  return [
    record(mailFrom, 'MX', mailFromMx(region)),
    await spfWithSes(dns, mailFrom),
    ses('PutEmailIdentityMailFromAttributes', {
      EmailIdentity: identity.EmailIdentity,
      MailFromDomain: mailFrom,
      BehaviorOnMxFailure: identity.MailFromAttributes?.BehaviorOnMxFailure ?? 'USE_DEFAULT_VALUE',
    }),
  ];
}
