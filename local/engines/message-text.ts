import { createHash } from 'node:crypto';

/**
 * The queue engine refuses every character beyond U+FFFF, which SQS allows (emoji, rare kanji).
 * Such a body is kept there in this reversible form: surrogates become private-use characters.
 * It is up to half as long again, so only bodies of that kind over 690 KB are refused too early.
 */
const marker = '\uF8F0\uF8F1\uF8F2';
const literalMark = '\uF8FE';
/** Private-use counterpart of the surrogates U+D800–U+DFFF. */
const shift = 0xe000 - 0xd800;

export function toEngineText(body: string): string {
  if (!/[\uD800-\uDBFF][\uDC00-\uDFFF]/.test(body) && !body.startsWith(marker)) return body;
  return (
    marker +
    body.replace(/[\uE000-\uE7FF\uF8FE]|[\uD800-\uDBFF][\uDC00-\uDFFF]/g, (found) =>
      found.length === 1
        ? literalMark + found
        : String.fromCharCode(found.charCodeAt(0) + shift, found.charCodeAt(1) + shift),
    )
  );
}

export function fromEngineText(text: string): string {
  if (!text.startsWith(marker)) return text;
  return text
    .slice(marker.length)
    .replace(/\uF8FE([\s\S])|[\uE000-\uE7FF]/g, (found, literal: string | undefined) =>
      literal === undefined ? String.fromCharCode(found.charCodeAt(0) - shift) : literal,
    );
}

export function md5Hex(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex');
}
