import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { QueueWorker } from './queue-worker.ts';
import type { ReputationAlarms } from './reputation-alarms.ts';

export interface PipelineDashboardProps {
  /** Title to worker, in the order of their rows. */
  readonly workers: Readonly<Record<string, QueueWorker>>;
  readonly reputation: ReputationAlarms;
}

/** One page for the question "is mail flowing?". */
export class PipelineDashboard extends Construct {
  constructor(scope: Construct, id: string, { workers, reputation }: PipelineDashboardProps) {
    super(scope, id);
    const dashboard = new Dashboard(this, 'Dashboard', { defaultInterval: Duration.hours(3) });
    for (const [title, worker] of Object.entries(workers)) {
      dashboard.addWidgets(
        new GraphWidget({
          title: `${title}: waiting and given up`,
          width: 8,
          left: [
            worker.queue.metricApproximateNumberOfMessagesVisible(),
            worker.deadLetterQueue.metricApproximateNumberOfMessagesVisible(),
          ],
        }),
        new GraphWidget({
          title: `${title}: age of the oldest message`,
          width: 8,
          left: [worker.queue.metricApproximateAgeOfOldestMessage()],
        }),
        new GraphWidget({
          title: `${title}: invocations, errors and duration`,
          width: 8,
          left: [worker.function.function.metricInvocations(), worker.function.function.metricErrors()],
          right: [worker.function.function.metricDuration()],
        }),
      );
    }
    dashboard.addWidgets(
      new GraphWidget({ title: 'Bounce rate of the account', width: 12, left: [reputation.bounceRate] }),
      new GraphWidget({
        title: 'Complaint rate of the account',
        width: 12,
        left: [reputation.complaintRate],
      }),
    );
  }
}
