import { conditionalContent, type Markup, walkMarkup } from './markup.ts';
import type { Report } from './source.ts';
import { type Token, type Tokenised, tokensIn } from './tokens.ts';

/** MJML's "ending tags": what they hold is HTML or text, which MJML takes over as it is. Between all others only elements count. */
export const contentElements: ReadonlySet<string> = new Set([
  'mj-accordion-text',
  'mj-accordion-title',
  'mj-breakpoint',
  'mj-button',
  'mj-carousel-image',
  'mj-navbar-link',
  'mj-preview',
  'mj-raw',
  'mj-social-element',
  'mj-style',
  'mj-table',
  'mj-text',
  'mj-title',
]);

interface OpenElement {
  readonly name: string;
  readonly start: number;
  /** Holds HTML, or stands inside an element that does. */
  readonly content: boolean;
  hasChildren: boolean;
}

/**
 * Checks what MJML would drop or mend without a word: unclosed elements, `mj-include`, and tags in places that do
 * not survive. It reads as MJML does: as HTML, where `<br>`, `a < b`, `&nbsp;` and an end tag that closes nothing are
 * harmless, and so is an empty element such as `<mj-image>` without its end tag.
 */
export function checkMjml({ text, tokens }: Tokenised, report: Report): void {
  const open: OpenElement[] = [];
  /** Of the outermost element around that holds HTML. */
  const content = (): string => open.find((element) => element.content)?.name ?? '';
  const holdsText = (): string => content() || (open.at(-1)?.name === 'mj-html-attribute' ? 'text' : '');
  let started = '';

  walkMarkup(text, { xml: false }, (markup) => {
    const written = text.slice(markup.start, markup.end);
    for (const { index, start } of tokensIn(written)) {
      const token = tokens[index];
      const fault = token && faultOf(markup, holdsText(), written, start, token);
      if (fault) report(fault[0], token.offset, `${token.raw}: ${fault[1]}`);
    }
    switch (markup.kind) {
      case 'open':
        started = '';
        if (content() && !contentElements.has(markup.name)) break;
        started = markup.name;
        if (markup.name === 'mj-include' && !content()) reportInclude(markup.start, report);
        for (const around of open.slice(-1)) around.hasChildren = true;
        open.push({
          name: markup.name,
          start: markup.start,
          content: contentElements.has(markup.name),
          hasChildren: false,
        });
        break;
      case 'open-end':
        if (markup.selfClosing && started !== '') open.pop();
        break;
      case 'close':
        closeElement(open, markup, text, report);
        break;
      case 'text':
        if (!content()) checkForeignSyntax(text, markup, report);
        else if (markup.raw === 'textarea') checkTextarea(text, markup, report);
        break;
    }
  });
  for (const { name, start } of open) reportUnclosed(name, start, report);
}

function closeElement(
  open: OpenElement[],
  { name, start, end }: Markup & { kind: 'close' },
  text: string,
  report: Report,
): void {
  const at = open.findLastIndex((candidate) => candidate.name === name);
  if (at < 0) return;
  const [closed, ...unclosed] = open.splice(at);
  for (const element of unclosed) {
    if (element.content || element.hasChildren || structure.has(element.name)) {
      reportUnclosed(element.name, element.start, report);
    }
  }
  if (
    closed?.content &&
    !open.some((around) => around.content) &&
    text.slice(start + 2, end).trim() !== name
  ) {
    report('capital-end-tag', start, `MJML loses what stands before it; write </${name}> in small letters`);
  }
}

/** Elements that hold others: when one of them is not closed, what follows may end up inside it. */
const structure: ReadonlySet<string> = new Set(
  'mjml mj-head mj-body mj-wrapper mj-section mj-group mj-column mj-hero mj-attributes mj-accordion mj-accordion-element mj-carousel mj-navbar mj-social mj-html-attributes mj-selector mj-html-attribute'.split(
    ' ',
  ),
);

