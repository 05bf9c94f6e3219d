import type { ApiRequest, Caller } from '../api.ts';
import type { Interception } from '../gateway/gateway.ts';
import type { FunctionPool } from './lambda/function-pool.ts';

/** A worker to be killed at one of its AWS calls, as a sandbox of Lambda that crashes. */
export interface Kill {
  /** Logical id, name or ARN of the function. */
  readonly function: string;
  /** API operation: `ses:SendEmail`, `dynamodb:UpdateItem`. */
  readonly operation: string;
  /** Which of the function's calls of that operation from now on, over all of its workers; 1, the next, when left out. */
  readonly nth?: number;
  /** `before`: the call reaches no engine. `after`: it takes effect, and its answer reaches nobody. */
  readonly when: 'before' | 'after';
}

/** A kill that was asked for. */
export interface PendingKill {
  /** True once the worker is dead. */
  happened(): boolean;
  cancel(): void;
}

interface Waiting {
  readonly functionId: string;
  readonly operation: string;
  readonly when: Kill['when'];
  left: number;
  happened: boolean;
}

/** Kills workers at the AWS calls that were chosen; everything else passes. */
export class Kills {
  readonly #functions: FunctionPool;
  readonly #waiting = new Set<Waiting>();

  constructor(functions: FunctionPool) {
    this.#functions = functions;
  }

  /** @throws InputError `unknown-function` */
  add({ function: reference, operation, nth = 1, when }: Kill): PendingKill {
    const { logicalId: functionId } = this.#functions.named(reference, 'function');
    const kill: Waiting = { functionId, operation, when, left: nth, happened: false };
    this.#waiting.add(kill);
    return { happened: () => kill.happened, cancel: () => void this.#waiting.delete(kill) };
  }

  /** What the gateway asks about every call. */
  intercept(operation: string, caller: Caller, request: ApiRequest): Interception | undefined {
    let due: Waiting | undefined;
    for (const kill of this.#waiting) {
      if (kill.functionId !== caller.functionId || kill.operation !== operation) continue;
      // Of two that fall due at the same call, the second waits for the next.
      if (kill.left > 1) kill.left--;
      else due ??= kill;
    }
    const session = request.headers['x-amz-security-token'];
    if (due === undefined || session === undefined) {
      return undefined;
    }
    const kill = due;
    this.#waiting.delete(kill);
    return {
      when: kill.when,
      act: async () => {
        await this.#functions.kill(session);
        kill.happened = true;
      },
    };
  }
}
