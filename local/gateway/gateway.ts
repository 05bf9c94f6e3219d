import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ApiCall, ApiRequest, ApiResponse, Caller, Place, ServiceHandler } from '../api.ts';
import { absenceCall, apiCalls } from './api-call.ts';
import {
  ApiError,
  accessDeniedCode,
  accessDeniedStatus,
  errorResponse,
  type Protocol,
  protocolOf,
} from './api-error.ts';
import { decodeAwsChunked } from './aws-chunked.ts';
import { loopbackCertificate } from './certificate.ts';
import { answer, pathStyle, readRequest } from './exchange.ts';
import { listenOnLoopback } from './listener.ts';
import { operationOf } from './operation.ts';
import { credentialOf } from './signature.ts';

export type Authorization = { readonly allowed: true } | { readonly allowed: false; readonly reason: string };

/** One answered call, for meters: cost depends on the operation and on its size. */
export interface AnsweredCall {
  /** API operation, not IAM action: `sqs:SendMessage`, `dynamodb:TransactWriteItems`. */
  readonly operation: string;
  /** Absent for calls that AWS's services make themselves: pollers of queues, topics. */
  readonly caller?: Caller;
  /** Absent with the caller. */
  readonly request?: ApiRequest;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly status: number;
}

/** Somebody breaks a call off: its caller gets no answer. */
export interface Interception {
  /** Whether the call reaches its service first. */
  readonly when: 'before' | 'after';
  /** What happens then, before the connection is destroyed. */
  readonly act: () => Promise<void>;
}

export interface GatewayOptions {
  /** 0 takes a free port. */
  readonly port: number;
  readonly place: Place;
  /** Asked for every IAM action of every signed request, the operator's included. */
  readonly authorize: (caller: Caller, call: ApiCall) => Authorization;
  readonly onCall?: (call: AnsweredCall) => void;
  /** Asked about every authorized call. */
  readonly intercept?: (operation: string, caller: Caller, request: ApiRequest) => Interception | undefined;
}

/** An intercepted call. */
class ConnectionBroken extends Error {
  override readonly name = 'ConnectionBroken';
}

/** Answers requests below a path, or leaves them to the next route with `undefined`. */
type RouteHandler = (request: ApiRequest) => Promise<ApiResponse | undefined>;

export interface Gateway {
  /** `http://127.0.0.1:PORT`. */
  readonly endpoint: string;
  /** `https://127.0.0.1:PORT`, the same port. */
  readonly secureEndpoint: string;
  /** PEM; trust it to verify `secureEndpoint`. */
  readonly caCertificate: string;
  /** @param signingName - Service of the SigV4 credential scope: `sqs`, `ses`, `dynamodb`, `events`… */
  addService(signingName: string, handler: ServiceHandler): void;
  /** Serves requests that nobody signed. The longest prefix is asked first. */
  addRoute(pathPrefix: string, handler: RouteHandler): void;
  addCaller(accessKeyId: string, caller: Caller): void;
  /** Authorized calls by operation. */
  readonly calls: ReadonlyMap<string, number>;
  /**
   * Counts calls that were made in process.
   *
   * @param payloadBytes - Of each of them: what SQS and SNS bill by.
   */
  countCall(operation: string, n?: number, payloadBytes?: number): void;
  close(): Promise<void>;
}

/**
 * The one door: every AWS API, the inbox and the HTTP APIs on one port of 127.0.0.1.
 * The service and the caller come from the SigV4 credential scope; signatures are not verified,
 * since the secrets here are dummies. An unknown access key is the operator's.
 */
