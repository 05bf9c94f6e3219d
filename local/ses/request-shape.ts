import { Ajv } from 'ajv';
import { SesError } from './ses-error.ts';

const ajv = new Ajv({ allowUnionTypes: true });

/** JSON Schema of a string with the bounds of the service model. */
export const text = (minLength = 0, maxLength?: number, pattern?: string) => ({
  type: 'string',
  minLength,
  ...(maxLength === undefined ? {} : { maxLength }),
  ...(pattern === undefined ? {} : { pattern }),
});

/** JSON Schema of a structure; members that it does not name are ignored, as SES does. */
export const structure = (properties: Record<string, object>, required: readonly string[] = []) => ({
  type: 'object',
  properties,
  required,
});

export const listOf = (items: object, maxItems?: number) => ({
  type: 'array',
  items,
  ...(maxItems === undefined ? {} : { maxItems }),
});

/**
 * A reader for the JSON body of one action.
 *
 * @returns A function that throws what SES throws when the body is no JSON, or when a member is
 *   missing, of the wrong type or out of bounds. The message names the member, never its value.
 */
export function requestShape<T>(schema: object): (body: Buffer) => T {
  const matches = ajv.compile<T>(schema);
  return (body) => {
    const request = parseJson(body);
    if (matches(request)) return request;
    const [error] = matches.errors ?? [];
    const member = (error?.instancePath ?? '').slice(1).replaceAll('/', '.') || 'request';
    throw new SesError(
      'BadRequestException',
      `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member ${error?.message ?? 'is invalid'}`,
    );
  };
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    if (cause instanceof SyntaxError)
      throw new SesError('SerializationException', 'The body is not valid JSON.');
    throw cause;
  }
}
