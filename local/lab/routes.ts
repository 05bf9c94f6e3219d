import { Ajv, type ValidateFunction } from 'ajv';
import { InputError } from '../../domain/errors.ts';
import type { ApiRequest, ApiResponse } from '../api.ts';
import { json, notFound, raw } from '../ses/inbox-response.ts';
import { offersOneClick } from './examination.ts';
import type { Lab } from './lab.ts';
import type { ReceivedMail, Receiver, ReceiverSettings } from './receiver.ts';

const number = { type: 'integer', minimum: 0 };
const only = (properties: Record<string, object>) => ({
  type: 'object',
  properties,
  additionalProperties: false,
});
const texts = { type: 'array', items: { type: 'string' } };

const ajv = new Ajv({ allowUnionTypes: true });
/** Null: no limit. */
const isSettings = ajv.compile<
  Partial<Omit<ReceiverSettings, 'mailsPerMinute' | 'unknownPerMinute'>> & {
    mailsPerMinute?: number | null;
    unknownPerMinute?: number | null;
  }
>(
  only({
    mailsPerMinute: { type: ['integer', 'null'], minimum: 0 },
    unknownPerMinute: { type: ['integer', 'null'], minimum: 0 },
    greylistMs: number,
    blockedAddresses: texts,
    offersTls: { type: 'boolean' },
  }),
);
const isZoneChange = ajv.compile<Record<string, string[] | null>>({
  type: 'object',
  additionalProperties: { anyOf: [{ type: 'null' }, texts] },
});

/** Answers requests under `/lab`: what arrived where, and the switches of the DNS and of the receivers. */
export function labRoutes(lab: Lab) {
  const overview = () => json({ nameServer: lab.nameServer, receivers: lab.receivers.map(receiverJson) });

  const mails = ({ query }: ApiRequest) => {
    const to = query.get('to');
    return json(
      lab.receivers.flatMap((receiver) =>
        receiver.mails
          .filter(({ recipient }) => to === null || recipient === to)
          .map((mail) => mailJson(receiver, mail)),
      ),
    );
  };

  const source = (name: string, id: string) => {
    const receiver = lab.receivers.find(({ persona }) => persona.name === name);
    const mail = receiver?.mails.find((kept) => kept.id === Number(id));
    return mail === undefined ? notFound() : raw(mail.source);
  };

  const changeZone = ({ body }: ApiRequest) => {
    lab.zone.change(read(body, isZoneChange));
    return json(lab.zone.sets());
  };

  const changeReceiver = ({ body }: ApiRequest, name: string) => {
    const receiver = lab.receivers.find(({ persona }) => persona.name === name);
    if (receiver === undefined) return notFound();
    const { mailsPerMinute, unknownPerMinute, ...others } = read(body, isSettings);
    receiver.change({
      ...others,
      ...(mailsPerMinute === undefined ? {} : { mailsPerMinute: mailsPerMinute ?? Number.POSITIVE_INFINITY }),
      ...(unknownPerMinute === undefined
        ? {}
        : { unknownPerMinute: unknownPerMinute ?? Number.POSITIVE_INFINITY }),
    });
    return json(receiverJson(receiver));
  };

  return async (request: ApiRequest): Promise<ApiResponse | undefined> => {
    if (request.path !== '/lab' && !request.path.startsWith('/lab/')) return undefined;
    const [, method, first, second, third] =
      /^(GET|PUT) \/lab(?:\/([a-z]+))?(?:\/([a-z]+))?(?:\/(\d+))?$/.exec(
        `${request.method} ${request.path}`,
      ) ?? [];
    try {
      if (method === 'GET' && first === undefined) return overview();
      if (method === 'GET' && first === 'zone') return json(lab.zone.sets());
      if (method === 'PUT' && first === 'zone') return changeZone(request);
      if (method === 'PUT' && first === 'receivers') return changeReceiver(request, second ?? '');
      if (method === 'GET' && first === 'mails' && second === undefined) return mails(request);
      if (method === 'GET' && first === 'mails') return source(second ?? '', third ?? '');
      return notFound();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      const { code, field, message } = error;
      return json({ error: { code, field, message } }, 400);
    }
  };
}

function receiverJson({ persona, port, mails, settings }: Receiver) {
  const { name, domains, host, address } = persona;
  return { name, domains, host, address, port, mails: mails.length, settings: settings() };
}

function mailJson({ persona }: Receiver, mail: ReceivedMail) {
  const { id, recipient, folder, examined } = mail;
  const { spf, dkim, dmarc } = examined;
  return {
    id,
    receiver: persona.name,
    recipient,
    folder,
    spf,
    dmarc,
    dkim: dkim.map(({ domain, result, aligned, fields }) => ({ domain, result, aligned, fields })),
    oneClickSigned: offersOneClick(examined),
  };
}

function read<T>(body: Buffer, isRight: ValidateFunction<T>): T {
  const value = parsed(body);
  if (isRight(value)) return value;
  const [error] = isRight.errors ?? [];
  const field = (error?.instancePath ?? '').slice(1).replaceAll('/', '.') || 'body';
  throw new InputError('invalid-settings', field, `${field} ${error?.message ?? 'is invalid'}`);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new InputError('not-json', 'body', 'the body is not valid JSON', { cause });
  }
}