export async function startGateway({
  port,
  place,
  authorize,
  onCall,
  intercept,
}: GatewayOptions): Promise<Gateway> {
  const services = new Map<string, ServiceHandler>();
  const routes: { prefix: string; handler: RouteHandler }[] = [];
  const callers = new Map<string, Caller>();
  const calls = new Map<string, number>();
  let closed = false;

  const countCall = (operation: string, n = 1): void => {
    calls.set(operation, (calls.get(operation) ?? 0) + n);
  };

  const callerOf = (accessKeyId: string): Caller =>
    callers.get(accessKeyId) ?? {
      accessKeyId,
      arn: `arn:aws:iam::${place.accountId}:user/operator`,
    };

  function allow(service: string, caller: Caller, call: ApiCall): void {
    const decision = authorize(caller, call);
    if (decision.allowed) return;
    throw new ApiError(accessDeniedCode(service), decision.reason, accessDeniedStatus(service));
  }

  async function serveSigned(
    service: string,
    accessKeyId: string,
    received: ApiRequest,
  ): Promise<ApiResponse> {
    const handler = services.get(service);
    if (handler === undefined) {
      throw new ApiError(
        'UnknownService',
        `The service "${service}" does not run here. There are: ${[...services.keys()].sort().join(', ')}.`,
        501,
      );
    }
    const request = pathStyle(service, decodeAwsChunked(received));
    const caller = callerOf(accessKeyId);
    for (const call of apiCalls(service, request, place)) allow(service, caller, call);
    const operation = operationOf(service, request);
    countCall(operation);
    const interception = intercept?.(operation, caller, request);
    if (interception?.when === 'before') {
      await interception.act();
      throw new ConnectionBroken();
    }
    const response = await handler(request, caller);
    const mayBeTold = response.status === 404 ? absenceCall(service, request, place) : undefined;
    if (mayBeTold !== undefined) allow(service, caller, mayBeTold);
    if (interception !== undefined) {
      await interception.act();
      throw new ConnectionBroken();
    }
    onCall?.({
      operation,
      caller,
      request,
      requestBytes: request.body.length,
      responseBytes: Buffer.byteLength(response.body ?? ''),
      status: response.status,
    });
    return response;
  }

  async function serveUnsigned(request: ApiRequest): Promise<ApiResponse> {
    for (const { prefix, handler } of routes) {
      if (!request.path.startsWith(prefix)) continue;
      const response = await handler(request);
      if (response !== undefined) return response;
    }
    throw new ApiError(
      'MissingAuthenticationToken',
      'Nothing is here for requests without a signature.',
      404,
    );
  }

  async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    let protocol: Protocol = 'rest-json';
    let service = '';
    try {
      const request = await readRequest(incoming);
      const credential = credentialOf(request);
      service = credential?.service ?? '';
      protocol = protocolOf(service, request);
      answer(
        incoming,
        outgoing,
        credential === undefined
          ? await serveUnsigned(request)
          : await serveSigned(credential.service, credential.accessKeyId, request),
      );
    } catch (error) {
      // The client went away, or the gateway closed: nobody is left to answer.
      if (closed || (incoming.destroyed && !incoming.complete)) return;
      if (error instanceof ConnectionBroken || (error instanceof Error && error.name === 'DropConnection')) {
        incoming.socket.destroy();
        return;
      }
      if (error instanceof ApiError) {
        answer(incoming, outgoing, errorResponse(protocol, service, error));
        return;
      }
      console.error(`${service || 'gateway'}: ${error instanceof Error ? error.stack : String(error)}`);
      const failure = new ApiError('InternalFailure', 'The local service failed; its log says why.', 500);
      answer(incoming, outgoing, errorResponse(protocol, service, failure));
    }
  }

  const certificate = await loopbackCertificate();
  const listener = await listenOnLoopback(port, certificate, (incoming, outgoing) => {
    // A client that went away is no fault; nobody is left to tell.
    incoming.on('error', () => {});
    void serve(incoming, outgoing);
  });

  return {
    endpoint: `http://127.0.0.1:${listener.port}`,
    secureEndpoint: `https://127.0.0.1:${listener.port}`,
    caCertificate: certificate.certificate,
    addService: (signingName, handler) => services.set(signingName, handler),
    addRoute(prefix, handler) {
      routes.push({ prefix, handler });
      routes.sort((a, b) => b.prefix.length - a.prefix.length);
    },
    addCaller: (accessKeyId, caller) => callers.set(accessKeyId, caller),
    calls,
    countCall(operation, n = 1, payloadBytes = 0) {
      countCall(operation, n);
      for (let i = 0; i < n; i++) {
        onCall?.({ operation, requestBytes: payloadBytes, responseBytes: 0, status: 200 });
      }
    },
    close() {
      closed = true;
      return listener.close();
    },
  };
}
