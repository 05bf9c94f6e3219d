import { publicKeys } from '../healthy.ts';
import { dkim, dkimName, type Misconfiguration, mailFrom, ownKey } from './seed.ts';

export const senderMisconfigurations: readonly Misconfiguration[] = [
  // 1 and 2: the account
  {
    code: 'account-paused',
    check: 1,
    severity: 'block',
    seed: (w) => {
      w.account.SendingEnabled = false;
    },
  },
  {
    code: 'account-probation',
    check: 1,
    severity: 'block',
    seed: (w) => {
      w.account.EnforcementStatus = 'PROBATION';
    },
  },
  {
    code: 'account-shutdown',
    check: 1,
    severity: 'block',
    seed: (w) => {
      w.account.EnforcementStatus = 'SHUTDOWN';
    },
  },
  {
    code: 'identity-missing',
    check: 1,
    severity: 'block',
    seed: (w) => {
      w.identity = undefined;
    },
  },
  {
    code: 'identity-unverified',
    check: 1,
    severity: 'block',
    seed: (w) => {
      Object.assign(w.identity ?? {}, { VerifiedForSendingStatus: false });
    },
  },
  {
    code: 'sandbox',
    check: 2,
    severity: 'block',
    seed: (w) => {
      w.account.ProductionAccessEnabled = false;
    },
  },
  {
    code: 'quota-too-small',
    check: 2,
    severity: 'block',
    seed: (w) => {
      w.plan.volume = 45_000;
    },
  },
  {
    code: 'rate-too-low',
    check: 2,
    severity: 'block',
    seed: (w) => {
      w.account.SendQuota = { Max24HourSend: -1, MaxSendRate: 0.1, SentLast24Hours: 0 };
    },
  },
  // 3: DKIM
  {
    code: 'dkim-off',
    check: 3,
    severity: 'block',
    seed: (w) => {
      Object.assign(dkim(w), { SigningEnabled: false });
    },
  },
  {
    code: 'dkim-status',
    check: 3,
    severity: 'block',
    seed: (w) => {
      Object.assign(dkim(w), { Status: 'FAILED' });
    },
  },
  {
    code: 'dkim-record-missing',
    check: 3,
    severity: 'block',
    seed: (w) => {
      delete w.zone[`CNAME ${dkimName}`];
    },
  },
  {
    code: 'dkim-record-wrong',
    check: 3,
    severity: 'block',
    seed: (w) => {
      w.zone[`CNAME ${dkimName}`] = ['zzzz.dkim.amazonses.com'];
    },
  },
  {
    code: 'dkim-key-short',
    check: 3,
    severity: 'warn',
    seed: (w) => {
      Object.assign(dkim(w), { CurrentSigningKeyLength: 'RSA_1024_BIT' });
    },
  },
  {
    code: 'dkim-key-too-short',
    check: 3,
    severity: 'block',
    seed: ownKey(`v=DKIM1; k=rsa; p=${publicKeys[512]}`),
  },
  { code: 'dkim-key-unusable', check: 3, severity: 'block', seed: ownKey('v=DKIM1; k=rsa; p=') },
  { code: 'dkim-testing', check: 3, severity: 'warn', seed: ownKey(`v=DKIM1; t=y; p=${publicKeys[2048]}`) },
  // 4: MAIL FROM
  {
    code: 'mail-from-missing',
    check: 4,
    severity: 'warn',
    seed: (w) => {
      Object.assign(w.identity ?? {}, { MailFromAttributes: undefined });
    },
  },
  {
    code: 'mail-from-foreign',
    check: 4,
    severity: 'block',
    seed: (w) => {
      Object.assign(mailFrom(w), { MailFromDomain: 'bounce.example.net' });
    },
  },
  {
    code: 'mail-from-status',
    check: 4,
    severity: 'block',
    seed: (w) => {
      Object.assign(mailFrom(w), { MailFromDomainStatus: 'FAILED' });
    },
  },
  {
    code: 'mail-from-mx-missing',
    check: 4,
    severity: 'block',
    seed: (w) => {
      delete w.zone['MX bounce.mail.example.com'];
    },
  },
  {
    code: 'mail-from-mx-wrong',
    check: 4,
    severity: 'block',
    seed: (w) => {
      w.zone['MX bounce.mail.example.com']?.push('20 mx.example.com');
    },
  },
  {
    code: 'mail-from-spf',
    check: 4,
    severity: 'block',
    seed: (w) => {
      delete w.zone['TXT bounce.mail.example.com'];
    },
  },
  {
    code: 'mail-from-fallback',
    check: 4,
    severity: 'info',
    seed: (w) => {
      Object.assign(mailFrom(w), { BehaviorOnMxFailure: 'USE_DEFAULT_VALUE' });
    },
  },
];
