import type { Place } from '../api.ts';
import type { Clock } from './clock.ts';
import type { FunctionPool, InvocationResult } from './lambda/function-pool.ts';
import type { Work } from './work.ts';

/** What `AWS::Lambda::EventInvokeConfig` sets. */
export interface EventInvokeSettings {
  /** 0–2. */
  readonly maximumRetryAttempts: number;
  readonly maximumEventAgeSeconds: number;
  readonly onFailureArn?: string;
  readonly onSuccessArn?: string;
}

export interface AsyncInvocationsPorts {
  readonly functions: FunctionPool;
  readonly clock: Clock;
  readonly work: Work;
  readonly log: (line: string) => void;
  /** Sends the invocation record on, with the rights of the function's role. */
  readonly toDestination: (functionId: string, destinationArn: string, record: string) => Promise<void>;
  readonly place: Place;
}

const defaults: EventInvokeSettings = { maximumRetryAttempts: 2, maximumEventAgeSeconds: 6 * 3600 };

/** Lambda waits a minute before the first retry and two before the second. */
const retryDelaysMs = [60_000, 120_000];
/** Throttled events are tried again after 1 s, then ever more rarely up to five minutes. */
const throttleDelayMs = (attempt: number): number => Math.min(1000 * 2 ** attempt, 300_000);

/** Lambda's event queue: accepts at once, invokes later, retries, and tells destinations of the outcome. */
export class AsyncInvocations {
  readonly #ports: AsyncInvocationsPorts;
  readonly #settings = new Map<string, EventInvokeSettings>();

  constructor(ports: AsyncInvocationsPorts) {
    this.#ports = ports;
  }

  configure(functionId: string, settings: EventInvokeSettings): void {
    this.#settings.set(functionId, settings);
  }

  /**
   * Resolves when the event is accepted.
   *
   * @param reference - Logical id, name or ARN of the function.
   */
  async invoke(reference: string, payload: string): Promise<void> {
    const definition = this.#ports.functions.find(reference);
    if (definition === undefined) {
      throw new Error(`there is no function ${reference}`);
    }
    const finish = this.#ports.work.begin();
    void this.#run(definition.logicalId, payload)
      .catch((error: unknown) => this.#ports.log(`${definition.logicalId}: ${String(error)}`))
      .finally(finish);
  }

  async #run(functionId: string, payload: string): Promise<void> {
    const { functions, clock } = this.#ports;
    const settings = this.#settings.get(functionId) ?? defaults;
    const expiresAtMs = clock.nowMs() + settings.maximumEventAgeSeconds * 1000;
    let failures = 0;
    for (let throttles = 0; ; ) {
      const result = await functions.invoke(functionId, payload);
      if (result.outcome === 'done' && result.functionError === undefined) {
        await this.#report(functionId, settings.onSuccessArn, 'Success', payload, failures + 1, result);
        return;
      }
      const delayMs =
        result.outcome === 'throttled' ? throttleDelayMs(throttles++) : (retryDelaysMs[failures++] ?? 0);
      const expired = clock.nowMs() + delayMs > expiresAtMs;
      if (expired || failures > settings.maximumRetryAttempts) {
        const condition = expired ? 'EventAgeExceeded' : 'RetriesExhausted';
        await this.#report(functionId, settings.onFailureArn, condition, payload, failures, result);
        return;
      }
      await new Promise<void>((resolve) => {
        clock.after(delayMs, resolve);
      });
    }
  }

  async #report(
    functionId: string,
    destinationArn: string | undefined,
    condition: string,
    requestPayload: string,
    invokeCount: number,
    result: InvocationResult,
  ): Promise<void> {
    if (condition !== 'Success') {
      this.#ports.log(`${functionId}: asynchronous event given up (${condition})`);
    }
    if (destinationArn === undefined) {
      return;
    }
    const done = result.outcome === 'done' ? result : undefined;
    const record = {
      version: '1.0',
      timestamp: new Date(this.#ports.clock.nowMs()).toISOString(),
      requestContext: {
        requestId: done?.requestId ?? null,
        functionArn: `${this.#ports.functions.find(functionId)?.arn}:$LATEST`,
        condition,
        approximateInvokeCount: invokeCount,
      },
      requestPayload: JSON.parse(requestPayload),
      ...(done && {
        responseContext: {
          statusCode: 200,
          executedVersion: '$LATEST',
          ...(done.functionError !== undefined && { functionError: done.functionError }),
        },
        responsePayload: JSON.parse(done.payload),
      }),
    };
    await this.#ports.toDestination(functionId, destinationArn, JSON.stringify(record));
  }
}
