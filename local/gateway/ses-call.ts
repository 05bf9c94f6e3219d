import type { ApiCall, ApiRequest, Place } from '../api.ts';
import { type Fields, isFields, parseFields, text, texts } from '../engines/fields.ts';
import { operationName } from './operation.ts';

/**
 * SES v2. A mail is authorized on the identity of its From address and on its configuration set.
 * Which identities exist is not known here: the identity is taken to be the address's domain.
 */
export function sesCalls(
  request: ApiRequest,
  place: Place,
  baseContext: ApiCall['context'],
): readonly ApiCall[] {
  const operation = operationName('ses', request);
  const arn = (resource: string): string => `arn:aws:ses:${place.region}:${place.accountId}:${resource}`;
  if (operation === 'SendEmail' || operation === 'SendBulkEmail') {
    const input = parseFields(request.body);
    const from = fromAddress(input);
    const set = text(input, 'ConfigurationSetName');
    const identity =
      text(input, 'FromEmailAddressIdentityArn') ?? arn(`identity/${from.slice(from.lastIndexOf('@') + 1)}`);
    const isRaw = isFields(input.Content) && isFields(input.Content.Raw);
    return [
      {
        action: isRaw ? 'ses:SendRawEmail' : `ses:${operation}`,
        resources: [identity, ...(set === undefined ? [] : [arn(`configuration-set/${set}`)])],
        context: { ...baseContext, 'ses:FromAddress': from, ...recipients(input) },
      },
    ];
  }
  return [{ action: `ses:${operation}`, resources: [resourceOf(request, arn)], context: baseContext }];
}

/** Identities and configuration sets have ARNs; the account and its suppression list have none. */
function resourceOf(request: ApiRequest, arn: (resource: string) => string): string {
  const [, kind, name] =
    /^\/v2\/email\/(identities|configuration-sets)(?:\/([^/]+))?/.exec(request.path) ?? [];
  const input = request.method === 'POST' && name === undefined ? parseFields(request.body) : {};
  if (kind === 'identities') {
    const identity = name === undefined ? text(input, 'EmailIdentity') : decodeURIComponent(name);
    return identity === undefined ? '*' : arn(`identity/${identity}`);
  }
  if (kind === 'configuration-sets') {
    const set = name === undefined ? text(input, 'ConfigurationSetName') : decodeURIComponent(name);
    return set === undefined ? '*' : arn(`configuration-set/${set}`);
  }
  return '*';
}

/** The address of `FromEmailAddress`, or of the From header of a raw mail that leaves it out. */
function fromAddress(input: Fields): string {
  const given = text(input, 'FromEmailAddress') ?? rawFrom(input) ?? '';
  return (/<([^<>]*)>\s*$/.exec(given)?.[1] ?? given).trim().toLowerCase();
}

function rawFrom(input: Fields): string | undefined {
  const raw =
    isFields(input.Content) && isFields(input.Content.Raw) ? text(input.Content.Raw, 'Data') : undefined;
  if (raw === undefined) return undefined;
  const [head = ''] = Buffer.from(raw, 'base64')
    .toString('latin1')
    .split(/\r?\n\r?\n/, 1);
  return /^from:((?:.|\r?\n[ \t])*)/im.exec(head)?.[1]?.replace(/\r?\n[ \t]+/g, ' ');
}

function recipients(input: Fields): Record<string, string> {
  const destination = isFields(input.Destination) ? input.Destination : {};
  const addresses = ['ToAddresses', 'CcAddresses', 'BccAddresses'].flatMap((name) =>
    texts(destination, name),
  );
  return addresses.length === 0 ? {} : { 'ses:Recipients': addresses.join('\n') };
}
