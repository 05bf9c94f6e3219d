import { InputError } from '../errors.ts';
import type { Context } from './compiled.ts';

/** By code of the character: what stands for it in HTML, nothing for a control character, undefined where it stands for itself. */
const entities: readonly (string | undefined)[] = Array.from({ length: 128 }, (_, code) => {
  const isControl = code === 127 || (code < 32 && code !== 9 && code !== 10);
  return isControl ? '' : entityOf(String.fromCharCode(code));
});

function entityOf(character: string): string | undefined {
  switch (character) {
    case '&':
      return '&amp;';
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    case '"':
      return '&quot;';
    case "'":
      return '&#39;';
    default:
      return undefined;
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const unsafeInHtml = /[&<>"'\x00-\x08\x0b-\x1f\x7f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const controlsInText = /[\x00-\x08\x0b-\x1f\x7f]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above
const unsafeInText = /[\x00-\x08\x0b-\x1f\x7f]/;
/** C0 and C1 controls, line and paragraph separators, and the bidirectional controls of UAX #9. */
const forbiddenInHeaders = // biome-ignore lint/suspicious/noControlCharactersInRegex: as above
  /[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

const linkSchemes: ReadonlySet<string> = new Set(['https:', 'mailto:', 'tel:']);
const cssValue = /^(?:#[0-9a-f]{3,8}|[a-z]{3,20}|-?\d{1,5}(?:\.\d{1,4})?(?:px|%|em|rem|pt)?)$/i;

/**
 * Writes a value into its place so that it can only ever be a value there.
 *
 * @param field - Path of the value, for the error.
 * @throws InputError when no way of writing it would be safe.
 */
export function escapeFor(context: Context, value: string, field: () => string): string {
  switch (context) {
    case 't':
    case 'a':
      return escapeHtml(value);
    case 'u':
      return escapeHtml(checkedUrl(value, field));
    case 'p':
      return encodeUrlPart(value);
    case 'c':
      return checkedCss(value, field);
    case 'h':
      return checkedHeader(value, field);
    case 'x':
      return plainText(value);
    case 'l':
      return checkedUrl(value, field);
  }
}

/** For text and quoted attributes. Control characters other than tab and line feed are dropped. */
export function escapeHtml(value: string): string {
  if (!unsafeInHtml.test(value)) return value;
  let out = '';
  let done = 0;
  for (let at = 0; at < value.length; at++) {
    const entity = entities[value.charCodeAt(at)];
    if (entity === undefined) continue;
    out += value.slice(done, at) + entity;
    done = at + 1;
  }
  return out + value.slice(done);
}

/** RFC 3986 §2.1, and the sub-delims that end a CSS `url()` or an attribute. */
export function encodeUrlPart(value: string): string {
  return encodeURIComponent(value.toWellFormed()).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Line ends become LF; control characters other than tab and line feed are dropped. */
export function plainText(value: string): string {
  return unsafeInText.test(value) ? value.replace(/\r\n?/g, '\n').replace(controlsInText, '') : value;
}

/**
 * Links as nearly all of them are, safe without a look at their parts, which takes ten times as long: https, a host
 * name of letters, digits and hyphens in small letters, and no character that would have to be encoded.
 */
const plainLink =
  /^https:\/\/(?:(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}(?:[/?#][\w\-./?=&%#~+]*)?$/;

function checkedUrl(value: string, field: () => string): string {
  if (plainLink.test(value)) return value;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the URL parser would silently remove them
  if (/[\x00-\x20\x7f-\x9f\\]/.test(value)) {
    throw new InputError(
      'unsafe-url',
      field(),
      `${field()} holds white space, a control or a backslash; encode it`,
    );
  }
  const url = URL.parse(value);
  if (url === null || !linkSchemes.has(url.protocol)) {
    throw new InputError('unsafe-url', field(), `${field()} is not an absolute https, mailto or tel URL`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new InputError('unsafe-url', field(), `${field()} is a URL with user information; leave it out`);
  }
  if (url.protocol === 'https:' && !/^https:\/\//i.test(value)) {
    throw new InputError('unsafe-url', field(), `${field()} is an https URL without "//"`);
  }
  return value;
}

function checkedCss(value: string, field: () => string): string {
  if (cssValue.test(value)) return value;
  throw new InputError(
    'unsafe-css',
    field(),
    `${field()} stands in a style; only #hex, a colour name or a number with px, %, em, rem or pt may`,
  );
}

function checkedHeader(value: string, field: () => string): string {
  if (!forbiddenInHeaders.test(value)) return value;
  throw new InputError(
    'header-injection',
    field(),
    `${field()} goes into a header and holds a line break, a control or a bidirectional control`,
  );
}

/** Whether a text can be a header value as it stands: From names, subjects without holes. */
export function isHeaderSafe(value: string): boolean {
  return !forbiddenInHeaders.test(value);
}
