import { type Markup, walkMarkup } from './markup.ts';
import type { Report } from './source.ts';
import { type Token, type Tokenised, tokensIn } from './tokens.ts';

/** MJML elements that hold HTML or text; between all others MJML keeps nothing but elements. */
const contentElements: ReadonlySet<string> = new Set([
  'mj-accordion-text',
  'mj-accordion-title',
  'mj-button',
  'mj-html-attribute',
  'mj-navbar-link',
  'mj-preview',
  'mj-raw',
  'mj-social-element',
  'mj-style',
  'mj-table',
  'mj-text',
  'mj-title',
]);

/**
 * Checks what MJML would drop or mend without a word: unclosed elements, `mj-include`, and tags in places that do
 * not survive. Only elements of MJML must be well-formed; HTML inside them may leave its end tags out.
 */
export function checkMjml({ text, tokens }: Tokenised, report: Report): void {
  const open: { name: string; start: number }[] = [];
  let content = '';
  const reportToken = (index: number, code: string, remedy: (token: Token) => string): void => {
    const token = tokens[index];
    if (token) report(code, token.offset, `${token.raw}: ${remedy(token)}`);
  };

  walkMarkup(text, { xml: true }, (markup) => {
    for (const { index } of tokensIn(text.slice(markup.start, markup.end))) {
      const fault = faultOf(markup, content, tokens[index]);
      if (fault) reportToken(index, fault[0], () => fault[1]);
    }
    switch (markup.kind) {
      case 'open':
        if (content) break;
        if (markup.name === 'mj-include') {
          report(
            'mj-include',
            markup.start,
            'mj-include is dropped; put the part into _shared/ and write {{@shared.name}}',
          );
        }
        open.push({ name: markup.name, start: markup.start });
        if (contentElements.has(markup.name)) content = markup.name;
        break;
      case 'open-end':
        if (
          markup.selfClosing &&
          markup.name === open.at(-1)?.name &&
          (!content || content === markup.name)
        ) {
          open.pop();
          content = '';
        }
        break;
      case 'close':
        if (content && markup.name !== content) break;
        content = '';
        closeElement(open, markup, report);
        break;
      case 'text':
        if (!content) checkForeignSyntax(text, markup, report);
        break;
    }
  });
  for (const { name, start } of open)
    report('unclosed-element', start, `<${name}> is never closed; add </${name}>`);
}

type Fault = readonly [code: string, remedy: string];

function faultOf(markup: Markup, content: string, token: Token | undefined): Fault | undefined {
  switch (markup.kind) {
    case 'text':
      if (content === '') {
        return ['bare-tag', 'MJML drops what stands between its elements; wrap it: <mj-raw>{{…}}</mj-raw>'];
      }
      return content === 'mj-style' ? inStyle : undefined;
    case 'attribute':
      return attributeFault(markup, token);
    case 'attribute-name':
    case 'open':
    case 'open-end':
    case 'close':
      return inTag;
    case 'comment':
      return content === 'mj-raw' || content === 'mj-text' || content === 'mj-table'
        ? undefined
        : ['in-comment', 'MJML drops comments; delete it or use {{!-- --}}'];
    case 'other':
      return ['in-comment', 'a hole cannot stand in a declaration'];
  }
}

const inStyle: Fault = [
  'in-style',
  'a style sheet is fixed when the template is compiled; use style="…" on an element inside mj-text or mj-table',
];
const inTag: Fault = ['in-tag', 'a tag can stand in the value of an attribute, not among the attributes'];

function attributeFault(markup: Markup & { kind: 'attribute' }, token: Token | undefined): Fault | undefined {
  if (markup.quote === '') return ['unquoted-attribute', `put the value of ${markup.name} in quotes`];
  if (token && !token.fromMessage && token.raw.includes(markup.quote)) {
    return ['quote-in-attribute', 'use single quotes inside attributes, and double quotes around them'];
  }
  if (markup.name === 'mj-class' || (markup.element.startsWith('mj-') && markup.name === 'css-class')) {
    return [
      'fixed-attribute',
      `${markup.name} is resolved when the template is compiled; write a class name`,
    ];
  }
  return undefined;
}

function closeElement(
  open: { name: string; start: number }[],
  { name, start }: Markup & { kind: 'close' },
  report: Report,
): void {
  const at = open.findLastIndex((candidate) => candidate.name === name);
  if (at < 0) {
    report('stray-end-tag', start, `</${name}> closes nothing`);
    return;
  }
  for (const unclosed of open.splice(at).slice(1)) {
    report('unclosed-element', unclosed.start, `<${unclosed.name}> is never closed; add </${unclosed.name}>`);
  }
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
