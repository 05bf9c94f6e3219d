import type { ServiceHandler } from '../api.ts';
import { answering, jsonAnswer, notDone, queryService } from './aws-answers.ts';

/** CloudWatch takes metrics and keeps none: the gateway counts the calls. */
export function cloudWatch(): ServiceHandler {
  const byQuery = queryService(
    'monitoring',
    'http://monitoring.amazonaws.com/doc/2010-08-01/',
    async (action) => (action === 'PutMetricData' ? '' : undefined),
  );
  return answering('monitoring', async (request, caller) => {
    const target = request.headers['x-amz-target'] ?? request.path;
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
