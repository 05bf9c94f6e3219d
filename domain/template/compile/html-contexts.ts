import type { Context } from '../compiled.ts';
import { balanceFault } from './html-balance.ts';
import { conditionalContent, type Markup, walkMarkup } from './markup.ts';
import { cssPhase, settledCss, settledUrl, urlPhase } from './phases.ts';
import { type Occurrence, prefixesOf } from './prefixes.ts';
import type { Token } from './tokens.ts';
import { tokensIn } from './tokens.ts';

/** Takes note of a token that cannot stand where MJML put it. */
export type ReportToken = (index: number, code: string, remedy: string) => void;

const urlAttributes: ReadonlySet<string> = new Set([
  'action',
  'background',
  'cite',
  'data',
  'formaction',
  'href',
  'longdesc',
  'poster',
  'src',
  'xlink:href',
]);
const refusedAttributes: ReadonlySet<string> = new Set([
  'srcset',
  'imagesrcset',
  'srcdoc',
  'ping',
  'http-equiv',
  'archive',
]);
const textElements: ReadonlySet<string> = new Set(['', 'title', 'textarea']);

/** Where each occurrence of a token stands in the HTML: its context, in order of appearance; blocks have none. */
export function htmlContexts(
  html: string,
  tokens: readonly Token[],
  report: ReportToken,
): (Context | undefined)[] {
  const occurrences = tokensIn(html);
  const contexts = new Map<number, Context>();
  /** By start of the occurrence: text is one place, every attribute value is one of its own. */
  const places = new Map<number, string>();
  const markups: (Markup & { outlook: boolean })[] = [];

  const visit = (outlook: string) => (markup: Markup) => {
    markups.push({ ...markup, outlook: outlook !== '' });
    const start = markup.start;
    const within = occurrences.filter(
      (occurrence) => occurrence.start >= start && occurrence.start < markup.end,
    );
    if (markup.kind === 'comment') {
      const conditional = conditionalContent(html.slice(markup.start, markup.end));
      if (conditional) {
        const inner = visit(`outlook-${markup.start}`);
        walkMarkup(conditional.html, { xml: false }, inner, markup.start + conditional.offset);
        return;
      }
    }
    if (within.length === 0) return;
    if (markup.kind === 'text' && textElements.has(markup.raw)) {
      for (const { start: at } of within) {
        contexts.set(at, 't');
        places.set(at, `text ${outlook} ${markup.raw}`);
      }
    } else if (markup.kind === 'attribute' && markup.quote !== '') {
      for (const { start: at } of within) places.set(at, `attribute ${markup.start}`);
      attributeContexts(html, markup, within, tokens, contexts, report);
    } else {
      for (const { index } of within)
        report(index, 'unsafe-place', `it cannot be made safe here: ${nameOf(markup)}`);
    }
  };
  walkMarkup(html, { xml: false }, visit(''));
  checkBlocks(occurrences, tokens, places, markups, report);
  return occurrences.map(({ start }) => contexts.get(start));
}

function attributeContexts(
  html: string,
  { name, start, end }: Markup & { kind: 'attribute' },
  within: readonly Occurrence[],
  tokens: readonly Token[],
  contexts: Map<number, Context>,
  report: ReportToken,
): void {
  if (name.startsWith('on') || refusedAttributes.has(name)) {
    for (const { index } of within) report(index, 'unsafe-place', `the attribute ${name} cannot hold data`);
    return;
  }
  if (!urlAttributes.has(name) && name !== 'style') {
    for (const { start: at } of within) contexts.set(at, 'a');
    return;
  }
  const inStyle = name === 'style';
  const found = prefixesOf(html.slice(start, end), within, start, tokens, inStyle ? settledCss : settledUrl);
  if (found === undefined) {
    report(within[0]?.index ?? 0, 'too-many-branches', `the attribute ${name} has too many blocks to check`);
    return;
  }
  for (const [at, { index, prefixes }] of found) {
    const phases = new Set<Context>();
    for (const prefix of prefixes) {
      const phase = inStyle ? cssPhase(prefix) : urlPhase(prefix);
      if (typeof phase === 'object')
        report(index, inStyle ? 'unsafe-style' : 'unsafe-url-place', phase.refused);
      else phases.add(phase === 'value' ? 'c' : phase === 'start' ? 'u' : 'p');
    }
    const [only, other] = phases;
    if (other !== undefined)
      report(index, 'unsafe-url-place', 'the branches before it end at different points of the URL');
    if (only !== undefined) contexts.set(at, only);
  }
}

/** All tags of a block must stand in the same text or attribute, and what is between them must be balanced. */
function checkBlocks(
  occurrences: readonly Occurrence[],
  tokens: readonly Token[],
  places: ReadonlyMap<number, string>,
  markups: readonly (Markup & { outlook: boolean })[],
  report: ReportToken,
): void {
  const open: { block: number; index: number; end: number; place: string | undefined }[] = [];
  for (const { index, start, end } of occurrences) {
    const token = tokens[index];
    if (token === undefined || token.block < 0) continue;
    const place = places.get(start);
    if (token.tag.kind === 'open') {
      open.push({ block: token.block, index, end, place });
      continue;
    }
    const top = open.at(-1);
    if (top?.block !== token.block) continue;
    const fault =
      top.place === place ? balanceFault(markups, top.end, start) : 'it begins and ends in different places';
    if (fault) report(top.index, 'unbalanced-block', fault);
    open.pop();
    if (token.tag.kind !== 'close') open.push({ block: token.block, index: top.index, end, place });
  }
}

function nameOf(markup: Markup): string {
  switch (markup.kind) {
    case 'text':
      return `inside <${markup.raw}>`;
    case 'attribute':
      return `the unquoted attribute ${markup.name}`;
    case 'attribute-name':
      return 'the name of an attribute';
    case 'comment':
      return 'inside a comment';
    case 'other':
      return 'inside a declaration';
    default:
      return 'the name of an element';
  }
}
