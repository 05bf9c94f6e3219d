import { arrival, dmarc, type Misconfiguration } from './seed.ts';

export const standingMisconfigurations: readonly Misconfiguration[] = [
  {
    code: 'bimi-logo',
    check: 25,
    severity: 'info',
    seed: (w) => {
      w.zone['TXT default._bimi.example.com'] = [
        'v=BIMI1; l=http://www.example.com/logo.png; a=https://www.example.com/vmc.pem',
      ];
    },
  },
  {
    code: 'bimi-without-policy',
    check: 25,
    severity: 'info',
    seed: dmarc('v=DMARC1; p=none; rua=mailto:a@example.com'),
  },
  {
    code: 'bimi-without-policy',
    check: 25,
    severity: 'info',
    seed: dmarc('v=DMARC1; p=reject; sp=none; rua=mailto:a@example.com'),
  },
  {
    code: 'bimi-no-certificate',
    check: 25,
    severity: 'info',
    seed: (w) => {
      w.zone['TXT default._bimi.example.com'] = ['v=BIMI1; l=https://www.example.com/bimi.svg; a='];
    },
  },
  {
    code: 'mta-sts-record',
    check: 26,
    severity: 'info',
    seed: (w) => {
      w.zone['TXT _mta-sts.example.com'] = ['v=STSv1'];
    },
  },
  {
    code: 'mta-sts-host',
    check: 26,
    severity: 'info',
    seed: (w) => {
      delete w.zone['A mta-sts.example.com'];
    },
  },
  {
    code: 'tls-rpt',
    check: 26,
    severity: 'info',
    seed: (w) => {
      w.zone['TXT _smtp._tls.example.com'] = ['v=TLSRPTv1'];
    },
  },
  {
    code: 'google-spam-rate',
    check: 27,
    severity: 'warn',
    seed: (w) => {
      w.monitoring.googleSpamRate = 0.004;
    },
  },
  {
    code: 'google-not-compliant',
    check: 27,
    severity: 'warn',
    seed: (w) => {
      w.monitoring.googleCompliant = false;
    },
  },
  {
    code: 'yahoo-loop-missing',
    check: 27,
    severity: 'warn',
    seed: (w) => {
      w.monitoring.yahooFeedbackLoop = false;
    },
  },
  {
    code: 'snds-missing',
    check: 27,
    severity: 'warn',
    seed: (w) => {
      w.monitoring.microsoftSnds = false;
    },
  },
  {
    code: 'streams-mixed',
    check: 28,
    severity: 'warn',
    seed: (w) => {
      w.streams.marketing.configurationSets = ['notifications'];
    },
  },
  { code: 'seed-spf', check: 30, severity: 'warn', seed: arrival('spf=pass', 'spf=softfail') },
  { code: 'seed-dkim', check: 30, severity: 'warn', seed: arrival('dkim=pass', 'dkim=fail') },
  {
    code: 'seed-dkim',
    check: 30,
    severity: 'warn',
    // Only SES's own signature passes.
    seed: arrival('header.d=mail.example.com', 'header.i=@amazonses.com'),
  },
  { code: 'seed-dmarc', check: 30, severity: 'warn', seed: arrival('dmarc=pass', 'dmarc=fail') },
  {
    code: 'pricing-plan',
    check: 31,
    severity: 'info',
    seed: (w) => {
      w.account.PricingAttributes = { CurrentPlan: 'ESSENTIALS' };
    },
  },
  {
    code: 'account-suppression-off',
    check: 32,
    severity: 'warn',
    seed: (w) => {
      w.account.SuppressionAttributes = { SuppressedReasons: ['COMPLAINT'] };
    },
  },
  {
    code: 'set-suppression-off',
    check: 32,
    severity: 'warn',
    seed: (w) => {
      Object.assign(w.sets[0] ?? {}, { SuppressionOptions: { SuppressedReasons: [] } });
    },
  },
];
