import { createHash, randomUUID } from 'node:crypto';
import { InputError } from '../../../domain/errors.ts';
import type { Place } from '../../api.ts';
import { Environment } from './environment.ts';
import type { FunctionDefinition } from './function-definition.ts';

/** How an invocation ended for its caller. */
export type InvocationResult =
  | { readonly outcome: 'throttled' }
  | {
      readonly outcome: 'done';
      readonly requestId: string;
      /** JSON: what the handler returned, or the error. */
      readonly payload: string;
      readonly functionError?: 'Unhandled';
    };

export interface FunctionPoolOptions {
  readonly place: Place;
  /** What functions ask of the DNS goes there; without it they ask nobody. */
  readonly dnsServer?: string | undefined;
  /** Where functions find every AWS service. */
  readonly endpoint: () => string;
  /** PEM: what functions trust over HTTPS. */
  readonly caCertificate?: () => string;
  readonly onLog: (functionId: string, line: string) => void;
}

/** Environments one function may have at once on this machine; further invocations wait for one to be free. */
const mostEnvironments = 16;
/** Environments kept warm after a peak. */
const mostIdle = 8;
/** Answers of synchronous invocations: 6 MB. */
const mostPayloadBytes = 6 * 1024 * 1024;

interface Fleet {
  readonly definition: FunctionDefinition;
  readonly idle: Environment[];
  readonly all: Set<Environment>;
  readonly waiting: ((environment: Environment | undefined) => void)[];
  busy: number;
}

/** Runs the functions of a stack, each in environments of its own that are reused while they are well. */
export class FunctionPool {
  readonly #fleets = new Map<string, Fleet>();
  readonly #options: FunctionPoolOptions;
  readonly #invocations = new Map<string, number>();
  #closed = false;

  constructor(options: FunctionPoolOptions) {
    this.#options = options;
  }

  add(definition: FunctionDefinition): void {
    this.#fleets.set(definition.logicalId, { definition, idle: [], all: new Set(), waiting: [], busy: 0 });
  }

  /** Finds a function by logical id, name, ARN (qualified or not) or partial ARN (`<account>:function:<name>`). */
  find(reference: string): FunctionDefinition | undefined {
    const name = /(?:^|:)function:([^:]+)/.exec(reference)?.[1] ?? reference;
    for (const { definition } of this.#fleets.values()) {
      if (definition.logicalId === name || definition.name === name) {
        return definition;
      }
    }
    return undefined;
  }

  /** @throws InputError `unknown-function` when there is none. */
  named(reference: string, where: string): FunctionDefinition {
    const definition = this.find(reference);
    if (definition === undefined) {
      throw new InputError(
        'unknown-function',
        where,
        `the function that ${where} names is none of this stack`,
      );
    }
    return definition;
  }

  /** Access key of a function, by which the gateway knows who calls. The same in every run. */
  accessKeyOf(functionId: string): string {
    return `ASIA${createHash('sha256').update(functionId).digest('hex').slice(0, 16).toUpperCase()}`;
  }

