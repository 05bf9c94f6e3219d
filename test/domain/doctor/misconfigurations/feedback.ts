import { destination, type Misconfiguration } from './seed.ts';

export const feedbackMisconfigurations: readonly Misconfiguration[] = [
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
  {
    code: 'probe-complaint',
    check: 20,
    severity: 'block',
    seed: (w) => {
      Object.assign(w.feedback.probe?.[1] ?? {}, { reached: 'suppression', seconds: 60 });
    },
  },
  {
    code: 'probe-success',
    check: 20,
    severity: 'block',
    seed: (w) => {
      Object.assign(w.feedback.probe?.[2] ?? {}, { reached: 'ses', detail: 'rejected: sandbox' });
    },
  },
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
];
