import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** What the pipeline counts. */
export type Count =
  | 'Accepted'
  | 'Suppressed'
  | 'Rejected'
  | 'Expired'
  | 'Unknown'
  | 'Duplicate'
  | 'Collapsed'
  | 'Throttled'
  | 'Paused'
  | 'Delivered'
  | 'Bounced'
  | 'Complained'
  | 'Unsubscribed'
  /** Once a minute for each campaign that a guardrail stopped. */
  | 'CampaignHalted';

/** By function, whose name begins with that of its stack. */
const metrics = new Metrics({
  namespace: 'Todoke',
  serviceName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? 'todoke',
});

/** Counts one thing; written with the others by {@link flushCounts} as one log line in the embedded metric format. */
export function count(name: Count, n = 1): void {
  metrics.addMetric(name, MetricUnit.Count, n);
}

/** Writes what was counted; a handler calls it once before it returns. */
export function flushCounts(): void {
  if (metrics.hasStoredMetrics()) {
    metrics.publishStoredMetrics();
  }
}
