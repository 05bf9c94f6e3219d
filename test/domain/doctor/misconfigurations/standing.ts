import { arrival, destination, dmarc, type Misconfiguration } from './seed.ts';

export const standingMisconfigurations: readonly Misconfiguration[] = [
  // 19 and 20: what comes back
  {
    code: 'rate-bounced',
    check: 19,
    severity: 'block',
    seed: (w) => {
      w.history.bounced = 2_400;
    },
  },
  {
    code: 'rate-complained',
    check: 19,
    severity: 'block',
    seed: (w) => {
      w.history.complained = 60;
    },
  },
  {
    code: 'rate-bounced',
    check: 19,
    severity: 'block',
    seed: (w) => {
      w.rates.bounced = 4_700;
    },
  },
  {
    code: 'rate-complained',
    check: 19,
    severity: 'block',
    seed: (w) => {
      w.rates.complained = 95;
      w.history.complained = 60;
    },
  },
  {
    code: 'rate-bounced',
    check: 19,
    severity: 'block',
    seed: (w) => {
      w.reputation.bounceRate = 0.06;
    },
  },
  {
    code: 'rate-complained',
    check: 19,
    severity: 'block',
    seed: (w) => {
      w.reputation.complaintRate = 0.006;
    },
  },
  {
    code: 'configuration-set-missing',
    check: 20,
    severity: 'block',
    seed: (w) => {
      Object.assign(w.sets[0] ?? {}, { Exists: false });
    },
  },
  {
    code: 'configuration-set-paused',
    check: 20,
    severity: 'block',
    seed: (w) => {
      Object.assign(w.sets[0] ?? {}, { SendingOptions: { SendingEnabled: false } });
    },
  },
  {
    code: 'event-destination-missing',
    check: 20,
    severity: 'block',
    seed: (w) => {
      Object.assign(w.sets[1] ?? {}, { EventDestinations: [] });
    },
  },
  {
    code: 'event-destination-elsewhere',
    check: 20,
    severity: 'block',
    seed: destination({ SnsDestination: { TopicArn: 'arn:aws:sns:ap-northeast-1:123456789012:other' } }),
  },
  { code: 'event-destination-off', check: 20, severity: 'block', seed: destination({ Enabled: false }) },
  {
    code: 'event-types-missing',
    check: 20,
    severity: 'block',
    seed: destination({ MatchingEventTypes: ['SEND', 'DELIVERY', 'BOUNCE'] }),
  },
  {
    code: 'event-types-missing',
    check: 20,
    severity: 'block',
    // They report failures only: nobody would hear of clicks.
    seed: (w) => {
      w.streams.marketing.engagementSets = ['campaigns'];
    },
  },
  {
    code: 'feedback-dead-letters',
    check: 20,
    severity: 'warn',
    seed: (w) => {
      w.feedback.deadLetters = 3;
    },
  },
  {
    code: 'probe-bounce',
    check: 20,
    severity: 'block',
    seed: (w) => {
      Object.assign(w.feedback.probe?.[0] ?? {}, { reached: 'event', seconds: 60 });
    },
  },
  // 21 to 24: whom, and how many
  {
    code: 'feedback-queue-closed',
    check: 20,
    severity: 'block',
    seed: (w) => {
      Object.assign(w.feedback.queue ?? {}, { policy: undefined });
    },
  },
  {
    code: 'feedback-topic-closed',
    check: 20,
    severity: 'block',
    seed: (w) => {
      Object.assign(w.feedback.topic ?? {}, { policy: undefined });
    },
  },
  {
    code: 'feedback-subscription-missing',
    check: 20,
    severity: 'block',
    seed: (w) => {
      Object.assign(w.feedback.topic ?? {}, { subscriptions: [] });
    },
  },
  {
    code: 'feedback-subscription-pending',
    check: 20,
    severity: 'block',
    seed: (w) => {
      Object.assign(w.feedback.topic?.subscriptions[0] ?? {}, { arn: 'PendingConfirmation' });
    },
  },
  {
    code: 'feedback-subscription-filtered',
    check: 20,
    severity: 'block',
    seed: (w) => {
      Object.assign(w.feedback.topic?.subscriptions[0] ?? {}, { filterPolicy: '{"eventType":["Bounce"]}' });
    },
  },
  {
    code: 'feedback-queue-closed',
    check: 20,
    severity: 'block',
    seed: (w) => {
      w.streams.topicArn = w.streams.topicArn.replace(/feedback$/, 'another');
      for (const set of w.sets) {
        for (const { SnsDestination } of set.EventDestinations ?? []) {
          Object.assign(SnsDestination ?? {}, { TopicArn: w.streams.topicArn });
        }
      }
    },
  },
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
  // 25 to 32: standing
  {
    code: 'bimi-logo',
    check: 25,
    severity: 'info',
    seed: (w) => {
      w.zone['TXT default._bimi.example.com'] = ['v=BIMI1; l=http://www.example.com/logo.png'];
    },
  },
  {
    code: 'bimi-without-policy',
    check: 25,
    severity: 'info',
    seed: dmarc('v=DMARC1; p=none; rua=mailto:a@example.com'),
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
  {
    code: 'consent-missing',
    check: 29,
    severity: 'block',
    seed: (w) => {
      w.audience.consent = 9_000;
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
