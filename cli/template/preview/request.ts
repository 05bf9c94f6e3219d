import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { Ajv } from 'ajv';
import { InputError } from '../../../domain/errors.ts';
import type { Appearance } from './appearance.ts';
import { type Data, isData, type SampleName } from './samples.ts';

/** What the page wants to see. */
export interface MailRequest {
  readonly template: string;
  readonly locale: string;
  /** One of the template's samples, or data that somebody typed. */
  readonly data: SampleName | Data;
  readonly recipientName?: string;
}

const most = 1_000_000;

const isMailRequest = new Ajv({ allowUnionTypes: true }).compile<MailRequest>({
  type: 'object',
  required: ['template', 'locale', 'data'],
  additionalProperties: false,
  properties: {
    template: { type: 'string', maxLength: 64 },
    locale: { type: 'string', maxLength: 64 },
    data: { anyOf: [{ enum: ['sample', 'sample.worst'] }, { type: 'object' }] },
    recipientName: { type: 'string', maxLength: 1000 },
  },
});

/** @throws InputError `too-large`, `not-json` or `request` */
export async function readMailRequest(request: IncomingMessage): Promise<MailRequest> {
  if (!(Number(request.headers['content-length']) <= most)) {
    throw new InputError('too-large', 'body', `the request does not say that it is at most ${most} bytes`);
  }
  let body: unknown;
  try {
    body = JSON.parse(await text(request));
  } catch (cause) {
    throw new InputError('not-json', 'body', 'the request is not JSON', { cause });
  }
  if (isMailRequest(body) && (typeof body.data === 'string' || isData(body.data))) return body;
  const [error] = isMailRequest.errors ?? [];
  throw new InputError('request', 'body', `${error?.instancePath || 'the request'} ${error?.message}`);
}

/**
 * Whether a request is from this machine's browser and from our page: a name that resolves to 127.0.0.1 (DNS
 * rebinding) and another site's page must learn nothing of somebody's templates.
 */
export function isOurs({ headers }: IncomingMessage, port: number): boolean {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host = '', origin } = headers;
  return hosts.includes(host) && (origin === undefined || origin === `http://${host}`);
}

export function appearanceOf(value: string | null): Appearance {
  return value === 'dark' || value === 'inverted' ? value : 'light';
}
