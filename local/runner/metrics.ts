import type { ServiceHandler } from '../api.ts';
import { answering, jsonAnswer, jsonBody, notDone, queryService } from './aws-answers.ts';
import { type Json, listOf, objectOf } from './json.ts';

/** The newest values of metrics of SES by their names; undefined as long as it has none. */
export type SesMetrics = () => Readonly<Record<string, number>> | undefined;

/** CloudWatch takes metrics and keeps none: the gateway counts the calls. It has those that SES writes. */
export function cloudWatch(sesMetrics: SesMetrics, nowMs: () => number): ServiceHandler {
  const byQuery = queryService(
    'monitoring',
    'http://monitoring.amazonaws.com/doc/2010-08-01/',
    async (action) => (action === 'PutMetricData' ? '' : undefined),
  );
  /** One value, of now; of a metric that nobody writes there is none, which is no error. */
  function resultOf(query: Json) {
    const { Id, MetricStat } = objectOf(query);
    const { Namespace, MetricName, Dimensions } = objectOf(objectOf(MetricStat).Metric);
    const ofAccount = Namespace === 'AWS/SES' && listOf(Dimensions).length === 0;
    const value = ofAccount ? sesMetrics()?.[String(MetricName)] : undefined;
    return {
      Id,
      Label: MetricName ?? '',
      StatusCode: 'Complete',
      Timestamps: value === undefined ? [] : [Math.floor(nowMs() / 1000)],
      Values: value === undefined ? [] : [value],
    };
  }

  return answering('monitoring', async (request, caller) => {
    const target = request.headers['x-amz-target'] ?? request.path;
    if (/\.GetMetricData$/.test(target)) {
      return jsonAnswer({ MetricDataResults: listOf(jsonBody(request).MetricDataQueries).map(resultOf) });
    }
    if (!/[./]PutMetricData$/.test(target)) {
      return byQuery(request, caller);
    }
    // The newer protocol answers in CBOR, where 0xA0 is an empty map.
    return request.headers['smithy-protocol'] === 'rpc-v2-cbor'
      ? {
          status: 200,
          headers: { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' },
          body: Buffer.from([0xa0]),
        }
      : jsonAnswer({});
  });
}

/** CloudWatch Logs: log lines of functions go to the runner's own log; these calls are accepted and counted. */
export function cloudWatchLogs(): ServiceHandler {
  return answering('logs', async (request) => {
    const action = (request.headers['x-amz-target'] ?? '').split('.').at(-1) ?? '';
    if (!['CreateLogGroup', 'CreateLogStream', 'PutLogEvents', 'PutRetentionPolicy'].includes(action)) {
      throw notDone('logs', action);
    }
    return jsonAnswer({});
  });
}
