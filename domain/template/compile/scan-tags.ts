import type { Report } from './source.ts';

/** One `{{…}}` as written. */
export interface RawTag {
  readonly start: number;
  /** Offset behind the closing braces. */
  readonly end: number;
  /** Between the braces, trimmed; empty for a comment. */
  readonly inner: string;
  readonly comment: boolean;
}

const refused: readonly (readonly [prefix: string, code: string, remedy: string])[] = [
  ['{{{{', 'raw-block', 'raw blocks are not supported'],
  ['{{{', 'unescaped', 'values are always escaped; write {{…}}'],
  ['{{&', 'unescaped', 'values are always escaped; write {{…}} without "&"'],
  ['{{#>', 'partial', 'partials are not supported; put shared MJML into _shared/ and write {{@shared.name}}'],
  ['{{>', 'partial', 'partials are not supported; put shared MJML into _shared/ and write {{@shared.name}}'],
  ['{{#*', 'decorator', 'decorators are not supported'],
  ['{{*', 'decorator', 'decorators are not supported'],
  ['{{^', 'inverse-block', 'write {{else}}, or {{#unless …}}'],
  ['{{~', 'whitespace-control', 'white space control is not supported; leave "~" out'],
];

/** Finds every `{{…}}`; braces inside quoted strings do not end one. What the subset refuses is reported and left out. */
export function scanTags(text: string, report: Report): RawTag[] {
  const tags: RawTag[] = [];
  for (let start = text.indexOf('{{'); start >= 0; ) {
    const comment = text.startsWith('{{!', start);
    const end = comment ? endOfComment(text, start) : endOfTag(text, start);
    if (end === undefined) {
      report('unterminated', start, 'this {{ has no matching }}');
      return tags;
    }
    const bad = refused.find(([prefix]) => text.startsWith(prefix, start));
    if (bad) report(bad[1], start, `${text.slice(start, end)}: ${bad[2]}`);
    else if (text[start - 1] === '\\') {
      report('escaped-mustache', start - 1, 'an escaped mustache is not supported; write &#123;&#123;');
    } else if (text.startsWith('~}}', end - 3) && !comment) {
      report('whitespace-control', start, 'white space control is not supported; leave "~" out');
    } else tags.push({ start, end, inner: comment ? '' : text.slice(start + 2, end - 2).trim(), comment });
    start = text.indexOf('{{', end);
  }
  return tags;
}

function endOfComment(text: string, start: number): number | undefined {
  const close = text.startsWith('{{!--', start) ? '--}}' : '}}';
  const at = text.indexOf(close, start + 3);
  return at < 0 ? undefined : at + close.length;
}

function endOfTag(text: string, start: number): number | undefined {
  let quote = '';
  for (let at = start + 2; at < text.length; at++) {
    const character = text[at];
    if (quote) {
      if (character === '\\') at++;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (text.startsWith('{{', at) && at > start + 3) return undefined;
    else if (text.startsWith('}}', at)) {
      let end = at + 2;
      while (text[end] === '}') end++;
      return text[start + 2] === '{' ? end : at + 2;
    }
  }
  return undefined;
}
