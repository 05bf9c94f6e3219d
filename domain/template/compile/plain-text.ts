import { Parser } from 'htmlparser2';
import type { Context } from '../compiled.ts';
import { settledUrl, urlPhase } from './phases.ts';
import { type Occurrence, prefixesOf } from './prefixes.ts';
import { type Token, tokensIn } from './tokens.ts';

/** Stand around a URL while the text is put together; private-use characters that no mail contains. */
const urlStart = '\ue000';
const urlEnd = '\ue001';
const hiddenElements: ReadonlySet<string> = new Set(['head', 'style', 'script', 'title']);
const paragraphs: ReadonlySet<string> = new Set(
  'div p h1 h2 h3 h4 h5 h6 ul ol blockquote table section article header footer'.split(' '),
);

/**
 * The text part of a mail, made from its HTML once, with the tokens still in it: a paragraph for every block, a line
 * for every row of a table, the address behind every link, nothing that is hidden.
 */
export function textOf(html: string, tokens: readonly Token[]): string {
  const stack: { hidden: boolean; layout: boolean; href: string; at: number }[] = [];
  let out = '';
  let cellOpen = false;
  const hidden = (): boolean => stack.at(-1)?.hidden ?? false;
  const inLayout = (): boolean => stack.at(-1)?.layout ?? true;
  const breakTo = (lines: number): void => {
    out = out.replace(/[ \n]*$/, (end) =>
      out.length === end.length ? '' : '\n'.repeat(Math.max(lines, newlines(end))),
    );
    cellOpen = false;
  };

  const parser = new Parser({
    onopentag(name, attributes) {
      const layout = name === 'table' ? attributes.role === 'presentation' : inLayout();
      const conceal = hiddenElements.has(name) || /display:\s*none/i.test(attributes.style ?? '');
      if (!voidElements.has(name)) {
        stack.push({ hidden: hidden() || conceal, layout, href: attributes.href ?? '', at: out.length });
      }
      if (hidden() || conceal) return;
      if (name === 'br') out = `${out.replace(/ +$/, '')}\n`;
      else if (name === 'img' && attributes.alt) out += attributes.alt;
      else if (name === 'li') {
        breakTo(1);
        out += '- ';
      } else if (paragraphs.has(name)) breakTo(2);
      else if (name === 'tr') breakTo(1);
      else if ((name === 'td' || name === 'th') && !inLayout()) {
        if (cellOpen) out = `${out.trimEnd()}  `;
        cellOpen = true;
      }
    },
    ontext(data) {
      if (hidden()) return;
      const text = data.replace(/[\t\n\r ]+/g, ' ');
      out += /[ \n]$/.test(out) || out === '' ? text.replace(/^ /, '') : text;
    },
    onclosetag(name) {
      if (voidElements.has(name)) return;
      const element = stack.pop();
      if (!element || element.hidden) return;
      if (name === 'a' && element.href !== '') out = withLink(out, element.at, element.href);
      else if (paragraphs.has(name)) breakTo(2);
      else if (name === 'tr' || name === 'li') breakTo(1);
    },
  });
  parser.end(html);
  return tidy(out, tokens);
}

const voidElements: ReadonlySet<string> = new Set(
  'area base br col embed hr img input link meta source track wbr'.split(' '),
);

function newlines(end: string): number {
  return end.split('\n').length - 1;
}

/** `label` and its address on the next line, or the address alone when the label says the same. */
function withLink(out: string, from: number, href: string): string {
  const label = out.slice(from).trim();
  const bare = href.replace(/^(?:https?:\/\/|mailto:|tel:)/, '');
  const url = `${urlStart}${href}${urlEnd}`;
  if (label === '' || label === href || label === bare)
    return out.slice(0, from) + (bare === label ? label : url);
  return `${out.slice(0, from)}${label}\n${url}\n`;
}

/**
 * A line that holds nothing but tags of blocks leaves no line behind: what a block holds brings its own line ends
 * along, and behind the block stay only those that it does not bring.
 */
function tidy(text: string, tokens: readonly Token[]): string {
  const lines = text
    .replace(/[ \u00a0]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
  const isBlock = (index: number): boolean => (tokens[index]?.block ?? -1) >= 0;
  const holdsText = (line: string): boolean => {
    const words = tokensIn(line);
    return words.some(({ index }) => !isBlock(index)) || line.replace(/x7f3a[0-9a-f]{5}x/g, '').trim() !== '';
  };
  let out = '';
  let done = 0;
  for (const { index, start, end } of tokensIn(lines)) {
    if (!isBlock(index)) continue;
    out += lines.slice(done, start);
    done = end;
    const word = lines.slice(start, end);
    const [rest = ''] = lines.slice(end).split('\n', 1);
    if (holdsText(out.slice(out.lastIndexOf('\n') + 1)) || holdsText(rest)) {
      out += word;
      continue;
    }
    out = out.replace(/ +$/, '');
    const brought = newlines(/\n*(?:x7f3a[0-9a-f]{5}x)*$/.exec(out)?.[0] ?? '');
    const [space = ''] = /^ *\n*/.exec(lines.slice(end)) ?? [];
    const closes = tokens[index]?.tag.kind === 'close';
    out += word + '\n'.repeat(closes ? Math.max(0, newlines(space) - brought) : 0);
    done = end + space.length;
  }
  return `${out}${lines.slice(done)}\n`;
}

/** Marks the URLs of a text that somebody wrote, as `textOf` marks those of links. */
export function markUrls(text: string): string {
  return text.replace(/https?:\/\/[^\s<>()「」、。]+/g, (url) => `${urlStart}${url}${urlEnd}`);
}

/** The contexts of all tokens of a text part, and the text without the marks around URLs. */
export function textContexts(
  marked: string,
  tokens: readonly Token[],
  report: (index: number, code: string, remedy: string) => void,
): { text: string; contexts: (Context | undefined)[] } {
  const contexts = new Map<number, Context>();
  const occurrences = tokensIn(marked);
  for (const url of marked.matchAll(/\ue000([^\ue001]*)\ue001/g)) {
    const [start, end] = [url.index + 1, url.index + url[0].length - 1];
    const within = occurrences.filter((occurrence) => occurrence.start >= start && occurrence.start < end);
    for (const [at, { index, prefixes }] of urlPrefixes(url[1] ?? '', within, start, tokens)) {
      for (const prefix of prefixes) {
        const phase = urlPhase(prefix);
        if (typeof phase === 'object') report(index, 'unsafe-url-place', phase.refused);
        else contexts.set(at, phase === 'start' ? 'l' : 'p');
      }
    }
  }
  return {
    text: marked.replace(/[\ue000\ue001]/g, ''),
    contexts: occurrences.map(({ index, start }) =>
      (tokens[index]?.block ?? -1) < 0 ? (contexts.get(start) ?? 'x') : undefined,
    ),
  };
}

function urlPrefixes(url: string, within: readonly Occurrence[], base: number, tokens: readonly Token[]) {
  return prefixesOf(url, within, base, tokens, settledUrl) ?? [];
}
