import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setDefaultCACertificates } from 'node:tls';
import { pathToFileURL } from 'node:url';
import { compileFunction, constants } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import type { EnvironmentData, EnvironmentMessage, HandlerError, InvokeMessage } from './messages.ts';

/**
 * One Lambda execution environment, as the entry point of a worker thread: loads the handler once,
 * then runs one invocation at a time.
 */
const data: EnvironmentData = workerData;
type Handler = (event: unknown, context: object) => unknown;

const answer = (message: EnvironmentMessage): void => parentPort?.postMessage(message);

async function loadHandler(): Promise<Handler> {
  const separator = data.handler.lastIndexOf('.');
  const base = join(data.codeDirectory, data.handler.slice(0, separator));
  const file = ['.js', '.mjs', '.cjs'].map((extension) => base + extension).find(existsSync);
  if (file === undefined) {
    throw new Error(`Cannot find module '${data.handler.slice(0, separator)}'`);
  }
  const exports = await loadModule(file);
  const handler = exports[data.handler.slice(separator + 1)];
  if (typeof handler !== 'function') {
    throw new Error(`${data.handler} is undefined or not exported`);
  }
  return handler as Handler;
}

/**
 * A `.js` file without a package.json beside it is CommonJS to Lambda, whatever package
 * this assembly lies in; so Node's own lookup of the enclosing package must not decide.
 */
async function loadModule(file: string): Promise<Record<string, unknown>> {
  if (!file.endsWith('.js') || existsSync(join(data.codeDirectory, 'package.json'))) {
    return import(pathToFileURL(file).href);
  }
  const module: { exports: Record<string, unknown> } = { exports: {} };
  const run = compileFunction(
    readFileSync(file, 'utf8'),
    ['exports', 'require', 'module', '__filename', '__dirname'],
    { filename: file, importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER },
  );
  run(module.exports, createRequire(file), module, file, dirname(file));
  return module.exports;
}

function describeError(thrown: unknown): HandlerError {
  if (thrown instanceof Error) {
    return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
  }
  return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
}

function contextOf({ requestId, deadlineMs, clientContext }: InvokeMessage): object {
  return {
    awsRequestId: requestId,
    functionName: data.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: data.functionArn,
    memoryLimitInMB: String(data.memoryMb),
    logGroupName: data.logGroupName,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    callbackWaitsForEmptyEventLoop: true,
    ...(clientContext !== undefined && { clientContext: JSON.parse(clientContext) }),
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

async function invoke(handler: Handler, message: InvokeMessage): Promise<void> {
  try {
    const returned = await handler(JSON.parse(message.payload), contextOf(message));
    answer({ kind: 'returned', payload: JSON.stringify(returned) ?? 'null' });
  } catch (thrown) {
    const error = describeError(thrown);
    console.error(`Invoke Error ${JSON.stringify(error)}`);
    answer({ kind: 'threw', error });
  }
}

try {
  if (data.caCertificate !== undefined) {
    setDefaultCACertificates([data.caCertificate]);
  }
  const handler = await loadHandler();
  parentPort?.on('message', (message: InvokeMessage) => void invoke(handler, message));
  answer({ kind: 'ready' });
} catch (thrown) {
  answer({ kind: 'load-failed', error: describeError(thrown) });
}