function reportUnclosed(name: string, start: number, report: Report): void {
  report('unclosed-element', start, `<${name}> is never closed; add </${name}>`);
}

function reportInclude(start: number, report: Report): void {
  report('mj-include', start, 'mj-include is dropped; put the part into _shared/ and write {{@shared.name}}');
}

type Fault = readonly [code: string, remedy: string];

function faultOf(
  markup: Markup,
  content: string,
  written: string,
  at: number,
  token: Token,
): Fault | undefined {
  switch (markup.kind) {
    case 'text':
      if (content === '') {
        return ['bare-tag', 'MJML drops what stands between its elements; wrap it: <mj-raw>{{…}}</mj-raw>'];
      }
      return content === 'mj-style' ? inStyle : undefined;
    case 'attribute':
      return attributeFault(markup, token, written.slice(0, at));
    case 'attribute-name':
    case 'open':
    case 'open-end':
    case 'close':
      return inTag;
    case 'comment':
      return content !== '' || conditionalContent(written)
        ? undefined
        : ['in-comment', 'nobody sees a comment, and a value could end it; delete it or write {{!-- … --}}'];
    case 'other':
      return ['in-comment', 'a hole cannot stand in a declaration'];
  }
}

const inStyle: Fault = [
  'in-style',
  'a style sheet is fixed when the template is compiled; use style="…" on an element inside mj-text or mj-table',
];
const inTag: Fault = ['in-tag', 'a tag can stand in the value of an attribute, not among the attributes'];

/** MJML works out Outlook's background, or the style of a table, from these; `border` is for the width of its first number. */
const computed = /^(?:background-size|background-position(?:-[xy])?|cellspacing)$/;
const border = /^(?:inner-)?border(?:-(?:top|right|bottom|left))?$/;

/** @param before - The value up to the token. */
function attributeFault(
  markup: Markup & { kind: 'attribute' },
  token: Token,
  before: string,
): Fault | undefined {
  if (markup.quote === '') return ['unquoted-attribute', `put the value of ${markup.name} in quotes`];
  if (!token.fromMessage && token.raw.includes(markup.quote)) {
    return ['quote-in-attribute', 'use single quotes inside attributes, and double quotes around them'];
  }
  if (markup.name === 'mj-class' || (markup.element.startsWith('mj-') && markup.name === 'css-class')) {
    return [
      'fixed-attribute',
      `${markup.name} is resolved when the template is compiled; write a class name`,
    ];
  }
  if (!markup.element.startsWith('mj-')) return undefined;
  if (markup.element === 'mj-class' || markup.element === 'mj-all') {
    return [
      'fixed-attribute',
      `MJML checks nothing in ${markup.element}; write the tag on the element itself`,
    ];
  }
  if (computed.test(markup.name)) {
    return [
      'fixed-attribute',
      `MJML computes with ${markup.name} when the template is compiled; write a value`,
    ];
  }
  if (border.test(markup.name) && !/(?:^| )\d/.test(before)) {
    return [
      'fixed-attribute',
      `MJML computes with the width of ${markup.name} when the template is compiled; write it first: 1px solid {{colour}}`,
    ];
  }
  return undefined;
}

/** MJML's minifier takes a tag in a `<textarea>` for one, and what follows for its content. */
function checkTextarea(text: string, { start, end }: { start: number; end: number }, report: Report): void {
  const at = text.slice(start, end).search(/<[a-z!/]/i);
  if (at >= 0) report('textarea', start + at, 'MJML takes this "<" in a <textarea> for markup; write &lt;');
}

function checkForeignSyntax(
  text: string,
  { start, end }: { start: number; end: number },
  report: Report,
): void {
  const found = /\{%|<%|\$\{/.exec(text.slice(start, end));
  if (found) {
    report(
      'bare-tag',
      start + found.index,
      `${found[0]} is not Todoke's syntax, and MJML drops it here; write {{#if …}}`,
    );
  }
}
