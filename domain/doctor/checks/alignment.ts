import { type Check, outcome, type Subject } from '../check.ts';
import { aligned, type DmarcRecord, discoverDmarc, rewritten } from '../dmarc.ts';
import { need } from '../fact.ts';
import type { Change, FindingDraft } from '../finding.ts';
import { easyDkim, easyDkimKey, textChange } from '../remedies.ts';
import type { IdentityAnswer } from '../ses-answers.ts';
import { dkimWorks } from './dkim.ts';
import { mailFromChanges, mailFromOf, mailFromWorks } from './mail-from.ts';

/** What DMARC will say of our mail, leg by leg: one is enough to pass, but each alone is one forwarding away from failing. */
export const alignmentCheck: Check = {
  number: 9,
  title: { ja: 'DMARCの見込み（SPFとDKIMの両方）', en: 'DMARC will pass by SPF and by DKIM' },
  async examine(subject) {
    const identity = need(subject.facts.ses.identity);
    if (identity === undefined) {
      return outcome([]);
    }
    const { policy } = await discoverDmarc(subject.dns, subject.facts.domain);
    return outcome([await spfLeg(subject, identity, policy), await dkimLeg(subject, identity, policy)]);
  },
};

const consequence: FindingDraft['consequence'] = {
  gmail: {
    ja: '一斉送信者にはSPFとDKIMの両方が必要です（5.7.26〜5.7.32）。',
    en: 'Bulk senders need both SPF and DKIM (5.7.26 to 5.7.32).',
  },
  microsoft: { ja: '550 5.7.515 で拒否されます。', en: 'Rejected with 550 5.7.515.' },
  yahoo: { ja: '一斉送信者には両方が必要です。', en: 'Bulk senders need both.' },
};

async function spfLeg(
  subject: Subject,
  identity: IdentityAnswer,
  policy: DmarcRecord | undefined,
): Promise<FindingDraft | undefined> {
  const { facts, dns } = subject;
  const mailFrom = mailFromOf(identity);
  const works = mailFrom !== undefined && (await mailFromWorks(subject, identity, mailFrom));
  const mode = policy?.tags.get('aspf');
  if (works && (await aligned(dns, mode, facts.domain, mailFrom))) {
    return undefined;
  }
  const strict = works && (await aligned(dns, 'r', facts.domain, mailFrom));
  return {
    code: 'dmarc-spf-leg',
    severity: 'block',
    title: {
      ja: 'DMARCのSPF側は通らない見込みです。',
      en: 'SPF will not make DMARC pass.',
    },
    evidence: [
      `From ${facts.domain}`,
      `MAIL FROM ${mailFrom ?? 'amazonses.com'} (${identity.MailFromAttributes?.MailFromDomainStatus ?? '—'})`,
      `aspf=${mode ?? 'r'}`,
    ],
    consequence,
    fix: {
      text: strict
        ? {
            ja: 'aspf=s を外してください。MAIL FROMはサブドメインなので、厳密な一致にはなりません。',
            en: 'Take aspf=s out: MAIL FROM is a subdomain, which never matches strictly.',
          }
        : {
            ja: '送信ドメインの下にMAIL FROMを設け、MXとSPFを公開してください。',
            en: 'Have a MAIL FROM domain below the sending domain, with its MX and SPF.',
          },
      changes: strict
        ? await relaxed(subject, policy, 'aspf')
        : await mailFromChanges(subject, identity, mailFrom),
    },
  };
}

async function dkimLeg(
  subject: Subject,
  identity: IdentityAnswer,
  policy: DmarcRecord | undefined,
): Promise<FindingDraft | undefined> {
  const { facts, dns } = subject;
  const works = await dkimWorks(subject);
  const mode = policy?.tags.get('adkim');
  if (works && (await aligned(dns, mode, facts.domain, identity.EmailIdentity))) {
    return undefined;
  }
  const strict = works && (await aligned(dns, 'r', facts.domain, identity.EmailIdentity));
  return {
    code: 'dmarc-dkim-leg',
    severity: 'block',
    title: { ja: 'DMARCのDKIM側は通らない見込みです。', en: 'DKIM will not make DMARC pass.' },
    evidence: [
      `From ${facts.domain}`,
      `DKIM d=${identity.EmailIdentity} (${identity.DkimAttributes?.Status ?? '—'})`,
      `adkim=${mode ?? 'r'}`,
    ],
    consequence,
    fix: {
      text: strict
        ? { ja: 'adkim=s を外してください。', en: 'Take adkim=s out.' }
        : {
            ja: 'DKIM署名をオンにし、CNAMEを公開してください。',
            en: 'Switch DKIM signing on and publish the CNAME records.',
          },
      changes: strict ? await relaxed(subject, policy, 'adkim') : dkimChanges(identity),
    },
  };
}

function dkimChanges(identity: IdentityAnswer): Change[] {
  return identity.DkimAttributes?.SigningAttributesOrigin === 'EXTERNAL'
    ? [easyDkimKey(identity)]
    : easyDkim(identity);
}

async function relaxed(
  { dns }: Subject,
  policy: DmarcRecord | undefined,
  tag: 'aspf' | 'adkim',
): Promise<Change[]> {
  if (policy === undefined) {
    return [];
  }
  const value = rewritten(policy, { [tag]: undefined });
  return [await textChange(dns, `_dmarc.${policy.domain}`, (text) => text === policy.text, [value])];
}
