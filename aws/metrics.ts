import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** What the pipeline counts; the alarms and the dashboard of the stack name the same. */
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
  | 'Unsubscribed';

const metrics = new Metrics({ namespace: 'Todoke' });

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
