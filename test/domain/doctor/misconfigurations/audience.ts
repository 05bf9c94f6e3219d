import type { Misconfiguration } from './seed.ts';

export const audienceMisconfigurations: readonly Misconfiguration[] = [
  {
    code: 'audience-suppressed',
    check: 21,
    severity: 'warn',
    seed: (w) => {
      w.audience.suppressed = { asked: 1_000, stopped: 90 };
    },
  },
  {
    code: 'audience-never-mailed',
    check: 21,
    severity: 'warn',
    seed: (w) => {
      w.audience.neverMailed = { asked: 200, never: 60, campaigns: 12 };
    },
  },
  {
    code: 'audience-old',
    check: 21,
    severity: 'warn',
    seed: (w) => {
      w.audience.oldConsent = 2_000;
    },
  },
  {
    code: 'audience-duplicates',
    check: 21,
    severity: 'warn',
    seed: (w) => {
      w.audience.duplicates = 600;
    },
  },
  {
    code: 'audience-risky',
    check: 21,
    severity: 'block',
    seed: (w) => {
      w.audience.noMx = 600;
    },
  },
  {
    code: 'growth-no-history',
    check: 22,
    severity: 'block',
    seed: (w) => {
      w.history.busiestDay = { google: 6_000 };
    },
  },
  {
    code: 'growth-no-history',
    check: 22,
    severity: 'block',
    seed: (w) => {
      w.audience.providers['yahoo-japan'] = 2_000;
    },
  },
  {
    code: 'growth-jump',
    check: 22,
    severity: 'block',
    seed: (w) => {
      w.history.busiestDay = { google: 6_000, docomo: 250 };
    },
  },
  {
    code: 'growth-jump',
    check: 22,
    severity: 'warn',
    seed: (w) => {
      w.history.busiestDay = { google: 6_000, docomo: 500 };
    },
  },
  {
    code: 'gmail-bulk-sender',
    check: 24,
    severity: 'warn',
    seed: (w) => {
      w.history.busiestDay = { google: 4_500, docomo: 1_200 };
      w.audience.providers.google = 5_200;
    },
  },
  {
    code: 'consent-missing',
    check: 29,
    severity: 'block',
    seed: (w) => {
      w.audience.consent = 9_000;
    },
  },
];
