import { randomUUID } from 'node:crypto';
import type { ApiRequest, ApiResponse, Place } from '../api.ts';
import type { Access } from './access.ts';
import type { Clock } from './clock.ts';
import { httpAnswer, httpEvent } from './http-event.ts';
import { matchRoute, type RoutePattern } from './http-routes.ts';
import type { FunctionPool } from './lambda/function-pool.ts';
import type { Work } from './work.ts';

export interface HttpApiPorts {
  readonly functions: FunctionPool;
  readonly access: Access;
  readonly place: Place;
  readonly clock: Clock;
  readonly work: Work;
  readonly log: (line: string) => void;
}

export interface HttpIntegration {
  readonly functionArn: string;
  readonly timeoutMs: number;
}

interface Route extends RoutePattern {
  readonly integrationId: string;
}

/** One API Gateway HTTP API with Lambda integrations. */
export class HttpApi {
  readonly apiId: string;
  readonly #ports: HttpApiPorts;
  readonly #stages = new Set<string>();
  readonly #routes: Route[] = [];
  readonly #integrations = new Map<string, HttpIntegration>();

  constructor(apiId: string, ports: HttpApiPorts) {
    this.apiId = apiId;
    this.#ports = ports;
  }

  addStage(name: string): void {
    this.#stages.add(name);
  }

  addRoute(route: RoutePattern, integrationId: string): void {
    this.#routes.push({ ...route, integrationId });
  }

  addIntegration(integrationId: string, integration: HttpIntegration): void {
    this.#integrations.set(integrationId, integration);
  }

  /** @param path - Below the API's address: `/u/token`. Stages other than `$default` are its first segment. */
  async answer(request: ApiRequest, path: string): Promise<ApiResponse> {
    const [, first = ''] = path.split('/');
    const stage = this.#stages.has(first) ? first : '$default';
    const rawPath = stage === '$default' ? path || '/' : path.slice(first.length + 1) || '/';
    const match = this.#stages.has(stage) ? matchRoute(this.#routes, request.method, rawPath) : undefined;
    const integration = match && this.#integrations.get(match.route.integrationId);
    if (match === undefined || integration === undefined) {
      return message(404, 'Not Found');
    }
    const definition = this.#ports.functions.find(integration.functionArn);
    const { access, place, clock, log } = this.#ports;
    const routePath = match.route.segments === undefined ? '$default' : match.route.segments.join('/');
    const sourceArn = `arn:aws:execute-api:${place.region}:${place.accountId}:${this.apiId}/${stage}/${request.method}/${routePath}`;
    const decision = access.serviceMay(
      'apigateway.amazonaws.com',
      'lambda:InvokeFunction',
      integration.functionArn,
      {
        'aws:SourceArn': sourceArn,
        'aws:SourceAccount': place.accountId,
      },
    );
    if (!decision.allowed || definition === undefined) {
      log(`HTTP API ${this.apiId}: ${decision.allowed ? 'the function does not exist' : decision.reason}`);
      return message(500, 'Internal Server Error');
    }
    const event = httpEvent(request, {
      place,
      apiId: this.apiId,
      stage,
      routeKey: match.route.routeKey,
      pathParameters: match.pathParameters,
      rawPath,
      requestId: randomUUID(),
      nowMs: clock.nowMs(),
    });
    return this.#invoke(definition.logicalId, JSON.stringify(event), integration.timeoutMs);
  }

  async #invoke(functionId: string, event: string, timeoutMs: number): Promise<ApiResponse> {
    const invocation = this.#ports.work.track(this.#ports.functions.invoke(functionId, event));
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), timeoutMs);
    });
    const result = await Promise.race([invocation, timeout]);
    clearTimeout(timer);
    if (result === undefined || result.outcome === 'throttled') {
      return message(503, 'Service Unavailable');
    }
    const answer = result.functionError === undefined ? httpAnswer(result.payload) : undefined;
    return answer ?? message(500, 'Internal Server Error');
  }
}

function message(status: number, text: string): ApiResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message: text }) };
}
