import { dkim, dmarc, type Misconfiguration, manyIncludes, spf } from './seed.ts';

export const dnsMisconfigurations: readonly Misconfiguration[] = [
  // 5: SPF of the From domain
  {
    code: 'from-spf-missing',
    check: 5,
    severity: 'block',
    seed: (w) => {
      w.zone['TXT mail.example.com'] = ['site-verification=1'];
    },
  },
  { code: 'from-spf-without-ses', check: 5, severity: 'block', seed: spf('v=spf1 ip4:192.0.2.0/24 -all') },
  {
    code: 'from-spf-without-ses',
    check: 5,
    severity: 'block',
    seed: spf('v=spf1 -all include:amazonses.com'),
  },
  {
    code: 'from-spf-missing',
    check: 5,
    severity: 'warn',
    seed: (w) => {
      w.zone['TXT mail.example.com'] = [];
      w.audience.providers = { google: 4_000 };
    },
  },
  // 6: the From domain
  {
    code: 'from-no-host',
    check: 6,
    severity: 'block',
    seed: (w) => {
      delete w.zone['MX mail.example.com'];
    },
  },
  {
    code: 'from-null-mx',
    check: 6,
    severity: 'block',
    seed: (w) => {
      w.zone['MX mail.example.com'] = ['0 .'];
    },
  },
  {
    code: 'from-mx-unusable',
    check: 6,
    severity: 'warn',
    seed: (w) => {
      w.zone['MX mail.example.com'] = ['10 gone.example.com'];
    },
  },
  {
    code: 'from-mx-unusable',
    check: 6,
    severity: 'warn',
    seed: (w) => {
      w.zone['MX mail.example.com'] = ['10 192.0.2.25'];
    },
  },
  {
    code: 'soa-missing',
    check: 6,
    severity: 'block',
    seed: (w) => {
      delete w.zone['SOA example.com'];
    },
  },
  {
    code: 'from-zone-broken',
    check: 6,
    severity: 'block',
    seed: (w) => {
      w.servfail.push('mail.example.com');
    },
  },
  // 7: SPF itself
  {
    code: 'spf-multiple',
    check: 7,
    severity: 'block',
    seed: (w) => {
      w.zone['TXT mail.example.com']?.push('v=spf1 ip4:192.0.2.0/24 -all');
    },
  },
  {
    code: 'spf-multiple',
    check: 7,
    severity: 'block',
    seed: (w) => {
      w.zone['TXT bounce.mail.example.com']?.push('v=spf1 mx -all');
    },
  },
  {
    code: 'spf-syntax',
    check: 7,
    severity: 'block',
    seed: spf('v=spf1 include:amazonses.com ipv4:192.0.2.1 ~all'),
  },
  {
    code: 'spf-syntax',
    check: 7,
    severity: 'block',
    seed: spf('v=spf1 include: include:amazonses.com ~all'),
  },
  {
    code: 'spf-permanent-error',
    check: 7,
    severity: 'block',
    seed: spf('v=spf1 include:amazonses.com redirect=amazonses.com redirect=amazonses.com ~all'),
  },
  { code: 'spf-too-many-lookups', check: 7, severity: 'block', seed: manyIncludes },
  {
    code: 'spf-void-lookups',
    check: 7,
    severity: 'block',
    seed: spf('v=spf1 a:x.example.com a:y.example.com mx:z.example.com include:amazonses.com ~all'),
  },
  {
    code: 'spf-dead-include',
    check: 7,
    severity: 'block',
    seed: spf('v=spf1 include:spf.gone.example.net include:amazonses.com ~all'),
  },
  { code: 'spf-pass-all', check: 7, severity: 'block', seed: spf('v=spf1 include:amazonses.com +all') },
  { code: 'spf-neutral-all', check: 7, severity: 'warn', seed: spf('v=spf1 include:amazonses.com ?all') },
  { code: 'spf-no-all', check: 7, severity: 'warn', seed: spf('v=spf1 include:amazonses.com') },
  { code: 'spf-ptr', check: 7, severity: 'warn', seed: spf('v=spf1 include:amazonses.com ptr ~all') },
  // 8: DMARC
  {
    code: 'dmarc-missing',
    check: 8,
    severity: 'block',
    seed: (w) => {
      delete w.zone['TXT _dmarc.example.com'];
    },
  },
  {
    code: 'dmarc-multiple',
    check: 8,
    severity: 'block',
    seed: dmarc('v=DMARC1; p=none; rua=mailto:a@example.com', 'v=DMARC1; p=reject; rua=mailto:a@example.com'),
  },
  {
    code: 'dmarc-unreadable',
    check: 8,
    severity: 'block',
    seed: dmarc('p=reject; v=DMARC1; rua=mailto:a@example.com'),
  },
  {
    code: 'dmarc-policy-invalid',
    check: 8,
    severity: 'block',
    seed: dmarc('v=DMARC1; p=block; rua=mailto:a@example.com'),
  },
  {
    code: 'dmarc-policy-invalid',
    check: 8,
    severity: 'block',
    seed: dmarc('v=DMARC1; rua=mailto:a@example.com'),
  },
  {
    code: 'dmarc-tag-invalid',
    check: 8,
    severity: 'warn',
    seed: dmarc('v=DMARC1; p=quarantine; sp=all; rua=mailto:a@example.com'),
  },
  {
    code: 'dmarc-tag-invalid',
    check: 8,
    severity: 'warn',
    seed: dmarc('v=DMARC1; p=quarantine; np=never; rua=mailto:a@example.com'),
  },
  {
    code: 'dmarc-tag-obsolete',
    check: 8,
    severity: 'warn',
    seed: dmarc('v=DMARC1; p=quarantine; pct=20; ri=86400; rua=mailto:a@example.com'),
  },
  {
    code: 'dmarc-testing',
    check: 8,
    severity: 'info',
    seed: dmarc('v=DMARC1; p=quarantine; t=y; rua=mailto:a@example.com'),
  },
  { code: 'dmarc-no-reports', check: 8, severity: 'info', seed: dmarc('v=DMARC1; p=quarantine') },
  {
    code: 'dmarc-rua-invalid',
    check: 8,
    severity: 'warn',
    seed: dmarc('v=DMARC1; p=quarantine; rua=dmarc@example.com'),
  },
  {
    code: 'dmarc-rua-unauthorized',
    check: 8,
    severity: 'warn',
    seed: dmarc('v=DMARC1; p=quarantine; rua=mailto:r@reports.example.net'),
  },
  {
    code: 'dmarc-organization-differs',
    check: 8,
    severity: 'warn',
    seed: (w) => {
      w.zone['TXT _dmarc.mail.example.com'] = ['v=DMARC1; p=quarantine; psd=n; rua=mailto:a@example.com'];
    },
  },
  {
    code: 'dmarc-organization-differs',
    check: 8,
    severity: 'warn',
    seed: (w) => {
      delete w.zone['TXT _dmarc.example.com'];
      w.zone['TXT _dmarc.mail.example.com'] = ['v=DMARC1; p=quarantine; rua=mailto:a@example.com'];
    },
  },
  // 9: both legs
  {
    code: 'dmarc-spf-leg',
    check: 9,
    severity: 'block',
    seed: (w) => {
      Object.assign(w.identity ?? {}, { MailFromAttributes: undefined });
    },
  },
  {
    code: 'dmarc-spf-leg',
    check: 9,
    severity: 'block',
    seed: dmarc('v=DMARC1; p=quarantine; aspf=s; rua=mailto:a@example.com'),
  },
  {
    code: 'dmarc-dkim-leg',
    check: 9,
    severity: 'block',
    seed: (w) => {
      Object.assign(dkim(w), { SigningEnabled: false });
    },
  },
  {
    code: 'dmarc-dkim-leg',
    check: 9,
    severity: 'block',
    seed: (w) => {
      w.domain = 'news.mail.example.com';
      w.zone['MX news.mail.example.com'] = ['10 mx.example.com'];
      w.zone['TXT news.mail.example.com'] = ['v=spf1 include:amazonses.com ~all'];
      dmarc('v=DMARC1; p=quarantine; adkim=s; rua=mailto:a@example.com')(w);
    },
  },
  // 10 and 11: transport
  {
    code: 'ptr-missing',
    check: 10,
    severity: 'block',
    seed: (w) => {
      delete w.zone['PTR 10.2.0.192.in-addr.arpa'];
    },
  },
  {
    code: 'ptr-not-confirmed',
    check: 10,
    severity: 'block',
    seed: (w) => {
      w.zone['A a2-10.smtp-out.amazonses.com'] = ['192.0.2.99'];
    },
  },
  {
    code: 'tls-optional',
    check: 11,
    severity: 'info',
    seed: (w) => {
      Object.assign(w.sets[0] ?? {}, { DeliveryOptions: undefined });
    },
  },
];
