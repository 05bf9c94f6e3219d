import { Duration } from 'aws-cdk-lib';
import type { Operations } from './operations.ts';
import type { TodokeFunction } from './todoke-function.ts';

/** Alarms on what only Lambda sees of a function: crashes, timeouts and refused invocations. */
export function watchFunction(operations: Operations, watched: TodokeFunction): void {
  const period = { period: Duration.minutes(5) };
  // One crash is retried and forgotten; two out of three periods are a pattern.
  const repeated = { threshold: 1, evaluationPeriods: 3, datapointsToAlarm: 2 };
  operations.alarm(watched, 'Errors', {
    ...repeated,
    metric: watched.function.metricErrors(period),
    meaning: 'Invocations crash or run out of time again and again, so work is redelivered instead of done.',
    runbook: 'function-errors',
  });
  operations.alarm(watched, 'Throttles', {
    ...repeated,
    metric: watched.function.metricThrottles(period),
    meaning: 'Lambda refuses invocations because the concurrency of the account is used up, so work waits.',
    runbook: 'function-throttles',
  });
}
