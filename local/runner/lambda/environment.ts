import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { FunctionDefinition } from './function-definition.ts';
import type { EnvironmentData, EnvironmentMessage, HandlerError, InvokeMessage } from './messages.ts';

/** How one invocation ended inside its environment. */
export type Ending =
  | { readonly kind: 'returned'; readonly payload: string }
  | { readonly kind: 'failed'; readonly error: object; readonly environmentLost: boolean };

/** Lambda allows 10 s for loading the code; only then does the function's own timeout start to count. */
const loadLimitMs = 10_000;

const entryPoint = new URL('./environment-worker.ts', import.meta.url);

/** A worker thread that holds one loaded copy of a function. Runs one invocation at a time. */
export class Environment {
  /** Told to AWS with every call of this environment, and of no other. */
  readonly sessionToken: string;
  readonly #worker: Worker;
  readonly #definition: FunctionDefinition;
  readonly #ready: Promise<HandlerError | undefined>;
  #settle: ((ending: Ending) => void) | undefined;
  #lastError: unknown;
  #lost = false;

  constructor(
    definition: FunctionDefinition,
    variables: Readonly<Record<string, string>>,
    sessionToken: string,
    caCertificate: string | undefined,
    onLine: (line: string) => void,
  ) {
    this.#definition = definition;
    this.sessionToken = sessionToken;
    const data: EnvironmentData = {
      codeDirectory: definition.codeDirectory,
      handler: definition.handler,
      functionName: definition.name,
      functionArn: definition.arn,
      memoryMb: definition.memoryMb,
      logGroupName: variables.AWS_LAMBDA_LOG_GROUP_NAME ?? '',
      caCertificate,
    };
    this.#worker = new Worker(entryPoint, {
      env: { ...variables },
      workerData: data,
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: definition.memoryMb },
    });
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) {
      createInterface({ input: stream }).on('line', onLine);
    }
    this.#ready = new Promise((resolve) => {
      const limit = setTimeout(() => {
        resolve({
          errorType: 'Sandbox.Timedout',
          errorMessage: `Init timed out after ${loadLimitMs} ms`,
          trace: [],
        });
      }, loadLimitMs);
      this.#worker.on('message', (message: EnvironmentMessage) => {
        if (message.kind === 'ready' || message.kind === 'load-failed') {
          clearTimeout(limit);
          resolve(message.kind === 'ready' ? undefined : message.error);
        } else if (message.kind === 'returned') {
          this.#end({ kind: 'returned', payload: message.payload });
        } else {
          this.#end({ kind: 'failed', error: message.error, environmentLost: false });
        }
      });
      this.#worker.on('exit', () => {
        clearTimeout(limit);
        resolve({
          errorType: 'Runtime.ExitError',
          errorMessage: 'Runtime exited before it was ready',
          trace: [],
        });
      });
    });
    this.#worker.on('error', (error) => {
      this.#lastError = error;
    });
    this.#worker.on('exit', (code) => {
      this.#lost = true;
      this.#end({ kind: 'failed', error: exitError(code, this.#lastError), environmentLost: true });
    });
  }

  get lost(): boolean {
    return this.#lost;
  }

  /** Runs one invocation. Never rejects: whatever goes wrong is an ending. */
  async run(requestId: string, payload: string, clientContext?: string): Promise<Ending> {
    const loadError = await this.#ready;
    if (loadError !== undefined) {
      await this.close();
      return { kind: 'failed', error: loadError, environmentLost: true };
    }
    const timeoutMs = this.#definition.timeoutSeconds * 1000;
    const ending = await new Promise<Ending>((resolve) => {
      const timer = setTimeout(() => {
        this.#end({
          kind: 'failed',
          error: timedOut(this.#definition.timeoutSeconds),
          environmentLost: true,
        });
      }, timeoutMs);
      this.#settle = (ended) => {
        clearTimeout(timer);
        resolve(ended);
      };
      const deadlineMs = Date.now() + timeoutMs;
      const message: InvokeMessage = {
        requestId,
        payload,
        deadlineMs,
        ...(clientContext && { clientContext }),
      };
      if (this.#lost) {
        this.#end({ kind: 'failed', error: exitError(1, this.#lastError), environmentLost: true });
      } else {
        this.#worker.postMessage(message);
      }
    });
    if (ending.kind === 'failed' && ending.environmentLost) {
      await this.close();
    }
    return ending;
  }

  /** Ends the thread in the middle of what it does; the invocation fails as one whose process died. */
  async kill(): Promise<void> {
    await this.#worker.terminate();
  }

  async close(): Promise<void> {
    this.#lost = true;
    await this.#worker.terminate();
  }

  #end(ending: Ending): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(ending);
  }
}

function timedOut(seconds: number): object {
  return {
    errorType: 'Sandbox.Timedout',
    errorMessage: `Error: Task timed out after ${seconds.toFixed(2)} seconds`,
  };
}

/**
 * A thread that runs out of memory or calls process.exit looks to Lambda like a process that died.
 *
 * @param cause - What the thread threw, if anything.
 */
function exitError(code: number, cause: unknown): object {
  const outOfMemory = propertyOf(cause, 'code') === 'ERR_WORKER_OUT_OF_MEMORY';
  const thrown = propertyOf(cause, 'name');
  const ending = outOfMemory
    ? 'signal: killed'
    : `exit status ${code}${thrown === undefined ? '' : ` (${thrown})`}`;
  return { errorType: 'Runtime.ExitError', errorMessage: `Error: Runtime exited with error: ${ending}` };
}

/** Not by `instanceof`: what a thread threw belongs to another realm. */
function propertyOf(thrown: unknown, name: 'code' | 'name'): string | undefined {
  const value =
    typeof thrown === 'object' && thrown !== null && name in thrown ? Reflect.get(thrown, name) : undefined;
  return value === undefined ? undefined : String(value);
}
