import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { SesTask, SesTaskResult } from './ses-worker.ts';

/**
 * `aws/ses.ts` in a thread of its own. Jest's sandbox has an Error of its own, so the SDK does not know the network errors of
 * Node for errors there, and hides their codes.
 */
export interface SesThread {
  /** @throws Error with name and message of what the thread threw */
  run(task: SesTask): Promise<unknown>;
  close(): Promise<unknown>;
}

/** @param timesFaster - Than the clock its timers run. */
export function startSesThread(endpoint: string, timesFaster?: number): SesThread {
  const worker = new Worker(new URL('ses-worker.ts', import.meta.url), {
    workerData: { timesFaster },
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKIDOPERATOR',
      AWS_SECRET_ACCESS_KEY: 'dummy',
    },
  });
  return {
    async run(task) {
      worker.postMessage(task);
      const [result] = (await once(worker, 'message')) as [SesTaskResult];
      if ('error' in result) {
        throw Object.assign(new Error(result.error.message), { name: result.error.name });
      }
      return result.value;
    },
    close: () => worker.terminate(),
  };
}
