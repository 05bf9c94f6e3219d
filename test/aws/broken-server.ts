import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An AWS that answers what a test tells it to, next request by next request; the last answer stays. */
export interface BrokenServer {
  readonly endpoint: string;
  /** `method path` of the requests so far. */
  readonly requests: string[];
  readonly bodies: string[];
  answer(...answers: Answer[]): void;
  close(): Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export async function startBrokenServer(): Promise<BrokenServer> {
  const requests: string[] = [];
  const bodies: string[] = [];
  let answers: Answer[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      bodies.push(body);
      const answer = answers.length > 1 ? answers.shift() : answers[0];
      answer?.(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    bodies,
    answer(...next) {
      answers = next;
      requests.length = 0;
      bodies.length = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The same, and the clients of this process ask it. */
export async function startBrokenAws(): Promise<BrokenServer> {
  const server = await startBrokenServer();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: server.endpoint,
    AWS_REGION: 'ap-northeast-1',
    AWS_ACCESS_KEY_ID: 'AKIDOPERATOR',
    AWS_SECRET_ACCESS_KEY: 'dummy',
  });
  return server;
}

/** An answer with that status and body. */
export function answering(status: number, body: string, headers: Record<string, string> = {}): Answer {
  return (_, response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  };
}

/** Begins an answer and tears the connection down before it is complete. */
export const breakingOff: Answer = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"MessageId":', () => response.destroy());
};
