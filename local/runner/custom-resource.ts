import { randomUUID } from 'node:crypto';
import { InputError } from '../../domain/errors.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { type JsonObject, objectOf, parseObject, textOf } from './json.ts';
import type { FunctionPool } from './lambda/function-pool.ts';

export interface CustomResourceRequest {
  readonly logicalId: string;
  readonly type: string;
  readonly serviceToken: string;
  readonly properties: JsonObject;
  readonly timeoutSeconds: number;
}

export interface CustomResourceResult {
  readonly physicalId: string;
  readonly data: JsonObject;
}

const pathPrefix = '/_custom-resources/';

/** Creates custom resources as CloudFormation does: invokes the function and waits for its answer over HTTP. */
export class CustomResources {
  readonly #functions: FunctionPool;
  readonly #gateway: Gateway;
  readonly #stackId: string;
  readonly #waiting = new Map<string, (response: JsonObject) => void>();

  constructor(functions: FunctionPool, gateway: Gateway, stackId: string) {
    this.#functions = functions;
    this.#gateway = gateway;
    this.#stackId = stackId;
    gateway.addRoute(pathPrefix, async (request) => {
      const settle = this.#waiting.get(request.path.slice(pathPrefix.length));
      if (request.method !== 'PUT' || settle === undefined) {
        return { status: 403 };
      }
      settle(parseObject(request.body.toString(), 'response of a custom resource'));
      return { status: 200 };
    });
  }

  /** @throws InputError `custom-resource` with the function's own reason. */
  async create(request: CustomResourceRequest): Promise<CustomResourceResult> {
    const { logicalId, type, serviceToken, properties, timeoutSeconds } = request;
    const fail = (reason: string): never => {
      throw new InputError('custom-resource', logicalId, `custom resource ${logicalId} (${type}): ${reason}`);
    };
    const definition =
      this.#functions.find(serviceToken) ?? fail('its ServiceToken is no function of this stack');
    const requestId = randomUUID();
    const responded = new Promise<JsonObject>((resolve) => this.#waiting.set(requestId, resolve));
    let timer: NodeJS.Timeout | undefined;
    const timedOut = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), timeoutSeconds * 1000);
    });
    const event = {
      RequestType: 'Create',
      ServiceToken: serviceToken,
      ResponseURL: `${this.#gateway.endpoint}${pathPrefix}${requestId}`,
      StackId: this.#stackId,
      RequestId: requestId,
      LogicalResourceId: logicalId,
      ResourceType: type,
      ResourceProperties: properties,
    };
    try {
      // CloudFormation would wait for its timeout when the function fails; here its error is the answer.
      const failed = this.#functions
        .invoke(definition.logicalId, JSON.stringify(event))
        .then(async (result) => {
          const broken = result.outcome === 'throttled' || result.functionError !== undefined;
          return broken ? fail(result.outcome === 'throttled' ? 'throttled' : result.payload) : responded;
        });
      const response = await Promise.race([responded, failed, timedOut]);
      if (response === undefined) {
        return fail(`no response within ${timeoutSeconds} s`);
      }
      if (response.Status !== 'SUCCESS') {
        return fail(textOf(response.Reason) ?? 'FAILED without a reason');
      }
      await failed;
      return { physicalId: textOf(response.PhysicalResourceId) ?? logicalId, data: objectOf(response.Data) };
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(requestId);
    }
  }
}
