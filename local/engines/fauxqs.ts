import { buildApp } from 'fauxqs';
import type { Place } from '../api.ts';

/** One request to the engine, which never listens. */
interface EngineRequest {
  readonly method: string;
  /** Path with query, percent-encoded. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

interface EngineResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Engine {
  send(request: EngineRequest): Promise<EngineResponse>;
  close(): Promise<void>;
}

/** Headers that speak of a connection; there is none. `authorization` would choose a region. */
const dropped: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
]);

/** SQS, SNS and S3 in memory, driven in process. */
export function startEngine(place: Place): Engine {
  const app = buildApp({ logger: false, defaultRegion: place.region });
  return {
    async send(request) {
      const answer = await app.inject({
        method: method(request.method),
        url: request.url,
        headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !dropped.has(name))),
        ...(request.body === undefined || request.body.length === 0 ? {} : { payload: request.body }),
      });
      return {
        status: answer.statusCode,
        headers: Object.fromEntries(
          Object.entries(answer.headers).flatMap(([name, value]) =>
            value === undefined ||
            name === 'connection' ||
            name === 'transfer-encoding' ||
            name === 'keep-alive'
              ? []
              : [[name, String(value)]],
          ),
        ),
        body: answer.rawPayload,
      };
    },
    close: async () => app.close(),
  };
}

function method(name: string): 'DELETE' | 'GET' | 'HEAD' | 'POST' | 'PUT' {
  switch (name) {
    case 'DELETE':
    case 'GET':
    case 'HEAD':
    case 'PUT':
      return name;
    default:
      return 'POST';
  }
}
