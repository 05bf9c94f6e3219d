import { Ajv, type ValidateFunction } from 'ajv';
import { InputError } from '../../domain/errors.ts';
import type { TemplateMeta } from '../../domain/template/compile/source.ts';

/** `meta.yaml`: what the compiler needs, and hosts of this template's own. */
type Meta = TemplateMeta & { readonly hosts?: readonly string[] };

const hosts = {
  type: 'array',
  items: { type: 'string', pattern: '^(\\*\\.)?[a-z0-9-]+(\\.[a-z0-9-]+)+$' },
};

const validMeta = new Ajv({ allErrors: true }).compile<Meta>({
  type: 'object',
  required: ['category', 'defaultLocale', 'from'],
  additionalProperties: false,
  properties: {
    category: { enum: ['transactional', 'marketing'] },
    topic: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,63}$' },
    defaultLocale: { type: 'string', pattern: '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$' },
    autoSubmitted: { enum: ['auto-generated', 'auto-replied'] },
    from: {
      type: 'object',
      required: ['localPart'],
      additionalProperties: false,
      properties: {
        localPart: { type: 'string', pattern: '^[A-Za-z0-9]+([._+-][A-Za-z0-9]+)*$', maxLength: 64 },
      },
    },
    currency: { type: 'string', pattern: '^[A-Z]{3}$' },
    timeZone: { type: 'string', minLength: 1 },
    hosts,
  },
});

const validHosts = new Ajv().compile<readonly string[]>(hosts);

/** @throws InputError `meta` */
export function checkedMeta(value: unknown, place: string): Meta {
  return checked(validMeta, value, 'meta', place);
}

/**
 * `_shared/hosts.yaml`, a list: `[www.example.com, '*.example.com']`.
 *
 * @throws InputError `hosts`
 */
export function checkedHosts(value: unknown, place: string): readonly string[] {
  return checked(validHosts, value, 'hosts', place);
}

function checked<T>(valid: ValidateFunction<T>, value: unknown, code: string, place: string): T {
  if (valid(value)) return value;
  const reasons = (valid.errors ?? []).map(
    ({ instancePath, message }) => `${instancePath || 'it'} ${message}`,
  );
  throw new InputError(code, place, `${place}: ${reasons.join('; ')}`);
}
