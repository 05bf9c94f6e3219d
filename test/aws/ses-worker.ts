import { parentPort, workerData } from 'node:worker_threads';
import { getSendQuota, sendMail } from '../../aws/ses.ts';
import type { Mail } from '../../domain/mail.ts';

/** What the thread is asked to do, and what came of it. */
export type SesTask = { readonly send: Mail; readonly configurationSetName: string } | 'quota';
export type SesTaskResult =
  | { readonly value: unknown }
  | { readonly error: { readonly name: string; readonly message: string } };

const { setTimeout } = globalThis;
if (workerData.timesFaster !== undefined) {
  globalThis.setTimeout = ((run: () => void, ms = 0) =>
    setTimeout(run, ms / workerData.timesFaster)) as typeof globalThis.setTimeout;
}

parentPort?.on('message', async (task: SesTask) => {
  let result: SesTaskResult;
  try {
    const value =
      task === 'quota' ? await getSendQuota() : await sendMail(task.send, task.configurationSetName);
    result = { value };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    result = { error: { name, message } };
  }
  parentPort?.postMessage(result);
});
