import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { Operations } from './operations.ts';

export interface ReputationAlarmsProps {
  readonly operations: Operations;
}

/**
 * The two rates by which SES judges an account, as fractions of what it sent. They cover everything
 * that sends from this account and region, because that is what SES pauses.
 */
export class ReputationAlarms extends Construct {
  readonly bounceRate: Metric;
  readonly complaintRate: Metric;

  constructor(scope: Construct, id: string, { operations }: ReputationAlarmsProps) {
    super(scope, id);
    this.bounceRate = reputationMetric('Reputation.BounceRate');
    this.complaintRate = reputationMetric('Reputation.ComplaintRate');
    // The thresholds at which AWS puts an account under review. SES may pause it at twice the bounce
    // rate and at five times the complaint rate.
    operations.alarm(this, 'BounceRate', {
      metric: this.bounceRate,
      threshold: 0.05,
      meaning: 'At least 5 % of the mail of this account bounced hard; SES pauses accounts that reach 10 %.',
      runbook: 'bounce-rate',
    });
    operations.alarm(this, 'ComplaintRate', {
      metric: this.complaintRate,
      threshold: 0.001,
      meaning:
        'At least 0.1 % of the mail of this account was reported as spam; SES pauses accounts at 0.5 %.',
      runbook: 'complaint-rate',
    });
  }
}

function reputationMetric(metricName: string): Metric {
  return new Metric({ namespace: 'AWS/SES', metricName, statistic: 'Average', period: Duration.hours(1) });
}