  /** Invocations underway, over all functions. */
  get running(): number {
    return [...this.#fleets.values()].reduce((sum, fleet) => sum + fleet.busy, 0);
  }

  /** Invocations so far by logical id, without those that were throttled. */
  get invocations(): ReadonlyMap<string, number> {
    return this.#invocations;
  }

  /** @param payload - JSON. */
  async invoke(functionId: string, payload: string, clientContext?: string): Promise<InvocationResult> {
    const fleet = this.#fleets.get(functionId);
    if (fleet === undefined) {
      throw new Error(`there is no function ${functionId}`);
    }
    if (this.#closed || fleet.busy >= (fleet.definition.reservedConcurrency ?? Number.POSITIVE_INFINITY)) {
      return { outcome: 'throttled' };
    }
    fleet.busy += 1;
    this.#invocations.set(functionId, (this.#invocations.get(functionId) ?? 0) + 1);
    const requestId = randomUUID();
    try {
      const environment = await this.#take(fleet);
      if (environment === undefined) {
        return { outcome: 'throttled' };
      }
      const ending = await environment.run(requestId, payload, clientContext);
      this.#give(fleet, environment);
      return this.#result(functionId, requestId, ending);
    } finally {
      fleet.busy -= 1;
    }
  }

  /** Kills the environment that signs with this session token, as a sandbox that crashes; no one when it is gone already. */
  async kill(sessionToken: string): Promise<void> {
    for (const { all } of this.#fleets.values()) {
      await [...all].find((environment) => environment.sessionToken === sessionToken)?.kill();
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    const fleets = [...this.#fleets.values()];
    for (const fleet of fleets) {
      for (const waiting of fleet.waiting.splice(0)) {
        waiting(undefined);
      }
    }
    await Promise.all(fleets.flatMap((fleet) => [...fleet.all].map((environment) => environment.close())));
  }

  #result(
    functionId: string,
    requestId: string,
    ending: Awaited<ReturnType<Environment['run']>>,
  ): InvocationResult {
    if (ending.kind === 'failed') {
      const payload = JSON.stringify(withRequestId(ending.error, requestId, ending.environmentLost));
      // What the end of the pipeline cuts off is no failure to report.
      if (ending.environmentLost && !this.#closed) {
        this.#options.onLog(functionId, payload);
      }
      return { outcome: 'done', requestId, payload, functionError: 'Unhandled' };
    }
    if (Buffer.byteLength(ending.payload) > mostPayloadBytes) {
      const error = {
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: `Response payload size exceeded maximum allowed payload size (${mostPayloadBytes} bytes).`,
      };
      return { outcome: 'done', requestId, payload: JSON.stringify(error), functionError: 'Unhandled' };
    }
    return { outcome: 'done', requestId, payload: ending.payload };
  }

  async #take(fleet: Fleet): Promise<Environment | undefined> {
    const idle = fleet.idle.pop();
    if (idle !== undefined) {
      return idle;
    }
    if (fleet.all.size >= mostEnvironments) {
      return new Promise((resolve) => fleet.waiting.push(resolve));
    }
    return this.#start(fleet);
  }

  #start(fleet: Fleet): Environment {
    const { definition } = fleet;
    const sessionToken = randomUUID();
    const variables = { ...this.#variables(definition), AWS_SESSION_TOKEN: sessionToken };
    const environment = new Environment(
      definition,
      variables,
      sessionToken,
      this.#options.caCertificate?.(),
      (line) => this.#options.onLog(definition.logicalId, line),
    );
    fleet.all.add(environment);
    return environment;
  }

  #give(fleet: Fleet, environment: Environment): void {
    const next = fleet.waiting.shift();
    if (environment.lost) {
      fleet.all.delete(environment);
      next?.(this.#closed ? undefined : this.#start(fleet));
    } else if (next !== undefined) {
      next(environment);
    } else if (fleet.idle.length < mostIdle) {
      fleet.idle.push(environment);
    } else {
      fleet.all.delete(environment);
      void environment.close();
    }
  }

  /** What Lambda's runtime sets, and nothing of this machine's environment. */
  #variables(definition: FunctionDefinition): Record<string, string> {
    const { place, endpoint, dnsServer } = this.#options;
    return {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
      ...definition.variables,
      _HANDLER: definition.handler,
      LAMBDA_TASK_ROOT: definition.codeDirectory,
      AWS_REGION: place.region,
      AWS_DEFAULT_REGION: place.region,
      AWS_ACCESS_KEY_ID: this.accessKeyOf(definition.logicalId),
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL: endpoint(),
      DNS_SERVER: dnsServer ?? 'none',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: definition.name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
      AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    };
  }
}

function withRequestId(error: object, requestId: string, sandbox: boolean): object {
  const message = 'errorMessage' in error ? String(error.errorMessage) : '';
  return sandbox ? { ...error, errorMessage: `RequestId: ${requestId} ${message}` } : error;
}
